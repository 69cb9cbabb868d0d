"""The release list: whose period is over, and what still stands in the way.

Rules of the follow-up: 14 days done, every due day answered, no open flag; staff confirm, never
the bot.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col, func, select

from callbot.campaigns.follow_up.changes import apply, today_of
from callbot.campaigns.rules.period import FollowUpError
from callbot.dialog.events import Outcome
from callbot.models import (
    AnswerRow,
    Areas,
    Attempt,
    Call,
    Change,
    Flag,
    FlagState,
    FollowUp,
    PlanChange,
    Resident,
    StaffContact,
    residents_within,
)

LOOKED_UP_AT_ONCE = 500
ONE_DAY = timedelta(days=1)
RELEASABLE = (FollowUp.ACTIVE, FollowUp.PAUSED, FollowUp.LOST)


@dataclass(frozen=True)
class Candidate:
    """Someone whose period is over. missing: due days without an answer, by phone or staff.

    never_answered: on no day at all, though none may have been due.
    """

    resident: Resident
    due_days: int
    missing: tuple[date, ...]
    open_flags: int
    never_answered: bool

    @property
    def ready(self) -> bool:
        """Nothing stands in the way; staff may confirm without a reason."""
        return not self.missing and not self.open_flags and not self.never_answered

    @property
    def obstacles(self) -> str:
        parts = []
        if self.missing:
            days = ", ".join(str(day) for day in self.missing)
            parts.append(f"{len(self.missing)} of {self.due_days} due days not answered ({days})")
        if self.open_flags:
            parts.append(f"{self.open_flags} flags not resolved")
        if self.never_answered and not self.missing:
            parts.append("never answered")
        return "; ".join(parts)


def due_days(exposed_on: date, followed_since: date, last_day: date) -> list[date]:
    """Days on which an answer is due. Pure.

    From the day after the exposure, and after the resident became known, to the last: on those two
    days themselves a call may have come too late.
    """
    first = max(exposed_on, followed_since) + ONE_DAY
    return [first + n * ONE_DAY for n in range((last_day - first).days + 1)]


def paused_days(changes: Iterable[PlanChange], zone: ZoneInfo, last_day: date) -> set[date]:
    """Days of a pause, which are not due. changes: oldest first. Pure."""
    days: set[date] = set()
    since: date | None = None
    until: date | None = None
    for change in changes:
        day = change.at.astimezone(zone).date()
        if change.undone_at is not None:
            continue
        if change.change is Change.PAUSED:
            since = since or day
            named = change.after.get("paused_until")
            until = date.fromisoformat(named) if named else None
        elif since is not None and "follow_up" in change.after:
            days.update(_days(since, day))
            since = None
    if since is not None:
        days.update(_days(since, until or last_day + ONE_DAY))
    return days


def _days(since: date, until: date) -> Iterator[date]:
    """Without `until` itself."""
    return (since + n * ONE_DAY for n in range((until - since).days))


# -- the list -------------------------------------------------------------------------------------


def release_list(rows: Session, now: datetime, areas: Areas = ()) -> list[Candidate]:
    """Whose last day is over, or is today and answered; the ready ones first."""
    over = rows.exec(
        select(Resident)
        .where(
            col(Resident.follow_up).in_(RELEASABLE),
            residents_within(areas),
            _may_be_over(rows, (now + ONE_DAY).date()),
        )
        .order_by(col(Resident.id))
    ).all()
    found: list[Candidate] = []
    for start in range(0, len(over), LOOKED_UP_AT_ONCE):
        found += _candidates(rows, over[start : start + LOOKED_UP_AT_ONCE], now)
    return sorted(found, key=lambda candidate: not candidate.ready)


def _may_be_over(rows: Session, day: date) -> ColumnElement[bool]:
    """Whose last day is not after that day; the databases reckon with days differently."""
    lengths = rows.exec(select(Resident.follow_up_days).distinct()).all()
    by_rule = [
        and_(
            col(Resident.follow_up_days) == days,
            col(Resident.exposed_on) <= day - timedelta(days=days),
        )
        for days in lengths
    ]
    return or_(col(Resident.ends_on) <= day, and_(col(Resident.ends_on).is_(None), or_(*by_rule)))


def _candidates(rows: Session, residents: Sequence[Resident], now: datetime) -> Iterator[Candidate]:
    ids = [resident.id for resident in residents if resident.id is not None]
    answered = _answered_days(rows, residents)
    flags = dict(
        rows.exec(
            select(Flag.resident_id, func.count())
            .where(col(Flag.resident_id).in_(ids), Flag.state != FlagState.RESOLVED)
            .group_by(col(Flag.resident_id))
        ).all()
    )
    changes = _changes(rows, ids)
    for resident in residents:
        assert resident.id is not None
        today, last_day = today_of(resident, now), resident.release_date
        if today < last_day or (today == last_day and last_day not in answered[resident.id]):
            continue
        zone = ZoneInfo(resident.time_zone)
        since = resident.imported_at.astimezone(zone).date()
        paused = paused_days(changes.get(resident.id, ()), zone, last_day)
        due = [d for d in due_days(resident.exposed_on, since, last_day) if d not in paused]
        missing = tuple(day for day in due if day not in answered[resident.id])
        never = not any(resident.exposed_on <= d <= last_day for d in answered[resident.id])
        yield Candidate(resident, len(due), missing, flags.get(resident.id, 0), never)


def _answered_days(rows: Session, residents: Sequence[Resident]) -> dict[int, set[date]]:
    """By a call of theirs, by staff, or in the household's call to another member."""
    zones = {r.id: ZoneInfo(r.time_zone) for r in residents if r.id is not None}
    days: dict[int, set[date]] = {resident_id: set() for resident_id in zones}
    for resident_id, ended_at in rows.exec(
        select(Attempt.resident_id, Attempt.ended_at).where(
            col(Attempt.resident_id).in_(zones),
            Attempt.outcome == Outcome.COMPLETED,
            col(Attempt.ended_at).is_not(None),
        )
    ):
        assert ended_at is not None
        days[resident_id].add(ended_at.astimezone(zones[resident_id]).date())
    for resident_id, day in rows.exec(
        select(col(StaffContact.resident_id), col(StaffContact.day)).where(
            col(StaffContact.resident_id).in_(zones), col(StaffContact.reached).is_(True)
        )
    ):
        days[resident_id].add(day)
    for resident_id, at in rows.exec(
        select(col(AnswerRow.resident_id), col(Call.started_at))
        .join(Call, col(Call.id) == col(AnswerRow.call_id))
        .where(
            col(AnswerRow.resident_id).in_(zones),
            col(AnswerRow.resident_id) != col(Call.resident_id),
            Call.outcome == Outcome.COMPLETED,
        )
        .distinct()
    ):
        days[resident_id].add(at.astimezone(zones[resident_id]).date())
    return days


def _changes(rows: Session, ids: Collection[int]) -> dict[int, list[PlanChange]]:
    found: dict[int, list[PlanChange]] = {}
    for change in rows.exec(
        select(PlanChange).where(col(PlanChange.resident_id).in_(ids)).order_by(col(PlanChange.id))
    ):
        found.setdefault(change.resident_id, []).append(change)
    return found


def candidate(rows: Session, resident: Resident, now: datetime) -> Candidate:
    """Raises FollowUpError if the period is not over yet, or the follow-up has ended."""
    if resident.follow_up not in RELEASABLE:
        raise FollowUpError(
            f"the follow-up of resident {resident.id} is {resident.follow_up.value} already"
        )
    for found in _candidates(rows, (resident,), now):
        return found
    raise FollowUpError(
        f"the follow-up of resident {resident.id} lasts until {resident.release_date} and its "
        "last call; to end it earlier, override the end"
    )


def release(
    rows: Session, resident: Resident, now: datetime, *, actor: str, reason: str = ""
) -> PlanChange | None:
    """Staff confirm that the person is released; over obstacles only with a reason."""
    found = candidate(rows, resident, now)
    if not found.ready and not reason.strip():
        raise FollowUpError(
            f"resident {resident.id} is not ready: {found.obstacles}; "
            "see to these, or give a reason to release all the same"
        )
    values = {"follow_up": FollowUp.COMPLETED, "paused_until": None}
    return apply(rows, resident, Change.RELEASED, values, reason, now, actor=actor)
