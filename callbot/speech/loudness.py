"""Making sound fit for a telephone prompt: rate, silence at its edges, level."""

from typing import Final

import numpy as np
import numpy.typing as npt
import soxr

from callbot.speech.audio import SAMPLE_RATE_HZ, Pcm

Floats = npt.NDArray[np.float32]

SPEECH_LEVEL_DBFS: Final = -18.0
PEAK_LIMIT: Final = 0.89
"""1 dB below full scale."""
SILENCE_BELOW_PEAK_DB: Final = 40.0
LEAD_MS: Final = 5
"""Kept before the first audible sample, so that no plosive is clipped; more would be a delay."""
TAIL_MS: Final = 40
_BLOCK_MS: Final = 20
_VOICED_BELOW_PEAK_DB: Final = 20.0


def at_telephone_rate(sound: Floats, rate_hz: int) -> Floats:
    """Mono samples from -1 to 1, at 8000 Hz."""
    return np.asarray(soxr.resample(sound, rate_hz, SAMPLE_RATE_HZ), dtype=np.float32)


def trimmed(sound: Floats) -> Floats:
    """Without the silence at both ends; nothing is left of pure silence."""
    loudness = np.abs(sound)
    threshold = loudness.max(initial=0.0) * 10 ** (-SILENCE_BELOW_PEAK_DB / 20)
    audible = np.flatnonzero(loudness > threshold)
    if threshold == 0.0 or not len(audible):
        return sound[:0]
    first = max(0, audible[0] - LEAD_MS * SAMPLE_RATE_HZ // 1000)
    return sound[first : audible[-1] + 1 + TAIL_MS * SAMPLE_RATE_HZ // 1000]


def speech_level_dbfs(sound: Floats) -> float:
    """Root mean square of the voiced blocks, in dB below full scale; -inf for silence."""
    block = SAMPLE_RATE_HZ * _BLOCK_MS // 1000
    filled = np.pad(sound, (0, -len(sound) % block)).reshape(-1, block)
    power = np.mean(np.square(filled, dtype=np.float64), axis=1)
    if not power.max(initial=0.0):
        return float("-inf")
    voiced = power[power >= power.max() * 10 ** (-_VOICED_BELOW_PEAK_DB / 10)]
    return float(10 * np.log10(voiced.mean()))


def levelled(sound: Floats) -> Floats:
    """At the speech level, or as near to it as the peaks allow without clipping."""
    level = speech_level_dbfs(sound)
    if level == float("-inf"):
        return sound
    gain = 10 ** ((SPEECH_LEVEL_DBFS - level) / 20)
    return sound * np.float32(min(gain, PEAK_LIMIT / np.abs(sound).max()))


def to_pcm(sound: Floats) -> Pcm:
    return bytes((np.clip(sound, -1.0, 1.0) * 32767).astype("<i2").tobytes())
