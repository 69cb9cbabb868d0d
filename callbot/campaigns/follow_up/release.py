"""The release list: whose period is over, and what still stands in the way.

Rules of the follow-up: 14 days done, every due day answered, no open flag; staff confirm, never
the bot.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, false, or_
from sqlalchemy import select as plain
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col, func, select

from callbot.campaigns.follow_up.changes import apply
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
class Standing:
    """One whose period is over, by columns that are not encrypted: thousands are judged at once.

    missing: due days without an answer, by phone or staff. never_answered: on no day at all,
    though none may have been due.
    """

    resident_id: int
    community: str
    grid: str
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


@dataclass(frozen=True)
class Candidate:
    """Somebody on the list, by name."""

    resident: Resident
    standing: Standing


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


def standings(rows: Session, now: datetime, areas: Areas = ()) -> list[Standing]:
    """Whose last day is over, or is today and answered; the ready ones first."""
    listed = and_(residents_within(areas), _may_be_over(rows, (now + ONE_DAY).date()))
    return sorted(_judged(rows, listed, now), key=lambda standing: not standing.ready)


def candidates(rows: Session, ids: Collection[int], now: datetime) -> list[Candidate]:
    """Those of these residents who are on the list now; in the order of their ids."""
    return _named(rows, _judged(rows, col(Resident.id).in_(ids), now))


def release_list(rows: Session, now: datetime, areas: Areas = ()) -> list[Candidate]:
    """Everybody on the list by name, the ready ones first."""
    return _named(rows, standings(rows, now, areas))


def _named(rows: Session, listed: Sequence[Standing]) -> list[Candidate]:
    found: list[Candidate] = []
    for start in range(0, len(listed), LOOKED_UP_AT_ONCE):
        some = {each.resident_id: each for each in listed[start : start + LOOKED_UP_AT_ONCE]}
        people = rows.exec(select(Resident).where(col(Resident.id).in_(some))).all()
        by_id = {resident.id: resident for resident in people}
        found += [Candidate(by_id[number], standing) for number, standing in some.items()]
    return found


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
    is_over = or_(false(), *by_rule)
    return or_(col(Resident.ends_on) <= day, and_(col(Resident.ends_on).is_(None), is_over))


def _judged(rows: Session, whom: ColumnElement[bool], now: datetime) -> list[Standing]:
    """Those of them whose period is over, in the order of their ids."""
    followed = and_(col(Resident.follow_up).in_(RELEASABLE), whom)
    among = plain(col(Resident.id)).where(followed)
    answered = _answered_days(rows, among)
    flags: dict[int, int] = dict(
        rows.exec(
            select(Flag.resident_id, func.count())
            .where(col(Flag.resident_id).in_(among), Flag.state != FlagState.RESOLVED)
            .group_by(col(Flag.resident_id))
        ).all()
    )
    changes = _changes(rows, among)
    people = rows.execute(
        plain(
            *(col(Resident.id), col(Resident.community), col(Resident.grid)),
            *(col(Resident.time_zone), col(Resident.exposed_on), col(Resident.follow_up_days)),
            *(col(Resident.ends_on), col(Resident.imported_at)),
        )
        .where(followed)
        .order_by(col(Resident.id))
    )
    found = []
    for number, community, grid, time_zone, exposed_on, length, ends_on, imported_at in people:
        zone, days = ZoneInfo(time_zone), answered.get(number, set())
        today, last_day = now.astimezone(zone).date(), ends_on or exposed_on + length * ONE_DAY
        if today < last_day or (today == last_day and last_day not in days):
            continue
        since = imported_at.astimezone(zone).date()
        paused = paused_days(changes.get(number, ()), zone, last_day)
        due = [d for d in due_days(exposed_on, since, last_day) if d not in paused]
        missing = tuple(day for day in due if day not in days)
        never = not any(exposed_on <= day <= last_day for day in days)
        found.append(
            Standing(number, community, grid, len(due), missing, flags.get(number, 0), never)
        )
    return found


def _answered_days(rows: Session, among: Select[int | None]) -> dict[int, set[date]]:
    """By a call of theirs, by staff, or in the household's call to another member."""
    days: dict[int, set[date]] = defaultdict(set)
    own_calls = (
        plain(col(Resident.id), col(Resident.time_zone), col(Attempt.ended_at))
        .join(Attempt, col(Attempt.resident_id) == col(Resident.id))
        .where(col(Attempt.outcome) == Outcome.COMPLETED, col(Attempt.ended_at).is_not(None))
    )
    calls_to_others = (
        plain(col(Resident.id), col(Resident.time_zone), col(Call.started_at))
        .join(AnswerRow, col(AnswerRow.resident_id) == col(Resident.id))
        .join(Call, col(Call.id) == col(AnswerRow.call_id))
        .where(
            col(AnswerRow.resident_id) != col(Call.resident_id),
            col(Call.outcome) == Outcome.COMPLETED,
        )
        .distinct()
    )
    for calls in (own_calls, calls_to_others):
        for resident_id, time_zone, at in rows.execute(calls.where(col(Resident.id).in_(among))):
            days[resident_id].add(at.astimezone(ZoneInfo(time_zone)).date())
    by_staff = select(col(StaffContact.resident_id), col(StaffContact.day)).where(
        col(StaffContact.resident_id).in_(among), col(StaffContact.reached).is_(True)
    )
    for resident_id, day in rows.exec(by_staff):
        days[resident_id].add(day)
    return days


def _changes(rows: Session, among: Select[int | None]) -> dict[int, list[PlanChange]]:
    found: dict[int, list[PlanChange]] = defaultdict(list)
    for change in rows.exec(
        select(PlanChange)
        .where(col(PlanChange.resident_id).in_(among))
        .order_by(col(PlanChange.id))
    ):
        found[change.resident_id].append(change)
    return found


def candidate(rows: Session, resident: Resident, now: datetime) -> Candidate:
    """Raises FollowUpError if the period is not over yet, or the follow-up has ended."""
    if resident.follow_up not in RELEASABLE:
        raise FollowUpError(
            f"the follow-up of resident {resident.id} is {resident.follow_up.value} already"
        )
    assert resident.id is not None
    for found in candidates(rows, (resident.id,), now):
        return found
    raise FollowUpError(
        f"the follow-up of resident {resident.id} lasts until {resident.release_date} and its "
        "last call; to end it earlier, override the end"
    )


def release(
    rows: Session, resident: Resident, now: datetime, *, actor: str, reason: str = ""
) -> PlanChange | None:
    """Staff confirm that the person is released; over obstacles only with a reason."""
    found = candidate(rows, resident, now).standing
    if not found.ready and not reason.strip():
        raise FollowUpError(
            f"resident {resident.id} is not ready: {found.obstacles}; "
            "see to these, or give a reason to release all the same"
        )
    values = {"follow_up": FollowUp.COMPLETED, "paused_until": None}
    return apply(rows, resident, Change.RELEASED, values, reason, now, actor=actor)
