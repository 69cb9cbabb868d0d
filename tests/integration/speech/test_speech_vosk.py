"""Vosk on the one model that comes as a package: behaviour, not accuracy."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from callbot.errors import ModelMissing, SpeechError
from callbot.speech import vosk
from callbot.speech.audio import FRAME_MS, Pcm, duration_s, frames
from callbot.speech.pyttsx3_engine import Pyttsx3Synthesizer
from callbot.speech.recognizer import Hints
from callbot.speech.synthesizer import Prompt
from callbot.speech.vosk import VoskRecognizer
from callbot.speech.vosk_worker import MOST_LIVE

KOREAN = Hints("ko-KR")
SOON_S = 60.0


async def korean_speech(synthesizer: Pyttsx3Synthesizer, words: str) -> Pcm:
    return bytes(1600) + await synthesizer.speak(Prompt("x", "ko-KR", words)) + bytes(4800)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A recogniser that is new to the graph takes seconds, on a busy machine many."""
    monkeypatch.setattr(vosk, "RESULT_TIMEOUT_S", SOON_S)


async def test_a_call_from_first_frame_to_faults(
    synthesizer: Pyttsx3Synthesizer, korean_model: Path
) -> None:
    """One model load for all that a stream goes through."""
    speech = await korean_speech(synthesizer, "아니요 열은 없어요 감사합니다")
    recognizer = VoskRecognizer("ko-KR", korean_model)
    await recognizer.start()
    try:
        await _streams_and_gives_alternatives(recognizer, speech)
        await _covers_what_came_after_a_speculative_result(recognizer, speech)
        await _calls_do_not_mix(recognizer, speech)
        await _survives_a_kill_in_mid_utterance(recognizer, speech)
    finally:
        await recognizer.close()


async def _streams_and_gives_alternatives(recognizer: VoskRecognizer, speech: Pcm) -> None:
    stream = recognizer.open(KOREAN)
    assert (await stream.result()).alternatives == ()
    for frame in frames(speech):
        stream.feed(frame)
        await asyncio.sleep(0)
    utterance = await stream.result()
    assert len(utterance.alternatives) > 1
    assert 0.5 < sum(a.confidence for a in utterance.alternatives) <= 1 + 1e-6
    assert utterance.audio_s == pytest.approx(duration_s(speech), abs=FRAME_MS / 1000)
    stream.feed(bytes(len(speech)))
    assert await stream.result(thorough=True) is utterance, "what followed was not asked for"
    await stream.close()


async def _covers_what_came_after_a_speculative_result(
    recognizer: VoskRecognizer, speech: Pcm
) -> None:
    # Its words for the same sound differ from run to run, so that silence comes first.
    stream = recognizer.open(KOREAN)
    silence = bytes(len(speech))
    stream.feed(silence)
    first = await stream.result()
    # What follows a result is the quiet of patience, until somebody says that it is not.
    stream.feed(speech)
    stream.went_on()
    second = await stream.result()
    assert first.alternatives == ()
    assert second.alternatives
    assert second.audio_s == pytest.approx(duration_s(silence + speech), abs=FRAME_MS / 1000)
    await stream.close()


async def _calls_do_not_mix(recognizer: VoskRecognizer, speech: Pcm) -> None:
    """Nor those that are decoded while they are spoken with one that is when it has ended."""
    silent = [recognizer.open(KOREAN) for _ in range(MOST_LIVE)]
    talking = recognizer.open(KOREAN)
    for frame in frames(speech):
        talking.feed(frame)
        for stream in silent:
            stream.feed(bytes(len(frame)))
    heard, *nothing = await asyncio.gather(*(each.result() for each in (talking, *silent)))
    assert heard.alternatives
    assert all(utterance.alternatives == () for utterance in nothing)
    await asyncio.gather(*(stream.close() for stream in (talking, *silent)))


async def _survives_a_kill_in_mid_utterance(recognizer: VoskRecognizer, speech: Pcm) -> None:
    stream = recognizer.open(KOREAN)
    (killed,) = recognizer.worker_pids
    # So that it cannot have finished by then.
    os.kill(killed, signal.SIGSTOP)
    stream.feed(speech)
    waiting = asyncio.create_task(stream.result())
    await asyncio.sleep(0.02)
    os.kill(killed, signal.SIGKILL)
    with pytest.raises(SpeechError):
        await asyncio.wait_for(waiting, SOON_S)
    # Reading the model again may take longer on a busy machine than a call would wait.
    async with asyncio.timeout(SOON_S):
        while not recognizer.worker_pids:  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(0.02)
    stream.feed(bytes(3200))
    utterance = await stream.result()
    assert utterance.alternatives
    assert utterance.audio_s > duration_s(speech)
    await stream.close()
    with pytest.raises(SpeechError, match="closed"):
        await stream.result()


async def test_a_grammar_the_engine_cannot_bear_is_an_error_and_no_crash(
    korean_model: Path,
) -> None:
    recognizer = VoskRecognizer("ko-KR", korean_model, grammar=["ㅋㅋㅋ"])
    with pytest.raises(ModelMissing, match="no phrase of the grammar"):
        await recognizer.start()


async def test_a_grammar_bounds_what_is_heard(
    synthesizer: Pyttsx3Synthesizer, korean_model: Path
) -> None:
    speech = await korean_speech(synthesizer, "아니요 열은 없어요")
    recognizer = VoskRecognizer("ko-KR", korean_model, grammar=["네", "아니요"])
    await recognizer.start()
    stream = recognizer.open(KOREAN)
    stream.feed(speech)
    for alternative in (await stream.result()).alternatives:
        assert set(alternative.text.split()) <= {"네", "아니요"}
    await stream.close()
    await recognizer.close()


@pytest.mark.parametrize("name", ["graph/HCLr.fst", "graph/Gr.fst", "am/final.mdl"])
async def test_a_file_cut_in_half_never_becomes_a_running_recogniser(
    korean_copy: Path, name: str
) -> None:
    whole = (korean_copy / name).read_bytes()
    (korean_copy / name).unlink()
    (korean_copy / name).write_bytes(whole[: len(whole) // 2])
    recognizer = VoskRecognizer("ko-KR", korean_copy)
    with pytest.raises(ModelMissing, match="unpack"):
        await recognizer.start()
    assert recognizer.worker_pids == []


async def test_a_missing_file_is_named_before_the_engine_sees_the_folder(
    korean_copy: Path,
) -> None:
    (korean_copy / "ivector/final.ie").unlink()
    with pytest.raises(ModelMissing, match=r"final\.ie"):
        await VoskRecognizer("ko-KR", korean_copy).start()
