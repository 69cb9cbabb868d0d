"""A resident's day, by the clock on their own wall."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from callbot.campaigns.rules.policy import CampaignPolicy
from callbot.models import Resident


def local_date(resident: Resident, at: datetime) -> date:
    return at.astimezone(ZoneInfo(resident.time_zone)).date()


Span = tuple[datetime, datetime]
"""From the first moment on, before the second; in UTC."""


@lru_cache(maxsize=256)
def day_span(time_zone: str, day: date) -> Span:
    """23 to 25 hours: where clocks are changed, they change within a day."""
    zone = ZoneInfo(time_zone)
    begins = datetime.combine(day, time.min, zone)
    ends = datetime.combine(day + timedelta(days=1), time.min, zone)
    return begins.astimezone(UTC), ends.astimezone(UTC)


@lru_cache(maxsize=256)
def present_day(time_zone: str, now: datetime) -> Span:
    return day_span(time_zone, now.astimezone(ZoneInfo(time_zone)).date())


def follow_up_day(resident: Resident, at: datetime) -> int:
    """Day of the follow-up, 0 being the day of exposure, in the resident's own time zone."""
    return (local_date(resident, at) - resident.exposed_on).days


def turn_of_day(resident: Resident, policy: CampaignPolicy, at: datetime) -> tuple[date, int]:
    """The resident's day, and whether it is the first or second call's part of it.

    There is a second one only for those who are called twice a day.
    """
    local = at.astimezone(ZoneInfo(resident.time_zone))
    twice = policy.twice_daily or resident.twice_daily
    return local.date(), 2 if twice and local.time() >= policy.second_call_from else 1


def second_call_follows(resident: Resident, policy: CampaignPolicy, at: datetime) -> bool:
    """Whether the day still has a second call to come."""
    twice = policy.twice_daily or resident.twice_daily
    return twice and turn_of_day(resident, policy, at)[1] == 1


def last_time(at: time, zone: ZoneInfo, now: datetime) -> datetime:
    """When it was last that time of day, in that zone; midnight is the day's beginning."""
    today = now.astimezone(zone).date()
    moment = datetime.combine(today, at, zone)
    return moment if moment <= now else datetime.combine(today - timedelta(days=1), at, zone)
