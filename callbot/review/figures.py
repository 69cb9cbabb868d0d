"""A report's figures: by day, place, campaign, hour, outcome and rule."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Column, ColumnElement, Connection, Table, case, func, select

from callbot.dialog.events import Outcome, Severity
from callbot.review.choice import Choice
from callbot.review.ledger import FLAGGED, FOLLOW_UPS, HOURS, RULES, Ledger
from callbot.review.queue import URGENCY
from callbot.review.tallies import SPOKE_TO_A_PERSON


@dataclass
class Figures:
    """Counts of follow-ups: one resident in one campaign on one day.

    `called`: the phone rang; `rings`: how often. `unreached`: called, but nobody was spoken to, by
    outcome; None while none is known.
    """

    due: int = 0
    called: int = 0
    rings: int = 0
    flagged: int = 0
    urgent: int = 0
    outcomes: Counter[Outcome | None] = field(default_factory=Counter)
    unreached: Counter[Outcome | None] = field(default_factory=Counter)

    @property
    def unreachable(self) -> int:
        return self.unreached.total()

    @property
    def reached(self) -> int:
        """A person was spoken to."""
        return self.called - self.unreachable

    @property
    def completed(self) -> int:
        return self.outcomes[Outcome.COMPLETED]

    @property
    def partial(self) -> int:
        return self.outcomes[Outcome.PARTIAL]

    @property
    def otherwise(self) -> int:
        """Spoken to, but neither completed nor partly: refused, wrong number and the like."""
        return self.reached - self.completed - self.partial

    @property
    def not_called(self) -> int:
        """No phone rang: still to be called, given up, or the line failed."""
        return self.due - self.called

    @property
    def response_rate(self) -> float | None:
        return _share(self.reached, self.called)

    @property
    def completion_rate(self) -> float | None:
        return _share(self.completed, self.called)

    @property
    def rings_per_completion(self) -> float | None:
        return _share(self.rings, self.completed)


@dataclass(frozen=True)
class HourFigures:
    """`rings` in this hour of the day; `answered`: those in which a person spoke."""

    hour: int
    rings: int
    answered: int

    @property
    def response_rate(self) -> float | None:
        return _share(self.answered, self.rings)


@dataclass(frozen=True)
class RuleFigures:
    """The flags of one rule; `right` and `wrong` as reviewers judged those they settled."""

    rule: str
    severity: Severity
    reason: str
    flags: int
    resolved: int
    right: int
    wrong: int

    @property
    def precision(self) -> float | None:
        """Share of right flags among those that were judged."""
        return _share(self.right, self.right + self.wrong)


@dataclass(frozen=True)
class PeriodReport:
    """`as_of`: when the oldest of its days was counted. `by_place`: communities, or grids."""

    choice: Choice
    as_of: datetime
    total: Figures
    by_day: dict[date, Figures]
    by_place: dict[str, Figures]
    by_campaign: dict[int, Figures]
    hours: Sequence[HourFigures]
    rules: Sequence[RuleFigures]

    @property
    def right(self) -> int:
        return sum(rule.right for rule in self.rules)

    @property
    def judged(self) -> int:
        return sum(rule.right + rule.wrong for rule in self.rules)

    @property
    def precision(self) -> float | None:
        return _share(self.right, self.judged)


def report_on(ledger: Ledger, choice: Choice, now: datetime) -> PeriodReport:
    """Raises DatabaseUnavailable."""
    place = "grid" if choice.by_grid else "community"
    with ledger.reading(choice.first, choice.last, now) as (memory, as_of):
        by_day: dict[date, Figures] = _figures(memory, choice, "day")
        by_place: dict[str, Figures] = _figures(memory, choice, place)
        by_campaign: dict[int, Figures] = _figures(memory, choice, "campaign_id")
        hours = _hours(memory, choice)
        rules = _rules(memory, choice)
    return PeriodReport(
        choice,
        as_of,
        _sum(by_day.values()),
        {day: by_day.get(day) or Figures() for day in choice.days},
        dict(sorted(by_place.items())),
        dict(sorted(by_campaign.items())),
        hours,
        rules,
    )


def _taken(table: Table, choice: Choice) -> ColumnElement[bool]:
    of = table.c
    within = choice.condition(of.campaign_id, of.community, of.grid)
    return of.day.between(choice.first, choice.last) & within


K = TypeVar("K", date, str, int)


def _figures(memory: Connection, choice: Choice, key: str) -> dict[K, Figures]:
    found: dict[K, Figures] = {}
    of: Column[K] = FOLLOW_UPS.c[key]
    outcome = FOLLOW_UPS.c.outcome
    counts = [func.sum(FOLLOW_UPS.c[name]) for name in ("due", "called", "rings")]
    counted = select(of, outcome, *counts).where(_taken(FOLLOW_UPS, choice)).group_by(of, outcome)
    for value, outcome, due, called, rings in memory.execute(counted):
        figures = found.setdefault(value, Figures())
        figures.due += due
        figures.called += called
        figures.rings += rings
        figures.outcomes[outcome] += due
        if outcome not in SPOKE_TO_A_PERSON and called:
            figures.unreached[outcome] += called
    of = FLAGGED.c[key]
    sums = [func.sum(FLAGGED.c[name]) for name in ("flagged", "urgent")]
    for value, flagged, urgent in memory.execute(
        select(of, *sums).where(_taken(FLAGGED, choice)).group_by(of)
    ):
        figures = found.setdefault(value, Figures())
        figures.flagged, figures.urgent = flagged, urgent
    return found


def _sum(parts: Any) -> Figures:
    total = Figures()
    for part in parts:
        total.due += part.due
        total.called += part.called
        total.rings += part.rings
        total.flagged += part.flagged
        total.urgent += part.urgent
        total.outcomes += part.outcomes
        total.unreached += part.unreached
    return total


def _hours(memory: Connection, choice: Choice) -> list[HourFigures]:
    of = HOURS.c
    return [
        HourFigures(*row)
        for row in memory.execute(
            select(of.hour, func.sum(of.rings), func.sum(of.answered))
            .where(_taken(HOURS, choice))
            .group_by(of.hour)
            .order_by(of.hour)
        )
    ]


def _rules(memory: Connection, choice: Choice) -> list[RuleFigures]:
    """Urgent ones first, then the most frequent."""
    of = RULES.c
    sums = [func.sum(of[name]) for name in ("flags", "resolved", "right", "wrong")]
    urgency = case(URGENCY, value=of.severity, else_=len(URGENCY))
    counted = memory.execute(
        select(of.rule, of.severity, func.max(of.reason), *sums)
        .where(_taken(RULES, choice))
        .group_by(of.rule, of.severity)
        .order_by(urgency, func.sum(of.flags).desc(), of.rule)
    )
    return [RuleFigures(*row) for row in counted]


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
