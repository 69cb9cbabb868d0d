"""What a resident adds after the bot took the turn too early: both halves are one answer."""

from collections.abc import Sequence
from typing import Final

from callbot.dialog.answers import Hypothesis
from callbot.dialog.events import AnswerRecorded, Event, Listen, Misheard, Say

_BETWEEN: Final = {"zh": "，"}
_ELSEWHERE: Final = ", "

_MAY_BE_TAKEN_BACK: Final = (Say, Listen, AnswerRecorded, Misheard)


def may_be_taken_back(events: Sequence[Event]) -> bool:
    """Whether nobody outside the call knows yet what followed from an answer."""
    return all(isinstance(event, _MAY_BE_TAKEN_BACK) for event in events)


def joined(
    former: Sequence[Hypothesis], rest: Sequence[Hypothesis], locale: str
) -> tuple[Hypothesis, ...]:
    """Readings of both together, best first: no surer than the less sure half."""
    between = _BETWEEN.get(locale.partition("-")[0], _ELSEWHERE)
    pairs = [(former[0], h) for h in rest] + [(h, rest[0]) for h in former[1:]]
    return tuple(
        Hypothesis(
            text=f"{first.text.rstrip(' .,。，')}{between}{second.text}",
            confidence=min(first.confidence, second.confidence),
            borne_out=first.borne_out and second.borne_out,
        )
        for first, second in pairs
    )
