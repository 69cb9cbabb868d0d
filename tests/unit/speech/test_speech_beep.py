"""A beep is told from a voice, from keys and from noise by being one tone that is held."""

import numpy as np
import pytest

from callbot.speech.audio import FRAME_MS, SAMPLE_RATE_HZ, Pcm, frames, mu_law_decode, mu_law_encode
from callbot.speech.beep import HELD_MS, BeepDetector


def tones(*frequencies_hz: float, ms: int = 500, level: float = 4000.0) -> Pcm:
    seconds = np.arange(ms * SAMPLE_RATE_HZ // 1000) / SAMPLE_RATE_HZ
    sound = sum(np.sin(2 * np.pi * hz * seconds) for hz in frequencies_hz)
    return (np.asarray(sound) * level).astype("<i2").tobytes()


def noise(ms: int, level: float) -> Pcm:
    draw = np.random.default_rng(7)
    return draw.normal(scale=level, size=ms * SAMPLE_RATE_HZ // 1000).astype("<i2").tobytes()


def noticed_after_ms(sound: Pcm) -> int | None:
    """As the telephone network carries it."""
    beep = BeepDetector()
    for n, frame in enumerate(frames(mu_law_decode(mu_law_encode(sound))), 1):
        if beep.feed(frame):
            return n * FRAME_MS
    return None


@pytest.mark.parametrize("frequency_hz", [425, 440, 850, 1000, 1100, 1400, 2100])
def test_a_held_tone_is_a_beep(frequency_hz: int) -> None:
    assert noticed_after_ms(tones(frequency_hz)) == HELD_MS


def test_a_beep_is_noticed_beside_a_noisy_line() -> None:
    beep = np.frombuffer(tones(1000), "<i2") + np.frombuffer(noise(500, 300.0), "<i2")
    assert noticed_after_ms(beep.astype("<i2").tobytes()) is not None


@pytest.mark.parametrize(
    "sound",
    [
        tones(1000, ms=200) + bytes(1600) + tones(1000, ms=200),
        tones(697, 1209),
        tones(200, 400, 600, 800),
        tones(180),
        tones(1000, level=50.0),
        noise(1000, 3000.0),
        bytes(8000),
        b"".join(tones(hz, ms=60) for hz in range(400, 1600, 120)),
    ],
    ids=["two short ones", "a key", "a voice", "a hum", "far away", "noise", "silence", "a siren"],
)
def test_nothing_else_is(sound: Pcm) -> None:
    assert noticed_after_ms(sound) is None
