"""Changes of residents' plans: each keeps its reason, is in the history, and can be undone.

Functions take an open transaction and return the change, or None where nothing was to change.
Reasons are required wherever an end or a pause is a person's decision.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, select

from callbot.campaigns.rules import period as rules
from callbot.campaigns.rules.period import FollowUpError, Period
from callbot.models import Change, FollowUp, PlanChange, Resident, record


class Plan(BaseModel):
    """The columns of Resident that make up the plan, to and from JSON; only those set count."""

    model_config = ConfigDict(extra="forbid")

    exposed_on: date | None = None
    follow_up_days: int | None = None
    ends_on: date | None = None
    follow_up: FollowUp | None = None
    paused_until: date | None = None
    time_zone: str | None = None
    window_start: time | None = None
    window_end: time | None = None
    twice_daily: bool | None = None
    key_person: bool | None = None
    household: str | None = None
    asked_with_id: int | None = None
    merged_into_id: int | None = None


COUPLED = (
    frozenset({"exposed_on", "follow_up_days", "ends_on"}),
    frozenset({"follow_up", "paused_until"}),
    frozenset({"window_start", "window_end"}),
    frozenset({"household", "asked_with_id"}),
)
"""Columns that mean something only together: kept together, and so undone together."""


def new_act() -> str:
    """An id for changes that are made, and undone, together."""
    return uuid4().hex


def period_of(resident: Resident) -> Period:
    return Period(resident.exposed_on, resident.follow_up_days, resident.ends_on)


def today_of(resident: Resident, now: datetime) -> date:
    return now.astimezone(ZoneInfo(resident.time_zone)).date()


# -- dates ----------------------------------------------------------------------------------------


def expose_again(
    rows: Session, resident: Resident, on: date, reason: str, now: datetime, *, actor: str
) -> PlanChange | None:
    """Restarts the period at a later day of exposure; calls begin again if they had ended."""
    period = rules.exposed_again(period_of(resident), on, today_of(resident, now))
    return _change_period(
        rows, resident, Change.EXPOSED_AGAIN, period, _required(reason), now, actor=actor
    )


def override_end(
    rows: Session, resident: Resident, ends_on: date, reason: str, now: datetime, *, actor: str
) -> PlanChange | None:
    """Another last day than the rule's; after it no call goes out."""
    period = rules.overridden(period_of(resident), ends_on)
    return _change_period(
        rows, resident, Change.END_OVERRIDDEN, period, _required(reason), now, actor=actor
    )


def change_dates(
    rows: Session,
    resident: Resident,
    exposed_on: date,
    follow_up_days: int,
    reason: str,
    now: datetime,
    *,
    actor: str,
) -> PlanChange | None:
    """Corrects day 0 and the number of days, for dates that were entered wrongly."""
    period = rules.rewritten(exposed_on, follow_up_days, today_of(resident, now))
    return _change_period(
        rows, resident, Change.DATES_CHANGED, period, _required(reason), now, actor=actor
    )


def _change_period(
    rows: Session,
    resident: Resident,
    change: Change,
    period: Period,
    reason: str,
    now: datetime,
    *,
    actor: str,
    act_id: str = "",
) -> PlanChange | None:
    """With the new dates; who was released is followed up again if days are left."""
    values: dict[str, Any] = {
        "exposed_on": period.exposed_on,
        "follow_up_days": period.days,
        "ends_on": period.ends_on,
    }
    if resident.follow_up is FollowUp.COMPLETED and period.last_day >= today_of(resident, now):
        values["follow_up"] = FollowUp.ACTIVE
    return apply(rows, resident, change, values, reason, now, actor=actor, act_id=act_id)


def extend_by(
    rows: Session,
    resident: Resident,
    exposed: Resident,
    reason: str,
    now: datetime,
    *,
    actor: str,
    act_id: str = "",
) -> PlanChange | None:
    """So that it ends no earlier than the period of `exposed`, who lives in the same household."""
    period = rules.extended(period_of(resident), period_of(exposed))
    return _change_period(
        rows, resident, Change.EXTENDED, period, reason, now, actor=actor, act_id=act_id
    )


# -- whether calls are made -----------------------------------------------------------------------


def pause(
    rows: Session,
    resident: Resident,
    until: date | None,
    reason: str,
    now: datetime,
    *,
    actor: str,
) -> PlanChange | None:
    """No calls until that day, or until resumed. The period runs on."""
    rules.check_pause(until, today_of(resident, now))
    _must_be(resident, FollowUp.ACTIVE, FollowUp.PAUSED)
    values = {"follow_up": FollowUp.PAUSED, "paused_until": until}
    return apply(rows, resident, Change.PAUSED, values, _required(reason), now, actor=actor)


def resume(
    rows: Session, resident: Resident, now: datetime, *, actor: str, reason: str = ""
) -> PlanChange | None:
    _must_be(resident, FollowUp.PAUSED)
    values = {"follow_up": FollowUp.ACTIVE, "paused_until": None}
    return apply(rows, resident, Change.RESUMED, values, reason, now, actor=actor)


def cancel(
    rows: Session, resident: Resident, reason: str, now: datetime, *, actor: str
) -> PlanChange | None:
    """No more calls: moved away, taken to hospital, entered by mistake."""
    _must_be(resident, FollowUp.ACTIVE, FollowUp.PAUSED, FollowUp.LOST)
    values = {"follow_up": FollowUp.CANCELLED, "paused_until": None}
    return apply(rows, resident, Change.CANCELLED, values, _required(reason), now, actor=actor)


def give_up(
    rows: Session, resident: Resident, reason: str, now: datetime, *, actor: str
) -> PlanChange | None:
    """Lost: neither calls nor visits find them."""
    _must_be(resident, FollowUp.ACTIVE, FollowUp.PAUSED)
    values = {"follow_up": FollowUp.LOST, "paused_until": None}
    return apply(rows, resident, Change.LOST, values, _required(reason), now, actor=actor)


def reopen(
    rows: Session, resident: Resident, reason: str, now: datetime, *, actor: str
) -> PlanChange | None:
    """Followed up again after a release, a cancellation or a loss."""
    _must_be(resident, FollowUp.COMPLETED, FollowUp.CANCELLED, FollowUp.LOST)
    values = {"follow_up": FollowUp.ACTIVE}
    return apply(rows, resident, Change.REOPENED, values, _required(reason), now, actor=actor)


def _must_be(resident: Resident, *states: FollowUp) -> None:
    if resident.follow_up not in states:
        wanted = " or ".join(state.value for state in states)
        raise FollowUpError(
            f"the follow-up of resident {resident.id} is {resident.follow_up.value}; "
            f"for this it would have to be {wanted}"
        )


# -- wishes ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wishes:
    """What is to be changed; None leaves it. window: local hours, ANY_TIME for the campaign's."""

    window: tuple[time, time] | None = None
    time_zone: str | None = None
    twice_daily: bool | None = None
    key_person: bool | None = None


ANY_TIME = (time.min, time.min)


def set_wishes(
    rows: Session,
    resident: Resident,
    wishes: Wishes,
    now: datetime,
    *,
    actor: str,
    reason: str = "",
) -> PlanChange | None:
    """When, how often and how early the resident is called; key persons before others."""
    given = asdict(wishes)
    values = {name: value for name, value in given.items() if value is not None}
    if wishes.window is not None:
        del values["window"]
        values["window_start"], values["window_end"] = _window(wishes.window)
    if wishes.time_zone is not None and wishes.time_zone not in available_timezones():
        raise FollowUpError(f"unknown time zone {wishes.time_zone!r}; use one like Asia/Shanghai")
    return apply(rows, resident, Change.WISHES_CHANGED, values, reason, now, actor=actor)


def _window(window: tuple[time, time]) -> tuple[time | None, time | None]:
    if window == ANY_TIME:
        return None, None
    starts, ends = window
    if not starts < ends:
        raise FollowUpError(
            f"{starts:%H:%M}-{ends:%H:%M}: the end must be after the beginning; "
            "phones do not ring at night, so no hours go past midnight"
        )
    return starts, ends


# -- keeping and undoing --------------------------------------------------------------------------


def apply(
    rows: Session,
    resident: Resident,
    change: Change,
    values: dict[str, Any],
    reason: str,
    now: datetime,
    *,
    actor: str,
    act_id: str = "",
) -> PlanChange | None:
    """Sets the columns that differ, keeps what they were; None if none differs."""
    differing = {key for key, value in values.items() if getattr(resident, key) != value}
    if not differing:
        return None
    assert resident.id is not None
    together = differing.union(*(fields for fields in COUPLED if fields & differing))
    changed = {key: values.get(key, getattr(resident, key)) for key in sorted(together)}
    kept = PlanChange(
        act_id=act_id or new_act(),
        resident_id=resident.id,
        change=change,
        before=as_json({key: getattr(resident, key) for key in changed}),
        after=as_json(changed),
        reason=reason.strip(),
        actor=actor,
        at=now,
    )
    for key, value in changed.items():
        setattr(resident, key, value)
    rows.add(kept)
    rows.flush()
    detail = {"change": kept.id, "fields": sorted(differing)}
    record(rows, now, actor, change.value, resident_id=resident.id, detail=detail)
    return kept


def changes_of(rows: Session, resident_id: int) -> Sequence[PlanChange]:
    """Newest first, those undone among them."""
    statement = select(PlanChange).where(PlanChange.resident_id == resident_id)
    return rows.exec(statement.order_by(col(PlanChange.id).desc())).all()


def undo(rows: Session, change: PlanChange, now: datetime, *, actor: str) -> list[PlanChange]:
    """Takes an act back, for everybody it was about; returns its changes.

    Raises FollowUpError if it is undone already, or if something it set was changed since.
    """
    if change.undone_at is not None:
        raise FollowUpError(f"change {change.id} was undone already by {change.undone_by}")
    together = rows.exec(select(PlanChange).where(PlanChange.act_id == change.act_id)).all()
    for each in together:
        _take_back(rows, each, now, actor)
    return list(together)


def _take_back(rows: Session, change: PlanChange, now: datetime, actor: str) -> None:
    resident = rows.get_one(Resident, change.resident_id)
    before, after = Plan.model_validate(change.before), Plan.model_validate(change.after)
    for key in after.model_fields_set:
        if getattr(resident, key) != getattr(after, key):
            raise FollowUpError(
                f"change {change.id} cannot be undone: {key.replace('_', ' ')} of resident "
                f"{resident.id} was changed since; undo the later change first"
            )
    for key in before.model_fields_set:
        setattr(resident, key, getattr(before, key))
    change.undone_at, change.undone_by = now, actor
    detail = {"change": change.id, "fields": sorted(before.model_fields_set)}
    record(rows, now, actor, "change_undone", resident_id=resident.id, detail=detail)


def as_json(values: dict[str, Any]) -> dict[str, Any]:
    """Columns of the plan as they are kept in `PlanChange.before` and `after`."""
    return Plan.model_validate(values).model_dump(mode="json", include=set(values))


def _required(reason: str) -> str:
    if not reason.strip():
        raise FollowUpError("give a reason; it is kept with the change")
    return reason
