"""Somebody's attempts of the last two days, and what of them decides on the next."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple, Protocol

from callbot.campaigns.rules.local_day import Span, day_span, present_day, turn_of_day
from callbot.campaigns.rules.policy import HARD_CAP_PER_24_HOURS, MIN_GAP_MIN, CampaignPolicy
from callbot.dialog.events import Outcome
from callbot.models import AttemptState, Resident

GAP = timedelta(minutes=MIN_GAP_MIN)


class Tried(Protocol):
    """An attempt: its row, or as many of its columns as decide on the next."""

    @property
    def campaign_id(self) -> int: ...
    @property
    def state(self) -> AttemptState: ...
    @property
    def due_at(self) -> datetime: ...
    @property
    def requested(self) -> bool: ...
    @property
    def rang_at(self) -> datetime | None: ...
    @property
    def ended_at(self) -> datetime | None: ...
    @property
    def outcome(self) -> Outcome | None: ...
    @property
    def second_contact_id(self) -> int | None: ...


def rings_on(resident: Resident, attempts: Sequence[Tried], day: date) -> int:
    """Attempts that rang on a day local to the resident."""
    span = day_span(resident.time_zone, day)
    return sum(1 for attempt in attempts if _rang(attempt, span))


def failures_on(resident: Resident, attempts: Sequence[Tried], day: date) -> int:
    """Attempts that the network failed on a day local to the resident, before any ring."""
    span = day_span(resident.time_zone, day)
    return sum(1 for attempt in attempts if _failed(attempt, span))


def rings_in_24_hours(attempts: Sequence[Tried], until: datetime) -> list[datetime]:
    """Moments of the rings in the 24 hours before `until`, oldest first."""
    since = until - timedelta(hours=24)
    return sorted(at for a in attempts if (at := _own_ring(a)) is not None and at > since)


def last_contact(attempts: Sequence[Tried]) -> datetime | None:
    """When a phone of theirs last stopped ringing or talking."""
    ends = (a.ended_at or at for a in attempts if (at := _own_ring(a)) is not None)
    return max(ends, default=None)


def _own_ring(attempt: Tried) -> datetime | None:
    """When it rang the resident, not a second contact."""
    return attempt.rang_at if attempt.second_contact_id is None else None


def _rang(attempt: Tried, span: Span) -> bool:
    at = _own_ring(attempt)
    return at is not None and span[0] <= at < span[1]


def _failed(attempt: Tried, span: Span) -> bool:
    return (
        attempt.outcome is Outcome.FAILED
        and attempt.rang_at is None
        and attempt.second_contact_id is None
        and _ended(attempt, span)
    )


def _ended(attempt: Tried, span: Span) -> bool:
    return attempt.ended_at is not None and span[0] <= attempt.ended_at < span[1]


class OpenAttempt(NamedTuple):
    """One that has not ended. due_at: None once it is under way."""

    due_at: datetime | None
    requested: bool
    to_second_contact: bool
    campaign_id: int


class Cap(NamedTuple):
    """As many rings in 24 hours as nobody may get, until one of them is that long ago."""

    rings: int
    until: datetime


class RecentCalls(NamedTuple):
    """All that a verdict takes from somebody's attempts: who has the same is judged alike.

    open: oldest first. rests_until: the least time between two rings, while it runs. outcomes:
    of the campaign's attempts today, oldest first, each with its part of the day, 1 or 2.
    """

    open: tuple[OpenAttempt, ...] = ()
    rings_today: int = 0
    failures_today: int = 0
    cap: Cap | None = None
    rests_until: datetime | None = None
    outcomes: tuple[tuple[Outcome, int], ...] = ()


def recent_calls(
    resident: Resident,
    policy: CampaignPolicy,
    campaign_id: int | None,
    attempts: Sequence[Tried],
    now: datetime,
) -> RecentCalls:
    """attempts: the resident's of the last two days, in all campaigns, oldest first."""
    if not attempts:
        return NO_CALLS
    today = present_day(resident.time_zone, now)
    last = last_contact(attempts)
    return RecentCalls(
        tuple([_open(each) for each in attempts if each.state is not AttemptState.ENDED]),
        len([1 for each in attempts if _rang(each, today)]),
        len([1 for each in attempts if _failed(each, today)]),
        cap(rings_in_24_hours(attempts, now)) if len(attempts) >= HARD_CAP_PER_24_HOURS else None,
        None if last is None else rests_until(last, now),
        tuple(
            [
                (each.outcome, turn_of_day(resident, policy, each.ended_at)[1])
                for each in attempts
                if each.campaign_id == campaign_id
                and each.outcome is not None
                and each.ended_at is not None
                and _ended(each, today)
            ]
        ),
    )


NO_CALLS = RecentCalls()


def cap(recent: Sequence[datetime]) -> Cap | None:
    """The cap that no setting exceeds, once it is reached. recent: as `rings_in_24_hours`."""
    if len(recent) < HARD_CAP_PER_24_HOURS:
        return None
    return Cap(len(recent), recent[-HARD_CAP_PER_24_HOURS] + timedelta(hours=24))


def rests_until(last: datetime, now: datetime) -> datetime | None:
    """Until when a phone that last stopped ringing then is left alone; None: no longer."""
    until = last + GAP
    return until if now < until else None


def _open(attempt: Tried) -> OpenAttempt:
    planned = attempt.state is AttemptState.PLANNED
    return OpenAttempt(
        attempt.due_at if planned else None,
        planned and attempt.requested,
        planned and attempt.second_contact_id is not None,
        attempt.campaign_id if planned else 0,
    )
