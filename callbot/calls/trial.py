"""A conversation that is only tried: like any other, but without rows and recording."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from callbot.calls.conversation import Conversation, Observer, Parts
from callbot.calls.listener import Listener
from callbot.calls.turn_taking import TurnTaking
from callbot.clock import Clock
from callbot.dialog.answers import Answer
from callbot.dialog.events import AnswerRecorded, Event, Flagged, Outcome, Say
from callbot.dialog.session import Session
from callbot.speech.audio import Pcm
from callbot.speech.prompts import PromptLibrary
from callbot.speech.recognizer import Recognizer
from callbot.speech.voice_activity import VoiceActivityDetectors
from callbot.telephony.carrier import Leg


class Speech(Protocol):
    """What conversations of a process listen and speak with."""

    @property
    def prompts(self) -> PromptLibrary: ...

    @property
    def detectors(self) -> VoiceActivityDetectors: ...

    async def recognizer(self, locale: str) -> Recognizer:
        """Started. Raises SpeechError."""

    def manners(self, locale: str) -> TurnTaking: ...


@dataclass(frozen=True)
class BotSaid:
    text: str


@dataclass(frozen=True)
class ResidentSaid:
    """text: the likeliest words; empty when nothing was made out."""

    text: str


Told = BotSaid | ResidentSaid | Answer | Flagged | Outcome
"""What a trial tells while it runs; the outcome is the last."""

Tell = Callable[[Told], None]


class _Teller:
    """In a journal's place: tells what it would write."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell

    def event(self, event: Event, *, script_version: str) -> None:  # noqa: ARG002
        match event:
            case Say():
                self._tell(BotSaid(event.text))
            case AnswerRecorded():
                self._tell(event.answer)
            case Flagged():
                self._tell(event)
            case _:
                pass

    def turn(self, *, speaker: str, text: str, **_: object) -> None:
        """What the bot says is told when it begins, not when it has been played."""
        if speaker != "bot":
            self._tell(ResidentSaid(text))

    def session(self, state: str) -> None:
        pass

    def recording_failed(self, problem: str) -> None:
        pass

    def closed(self, outcome: Outcome) -> None:
        self._tell(outcome)

    async def close(self) -> None:
        pass


class _NoRecorder:
    problem = ""

    def resident(self, frame: Pcm) -> None:
        pass

    def bot(self, frame: Pcm) -> None:
        pass

    async def close(self) -> None:
        pass


async def talk(
    leg: Leg,
    session: Session,
    speech: Speech,
    clock: Clock,
    tell: Tell,
    observer: Observer | None = None,
) -> Outcome:
    """Leads a trial over an answered leg to its end. tell: never blocks. Raises SpeechError."""
    locale = session.data.locale
    recognizer = await speech.recognizer(locale)
    manners = speech.manners(locale)
    detector = await speech.detectors.take()
    try:
        return await Conversation(
            leg,
            Parts(
                session=session,
                listener=Listener(recognizer, detector, session.weigh, manners.breath),
                prompts=speech.prompts,
                recorder=_NoRecorder(),
                journal=_Teller(tell),
                clock=clock,
                turn_taking=manners,
                observer=observer,
            ),
        ).run()
    finally:
        speech.detectors.give_back(detector)
