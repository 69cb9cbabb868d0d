"""The beep of an answering machine: a pure tone that is held, as no voice holds one.

Arithmetic on frames alone. Fax tones and the network's own (450 Hz in China) count as well: whoever
plays them is no person.
"""

from typing import Final

import numpy as np

from callbot.speech.audio import FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE_HZ, Pcm, samples

HELD_MS: Final = 300
"""Beeps last from 0.3 s to 1 s; a vowel that was held so long would change its pitch meanwhile."""

LOWEST_HZ: Final = 350.0
"""Below it are the fundamentals of voices: a hum is nearly pure."""

HIGHEST_HZ: Final = 2300.0

PURE: Final = 0.95
"""Share of the energy within 100 Hz of the strongest frequency. Two tones at once, as keys send
them, and voices with their harmonics stay below."""

LOUD: Final = 200.0
"""Root mean square; quieter sound is the line's."""

_BIN_HZ: Final = SAMPLE_RATE_HZ / FRAME_SAMPLES
_AROUND: Final = 2
_STEADY_BINS: Final = 1
_WINDOW: Final = np.hanning(FRAME_SAMPLES)


class BeepDetector:
    """Fed with every frame of one call; remembers how long the tone has been held."""

    def __init__(self) -> None:
        self._held_ms = 0
        self._began_at = 0

    def feed(self, frame: Pcm) -> bool:
        """Whether a beep has been heard for HELD_MS now."""
        at = _pure_tone(frame)
        if at is None:
            self._held_ms = 0
            return False
        if self._held_ms == 0 or abs(at - self._began_at) > _STEADY_BINS:
            self._began_at, self._held_ms = at, 0
        self._held_ms += FRAME_MS
        return self._held_ms >= HELD_MS


def _pure_tone(frame: Pcm) -> int | None:
    """The bin of the tone that a frame consists of; None when it is anything else."""
    sound = samples(frame).astype(np.float64)
    if float(np.sqrt(np.mean(sound**2))) < LOUD:
        return None
    energy = np.abs(np.fft.rfft(sound * _WINDOW)) ** 2
    at = int(energy.argmax())
    if not LOWEST_HZ <= at * _BIN_HZ <= HIGHEST_HZ:
        return None
    tone = float(energy[at - _AROUND : at + _AROUND + 1].sum())
    return at if tone >= PURE * float(energy.sum()) else None
