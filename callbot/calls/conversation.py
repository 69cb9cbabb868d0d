"""The loop of one call: sound in, dialogue, sound out, rows.

One task reads the leg's events in order, one plays the bot's speech, recognition runs in worker
processes. A call that stalls or breaks touches no other.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from callbot.calls.answering_machine import is_machine
from callbot.calls.barge_in import BargeIn
from callbot.calls.keeping import CallJournal, CallRecorder
from callbot.calls.keypad import Keypad
from callbot.calls.listener import HeardUtterance, Listener
from callbot.calls.playout import Playout
from callbot.calls.turn_log import TurnLog
from callbot.calls.turn_taking import PLAIN, TurnTaking
from callbot.clock import Clock
from callbot.dialog.events import (
    Digits,
    Event,
    HangUp,
    Heard,
    HungUp,
    Input,
    Listen,
    Outcome,
    RecognitionFailed,
    Say,
    Silence,
    TimeUp,
    Transfer,
    TransferFailed,
)
from callbot.dialog.session import Session
from callbot.errors import SpeechError
from callbot.speech.beep import BeepDetector
from callbot.speech.echo import EchoGuard
from callbot.speech.prompts import PromptLibrary
from callbot.speech.recognizer import Hints
from callbot.speech.synthesizer import Prompt
from callbot.telephony.carrier import SOUNDLESS_S, Audio, Ended, EndReason, Key, Leg, Machine

log = logging.getLogger(__name__)

FILLER = "filler"
"""Its prompt id: an office can record it."""

MEDIA_TIMEOUT_S = SOUNDLESS_S + 2.0
"""A call on which no sound arrives for this long is dead; a leg ends it before, and says why."""

GOODBYE_TIMEOUT_S = 30.0
"""A goodbye that has not been played by then never will be."""

Observer = Callable[[Event], None]


@dataclass(frozen=True)
class Parts:
    """What a conversation works with.

    human_line: E.164, whom residents are put through to; empty if to nobody. pace: 1.0 is real
    time, more is for simulated networks only.
    """

    session: Session
    listener: Listener
    prompts: PromptLibrary
    recorder: CallRecorder
    journal: CallJournal
    clock: Clock
    machine_words: Sequence[str] = ()
    human_line: str = ""
    turn_taking: TurnTaking = PLAIN
    observer: Observer | None = None
    pace: float = 1.0


class Conversation:
    """Runs one answered call to its end; `run()` gives its outcome."""

    def __init__(self, leg: Leg, parts: Parts) -> None:
        self._leg = leg
        self._parts = parts
        self._session = parts.session
        self._listener = parts.listener
        self._echo = EchoGuard()
        self._beep = BeepDetector()
        self._playout = Playout(leg.send, self._flush, self._bot_played, pace=parts.pace)
        self._barge_in = BargeIn(
            self._playout, self._listener, parts.turn_taking, self._session.stands_alone
        )
        self._turns = TurnLog(parts.journal, self._playout)
        self._keypad = Keypad()
        self._listen: Listen | None = None
        self._idle_ms = 0
        self._heard_at_s = 0.0
        self._outcome: Outcome | None = None
        self._given_ms: int | None = None
        self._first_utterance = True
        self._filled = False
        self._stopping = False
        self._transfer: asyncio.Task[None] | None = None

    def stop(self) -> None:
        """Ends the call politely at the next moment (the office is closing)."""
        self._stopping = True

    async def run(self) -> Outcome:
        """To be called when the leg has been answered. Rows are stored when it returns."""
        playing = asyncio.create_task(self._playout.run())
        try:
            await self._perform(self._session.start(self._parts.clock.now()))
            await self._read_events()
            if self._outcome is None:
                await self._give(HungUp())
        finally:
            tasks = [task for task in (playing, self._transfer) if task is not None]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._playout.interrupt()
            await self._listener.close()
            outcome = self._outcome or Outcome.FAILED
            await self._store(outcome)
        return outcome

    # -- what the carrier tells ----------------------------------------------------------------

    async def _read_events(self) -> None:
        """Until the far end hangs up, or the bot has said goodbye and hung up."""
        loop = asyncio.get_running_loop()
        limit_s = self._session.script.file.limits.seconds
        ending: asyncio.Task[None] | None = None
        self._heard_at_s = loop.time()
        watching = asyncio.create_task(self._hang_up_without_sound())
        try:
            async for event in self._leg.events():
                self._heard_at_s = loop.time()
                match event:
                    case Ended():
                        self._ended(event)
                        return
                    case Audio():
                        self._parts.recorder.resident(event.pcm)
                        await self._frame(event.pcm)
                    case Key():
                        await self._key(event.digit)
                    case Machine():
                        self._let_machine_go()
                    case _:
                        pass
                overdue = self._listener.now_ms >= limit_s * 1000 or self._stopping
                if overdue and self._outcome is None:
                    self._playout.interrupt()
                    await self._give(TimeUp())
                await self._check_transfer()
                if self._outcome is not None and ending is None:
                    ending = asyncio.create_task(self._hang_up())
        finally:
            tasks = [task for task in (watching, ending) if task is not None]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, ended: Ended) -> None:
        if ended.reason in (EndReason.NETWORK_FAILED, EndReason.UNHEARD):
            beside = {"attempt": self._leg.attempt_id, "reason": ended.detail}
            log.warning("the network ended a call", extra=beside)

    async def _hang_up_without_sound(self) -> None:
        """One timer for the call: one for each frame was a twelfth of the node's work."""
        loop = asyncio.get_running_loop()
        while (left_s := self._heard_at_s + MEDIA_TIMEOUT_S - loop.time()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(left_s)
        log.warning("call lost its sound", extra={"attempt": self._leg.attempt_id})
        await self._leg.hang_up()

    async def _hang_up(self) -> None:
        """The goodbye is played out, then the line is hung up."""
        try:
            async with asyncio.timeout(GOODBYE_TIMEOUT_S / self._parts.pace):
                await self._playout.finished()
        except TimeoutError:
            log.warning("goodbye not played", extra={"attempt": self._leg.attempt_id})
        await self._leg.hang_up()

    def _bot_played(self, pcm: bytes) -> None:
        self._parts.recorder.bot(pcm)
        self._echo.played(pcm, self._playout.late_ms)

    def _flush(self) -> None:
        self._leg.flush()
        self._echo.dropped(self._playout.unheard_frames)

    async def _frame(self, pcm: bytes) -> None:
        self._playout.catch_up()
        self._echo.heard(pcm)
        if self._session.may_be_machine and self._beep.feed(pcm):
            self._let_machine_go()
            return
        utterance = self._listener.hear(pcm, self._echo.is_echo)
        if self._listen is None or self._outcome is not None:
            return
        if utterance is not None and self._first_utterance and self._from_machine(utterance):
            return
        speaking = self._playout.speaking
        utterance = self._barge_in.answer(utterance, thinking=self._filled)
        if utterance is not None:
            await self._utterance(utterance)
            return
        if speaking:
            self._idle_ms = 0
            return
        if self._listener.overdue and not self._filled:
            await self._fill()
        digits = self._keypad.waited(self._listener.now_ms)
        if digits is not None:
            await self._give(Digits(digits=digits))
        elif not self._playout.speaking and not self._listener.hearing:
            self._idle_ms += 20
            if self._idle_ms >= self._listen.silence_s * 1000:
                await self._give(Silence())

    async def _fill(self) -> None:
        """Lets the resident know that they were heard, once a turn."""
        self._filled = True
        if self._parts.turn_taking.filler:
            await self._say(Say(prompt=FILLER, text=self._parts.turn_taking.filler))

    async def _key(self, digit: str) -> None:
        if self._listen is None or self._outcome is not None:
            return
        self._playout.interrupt()
        self._listener.forget()
        self._idle_ms = 0
        digits = self._keypad.press(digit, self._listen.kind, self._listener.now_ms)
        if digits is not None:
            await self._give(Digits(digits=digits))

    async def _utterance(self, heard: HeardUtterance) -> None:
        self._turns.heard(heard, self._question)
        if heard.failed:
            await self._give(RecognitionFailed())
        else:
            goes_on = heard.goes_on_from_ms is not None and heard.goes_on_from_ms == self._given_ms
            self._given_ms = heard.end_ms
            await self._give(Heard(hypotheses=heard.hypotheses, goes_on=goes_on))

    def _from_machine(self, heard: HeardUtterance) -> bool:
        """Judges the first utterance, whatever is being said over it; a machine is hung up on."""
        self._first_utterance = False
        if self._session.data.rang_back:
            # Machines ring nobody back; people who do often talk at length at once.
            return False
        machine = is_machine(
            heard.best,
            self._parts.machine_words,
            started_ms=heard.start_ms,
            speech_ms=heard.end_ms - heard.start_ms,
        )
        if machine:
            self._turns.heard(heard, self._question)
            self._let_machine_go()
        return machine

    def _let_machine_go(self) -> None:
        if self._outcome is None:
            self._playout.interrupt()
            self._outcome = Outcome.VOICEMAIL

    # -- what the dialogue decides -------------------------------------------------------------

    @property
    def _question(self) -> str:
        return self._listen.question if self._listen else ""

    async def _give(self, given: Input) -> None:
        """One input to the dialogue, and everything that follows from it."""
        if isinstance(given, Heard | Digits | RecognitionFailed):
            self._playout.interrupt()
        self._listen = None
        await self._perform(self._session.resume(given, self._parts.clock.now()))
        self._parts.journal.session(self._session.to_json())

    async def _perform(self, events: Sequence[Event]) -> None:
        version = self._session.script.version
        for event in events:
            if self._parts.observer is not None:
                self._parts.observer(event)
            self._parts.journal.event(event, script_version=version)
            match event:
                case Say():
                    await self._say(event)
                case Listen():
                    self._expect(event)
                case Transfer():
                    self._transfer = asyncio.create_task(self._put_through())
                case HangUp():
                    self._outcome = event.outcome
                case _:
                    pass

    async def _put_through(self) -> None:
        await self._playout.finished()
        await self._leg.transfer(self._parts.human_line)

    async def _check_transfer(self) -> None:
        """A carrier that will not put the resident through leaves the call to the dialogue."""
        if self._transfer is None or not self._transfer.done():
            return
        refused, self._transfer = self._transfer.exception(), None
        if refused is None or self._outcome is not None:
            return
        log.warning("not put through", extra={"attempt": self._leg.attempt_id})
        await self._give(TransferFailed())

    async def _say(self, say: Say) -> None:
        script = self._session.script.name
        prompt = Prompt(say.prompt, self._session.data.locale, say.text, script)
        try:
            pcm = await self._parts.prompts.sound(prompt)
        except SpeechError:
            log.error("prompt not spoken", extra={"prompt": say.prompt})
            return
        self._playout.play(
            pcm, text=say.text, question=say.question or "", interruptible=say.interruptible
        )

    def _expect(self, listen: Listen) -> None:
        self._listen = listen
        self._idle_ms = 0
        self._filled = False
        hints = Hints(self._session.data.locale, listen.prompt_text, listen.examples)
        self._listener.expect(hints, listen.patience_s)

    async def _store(self, outcome: Outcome) -> None:
        self._turns.spoken()
        await self._parts.recorder.close()
        if self._parts.recorder.problem:
            self._parts.journal.recording_failed(self._parts.recorder.problem)
        self._parts.journal.closed(outcome)
        await self._parts.journal.close()
