"""A call on real sound whose far end a test plays: what the resident sounds like, and what is
heard of the bot."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from calls_office import PinnedClock
from sqlmodel import select

from callbot.calls.conversation import Conversation, Parts
from callbot.calls.journal import CallKey, Journal
from callbot.calls.listener import Listener
from callbot.calls.recorder import Recorder
from callbot.calls.turn_taking import load_turn_taking
from callbot.db import Database
from callbot.dialog.events import Listen
from callbot.dialog.script import Script
from callbot.dialog.session import Session
from callbot.models import AnswerRow, Turn
from callbot.speech.audio import FRAME_MS, SILENT_FRAME, Pcm, frames, samples
from callbot.speech.prompts import PromptLibrary
from callbot.speech.recognizer import Alternative, Hints, Utterance
from callbot.speech.voice_activity import VoiceActivityDetector
from callbot.telephony.carrier import Answered, Audio, Ended, EndReason, Key
from callbot.telephony.pacing import Metronome
from callbot.telephony.simulated.leg import SimulatedLeg

PACE = 4.0
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
    """A recogniser that is told what was said; the test is about when, not what.

    to_come: of the utterances that follow, instead of `words`.
    """

    name = "known"

    def __init__(self) -> None:
        self.words = ""
        self.to_come: deque[str] = deque()
        self.slow = asyncio.Event()
        self.slow.set()

    async def start(self) -> None: ...

    async def warm_up(self, locale: str) -> None: ...

    async def close(self) -> None: ...

    def open(self, hints: Hints) -> "KnownWords":  # noqa: ARG002
        if self.to_come:
            self.words = self.to_come.popleft()
        return self

    def feed(self, pcm: Pcm) -> None: ...

    def went_on(self) -> None: ...

    async def result(self, *, thorough: bool = False) -> Utterance:  # noqa: ARG002
        await self.slow.wait()
        found = (Alternative(self.words, 0.9),) if self.words else ()
        return Utterance(found, 1.0)


class Line:
    """The far end of one call: what the resident sounds like, and what is heard of the bot."""

    def __init__(self, leg: SimulatedLeg, echo: float = 0.0, pace: float = PACE) -> None:
        self.leg = leg
        self._echo = echo
        self._pace = pace
        self.over = False
        self.bot: list[Pcm] = []
        self._resident: deque[Pcm] = deque()
        self._moved = asyncio.Event()
        self._clock = Metronome(self._tick, pace)
        self._ticked_already = 0

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

    def stall(self, seconds: float, *, far_end_goes_on: bool) -> None:
        """Stops this process, event loop and all, for so long on the line.

        far_end_goes_on: as a real network does: it plays what it has and then silence, and what it
        sends meanwhile waits here. Otherwise the line stands still too and then makes up for it.
        """
        time.sleep(seconds / self._pace)
        if far_end_goes_on:
            missed = round(seconds * 1000 / FRAME_MS)
            for _ in range(missed):
                self._pass()
            self._ticked_already += missed

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
        if self._ticked_already:
            self._ticked_already -= 1
            return True
        return self._pass()

    def _pass(self) -> bool:
        frame = self._resident.popleft() if self._resident else SILENT_FRAME
        if self._echo and self.now >= ECHO_DELAY_FRAMES:
            back = samples(self.bot[-ECHO_DELAY_FRAMES]) * self._echo
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


@asynccontextmanager
async def talking(
    script: Script,
    sounds: PromptLibrary,
    database: Database,
    folder: Path,
    now: datetime,
    keys: tuple[str, ...],
    echo: float = 0.0,
    pace: float = PACE,
) -> AsyncIterator[Talk]:
    """keys: pressed one after another, each when the bot has begun to ask. echo: of the bot, from
    0 to 1, from the first word on. pace: slower than PACE where a stall of the machine must not
    count four times."""
    clock = PinnedClock(now)
    journal = Journal(database, CallKey("c1", "a1", 1, 1), clock)
    journal.opened(script="quarantine", version="v1", locale="zh-CN", recording="c1.wav")
    session = Session.new(script, "zh-CN", VARIABLES, time_zone="Asia/Shanghai")
    recognizer = KnownWords()
    line = Line(SimulatedLeg("a1"), echo, pace)
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
        pace=pace,
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
