"""The period in which a resident is asked. Pure; days are the resident's own.

Rules of the follow-up: 14 days from the last exposure or arrival, day 0 being that day; the last
call falls on day 14. Re-exposure restarts it. A household member's exposure can extend it. Staff
can override the end, with a reason. After the end no call goes out.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from callbot.errors import BadInput

STANDARD_DAYS = 14
LONGEST_DAYS = 60
"""Longer than any rule asks for: a slip of the pen."""


class FollowUpError(BadInput):
    """What was asked of a follow-up is impossible; says why, and what to do."""


@dataclass(frozen=True)
class Period:
    """days: as the rule has them. ends_on: the last day where it was moved, else None."""

    exposed_on: date
    days: int = STANDARD_DAYS
    ends_on: date | None = None

    @property
    def last_day(self) -> date:
        """On which the last call falls."""
        return self.ends_on or self.exposed_on + timedelta(days=self.days)


def exposed_again(period: Period, on: date, today: date) -> Period:
    """Restarted: day 0 is the new day. An end that was moved beyond the new one stays."""
    _not_in_future(on, today)
    if on <= period.exposed_on:
        raise FollowUpError(
            f"the follow-up already counts from {period.exposed_on}; "
            "an exposure restarts it only if it is later"
        )
    anew = Period(on, period.days)
    if period.ends_on is not None and period.ends_on > anew.last_day:
        return replace(anew, ends_on=period.ends_on)
    return anew


def extended(period: Period, other: Period) -> Period:
    """By living with someone whose period is `other`: ends no earlier than theirs."""
    if other.last_day <= period.last_day:
        return period
    return replace(period, ends_on=other.last_day)


def overridden(period: Period, ends_on: date) -> Period:
    """The end as staff set it, earlier or later than the rule's."""
    if ends_on < period.exposed_on:
        raise FollowUpError(
            f"the last day cannot be before the first, {period.exposed_on}; "
            "to call no more at all, cancel the follow-up"
        )
    if (ends_on - period.exposed_on).days > LONGEST_DAYS:
        last = period.exposed_on + timedelta(days=LONGEST_DAYS)
        raise FollowUpError(f"a follow-up lasts at most {LONGEST_DAYS} days, here until {last}")
    rule = Period(period.exposed_on, period.days)
    return replace(rule, ends_on=None if ends_on == rule.last_day else ends_on)


def rewritten(exposed_on: date, days: int, today: date) -> Period:
    """Both dates as staff correct them; no end stays moved."""
    _not_in_future(exposed_on, today)
    if not 1 <= days <= LONGEST_DAYS:
        raise FollowUpError(f"a follow-up lasts 1 to {LONGEST_DAYS} days")
    return Period(exposed_on, days)


def check_pause(until: date | None, today: date) -> None:
    """until: the first day of calls again; None: until staff resume it."""
    if until is not None and until <= today:
        raise FollowUpError(f"a pause ends on a later day than today, {today}; give such a day")


def is_paused(until: date | None, today: date) -> bool:
    """Of a follow-up that was paused until that day."""
    return until is None or today < until


def _not_in_future(exposed_on: date, today: date) -> None:
    if exposed_on > today:
        raise FollowUpError(f"{exposed_on} is in the future (today is {today}); correct the day")
