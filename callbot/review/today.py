"""The running day in figures, by community or grid, for the areas of whoever looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import case, distinct, func
from sqlalchemy import select as aggregate
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from callbot.db import Database
from callbot.dialog.events import Outcome, Severity
from callbot.models import (
    LIVE_STATES,
    Areas,
    Attempt,
    AttemptState,
    Call,
    Flag,
    FlagState,
    Resident,
    residents_within,
)
from callbot.review.tallies import SPOKE_TO_A_PERSON


@dataclass(frozen=True)
class Progress:
    """Counts of residents in one place; `waiting` counts flags nobody works on."""

    place: str
    due: int = 0
    called: int = 0
    reached: int = 0
    completed: int = 0
    abnormal: int = 0
    urgent: int = 0
    waiting: int = 0
    unreachable: int = 0


@dataclass(frozen=True)
class LiveCall:
    """A call under way, and the question it is at."""

    call_id: str
    resident: str
    community: str
    started_at: datetime


@dataclass(frozen=True)
class Today:
    total: Progress
    places: Sequence[Progress]
    live: int


def today(database: Database, day: date, zone: ZoneInfo, areas: Areas) -> Today:
    """By community; by grid for whoever has but one community."""
    starts = datetime.combine(day, time(), zone).astimezone(UTC)
    ends = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    by_grid = len({area.community for area in areas}) == 1
    place = col(Resident.grid) if by_grid else col(Resident.community)
    with database.reading() as rows:
        called = _called(rows, place, starts, ends, areas)
        flagged = _flagged(rows, place, starts, ends, areas)
        live = rows.exec(
            select(func.count())
            .select_from(Attempt)
            .join(Resident, col(Resident.id) == col(Attempt.resident_id))
            .where(col(Attempt.state).in_(LIVE_STATES), residents_within(areas))
        ).one()
    names = sorted(called.keys() | flagged.keys())
    places = [_progress(name, called.get(name), flagged.get(name)) for name in names]
    return Today(_sum(places), places, live)


def _called(
    rows: Session, place: Mapped[str], starts: datetime, ends: datetime, areas: Areas
) -> dict[str, Sequence[int]]:
    """(due, called, reached, completed, still to be called) by place."""
    who = col(Attempt.resident_id)
    statement = (
        aggregate(
            place,
            func.count(distinct(who)),
            func.count(distinct(case((col(Attempt.rang_at).is_not(None), who)))),
            func.count(distinct(case((col(Attempt.outcome).in_(SPOKE_TO_A_PERSON), who)))),
            func.count(distinct(case((col(Attempt.outcome) == Outcome.COMPLETED, who)))),
            func.count(distinct(case((col(Attempt.state) != AttemptState.ENDED, who)))),
        )
        .join(Resident, col(Resident.id) == who)
        .where(col(Attempt.due_at) >= starts, col(Attempt.due_at) < ends, residents_within(areas))
        .group_by(place)
    )
    return {row[0]: row[1:] for row in rows.execute(statement)}


def _flagged(
    rows: Session, place: Mapped[str], starts: datetime, ends: datetime, areas: Areas
) -> dict[str, Sequence[int]]:
    """(residents flagged today, of these urgent, flags nobody works on) by place."""
    who = col(Flag.resident_id)
    of_today = (col(Flag.raised_at) >= starts) & (col(Flag.raised_at) < ends)
    urgent = of_today & (col(Flag.severity) == Severity.URGENT)
    statement = (
        aggregate(
            place,
            func.count(distinct(case((of_today, who)))),
            func.count(distinct(case((urgent, who)))),
            func.count(case((col(Flag.state) == FlagState.OPEN, col(Flag.id)))),
        )
        .join(Resident, col(Resident.id) == who)
        .where(of_today | (col(Flag.state) == FlagState.OPEN), residents_within(areas))
        .group_by(place)
    )
    return {row[0]: row[1:] for row in rows.execute(statement)}


def _progress(name: str, called: Sequence[int] | None, flagged: Sequence[int] | None) -> Progress:
    due, rang, reached, completed, open_ = called or (0, 0, 0, 0, 0)
    abnormal, urgent, waiting = flagged or (0, 0, 0)
    unreachable = max(0, due - reached - open_)
    return Progress(name, due, rang, reached, completed, abnormal, urgent, waiting, unreachable)


def _sum(places: Sequence[Progress]) -> Progress:
    return Progress(
        "",
        *(
            sum(getattr(place, name) for place in places)
            for name in (
                *("due", "called", "reached", "completed"),
                *("abnormal", "urgent", "waiting", "unreachable"),
            )
        ),
    )


def live_calls(database: Database, areas: Areas) -> list[LiveCall]:
    """Calls in which someone is speaking now, oldest first."""
    with database.reading() as rows:
        found = rows.exec(
            select(Call, Resident)
            .join(Attempt, col(Attempt.id) == col(Call.attempt_id))
            .join(Resident, col(Resident.id) == col(Call.resident_id))
            .where(col(Attempt.state) == AttemptState.IN_PROGRESS, residents_within(areas))
            .order_by(col(Call.started_at))
            .limit(50)
        ).all()
    return [
        LiveCall(call.id, resident.name, resident.community, call.started_at)
        for call, resident in found
    ]
