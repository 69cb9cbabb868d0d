"""The running day in figures, by community or grid, for the areas of whoever looks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Label, case, distinct, func, literal, null
from sqlalchemy import select as aggregate
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col, select

from callbot.db import Database
from callbot.dialog.events import Outcome, Severity
from callbot.dialog.state import SessionState
from callbot.models import (
    Areas,
    Attempt,
    AttemptState,
    Call,
    Flag,
    FlagState,
    Resident,
    covered,
    residents_within,
)
from callbot.models.campaigns import LIVE
from callbot.models.place_names import in_order
from callbot.review.tallies import SPOKE_TO_A_PERSON, bounds


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
    """A call under way, and the question it is at (its id)."""

    call_id: str
    resident: str
    community: str
    started_at: datetime
    question: str


@dataclass(frozen=True)
class Today:
    total: Progress
    places: Sequence[Progress]
    live: int


@dataclass(frozen=True)
class CallsOfDay:
    """(due, called, reached, completed, still to be called) by community and grid."""

    day: date
    places: Mapping[tuple[str, str], Sequence[int]]


def calls_of_day(database: Database, day: date, zone: ZoneInfo) -> CallsOfDay:
    """Of the whole office. Takes half a second for 100,000 residents."""
    starts, ends = bounds(day, zone)
    who = col(Attempt.resident_id)

    def any_of(condition: ColumnElement[bool], name: str) -> Label[int]:
        return func.max(case((condition, 1), else_=0)).label(name)

    # By resident first: counting distinct residents five times over takes twice as long.
    each = (
        aggregate(
            who.label("who"),
            any_of(col(Attempt.rang_at).is_not(None), "called"),
            any_of(col(Attempt.outcome).in_(SPOKE_TO_A_PERSON), "reached"),
            any_of(col(Attempt.outcome) == Outcome.COMPLETED, "completed"),
            any_of(col(Attempt.state) != AttemptState.ENDED, "open"),
        )
        .where(col(Attempt.due_at) >= starts, col(Attempt.due_at) < ends)
        .group_by(who)
        .subquery()
    )
    figures = (func.sum(each.c[name]) for name in ("called", "reached", "completed", "open"))
    place = (col(Resident.community), col(Resident.grid))
    statement = (
        aggregate(*place, func.count(), *figures)
        .select_from(each)
        .join(Resident, col(Resident.id) == each.c.who)
        .group_by(*place)
    )
    with database.reading() as rows:
        return CallsOfDay(day, {(row[0], row[1]): row[2:] for row in rows.execute(statement)})


def today(database: Database, calls: CallsOfDay, zone: ZoneInfo, areas: Areas) -> Today:
    """By community; by grid for whoever has but one community."""
    by_grid = len({area.community for area in areas}) == 1
    called = _by_place(calls.places, areas, by_grid=by_grid)
    starts, _ = bounds(calls.day, zone)
    with database.reading() as rows:
        flagged = _by_place(_flagged(rows, starts), areas, by_grid=by_grid)
        live = rows.exec(
            select(func.count())
            .select_from(Attempt)
            .join(Resident, col(Resident.id) == col(Attempt.resident_id))
            .where(LIVE, residents_within(areas))
        ).one()
    names = sorted(called.keys() | flagged.keys(), key=in_order)
    places = [_progress(name, called.get(name), flagged.get(name)) for name in names]
    return Today(_sum(places), places, live)


def _flagged(rows: Session, starts: datetime) -> dict[tuple[str, str], Sequence[int]]:
    """(residents flagged today, of these urgent, flags nobody works on) by community and grid."""
    of_today = (
        aggregate(col(Flag.resident_id), col(Flag.severity), literal(0).label("waits"))
        .where(col(Flag.raised_at) >= starts)
        .union_all(
            aggregate(col(Flag.resident_id), null(), literal(1)).where(
                col(Flag.state) == FlagState.OPEN
            )
        )
        .subquery()
    )
    today, who = of_today.c.waits == 0, of_today.c.resident_id
    urgent = of_today.c.severity == Severity.URGENT
    place = (col(Resident.community), col(Resident.grid))
    statement = (
        aggregate(
            *place,
            func.count(distinct(case((today, who)))),
            func.count(distinct(case((today & urgent, who)))),
            func.sum(of_today.c.waits),
        )
        .select_from(of_today)
        .join(Resident, col(Resident.id) == who)
        .group_by(*place)
    )
    return {(row[0], row[1]): row[2:] for row in rows.execute(statement)}


def _by_place(
    figures: Mapping[tuple[str, str], Sequence[int]], areas: Areas, *, by_grid: bool
) -> dict[str, list[int]]:
    """Summed by community, or by grid, of what lies within the areas."""
    summed: dict[str, list[int]] = {}
    for (community, grid), counts in figures.items():
        if covered(areas, community, grid):
            name = grid if by_grid else community
            before = summed.get(name, [0] * len(counts))
            summed[name] = [one + other for one, other in zip(before, counts, strict=True)]
    return summed


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


def live_calls(
    database: Database, areas: Areas, *, campaign_id: int | None = None
) -> list[LiveCall]:
    """Calls in which someone is speaking now, oldest first; of one campaign, if it is given."""
    statement = (
        select(Call, Resident)
        .join(Attempt, col(Attempt.id) == col(Call.attempt_id))
        .join(Resident, col(Resident.id) == col(Call.resident_id))
        .where(LIVE, col(Attempt.state) == AttemptState.IN_PROGRESS, residents_within(areas))
    )
    if campaign_id is not None:
        statement = statement.where(Attempt.campaign_id == campaign_id)
    with database.reading() as rows:
        found = rows.exec(statement.order_by(col(Call.started_at)).limit(50)).all()
    return [
        LiveCall(call.id, resident.name, resident.community, call.started_at, _question_of(call))
        for call, resident in found
    ]


def _question_of(call: Call) -> str:
    """Where the dialogue stands; empty before the first answer."""
    return SessionState.model_validate_json(call.session).question if call.session else ""
