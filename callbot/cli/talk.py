"""A conversation by typing: the same dialogue as on the telephone, without sound."""

from collections.abc import Iterator
from typing import Any

from callbot.clock import Clock
from callbot.dialog.events import (
    AnswerRecorded,
    CallbackRequested,
    Event,
    Flagged,
    HangUp,
    HungUp,
    Input,
    Listen,
    Misheard,
    OptedOut,
    Say,
    Transfer,
    TransferFailed,
)
from callbot.dialog.silent_call import SilentCall
from callbot.dialog.trial import typed


class Talk:
    """One conversation; what is to be shown comes as lines, and at the end as a result."""

    def __init__(self, call: SilentCall, clock: Clock) -> None:
        self._call = call
        self._clock = clock

    def start(self) -> Iterator[str]:
        yield from _shown(self._call.start(self._clock.now()))

    def give(self, line: str | None) -> Iterator[str]:
        """line: as typed; None when the resident hangs up."""
        yield from self._resume(HungUp() if line is None else typed(line))

    def _resume(self, given: Input) -> Iterator[str]:
        events = self._call.give(given, self._clock.now())
        yield from _shown(events)
        if any(isinstance(event, Transfer) for event in events):
            yield "… nobody can be put through to here"
            yield from self._resume(TransferFailed())

    @property
    def ended(self) -> bool:
        return self._call.session.ended

    def result(self) -> dict[str, Any]:
        """Outcome, answers and flags, as `callbot simulate` writes them."""
        ends = [event for event in self._call.events if isinstance(event, HangUp)]
        flags = [event for event in self._call.events if isinstance(event, Flagged)]
        sheets = [self._call.session.data, *self._call.session.data.members]
        return {
            "outcome": ends[-1].outcome.value if ends else None,
            "answers": [
                {
                    "question": answer.question,
                    **({"member": answer.member} if answer.member else {}),
                    "status": answer.status.value,
                    "value": answer.value,
                    "heard": answer.heard,
                }
                for sheet in sheets
                for answer in sheet.answers.values()
            ],
            "flags": [
                {
                    "rule": flag.rule,
                    **({"member": flag.member} if flag.member else {}),
                    "severity": flag.severity.value,
                    "reason": flag.reason,
                }
                for flag in flags
            ],
        }


def _shown(events: tuple[Event, ...]) -> Iterator[str]:
    yield from filter(None, map(_line, events))


def _line(event: Event) -> str:
    """What is seen of an event while one talks; answers and other flags are seen at the end."""
    match event:
        case Say():
            return f"☎ {event.text}"
        case Listen():
            return f"  [{event.question}{', to confirm' if event.confirming else ''}]"
        case Misheard():
            return f"  … not understood: {event.reason}"
        case Flagged():
            return f"  ⚑ {event.severity}: {event.reason}"
        case CallbackRequested():
            return f"  … call back at {event.at:%Y-%m-%d %H:%M}" if event.at else ""
        case OptedOut():
            return "  … no more calls to this number"
        case AnswerRecorded() | Transfer() | HangUp():
            return ""
