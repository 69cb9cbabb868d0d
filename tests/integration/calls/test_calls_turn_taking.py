"""Who speaks when, on real sound: a resident's voice, coughs and echo over the bot's own voice."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from calls_talk import PACE, KnownWords, Talk, talking
from golden import script

from callbot.calls import conversation
from callbot.calls.conversation import FILLER
from callbot.calls.listener import Listener
from callbot.calls.turn_taking import load_turn_taking
from callbot.db import Database
from callbot.dialog.script import Script
from callbot.dialog.session import Weight
from callbot.speech.audio import FRAME_MS, SAMPLE_RATE_HZ, Pcm, duration_s, frames
from callbot.speech.prompts import PromptLibrary
from callbot.speech.pyttsx3_engine import Pyttsx3Synthesizer
from callbot.speech.recognizer import Hints
from callbot.speech.synthesizer import Prompt
from callbot.speech.voice_activity import VoiceActivityDetector
from callbot.telephony.simulated.mandarin_voice import MandarinVoice
from callbot.telephony.simulated.voices import Speaker

pytestmark = pytest.mark.asyncio(loop_scope="module")

TO_SYMPTOMS = ("1", "1", "365", "1")


@pytest.fixture(scope="module")
def quarantine() -> Script:
    quarantine = script("quarantine")
    # As a node does while the phone rings.
    quarantine.prepare("zh-CN")
    return quarantine


@pytest.fixture(scope="module")
def voice(speech_dir: Path) -> MandarinVoice:
    return MandarinVoice(speech_dir / "cache" / "simulated-voices", Speaker())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sounds(quarantine: Script, speech_dir: Path) -> AsyncIterator[PromptLibrary]:
    synthesizer = Pyttsx3Synthesizer()
    await synthesizer.start()
    library = PromptLibrary(synthesizer, Path("prompts"), speech_dir / "cache" / "prompts")
    ready = quarantine.fixed_prompts("zh-CN")
    texts = [(prompt_id, text) for prompt_id, text in ready if "{" not in text]
    texts.append((FILLER, load_turn_taking(Path("prompts"))["zh-CN"].filler))
    await library.prepare(Prompt(prompt_id, "zh-CN", text) for prompt_id, text in texts)
    yield library
    await synthesizer.close()


@pytest.fixture
def new_talk(
    quarantine: Script,
    sounds: PromptLibrary,
    database: Database,
    tmp_path: Path,
    morning: datetime,
) -> Callable[..., AbstractAsyncContextManager[Talk]]:
    def make(
        keys: tuple[str, ...] = TO_SYMPTOMS, echo: float = 0.0, pace: float = PACE
    ) -> AbstractAsyncContextManager[Talk]:
        return talking(quarantine, sounds, database, tmp_path, morning, keys, echo, pace)

    return make


NewTalk = Callable[..., AbstractAsyncContextManager[Talk]]


def cough(ms: int) -> Pcm:
    """A burst of coloured noise that dies away, as loud as speech."""
    draw = np.random.default_rng(ms)
    burst = draw.normal(size=ms * 8) * np.exp(-np.arange(ms * 8) / (ms * 8 / 3))
    burst = np.convolve(burst, (1.0, 0.6, 0.3), "same")
    return (burst / np.sqrt(np.mean(burst**2)) * 2500).astype("<i2").tobytes()


def spoken(voice: MandarinVoice, words: str) -> Pcm:
    return voice.speak(words).tobytes()


async def test_the_bot_is_silent_within_200_ms_of_speech_and_says_what_it_had_said(
    new_talk: NewTalk, voice: MandarinVoice
) -> None:
    # Spoken beforehand: it takes a second of this process, in which no frame would move.
    sound = spoken(voice, "没有不舒服")
    async with new_talk() as talk:
        talk.recognizer.words = "没有不舒服"
        began = talk.line.now
        talk.line.say(sound)
        await talk.line.pass_s(0.7)
        over = [frame for frame in talk.line.audible() if frame >= began]
        assert max(over) < began + 200 / FRAME_MS
        await talk.line.until(lambda: talk.answer("symptoms") is not None)
    asked = talk.asked("symptoms")
    assert asked.interrupted
    assert asked.text.endswith("…")
    assert 2 <= len(asked.text) < len("您今天有没有不舒服，比如发烧、咳嗽、乏力？")


@pytest.mark.parametrize("words", ["嗯", "哦", "对"])
async def test_a_listening_sign_does_not_take_the_turn(
    new_talk: NewTalk, voice: MandarinVoice, words: str
) -> None:
    sound = spoken(voice, words)
    async with new_talk() as talk:
        talk.recognizer.words = words
        talk.line.say(sound)
        await talk.line.pass_s(6)
        assert talk.answer("symptoms") is None
    assert not talk.asked("symptoms").interrupted
    assert talk.asked("symptoms").text.endswith("？")


async def test_a_cough_does_not_even_make_the_bot_pause(new_talk: NewTalk) -> None:
    async with new_talk() as talk:
        began = talk.line.now
        talk.line.say(cough(400))
        await talk.line.pass_s(5)
        quiet = np.diff([frame for frame in talk.line.audible() if frame >= began])
    # The prompt's own pauses at its commas are shorter.
    assert max(quiet) * FRAME_MS < 400
    assert not talk.asked("symptoms").interrupted


@pytest.mark.parametrize(("stall_s", "far_end_goes_on"), [(0.7, False), (1.5, True)])
async def test_the_bots_own_echo_never_interrupts_it_nor_answers_it(
    new_talk: NewTalk, stall_s: float, far_end_goes_on: bool
) -> None:
    """Nor when this process stands still for a while, as it does on a busy machine."""
    async with new_talk(echo=0.3, pace=2.0) as talk:
        talk.recognizer.words = "没有不舒服"
        began = talk.line.now
        await talk.line.pass_s(1)
        talk.line.stall(stall_s, far_end_goes_on=far_end_goes_on)
        await talk.line.pass_s(5)
        gaps = np.diff([frame for frame in talk.line.audible() if frame >= began]) * FRAME_MS
        assert talk.answer("symptoms") is None
    # The prompt's own pauses at its commas are shorter.
    assert len(gaps[gaps >= 400]) == far_end_goes_on
    assert not talk.asked("symptoms").interrupted
    assert not talk.turns("resident")


async def test_someone_is_heard_over_the_echo_of_the_bot(
    new_talk: NewTalk, voice: MandarinVoice
) -> None:
    sound = spoken(voice, "没有不舒服")
    async with new_talk(echo=0.1) as talk:
        talk.recognizer.words = "没有不舒服"
        talk.line.say(sound)
        await talk.line.until(lambda: talk.answer("symptoms") is not None)
    assert talk.asked("symptoms").interrupted


async def test_a_short_hum_after_the_question_is_an_answer(
    new_talk: NewTalk, voice: MandarinVoice
) -> None:
    async with new_talk(keys=("1", "1", "365")) as talk:
        talk.recognizer.words = "嗯"
        await talk.line.pass_s(5)
        talk.line.say(spoken(voice, "嗯"))
        await talk.line.until(lambda: talk.answer("temperature") is not None)
    assert [turn.text for turn in talk.turns("resident")] == ["嗯"]


async def test_a_slow_recognition_is_bridged_and_its_result_still_counts(
    new_talk: NewTalk, voice: MandarinVoice
) -> None:
    async with new_talk() as talk:
        talk.recognizer.slow.clear()
        talk.recognizer.words = "没有不舒服"
        await talk.line.pass_s(7)
        talk.line.say(spoken(voice, "没有不舒服"))
        await talk.line.pass_s(6)
        assert talk.answer("symptoms") is None
        talk.recognizer.slow.set()
        await talk.line.until(lambda: talk.answer("symptoms") is not None)
    assert [turn.text for turn in talk.turns("bot")].count("嗯，请稍等。") == 1


@pytest.mark.parametrize(("patience_s", "quiet_ms"), [(0.6, 800), (1.2, 1300)])
async def test_a_silence_is_bridged_as_soon_as_even_somebody_slow_has_finished(
    voice: MandarinVoice, patience_s: float, quiet_ms: int
) -> None:
    recognizer = KnownWords()
    recognizer.slow.clear()
    listener = Listener(recognizer, VoiceActivityDetector(), lambda _: Weight.COMPLETE)
    listener.expect(Hints("zh-CN"), patience_s)
    for frame in frames(spoken(voice, "没有不舒服") + bytes(2 * SAMPLE_RATE_HZ * 2)):
        assert listener.hear(frame) is None
        if listener.overdue:
            break
        await asyncio.sleep(0)
    await listener.close()
    assert quiet_ms <= listener.activity.quiet_ms < quiet_ms + FRAME_MS


async def test_silence_is_counted_from_the_end_of_the_bots_speech(new_talk: NewTalk) -> None:
    async with new_talk() as talk:
        asked = len(talk.line.audible())
        await talk.line.pass_s(5)
        end = talk.line.audible()[-1]
        assert len(talk.line.audible()) > asked
        await talk.line.until(lambda: talk.line.audible()[-1] > end)
        again = next(frame for frame in talk.line.audible() if frame > end)
    # A sentence later than that if it were counted from the question's last sign of life.
    assert 6000 <= (again - end) * FRAME_MS < 9000


async def test_a_number_said_in_two_halves_is_one_answer(
    new_talk: NewTalk, voice: MandarinVoice
) -> None:
    async with new_talk(keys=("1", "1")) as talk:
        await talk.line.pass_s(5)
        talk.recognizer.words = "三十六度"
        first = spoken(voice, "三十六度")
        talk.line.say(first + bytes(16 * 800))
        await talk.line.pass_s(duration_s(first) + 0.75)
        talk.recognizer.words = "三十六度五"
        talk.line.say(spoken(voice, "五"))
        await talk.line.until(lambda: bool(talk.turns("resident")))
    assert [turn.text for turn in talk.turns("resident")] == ["三十六度五"]


async def test_what_is_added_as_the_bot_takes_the_turn_is_one_answer_with_what_was_said_before(
    new_talk: NewTalk, voice: MandarinVoice
) -> None:
    """0.2 s after the question's patience; taken for an answer of its own it would replace the
    other."""
    sound = spoken(voice, "我发烧") + bytes(16 * 850) + spoken(voice, "还有咳嗽")
    async with new_talk() as talk:
        await talk.line.pass_s(7)
        talk.recognizer.to_come.extend(["我发烧", "还有咳嗽"])
        talk.line.say(sound)
        await talk.line.until(lambda: len(talk.turns("resident")) == 2)
        await talk.line.pass_s(8)
    read_back = talk.turns("bot")[-1].text
    assert "发烧" in read_back
    assert "咳嗽" in read_back


async def test_a_goodbye_is_played_out_and_then_the_line_is_hung_up(new_talk: NewTalk) -> None:
    async with new_talk() as talk:
        talk.conversation.stop()
        await talk.line.until(lambda: talk.line.leg.hanging_up)
    last = talk.turns("bot")[-1]
    assert not last.interrupted
    assert "再见" in last.text
    assert talk.line.audible()[-1] * FRAME_MS == pytest.approx(last.end_ms, abs=200)


async def test_a_call_on_which_no_more_sound_comes_is_hung_up(
    new_talk: NewTalk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "MEDIA_TIMEOUT_S", 3.0)
    async with new_talk(keys=()) as talk:
        await talk.line.stop()
        while not talk.line.leg.hanging_up:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
