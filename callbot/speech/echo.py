"""The bot's own voice, come back over the line: told from the resident's by its waveform.

Networks and loudspeakers return what they are sent, fainter and up to half a second later. The
detector takes that for speech, which it is. An echo resembles what was played sample by sample,
another voice does not.
"""

from collections import deque
from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt

from callbot.speech.audio import FRAME_SAMPLES, SAMPLE_RATE_HZ, SILENT_FRAME, Pcm, samples

WINDOW_MS: Final = 200
"""Of sound compared."""
LONGEST_DELAY_MS: Final = 600
RESEMBLANCE: Final = 0.7
"""Correlation from 0 to 1. Another voice over the bot's reaches 0.53, an echo of two paths under
noise at 20 dB never falls below 0.85 (measured, seven answers and five echoes)."""
FAINTEST_RMS: Final = 30.0
"""In 16-bit steps. Below it nothing was played that could come back."""

_WINDOW: Final = WINDOW_MS * SAMPLE_RATE_HZ // 1000
_KEPT: Final = _WINDOW + LONGEST_DELAY_MS * SAMPLE_RATE_HZ // 1000
_FFT: Final = 1 << (_KEPT + _WINDOW - 1).bit_length()

_Floats = npt.NDArray[np.float32]


class EchoGuard:
    """Of one call. Feed both sides' frames of 20 ms as they pass; a comparison takes 0.3 ms."""

    def __init__(self) -> None:
        self._played: deque[Pcm] = deque(maxlen=_KEPT // FRAME_SAMPLES)
        self._heard: deque[Pcm] = deque(maxlen=_WINDOW // FRAME_SAMPLES)

    def played(self, frame: Pcm) -> None:
        """Sent to the resident."""
        self._played.append(frame)

    def heard(self, frame: Pcm) -> None:
        """Received from the resident."""
        self._heard.append(frame)

    def is_echo(self) -> bool:
        """Whether what was heard last is what was played before it."""
        return self.resemblance() >= RESEMBLANCE

    def resemblance(self) -> float:
        """The best correlation, from 0 to 1, over all delays."""
        if all(frame == SILENT_FRAME for frame in self._played):
            return 0.0
        heard, played = _latest(self._heard, _WINDOW), _latest(self._played, _KEPT)
        heard_energy = float(np.dot(heard, heard))
        upto = np.concatenate(([0.0], np.cumsum(np.square(played, dtype=np.float64))))
        window_energy = upto[_WINDOW:] - upto[:-_WINDOW]
        least = FAINTEST_RMS**2 * _WINDOW
        if heard_energy == 0 or window_energy.max() < least:
            return 0.0
        spectrum = np.fft.rfft(played, _FFT) * np.conj(np.fft.rfft(heard, _FFT))
        products = np.fft.irfft(spectrum, _FFT)[: len(window_energy)]
        likeness = np.abs(products) / np.sqrt(heard_energy * np.maximum(window_energy, least))
        return float(likeness.max())


def _latest(frames: Iterable[Pcm], count: int) -> _Floats:
    """So many samples, silence before the first frame."""
    sound = samples(b"".join(frames))[-count:].astype(np.float32)
    return np.pad(sound, (count - len(sound), 0))
