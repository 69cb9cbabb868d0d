"""Temperature lines by day, of residents whose temperature was flagged."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select as aggregate
from sqlmodel import Session, col, select

from callbot.db import Database
from callbot.dialog.answers import Kind, Status
from callbot.models import AnswerRow, Call, Flag, Resident
from callbot.review.choice import Choice
from callbot.review.tallies import bounds

FLAGS_EACH = 14
"""So many flags of one resident are looked through for the next one."""

SHOWN_DAYS = 14
"""At least so many, up to the period's last: one day alone shows no course."""


@dataclass(frozen=True)
class TemperatureLine:
    """`by_day`: the highest of each day on which one was measured, in ℃."""

    resident_id: int
    name: str
    community: str
    grid: str
    by_day: dict[date, float]

    @property
    def highest(self) -> float:
        return max(self.by_day.values())


@dataclass(frozen=True)
class Temperatures:
    """`days`: those the lines are about. Who named no figure ("I have a fever") has no line."""

    days: Sequence[date]
    lines: Sequence[TemperatureLine]


def temperature_lines(
    database: Database, choice: Choice, zone: ZoneInfo, questions: Collection[str], *, limit: int
) -> Temperatures:
    """Those flagged within the choice, the last first, with the days before it.

    questions: ids of the scripts' questions for a temperature.

    Answers are encrypted, so the database cannot look for high ones: the flags tell.
    """
    first = min(choice.first, choice.last - timedelta(days=SHOWN_DAYS - 1))
    shown = Choice(first, choice.last)
    with database.reading() as rows:
        ids = _flagged(rows, choice, zone, questions, limit)
        by_day = _measured(rows, shown, zone, ids)
        people = {
            resident.id: resident
            for resident in rows.exec(select(Resident).where(col(Resident.id).in_(ids)))
        }
    return Temperatures(
        shown.days,
        [
            TemperatureLine(
                number,
                people[number].name,
                people[number].community,
                people[number].grid,
                dict(sorted(by_day[number].items())),
            )
            for number in ids
            if number in by_day
        ],
    )


def _flagged(
    rows: Session, choice: Choice, zone: ZoneInfo, questions: Collection[str], limit: int
) -> list[int]:
    """Ids, the one flagged last first. Reads backwards in time, and only so far as is needed."""
    flagged = (
        aggregate(col(Flag.resident_id))
        .join(Resident, col(Resident.id) == col(Flag.resident_id))
        .where(
            col(Flag.raised_at) >= bounds(choice.first, zone)[0],
            col(Flag.raised_at) < bounds(choice.last, zone)[1],
            col(Flag.question).in_(questions),
            choice.condition(col(Flag.campaign_id), col(Resident.community), col(Resident.grid)),
        )
        .order_by(col(Flag.raised_at).desc(), col(Flag.id).desc())
        .limit(limit * FLAGS_EACH)
    )
    return list(dict.fromkeys(rows.execute(flagged).scalars()))[:limit]


def _measured(
    rows: Session, shown: Choice, zone: ZoneInfo, ids: Collection[int]
) -> dict[int, dict[date, float]]:
    found: dict[int, dict[date, float]] = defaultdict(dict)
    answers = rows.execute(
        aggregate(col(AnswerRow.resident_id), col(AnswerRow.value), col(Call.started_at))
        .join(Call, col(Call.id) == col(AnswerRow.call_id))
        .where(
            col(AnswerRow.resident_id).in_(ids),
            col(AnswerRow.kind) == Kind.TEMPERATURE,
            col(AnswerRow.status) == Status.CLEAR,
            col(AnswerRow.superseded).is_(False),
            col(Call.started_at) >= bounds(shown.first, zone)[0],
            col(Call.started_at) < bounds(shown.last, zone)[1],
        )
    )
    for number, value, started_at in answers:
        celsius = (value or {}).get("celsius")
        if celsius is not None:
            day = started_at.astimezone(zone).date()
            found[number][day] = max(celsius, found[number].get(day, celsius))
    return found
