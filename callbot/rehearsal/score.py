"""How well a rehearsal went, against the truth about its residents."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from callbot.dialog.answers import Status
from callbot.rehearsal.outcome import ResidentResult
from callbot.rehearsal.population import Archetype, Inhabitant

HEALTH_QUESTIONS = ("temperature", "symptoms", "movements", "contacts")


@dataclass
class Tally:
    """Final answers of some residents. wrong_but_clear: believed, and not what was meant."""

    answers: int = 0
    right: int = 0
    unclear: int = 0
    wrong_but_clear: int = 0

    @property
    def right_share(self) -> float:
        return self.right / self.answers if self.answers else 1.0

    @property
    def wrong_share(self) -> float:
        return self.wrong_but_clear / self.answers if self.answers else 0.0


@dataclass
class Score:
    """clean: residents whose line and speech are good; hard: noise, mumbling.

    missed: abnormal residents without the flag they should have. unflagged_unclear: residents of
    whom an answer was not understood and no flag says so. false_alarms: flags on residents with
    nothing to report.
    """

    clean: Tally = field(default_factory=Tally)
    hard: Tally = field(default_factory=Tally)
    abnormal: int = 0
    flagged: int = 0
    missed: list[str] = field(default_factory=list)
    unflagged_unclear: list[str] = field(default_factory=list)
    false_alarms: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def score(inhabitants: Sequence[Inhabitant], results: Sequence[ResidentResult]) -> Score:
    """Residents are matched by phone; names do not appear, archetypes do."""
    by_phone = {result.phone: result for result in results}
    total = Score()
    for inhabitant in inhabitants:
        result = by_phone.get(inhabitant.resident.phone)
        if result is None:
            continue
        _count_answers(total, inhabitant.archetype, result)
        _count_flags(total, inhabitant.archetype, result)
    return total


def _count_answers(total: Score, archetype: Archetype, result: ResidentResult) -> None:
    tally = total.clean if archetype.clean_line else total.hard
    for question, truth in archetype.answers.items():
        answer = result.answers.get(question)
        tally.answers += 1
        if answer is None or answer["status"] != Status.CLEAR:
            tally.unclear += 1
            total.wrong.append(f"{archetype.id}: {question} unclear")
        elif matches(truth, answer["value"]):
            tally.right += 1
        else:
            tally.wrong_but_clear += 1
            total.wrong.append(f"{archetype.id}: {question} {answer['value']}")


def _count_flags(total: Score, archetype: Archetype, result: ResidentResult) -> None:
    raised = {flag["rule"] for flag in result.flags}
    if archetype.abnormal:
        total.abnormal += 1
        enough = raised.issuperset(archetype.flags) and (
            not archetype.any_flag_of or not raised.isdisjoint(archetype.any_flag_of)
        )
        # An abnormal answer that stayed unclear is with a person all the same.
        if enough or any(rule.startswith("unclear") for rule in raised):
            total.flagged += 1
        else:
            total.missed.append(archetype.id)
    elif raised:
        total.false_alarms.append(f"{archetype.id}: {', '.join(sorted(raised))}")
    unclear = [
        question
        for question in HEALTH_QUESTIONS
        if question in result.answers and result.answers[question]["status"] == Status.UNCLEAR
    ]
    if unclear and not raised:
        total.unflagged_unclear.append(archetype.id)


def matches(truth: dict[str, Any], value: dict[str, Any] | None) -> bool:
    """Whether every part of the truth stands in the value; lists without regard to order."""
    return value is not None and all(
        set(value.get(key) or ()) == set(wanted)
        if isinstance(wanted, list)
        else value.get(key) == wanted
        for key, wanted in truth.items()
    )
