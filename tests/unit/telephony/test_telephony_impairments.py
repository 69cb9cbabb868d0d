"""What the simulated network does to speech."""

import random

import numpy as np
import pytest

from callbot.speech.audio import FRAME_MS, SILENT_FRAME, mu_law_decode, mu_law_encode, samples
from callbot.telephony.simulated.impairments import LineQuality, Noise, Path, mumbled
from callbot.telephony.simulated.loudness import SPEECH_RMS, in_band

FRAMES = 20_000


def frame(level: int) -> bytes:
    return np.full(160, level, dtype="<i2").tobytes()


def arrivals(quality: LineQuality, seed: int = 1, sent: int = FRAMES) -> tuple[list[bytes], Path]:
    path = Path(quality, random.Random(seed))
    return [path.carry(frame(1000)) for _ in range(sent)], path


def test_a_good_line_changes_nothing_but_the_coding() -> None:
    path = Path(LineQuality(), random.Random(1))
    for level in (-30_000, -77, 5, 12_345):
        assert path.carry(frame(level)) == mu_law_decode(mu_law_encode(frame(level)))
    assert path.lost == 0


def test_lost_frames_come_as_silence_and_as_often_as_asked() -> None:
    came, path = arrivals(LineQuality(loss=0.05))
    assert came.count(SILENT_FRAME) == path.lost
    assert path.lost / FRAMES == pytest.approx(0.05, rel=0.15)


def test_bursts_lose_several_frames_in_a_row() -> None:
    came, path = arrivals(LineQuality(burst=0.01, burst_frames=6))
    lost = "".join("x" if one == SILENT_FRAME else " " for one in came)
    lengths = [len(run) for run in lost.split()]
    assert np.mean(lengths) == pytest.approx(6, rel=0.2)
    assert path.lost / FRAMES == pytest.approx(0.01 * 6 / (1 + 0.01 * 6), rel=0.2)


def test_a_jitter_buffer_delays_every_frame_alike_and_loses_those_too_late() -> None:
    came, path = arrivals(LineQuality(jitter_ms=20, buffer_ms=60))
    assert came[:3] == [SILENT_FRAME] * 3
    assert came[3:].count(SILENT_FRAME) == path.lost
    assert path.lost / FRAMES == pytest.approx(np.exp(-60 / 20), rel=0.15)


def test_the_same_seed_loses_the_same_frames() -> None:
    quality = LineQuality(loss=0.1, burst=0.01, jitter_ms=10)
    assert arrivals(quality, seed=7, sent=500)[0] == arrivals(quality, seed=7, sent=500)[0]
    assert arrivals(quality, seed=7, sent=500)[0] != arrivals(quality, seed=8, sent=500)[0]


@pytest.mark.parametrize("snr_db", [20.0, 10.0])
def test_noise_has_the_ratio_to_speech_that_was_asked(snr_db: float) -> None:
    noise = Noise(snr_db, "a line")
    heard = [samples(noise.over(SILENT_FRAME, at)) for at in range(0, 30_000, FRAME_MS)]
    sound = np.concatenate(heard).astype(float)
    assert 20 * np.log10(SPEECH_RMS / np.sqrt(np.mean(sound**2))) == pytest.approx(snr_db, abs=0.5)
    assert np.mean((sound - in_band(sound)) ** 2) < 0.02 * np.mean(sound**2)


def test_noise_depends_on_the_line_and_on_nothing_else() -> None:
    assert Noise(20, "a").over(SILENT_FRAME, 40.0) == Noise(20, "a").over(SILENT_FRAME, 40.0)
    assert Noise(20, "a").over(SILENT_FRAME, 40.0) != Noise(20, "b").over(SILENT_FRAME, 40.0)


def test_a_mumble_is_as_long_as_the_speech_and_much_quieter() -> None:
    speech = (np.random.default_rng(1).standard_normal(8000) * SPEECH_RMS).astype(np.int16)
    blurred = mumbled(speech, "someone")
    assert len(blurred) == len(speech)
    assert np.sqrt(np.mean(blurred.astype(float) ** 2)) < SPEECH_RMS / 5
