"""Final answers against their truths, and how sure the bot was of those that are wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from callbot.dialog.answers import Status
from callbot.rehearsal.score import matches


@dataclass(frozen=True)
class TallyOfKind:
    """Of one kind of answer. unclear: with a person now. wrong_but_clear: believed, and wrong."""

    right: int = 0
    unclear: int = 0
    wrong_but_clear: int = 0

    def __add__(self, other: "TallyOfKind") -> "TallyOfKind":
        return TallyOfKind(
            self.right + other.right,
            self.unclear + other.unclear,
            self.wrong_but_clear + other.wrong_but_clear,
        )

    @property
    def answers(self) -> int:
        return self.right + self.unclear + self.wrong_but_clear

    @property
    def right_share(self) -> float:
        return self.right / self.answers if self.answers else 0.0

    @property
    def wrong_share(self) -> float:
        return self.wrong_but_clear / self.answers if self.answers else 0.0


def tally(truth: dict[str, Any], status: str | None, value: dict[str, Any] | None) -> TallyOfKind:
    """One answer. status: None when the question was never answered."""
    if status != Status.CLEAR:
        return TallyOfKind(unclear=1)
    if matches(truth, value):
        return TallyOfKind(right=1)
    return TallyOfKind(wrong_but_clear=1)


def tally_answers(
    truths: Mapping[str, dict[str, Any]], answers: Mapping[str, dict[str, Any]]
) -> dict[str, TallyOfKind]:
    """By question, for each that has a truth. answers: as in `callbot simulate`."""
    return {
        question: tally(truth, given.get("status"), given.get("value"))
        for question, truth in truths.items()
        for given in (answers.get(question, {}),)
    }
