"""Whisper, really loaded, on the simulation's Mandarin voice."""

import asyncio
import os
import signal

import numpy as np
import pytest
from speech_spoken import spoken

from callbot.bench.speech import Sample, bench_recognition
from callbot.calls.listener import hypotheses_of
from callbot.dialog.answers import Hypothesis
from callbot.errors import SpeechError
from callbot.speech import whisper as whisper_engine
from callbot.speech.audio import FRAME_MS, Pcm, frames, samples
from callbot.speech.recognizer import Hints
from callbot.speech.whisper import WhisperRecognizer
from callbot.telephony.simulated.impairments import Noise
from callbot.telephony.simulated.mandarin_voice import MandarinVoice

# One loaded model for the module, and so one event loop.
pytestmark = pytest.mark.asyncio(loop_scope="module")

TEMPERATURE = Hints(
    "zh-CN", "您今天的体温是多少度？", ("三十六度五", "三十七度二", "三十八度", "没有量")
)
SYMPTOMS = Hints("zh-CN", "您有没有发烧、咳嗽这样的不舒服？", ("没有不舒服", "有点咳嗽", "头疼"))
MOVEMENTS = Hints(
    "zh-CN",
    "昨天到今天，您出过门没有？去了哪里？",
    ("没有出门", "一直在家", "去了趟超市", "去菜市场买菜了", "下楼扔垃圾", "去了医院"),
)

PATIENCE_S = 60.0


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine may take longer than a call would wait, above all to load the model again."""
    for name in ("DECODE_TIMEOUT_S", "QUEUE_TIMEOUT_S"):
        monkeypatch.setattr(whisper_engine, name, PATIENCE_S)


async def heard(whisper: WhisperRecognizer, pcm: Pcm, hints: Hints) -> list[str]:
    stream = whisper.open(hints)
    stream.feed(pcm)
    utterance = await stream.result()
    await stream.close()
    confidences = [a.confidence for a in utterance.alternatives]
    assert confidences == sorted(confidences, reverse=True)
    assert all(0 <= c <= 1 for c in confidences)
    return [a.text for a in utterance.alternatives]


async def test_answers_are_understood(whisper: WhisperRecognizer, mandarin: MandarinVoice) -> None:
    figures = await bench_recognition(
        [
            Sample(spoken(mandarin, words), hints, words)
            for hints, words in (
                (TEMPERATURE, "三十六度五"),
                (TEMPERATURE, "三十八度二"),
                (TEMPERATURE, "三十九度一"),
                (TEMPERATURE, "我没有量"),
                (SYMPTOMS, "没有不舒服"),
                (SYMPTOMS, "有点咳嗽"),
            )
        ],
        whisper,
    )
    assert figures.right_in_list >= 5 / 6
    assert figures.character_error_rate < 0.15


async def test_silence_and_noise_make_no_confident_answer(whisper: WhisperRecognizer) -> None:
    assert await heard(whisper, b"", TEMPERATURE) == []
    hiss = (np.random.default_rng(3).normal(size=16000) * 300).astype("<i2").tobytes()
    for noise in (bytes(32000), hiss):
        stream = whisper.open(TEMPERATURE)
        stream.feed(noise)
        utterance = await stream.result()
        assert all(a.confidence < 0.7 for a in utterance.alternatives)
        await stream.close()


async def test_a_result_covers_what_was_fed_after_an_earlier_one(
    whisper: WhisperRecognizer, mandarin: MandarinVoice, temperature_answer: Pcm
) -> None:
    stream = whisper.open(TEMPERATURE)
    stream.feed(spoken(mandarin, "没有不舒服"))
    first = await stream.result()
    assert await stream.result() is first
    stream.feed(temperature_answer)
    second = await stream.result()
    assert second.audio_s > first.audio_s
    assert "三十八度二" in second.alternatives[0].text
    await stream.close()


async def decoded_twice(
    whisper: WhisperRecognizer, pcm: Pcm, hints: Hints
) -> tuple[Hypothesis, ...]:
    """As the dialogue is given it: first with the prompt alone, then without it as well."""
    stream = whisper.open(hints)
    stream.feed(pcm)
    first = await stream.result()
    assert first.unprompted is None
    assert all(h.borne_out for h in hypotheses_of(first))
    second = await stream.result(thorough=True)
    assert second.unprompted is not None
    await stream.close()
    return hypotheses_of(second)


async def test_what_was_said_is_borne_out_without_the_prompt(
    whisper: WhisperRecognizer, mandarin: MandarinVoice
) -> None:
    for words in ("去菜市场买菜了", "没有出门，一直在家", "门槛都没迈出去过"):
        best = (await decoded_twice(whisper, spoken(mandarin, words), MOVEMENTS))[0]
        assert best.borne_out, best


async def test_an_example_written_over_noise_is_not(
    whisper: WhisperRecognizer, mandarin: MandarinVoice
) -> None:
    """ "下楼扔垃圾", of somebody who sat in the sun, no louder than the noise about them."""
    sound = frames(spoken(mandarin, "晒了一会儿太阳"))
    echoes: list[Hypothesis] = []
    for seed in "abcdef":
        noise = Noise(0, seed)
        noisy = b"".join(noise.over(f, i * FRAME_MS) for i, f in enumerate(sound))
        found = await decoded_twice(whisper, noisy, MOVEMENTS)
        echoes += [h for h in found if h.text in MOVEMENTS.examples]
    assert echoes, "the prompt does not leak"
    assert sum(h.borne_out for h in echoes) <= len(echoes) / 4, echoes


async def test_a_long_answer_is_decoded_to_its_end(
    whisper: WhisperRecognizer, mandarin: MandarinVoice, temperature_answer: Pcm
) -> None:
    told = ("我昨天去菜市场买菜了", "回来的时候头有点疼", "后来睡了一觉", "今天早上我量了体温")
    story = b"".join(spoken(mandarin, words, after_ms=600) for words in told)
    assert len(samples(story)) > 9 * 8000
    text = (await heard(whisper, story + temperature_answer, TEMPERATURE))[0]
    assert "菜市场" in text
    assert "八度二" in text
    very_long = bytes(40 * 16000) + temperature_answer
    assert any("三十八度二" in text for text in await heard(whisper, very_long, TEMPERATURE))


async def test_a_killed_worker_fails_one_utterance_and_the_next_is_understood(
    whisper: WhisperRecognizer, temperature_answer: Pcm
) -> None:
    stream = whisper.open(TEMPERATURE)
    stream.feed(temperature_answer)
    # So that it cannot have finished by then.
    os.kill(whisper.worker_pids[0], signal.SIGSTOP)
    waiting = asyncio.create_task(stream.result())
    await asyncio.sleep(0.05)
    os.kill(whisper.worker_pids[0], signal.SIGKILL)
    with pytest.raises(SpeechError):
        await waiting
    assert "三十八度二" in (await stream.result()).alternatives[0].text
    await stream.close()


async def test_an_abandoned_stream_leaves_the_queue_to_the_others(
    whisper: WhisperRecognizer, temperature_answer: Pcm
) -> None:
    streams = [whisper.open(TEMPERATURE) for _ in range(6)]
    for number, stream in enumerate(streams):
        # No two the same: a sound decoded before is not decoded again.
        stream.feed(temperature_answer + bytes(320 * number))
    # Until some are abandoned, none is decoded.
    os.kill(whisper.worker_pids[0], signal.SIGSTOP)
    results = [asyncio.create_task(stream.result()) for stream in streams]
    await asyncio.sleep(0.05)
    for stream in streams[1:5]:
        await stream.close()
    os.kill(whisper.worker_pids[0], signal.SIGCONT)
    for abandoned in results[1:5]:
        with pytest.raises(SpeechError, match="closed"):
            await abandoned
    for kept in (results[0], results[5]):
        assert "三十八度二" in (await kept).alternatives[0].text


async def test_one_set_of_workers_serves_every_locale(
    whisper: WhisperRecognizer, temperature_answer: Pcm
) -> None:
    for locale in ("en-US", "ko-KR"):
        for text in await heard(whisper, temperature_answer, Hints(locale, "How are you?")):
            assert not any("\u4e00" <= c <= "\u9fff" for c in text) or not text.isalpha()
