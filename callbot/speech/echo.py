"""The bot's own voice, come back over the line: told from the resident's by its waveform.

Networks and loudspeakers return what they are sent, fainter and up to half a second later. The
detector takes that for speech, which it is. An echo resembles what was played sample by sample,
another voice does not.

What can be an echo of what is told by the time of the sound, counted in frames on both sides, not
by when it passes here: after a stall of this process all that was heard meanwhile comes at once,
and what the bot should have said meanwhile goes out at once, to be played as much later.
"""

from collections import deque
from collections.abc import Iterable
from itertools import dropwhile
from typing import Final

import numpy as np
import numpy.typing as npt

from callbot.speech.audio import FRAME_MS, SILENT_FRAME, Pcm, samples

WINDOW_MS: Final = 200
"""Of sound compared."""
LONGEST_DELAY_MS: Final = 600
LONGEST_STALL_MS: Final = 5000
"""As much sound waits for a reader that has fallen behind (see EventStream)."""
RESEMBLANCE: Final = 0.7
"""Correlation from 0 to 1. Another voice over the bot's reaches 0.53, an echo of two paths under
noise at 20 dB never falls below 0.85 (measured, seven answers and five echoes)."""
FAINTEST_RMS: Final = 30.0
"""In 16-bit steps. Below it nothing was played that could come back."""

_WINDOW: Final = WINDOW_MS // FRAME_MS
_DELAY: Final = LONGEST_DELAY_MS // FRAME_MS
_STALL: Final = LONGEST_STALL_MS // FRAME_MS
_FFT_STEP: Final = 2048
"""Multiples have small prime factors, for which the transform is fast."""

_Floats = npt.NDArray[np.float32]


class EchoGuard:
    """Of one call. Feed both sides' frames of 20 ms; before a frame that was heard, all that was
    played until it came. A comparison takes 0.3 ms, for a while after a stall of 5 s 3 ms.
    """

    def __init__(self) -> None:
        before = [SILENT_FRAME] * _WINDOW
        self._heard = deque(before, maxlen=_WINDOW)
        self._played: deque[tuple[Pcm | None, int]] = deque(maxlen=_WINDOW + _DELAY + _STALL)
        """With the time of what is heard, in frames, until when it may come back. None: a gap."""
        self._played.extend((frame, _WINDOW + _DELAY) for frame in before)
        self._played_frames = 0
        self._heard_frames = 0
        self._late_frames = 0

    def played(self, frame: Pcm, late_ms: int = 0) -> None:
        """Sent to the resident, or silence. late_ms: by which the far end plays it later than it
        was meant.
        """
        self._played_frames += 1
        late_frames = late_ms // FRAME_MS
        until = self._played_frames + late_frames + _DELAY + _WINDOW
        # While it waited for this one the far end played nothing.
        gap = min(late_frames - self._late_frames, _WINDOW)
        self._played.extend([(None, until)] * gap)
        self._played.append((frame, until))
        self._late_frames = late_frames

    def dropped(self, frames: int) -> None:
        """The latest that was played will never be heard: the far end was told to forget it."""
        for back in range(1, min(frames, len(self._played)) + 1):
            self._played[-back] = (SILENT_FRAME, self._played[-back][1])

    def heard(self, frame: Pcm) -> None:
        """Received from the resident."""
        self._heard.append(frame)
        # What had been waiting when the bot began to play is older than all that was played.
        self._heard_frames = min(self._heard_frames + 1, self._played_frames)

    def is_echo(self) -> bool:
        """Whether what was heard last is what was played before it."""
        return self.resemblance() >= RESEMBLANCE

    def resemblance(self) -> float:
        """The best correlation, from 0 to 1, over all delays."""
        back = dropwhile(lambda played: played[1] <= self._heard_frames, self._played)
        played = [frame for frame, _ in back]
        without_gaps = [frame for frame in played if frame is not None]
        if all(frame == SILENT_FRAME for frame in without_gaps):
            return 0.0
        heard = _sound(self._heard)
        found = _resemblance(heard, _sound(without_gaps))
        if len(without_gaps) == len(played):
            return found
        # A network that stood still with this process, as the embedded one does, left none.
        return max(found, _resemblance(heard, _sound(frame or SILENT_FRAME for frame in played)))


def _resemblance(heard: _Floats, played: _Floats) -> float:
    """Of what was heard and the stretch of what was played that it is likest to."""
    window = len(heard)
    heard_energy = float(np.dot(heard, heard))
    upto = np.concatenate(([0.0], np.cumsum(np.square(played, dtype=np.float64))))
    window_energy = upto[window:] - upto[:-window]
    least = FAINTEST_RMS**2 * window
    if heard_energy == 0 or window_energy.max() < least:
        return 0.0
    # Products of whole windows only: what wraps around is not among them.
    size = -(-len(played) // _FFT_STEP) * _FFT_STEP
    spectrum = np.fft.rfft(played, size) * np.conj(np.fft.rfft(heard, size))
    products = np.fft.irfft(spectrum, size)[: len(window_energy)]
    likeness = np.abs(products) / np.sqrt(heard_energy * np.maximum(window_energy, least))
    return float(likeness.max())


def _sound(frames: Iterable[Pcm]) -> _Floats:
    return samples(b"".join(frames)).astype(np.float32)
