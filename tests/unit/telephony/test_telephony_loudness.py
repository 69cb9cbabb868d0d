"""Telephone sound: silence at the ends, level, band."""

import numpy as np
import pytest

from callbot.telephony.simulated.loudness import (
    SPEECH_RMS,
    in_band,
    levelled,
    to_telephone,
    trimmed,
)


def tone(hz: float, seconds: float, rate_hz: int = 8000) -> np.ndarray:
    return np.sin(2 * np.pi * hz * np.arange(round(seconds * rate_hz)) / rate_hz) * 0.5


def test_silence_is_cut_at_both_ends_and_kept_in_the_middle() -> None:
    gap = np.zeros(4000)
    spoken = np.concatenate([gap, tone(500, 0.3), gap, tone(500, 0.2), gap])
    assert len(trimmed(spoken)) == pytest.approx(8000, abs=160)


def test_any_voice_comes_at_the_same_level_and_rate() -> None:
    for loudness, rate_hz in ((0.01, 24_000), (1.0, 22_050)):
        spoken = to_telephone(tone(800, 1.0, rate_hz) * loudness, rate_hz)
        assert len(spoken) == pytest.approx(8000, abs=160)
        assert np.sqrt(np.mean(spoken.astype(float) ** 2)) == pytest.approx(SPEECH_RMS, rel=0.03)


@pytest.mark.parametrize(("hz", "passes"), [(100, False), (400, True), (3300, True), (3990, False)])
def test_only_the_telephones_band_passes(hz: float, passes: bool) -> None:
    kept = np.sqrt(np.mean(in_band(tone(hz, 1.0)) ** 2) / np.mean(tone(hz, 1.0) ** 2))
    assert kept == pytest.approx(1.0, abs=0.02) if passes else kept < 0.05


@pytest.mark.parametrize("nothing", [np.zeros(0), np.zeros(40), np.zeros(8000)])
def test_silence_stays_empty(nothing: np.ndarray) -> None:
    assert len(levelled(trimmed(nothing))) == 0
    assert len(to_telephone(nothing, 8000)) == 0
