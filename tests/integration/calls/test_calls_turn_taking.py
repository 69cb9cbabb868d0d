"""Who speaks when, on real sound: a resident's voice, coughs and echo over the bot's own voice."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from calls_office import PinnedClock
from sqlmodel import select

from callbot.calls.conversation import FILLER, Conversation, Parts
from callbot.calls.journal import CallKey, Journal
from callbot.calls.listener import Listener
from callbot.calls.recorder import Recorder
from callbot.calls.turn_taking import load_turn_taking
from callbot.db import Database
from callbot.dialog.events import Listen
from callbot.dialog.script import Script, load_script
from callbot.dialog.session import Session
from callbot.models import AnswerRow, Turn
from callbot.speech.audio import FRAME_MS, SILENT_FRAME, Pcm, duration_s, frames, samples
from callbot.speech.prompts import PromptLibrary
from callbot.speech.pyttsx3_engine import Pyttsx3Synthesizer
from callbot.speech.recognizer import Alternative, Hints, Utterance
from callbot.speech.synthesizer import Prompt
from callbot.speech.voice_activity import VoiceActivityDetector
from callbot.telephony.carrier import Answered, Audio, Ended, EndReason, Key
from callbot.telephony.pacing import Metronome
from callbot.telephony.simulated.leg import SimulatedLeg
from callbot.telephony.simulated.mandarin_voice import MandarinVoice
from callbot.telephony.simulated.voices import Speaker

pytestmark = pytest.mark.asyncio(loop_scope="module")

PACE = 4.0
TO_SYMPTOMS = ("1", "1", "365", "1")
VARIABLES = {
    "office": "街道办",
    "office_phone": "1",
    "name": "王秀英",
    "day": "3",
    "days_left": "11",
    "release_date": "12月3日",
}
ECHO_DELAY_FRAMES = 10


class KnownWords:
    """A recogniser that is told what was said; the test is about when, not what."""

    name = "known"

    def __init__(self) -> None:
        self.words = ""
        self.slow = asyncio.Event()
        self.slow.set()

    async def start(self) -> None: ...

    async def close(self) -> None: ...

    def open(self, hints: Hints) -> "KnownWords":  # noqa: ARG002
        return self

    def feed(self, pcm: Pcm) -> None: ...

    def went_on(self) -> None: ...

    async def result(self, *, thorough: bool = False) -> Utterance:  # noqa: ARG002
        await self.slow.wait()
        found = (Alternative(self.words, 0.9),) if self.words else ()
        return Utterance(found, 1.0, 0.1, self.name)


class Line:
    """The far end of one call: what the resident sounds like, and what is heard of the bot."""

    def __init__(self, leg: SimulatedLeg) -> None:
        self.leg = leg
        self.echo = 0.0
        self.over = False
        self.bot: list[Pcm] = []
        self._resident: deque[Pcm] = deque()
        self._moved = asyncio.Event()
        self._clock = Metronome(self._tick, PACE)

    def pick_up(self) -> None:
        self.leg.post(Answered())
        self._clock.start()
        self._clock.wake()

    async def stop(self) -> None:
        await self._clock.stop()

    def say(self, sound: Pcm) -> None:
        self._resident.extend(frames(sound))

    def press(self, keys: str) -> None:
        for key in keys:
            self.leg.post(Key(key))

    @property
    def now(self) -> int:
        """In frames."""
        return len(self.bot)

    def audible(self, since: int = 0) -> list[int]:
        """Frames in which the bot is heard."""
        return [
            n for n, frame in enumerate(self.bot[since:], since) if abs(samples(frame)).max() >= 150
        ]

    async def until(self, happened: Callable[[], bool], within_s: float = 30.0) -> None:
        """within_s: of the call."""
        last = self.now + round(within_s * 1000 / FRAME_MS)
        while not happened():
            assert self.now < last, "it did not happen"
            assert not self.over, "the call ended before it happened"
            self._moved.clear()
            await self._moved.wait()

    async def pass_s(self, seconds: float) -> None:
        end = self.now + round(seconds * 1000 / FRAME_MS)
        await self.until(lambda: self.now >= end, seconds + 1)

    async def until_asked(self, asked: list[Listen]) -> None:
        """Until the bot has put a question and been heard for half a second from then on."""
        await self.until(lambda: bool(asked))
        asked.clear()
        began = self.now
        await self.until(lambda: len(self.audible(began)) > 500 / FRAME_MS)

    def _tick(self, late_s: float) -> bool:  # noqa: ARG002
        frame = self._resident.popleft() if self._resident else SILENT_FRAME
        if self.echo and self.now >= ECHO_DELAY_FRAMES:
            back = samples(self.bot[-ECHO_DELAY_FRAMES]) * self.echo
            frame = (samples(frame) + back).clip(-32768, 32767).astype("<i2").tobytes()
        self.leg.post(Audio(frame))
        self.bot.append(self.leg.next_frame())
        self._moved.set()
        if self.leg.hanging_up and self.leg.played_out:
            self.leg.post(Ended(EndReason.HUNG_UP_HERE))
            self.over = True
            return False
        return True


class Talk:
    """A call whose resident has come, by keys, to the longest question: that for symptoms."""

    def __init__(
        self, line: Line, recognizer: KnownWords, conversation: Conversation, database: Database
    ) -> None:
        self.line = line
        self.recognizer = recognizer
        self.conversation = conversation
        self._database = database

    def turns(self, speaker: str) -> list[Turn]:
        with self._database.reading() as rows:
            return list(rows.exec(select(Turn).where(Turn.speaker == speaker)).all())

    def asked(self, question: str) -> Turn:
        return next(turn for turn in self.turns("bot") if turn.question == question)

    def answer(self, question: str) -> AnswerRow | None:
        with self._database.reading() as rows:
            return rows.exec(select(AnswerRow).where(AnswerRow.question == question)).first()


@pytest.fixture(scope="module")
def quarantine() -> Script:
    script = load_script(Path("prompts"), "quarantine")
    # As a node does while the phone rings.
    script.lexicons["zh-CN"].prepare(sounds=True)
    return script


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> MandarinVoice:
    return MandarinVoice(tmp_path_factory.mktemp("voice"), Speaker())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sounds(
    quarantine: Script, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[PromptLibrary]:
    synthesizer = Pyttsx3Synthesizer()
    await synthesizer.start()
    library = PromptLibrary(synthesizer, Path("prompts"), tmp_path_factory.mktemp("prompts"))
    ready = quarantine.fixed_prompts("zh-CN")
    texts = [(prompt_id, text) for prompt_id, text in ready if "{" not in text]
    texts.append((FILLER, load_turn_taking(Path("prompts"))["zh-CN"].filler))
    await library.prepare(Prompt(prompt_id, "zh-CN", text) for prompt_id, text in texts)
    yield library
    await synthesizer.close()


@asynccontextmanager
async def talking(
    script: Script,
    sounds: PromptLibrary,
    database: Database,
    folder: Path,
    now: datetime,
    keys: tuple[str, ...],
) -> AsyncIterator[Talk]:
    """keys: pressed one after another, each when the bot has begun to ask."""
    clock = PinnedClock(now)
    journal = Journal(database, CallKey("c1", "a1", 1, 1), clock)
    journal.opened(script="quarantine", version="v1", locale="zh-CN", recording="c1.wav")
    session = Session.new(script, "zh-CN", VARIABLES, time_zone="Asia/Shanghai")
    recognizer = KnownWords()
    line = Line(SimulatedLeg("a1"))
    asked: list[Listen] = []
    parts = Parts(
        session=session,
        listener=Listener(recognizer, VoiceActivityDetector(), session.weigh),
        prompts=sounds,
        recorder=Recorder(folder / "c1.wav"),
        journal=journal,
        clock=clock,
        turn_taking=load_turn_taking(Path("prompts"))["zh-CN"],
        observer=lambda event: asked.append(event) if isinstance(event, Listen) else None,
        pace=PACE,
    )
    talk = Talk(line, recognizer, Conversation(line.leg, parts), database)
    line.pick_up()
    running = asyncio.create_task(talk.conversation.run())
    try:
        for pressed in keys:
            await line.until_asked(asked)
            line.press(pressed)
        await line.until_asked(asked)
        yield talk
        line.leg.post(Ended(EndReason.HUNG_UP_THERE))
        await running
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await line.stop()


@pytest.fixture
def new_talk(
    quarantine: Script,
    sounds: PromptLibrary,
    database: Database,
    tmp_path: Path,
    morning: datetime,
) -> Callable[..., AbstractAsyncContextManager[Talk]]:
    def make(keys: tuple[str, ...] = TO_SYMPTOMS) -> AbstractAsyncContextManager[Talk]:
        return talking(quarantine, sounds, database, tmp_path, morning, keys)

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
    assert 2 <= len(asked.text) < len("今天您身体有没有哪里不舒服，比如发烧、咳嗽、乏力？")


@pytest.mark.parametrize("words", ["嗯", "哦", "对"])
async def test_a_listening_sign_does_not_take_the_turn(
    new_talk: NewTalk, voice: MandarinVoice, words: str
) -> None:
    async with new_talk() as talk:
        talk.recognizer.words = words
        talk.line.say(spoken(voice, words))
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


async def test_the_bots_own_echo_never_interrupts_it_nor_answers_it(new_talk: NewTalk) -> None:
    async with new_talk() as talk:
        talk.line.echo = 0.3
        talk.recognizer.words = "没有不舒服"
        began = talk.line.now
        await talk.line.pass_s(6)
        quiet = np.diff([frame for frame in talk.line.audible() if frame >= began])
        assert talk.answer("symptoms") is None
    assert max(quiet) * FRAME_MS < 400
    assert not talk.asked("symptoms").interrupted
    assert not talk.turns("resident")


async def test_someone_is_heard_over_the_echo_of_the_bot(
    new_talk: NewTalk, voice: MandarinVoice
) -> None:
    async with new_talk() as talk:
        talk.line.echo = 0.1
        talk.recognizer.words = "没有不舒服"
        talk.line.say(spoken(voice, "没有不舒服"))
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


async def test_silence_is_counted_from_the_end_of_the_bots_speech(new_talk: NewTalk) -> None:
    async with new_talk() as talk:
        asked = len(talk.line.audible())
        await talk.line.pass_s(5)
        end = talk.line.audible()[-1]
        assert len(talk.line.audible()) > asked
        await talk.line.until(lambda: talk.line.audible()[-1] > end)
        again = next(frame for frame in talk.line.audible() if frame > end)
    assert 6000 <= (again - end) * FRAME_MS < 6600


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


async def test_a_goodbye_is_played_out_and_then_the_line_is_hung_up(new_talk: NewTalk) -> None:
    async with new_talk() as talk:
        talk.conversation.stop()
        await talk.line.until(lambda: talk.line.leg.hanging_up)
    last = talk.turns("bot")[-1]
    assert not last.interrupted
    assert "再见" in last.text
    assert talk.line.audible()[-1] * FRAME_MS == pytest.approx(last.end_ms, abs=200)
