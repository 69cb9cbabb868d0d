"""From a voice's own sound to telephone sound: rate, silence at both ends, level, band."""

from typing import Final

import numpy as np
import numpy.typing as npt
import soxr

from callbot.speech.audio import SAMPLE_RATE_HZ, Pcm, Samples

Sound = npt.NDArray[np.floating]
"""Samples from -1 to 1."""

SPEECH_RMS: Final = 2300.0
"""Level of active speech on the line, 23 dB under full scale (ITU-T P.56 aims at 26 under)."""

BAND_HZ: Final = (300.0, 3400.0)
_FADES_UNDER_HZ: Final = 150.0
_FADES_OVER_HZ: Final = 600.0
"""Flat within the band, gone this far outside it: a filter as soft as ITU-T G.712 allows."""

_PEAK: Final = 30_000.0
_WINDOW: Final = SAMPLE_RATE_HZ // 100
_SILENT_BELOW_PEAK: Final = 10 ** (-40 / 20)
_ACTIVE_BELOW_PEAK: Final = 10 ** (-20 / 20)


def to_telephone(sound: Sound, rate_hz: float) -> Samples:
    """Resampled to 8000 Hz, kept to the telephone's band, trimmed, at SPEECH_RMS."""
    at_line_rate = soxr.resample(np.asarray(sound, dtype=np.float64), rate_hz, SAMPLE_RATE_HZ)
    return levelled(trimmed(in_band(at_line_rate)))


def trimmed(sound: Sound, window: int = _WINDOW) -> Sound:
    """Without the silence before and after: windows 40 dB under the loudest one are silence."""
    rms = _window_rms(sound, window)
    heard = np.flatnonzero(rms > rms.max(initial=0.0) * _SILENT_BELOW_PEAK)
    if len(heard) == 0:
        return sound[:0]
    return sound[heard[0] * window : (heard[-1] + 1) * window]


def in_band(sound: Sound, low_hz: float = BAND_HZ[0], high_hz: float = BAND_HZ[1]) -> Sound:
    """The sound at 8000 Hz without what lies outside a band, of the same length."""
    if len(sound) == 0:
        return sound
    spectrum = np.fft.rfft(sound)
    hz = np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE_HZ)
    rise = np.clip((hz - low_hz) / _FADES_UNDER_HZ + 1, 0, 1)
    fall = np.clip((high_hz - hz) / _FADES_OVER_HZ + 1, 0, 1)
    return np.fft.irfft(spectrum * rise * fall, n=len(sound))


def levelled(sound: Sound, rms: float = SPEECH_RMS) -> Samples:
    """As 16-bit samples whose active windows have the given level, peaks within the range."""
    windows = _window_rms(sound, _WINDOW)
    active = windows[windows > windows.max(initial=0.0) * _ACTIVE_BELOW_PEAK]
    if len(active) == 0:
        return np.zeros(0, dtype=np.int16)
    gain = rms / float(np.sqrt(np.mean(active**2)))
    gain = min(gain, _PEAK / float(np.abs(sound).max()))
    return np.asarray(np.round(sound * gain), dtype=np.int16)


def pcm(speech: Samples) -> Pcm:
    return speech.astype("<i2").tobytes()


def _window_rms(sound: Sound, window: int) -> npt.NDArray[np.float64]:
    blocks = sound[: len(sound) // window * window].reshape(-1, window)
    return np.asarray(np.sqrt(np.mean(blocks.astype(np.float64) ** 2, axis=1)))
