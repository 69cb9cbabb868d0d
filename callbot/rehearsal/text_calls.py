"""The same dialogue without sound: residents' words are handed over as heard."""

from datetime import datetime
from typing import Any

from callbot.dialog.answers import Hypothesis
from callbot.dialog.events import (
    AnswerRecorded,
    Digits,
    Event,
    Flagged,
    HangUp,
    Heard,
    HungUp,
    Input,
    Listen,
    Outcome,
    Say,
    Silence,
)
from callbot.dialog.script import Script
from callbot.dialog.session import Session
from callbot.rehearsal.far_end import Meaning
from callbot.rehearsal.outcome import ResidentResult
from callbot.telephony.simulated.residents import PickUp, SimulatedResident

_UNANSWERED = {
    PickUp.NO_ANSWER: Outcome.NO_ANSWER,
    PickUp.BUSY: Outcome.BUSY,
    PickUp.REJECT: Outcome.REJECTED,
    PickUp.VOICEMAIL: Outcome.VOICEMAIL,
}


def talk(
    script: Script,
    resident: SimulatedResident,
    variables: dict[str, str],
    *,
    at: datetime,
    time_zone: str,
) -> ResidentResult:
    """One attempt with one resident. at: the moment of the whole call, aware."""
    picks_up, hangs_up_at = resident.pick_up(1)
    if picks_up in _UNANSWERED:
        return ResidentResult(resident.phone, _UNANSWERED[picks_up], 1, {}, ())
    call = _TextCall(script, resident, hangs_up_at)
    session = Session.new(script, resident.locale, variables, time_zone=time_zone)
    given: Input | None = call.take(session.start(at))
    while given is not None:
        given = call.take(session.resume(given, at))
    return ResidentResult(
        resident.phone,
        call.outcome,
        1,
        call.answers,
        tuple(call.flags),
        tuple(call.turns),
    )


class _TextCall:
    def __init__(
        self, script: Script, resident: SimulatedResident, hangs_up_at: str | None
    ) -> None:
        self._resident = resident
        self._hangs_up_at = hangs_up_at
        self._meaning = Meaning(resident, script)
        self.outcome: Outcome | None = None
        self.answers: dict[str, dict[str, Any]] = {}
        self.flags: list[dict[str, str]] = []
        self.turns: list[dict[str, Any]] = []

    def take(self, events: tuple[Event, ...]) -> Input | None:
        """Keeps what the bot did; gives what the resident does then, None at the end."""
        given: Input | None = None
        for event in events:
            match event:
                case Say():
                    self._turn("bot", event.text, event.question)
                case AnswerRecorded():
                    answer = event.answer
                    self.answers[answer.question] = {
                        "status": answer.status.value,
                        "value": answer.value,
                        "heard": answer.heard,
                        "confidence": round(answer.confidence, 3),
                    }
                case Flagged():
                    self.flags.append(
                        {
                            "rule": event.rule,
                            "severity": event.severity.value,
                            "reason": event.reason,
                        }
                    )
                case Listen():
                    given = self._reply(event)
                case HangUp():
                    self.outcome = event.outcome
                case _:
                    pass
        return given

    def _reply(self, listen: Listen) -> Input:
        if listen.question == self._hangs_up_at and not listen.confirming:
            return HungUp()
        listen = self._meaning.heard(listen)
        true = self._meaning.told(listen)
        keys = self._resident.presses(listen)
        if keys is not None:
            self._turn("resident", keys, listen.question)
            return Digits(digits=keys)
        words = self._resident.words(listen, true)
        if not words or not words.strip():
            return Silence()
        self._turn("resident", words, listen.question)
        return Heard(hypotheses=(Hypothesis(text=words),))

    def _turn(self, speaker: str, text: str, question: str | None) -> None:
        self.turns.append(
            {
                "speaker": speaker,
                "text": text,
                "start_ms": None,
                "end_ms": None,
                "question": question,
            }
        )
