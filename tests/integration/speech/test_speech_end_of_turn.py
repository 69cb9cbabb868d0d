"""Silero and the end-pointing together, on real speech, clean and in noise."""

import random
from pathlib import Path

import numpy as np
import pytest
from speech_spoken import spoken

from callbot.speech.audio import FRAME_MS, Pcm, frames
from callbot.speech.endpointing import Activity, Endpointer
from callbot.speech.voice_activity import VoiceActivityDetector, VoiceActivityDetectors
from callbot.telephony.simulated.impairments import Noise
from callbot.telephony.simulated.mandarin_voice import MandarinVoice
from callbot.telephony.simulated.voices import Speaker

END_OF_TURN_MS = 600
ANSWERS = ("三十六度五", "没有不舒服", "昨天去菜市场买菜了", "我是他儿子", "嗯", "对", "有")
BEFORE_MS, AFTER_MS = 600, 1600
LATE_MS = 150
"""Of 400 utterances in noise 95 % were seen to end within 100 ms, before or after."""


@pytest.fixture(scope="module")
def detector() -> VoiceActivityDetector:
    return VoiceActivityDetector()


def followed(
    detector: VoiceActivityDetector, sound: Pcm, snr_db: float | None, turn_ms: int | None = None
) -> list[Activity]:
    """turn_ms: quiet after which a turn is over, and the next may begin."""
    detector.reset()
    noise = Noise(snr_db, "line") if snr_db is not None else None
    endpointer = Endpointer()
    heard = []
    for number, frame in enumerate(frames(sound)):
        on_the_line = noise.over(frame, number * FRAME_MS) if noise else frame
        speech = detector.feed(on_the_line)
        heard.append(endpointer.feed(speech, faded_ms=detector.faded_ms))
        if turn_ms is not None and heard[-1].quiet_ms >= turn_ms:
            endpointer.reset()
    return heard


@pytest.mark.parametrize("snr_db", [None, 20, 10])
@pytest.mark.parametrize("words", ANSWERS)
def test_an_answer_is_heard_and_its_turn_ends(
    detector: VoiceActivityDetector, mandarin: MandarinVoice, words: str, snr_db: float | None
) -> None:
    speech_ms = len(mandarin.speak(words)) // 8
    sound = spoken(mandarin, words, before_ms=BEFORE_MS, after_ms=AFTER_MS)
    heard = followed(detector, sound, snr_db)
    assert [a.started for a in heard].count(True) == 1
    assert abs(heard[-1].started_at_ms - BEFORE_MS) < 200
    assert abs(heard[-1].last_voiced_at_ms - BEFORE_MS - speech_ms) < LATE_MS
    assert heard[-1].quiet_ms >= END_OF_TURN_MS
    inside = [a for a in heard if a.last_voiced_at_ms < BEFORE_MS + speech_ms - 300]
    assert all(a.quiet_ms < END_OF_TURN_MS for a in inside)


def test_a_voice_far_over_the_noise_ends_nearly_as_soon_as_on_a_clean_line(
    detector: VoiceActivityDetector, mandarin: MandarinVoice
) -> None:
    later_ms = []
    for words in ANSWERS:
        sound = spoken(mandarin, words, before_ms=BEFORE_MS, after_ms=AFTER_MS)
        clean, noisy = (followed(detector, sound, snr_db)[-1] for snr_db in (None, 20))
        later_ms.append(noisy.last_voiced_at_ms - clean.last_voiced_at_ms)
    assert np.median(later_ms) <= 2 * FRAME_MS


@pytest.mark.parametrize("quiet_ms", [BEFORE_MS, 5000])
@pytest.mark.parametrize("resident", range(4))
def test_a_hummed_yes_is_heard_on_a_line_without_any_noise(
    detector: VoiceActivityDetector, speech_dir: Path, resident: int, quiet_ms: int
) -> None:
    """However long the network was spared the silence before it."""
    models = speech_dir / "cache" / "simulated-voices"
    voice = MandarinVoice(models, Speaker.of(f"+861380000000{resident}"))
    heard = followed(detector, spoken(voice, "嗯", before_ms=quiet_ms, after_ms=AFTER_MS), None)
    assert abs(heard[-1].started_at_ms - quiet_ms) < 250
    assert [a.started for a in heard].count(True) == 1
    assert heard[-1].quiet_ms >= END_OF_TURN_MS


@pytest.mark.parametrize("snr_db", [20, 10])
def test_line_noise_alone_is_no_speech(detector: VoiceActivityDetector, snr_db: float) -> None:
    assert not any(a.started for a in followed(detector, bytes(16 * 60_000), snr_db))


@pytest.mark.parametrize("snr_db", [20, 10])
def test_late_in_a_noisy_call_short_answers_are_heard_as_at_its_beginning(
    detector: VoiceActivityDetector, mandarin: MandarinVoice, snr_db: float
) -> None:
    turns = 3 * ANSWERS
    sounds = [spoken(mandarin, words, before_ms=3000, after_ms=AFTER_MS) for words in turns]
    heard = followed(detector, b"".join(sounds), snr_db, turn_ms=END_OF_TURN_MS)
    assert [a.started for a in heard].count(True) == len(turns)


def test_sound_in_pieces_of_any_size_means_the_same(
    detector: VoiceActivityDetector, temperature_answer: Pcm
) -> None:
    detector.reset()
    whole = detector.feed(temperature_answer)
    detector.reset()
    cut, at = random.Random(5), 0
    probability = 0.0
    while at < len(temperature_answer):
        size = 2 * cut.randint(1, 500)
        probability = detector.feed(temperature_answer[at : at + size])
        at += size
    assert probability == pytest.approx(whole, abs=1e-4)


async def test_a_detector_given_back_remembers_nothing(temperature_answer: Pcm) -> None:
    detectors = VoiceActivityDetectors(spare=1)
    detectors.build()
    first = await detectors.take()
    probabilities = [first.feed(frame) for frame in frames(temperature_answer)]
    detectors.give_back(first)
    again = await detectors.take()
    assert again is first
    assert np.allclose([again.feed(f) for f in frames(temperature_answer)], probabilities)
    assert await detectors.take() is not again


async def test_who_picks_up_before_all_detectors_are_built_has_one() -> None:
    detectors = VoiceActivityDetectors(spare=3)
    detectors.build(1)
    taken = [await detectors.take()]
    detectors.build()
    taken += [await detectors.take(), await detectors.take()]
    assert detectors.spare == 0
    assert len(set(map(id, taken))) == 3
