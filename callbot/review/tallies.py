"""One day counted by the database, by campaign, community and grid.

What is counted is the day's follow-up: one resident in one campaign on one day, whatever the
number of attempts. So days, communities, grids and campaigns add up. A day's attempts are those
that were due on it, its flags those raised on it, in the office's time zone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Integer, case, cast, distinct, extract, func, literal, select
from sqlmodel import Session, col

from callbot.dialog.events import Outcome, Severity
from callbot.models import Attempt, Flag, FlagState, Resident

SPOKE_TO_A_PERSON = (
    Outcome.COMPLETED,
    Outcome.PARTIAL,
    Outcome.REFUSED,
    Outcome.OPTED_OUT,
    Outcome.WRONG_NUMBER,
    Outcome.NOT_SELF,
    Outcome.CALLBACK_REQUESTED,
)

BEST_FIRST = (
    Outcome.COMPLETED,
    Outcome.OPTED_OUT,
    Outcome.REFUSED,
    Outcome.WRONG_NUMBER,
    Outcome.NOT_SELF,
    Outcome.CALLBACK_REQUESTED,
    Outcome.PARTIAL,
    Outcome.VOICEMAIL,
    Outcome.REJECTED,
    Outcome.NO_ANSWER,
    Outcome.BUSY,
    Outcome.FAILED,
)
"""Of several attempts in a day, the first of these is the day's outcome."""

NO_CAMPAIGN = 0
"""In place of the campaign of a flag that belongs to none."""

OF_FLAG = (
    func.coalesce(col(Flag.campaign_id), literal(NO_CAMPAIGN, literal_execute=True)),
    col(Resident.community),
    col(Resident.grid),
)

Rows = Sequence[tuple[Any, ...]]


@dataclass(frozen=True)
class DayTally:
    """Each row begins with campaign, community and grid; then comes, of

    follow_ups: outcome (None: no attempt has ended with one), follow-ups due, those of them whose
    phone rang, rings;
    hours: hour of the office's day, rings, those in which a person spoke;
    rules: rule, severity, reason, flags, resolved ones, found right, found wrong;
    flagged: residents with a flag, with an urgent one.
    """

    follow_ups: Rows
    hours: Rows
    rules: Rows
    flagged: Rows


def bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From when on it is this day in the zone, and from when on no longer; in UTC."""
    starts = datetime.combine(day, time(), zone)
    ends = datetime.combine(day + timedelta(days=1), time(), zone)
    return starts.astimezone(UTC), ends.astimezone(UTC)


def tally_day(rows: Session, day: date, zone: ZoneInfo) -> DayTally:
    starts, ends = bounds(day, zone)
    due = (col(Attempt.due_at) >= starts) & (col(Attempt.due_at) < ends)
    raised = (col(Flag.raised_at) >= starts) & (col(Flag.raised_at) < ends)
    return DayTally(
        follow_ups=_follow_ups(rows, due),
        hours=_hours(rows, due, starts, zone),
        rules=_rules(rows, raised),
        flagged=_flagged(rows, raised),
    )


def _follow_ups(rows: Session, due: ColumnElement[bool]) -> Rows:
    rank = case({outcome: rank for rank, outcome in enumerate(BEST_FIRST)}, value=Attempt.outcome)
    of_resident = (
        select(
            col(Attempt.campaign_id).label("campaign_id"),
            col(Attempt.resident_id).label("resident_id"),
            func.min(rank).label("best"),
            func.count(col(Attempt.rang_at)).label("rings"),
        )
        .where(due)
        .group_by(col(Attempt.campaign_id), col(Attempt.resident_id))
        .subquery()
    )
    key = (of_resident.c.campaign_id, col(Resident.community), col(Resident.grid))
    counted = rows.execute(
        select(
            *key,
            of_resident.c.best,
            func.count(),
            func.sum(case((of_resident.c.rings > 0, 1), else_=0)),
            func.sum(of_resident.c.rings),
        )
        .join(Resident, col(Resident.id) == of_resident.c.resident_id)
        .group_by(*key, of_resident.c.best)
    )
    return [
        (*place, None if best is None else BEST_FIRST[best], *map(int, counts))
        for *place, best, counts in ((*row[:4], row[4:]) for row in counted)
    ]


def _hours(rows: Session, due: ColumnElement[bool], starts: datetime, zone: ZoneInfo) -> Rows:
    """Hours are counted from the day's start and named after the clock, also on a day on which
    it is put forward or back."""
    elapsed_s = cast(extract("epoch", col(Attempt.rang_at)), Integer) - int(starts.timestamp())
    key = (
        col(Attempt.campaign_id),
        col(Resident.community),
        col(Resident.grid),
        (elapsed_s // literal(3600)).label("hours"),
    )
    spoke = case((col(Attempt.outcome).in_(SPOKE_TO_A_PERSON), 1), else_=0)
    counted = rows.execute(
        select(*key, func.count(), func.sum(spoke))
        .join(Resident, col(Resident.id) == col(Attempt.resident_id))
        .where(due, col(Attempt.rang_at).is_not(None))
        .group_by(*key)
    )
    return [
        (*place, (starts + timedelta(hours=hours)).astimezone(zone).hour, rings, answered)
        for *place, hours, rings, answered in counted
    ]


def _rules(rows: Session, raised: ColumnElement[bool]) -> Rows:
    counted = rows.execute(
        select(
            *OF_FLAG,
            col(Flag.rule),
            col(Flag.severity),
            func.max(col(Flag.reason)),
            func.count(),
            func.sum(case((col(Flag.state) == FlagState.RESOLVED, 1), else_=0)),
            func.sum(case((col(Flag.was_right).is_(True), 1), else_=0)),
            func.sum(case((col(Flag.was_right).is_(False), 1), else_=0)),
        )
        .join(Resident, col(Resident.id) == col(Flag.resident_id))
        .where(raised)
        .group_by(*OF_FLAG, col(Flag.rule), col(Flag.severity))
    )
    return [tuple(row) for row in counted]


def _flagged(rows: Session, raised: ColumnElement[bool]) -> Rows:
    who = col(Flag.resident_id)
    urgent = case((col(Flag.severity) == Severity.URGENT, who))
    counted = rows.execute(
        select(*OF_FLAG, func.count(distinct(who)), func.count(distinct(urgent)))
        .join(Resident, col(Resident.id) == who)
        .where(raised)
        .group_by(*OF_FLAG)
    )
    return [tuple(row) for row in counted]
