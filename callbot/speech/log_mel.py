"""Whisper's features: 80 log-mel bands, one frame every 10 ms, from sound at 16 kHz."""

from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

MEL_SAMPLE_RATE_HZ: Final = 16000
FRAMES_PER_S: Final = 100
_BANDS: Final = 80
_WINDOW: Final = 400
_HOP: Final = MEL_SAMPLE_RATE_HZ // FRAMES_PER_S
_DYNAMIC_RANGE_LOG10: Final = 8.0
_QUIETEST: Final = 1e-10


def _mel_filters() -> Floats:
    """Triangular filters on Slaney's mel scale, each of equal area, shape (bands, bins)."""
    linear_hz_per_mel, knee_hz, knee_mel, step = 200 / 3, 1000.0, 15.0, np.log(6.4) / 27
    top_hz = MEL_SAMPLE_RATE_HZ / 2
    top_mel = knee_mel + np.log(top_hz / knee_hz) / step
    mels = np.linspace(0.0, top_mel, _BANDS + 2)
    edges_hz = np.where(
        mels < knee_mel, mels * linear_hz_per_mel, knee_hz * np.exp(step * (mels - knee_mel))
    )
    bins_hz = np.fft.rfftfreq(_WINDOW, 1 / MEL_SAMPLE_RATE_HZ)
    widths = np.diff(edges_hz)
    distance = edges_hz[:, None] - bins_hz[None, :]
    rising = -distance[:-2] / widths[:-1, None]
    falling = distance[2:] / widths[1:, None]
    area = 2.0 / (edges_hz[2:] - edges_hz[:-2])
    filters: Floats = np.maximum(0.0, np.minimum(rising, falling)) * area[:, None]
    return filters.astype(np.float32)


_FILTERS: Final = _mel_filters()
_HANN: Final = np.hanning(_WINDOW + 1)[:-1].astype(np.float32)


def log_mel(sound: Floats, frames: int) -> Floats:
    """Shape (1, 80, frames); sound from -1 to 1 at 16 kHz, cut or filled up with silence."""
    sound = sound[: frames * _HOP]
    # Frames that see nothing of the sound are all alike, and most of a short answer's.
    sounding = min(frames, (len(sound) + _WINDOW // 2 - 1) // _HOP + 1)
    seen = (sounding - 1) * _HOP + _WINDOW
    mirrored = np.pad(sound, (_WINDOW // 2, 0), mode="reflect")[:seen]
    centred = np.pad(mirrored, (0, seen - len(mirrored)))
    windows = np.lib.stride_tricks.sliding_window_view(centred, _WINDOW)[::_HOP]
    spectrum = np.fft.rfft(windows * _HANN, axis=1)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    bands = np.full((_BANDS, frames), _QUIETEST, dtype=np.float32)
    np.matmul(_FILTERS, power.T, out=bands[:, :sounding])
    bands = np.log10(np.maximum(bands, _QUIETEST, out=bands), out=bands)
    np.maximum(bands, bands.max() - _DYNAMIC_RANGE_LOG10, out=bands)
    return np.ascontiguousarray((bands[None] + 4.0) / 4.0, dtype=np.float32)
