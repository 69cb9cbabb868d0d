"""When a phone may ring: calling hours in the resident's own time zone.

Everything is reckoned as spans between two moments in UTC, so a day of 23 or 25 hours needs no
special case.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from callbot.campaigns.rules.policy import CallingHours

HORIZON_DAYS = 60
"""How far ahead an open moment is looked for; beyond it holidays fill the calendar."""


@dataclass(frozen=True)
class Preferred:
    """The local time of day a resident likes to be called; the end is the first moment too late."""

    starts: time
    ends: time


Span = tuple[datetime, datetime]


def is_open(
    hours: CallingHours, at: datetime, zone: ZoneInfo, preferred: Preferred | None = None
) -> bool:
    """Whether a phone may ring at this moment."""
    day = at.astimezone(zone).date()
    return any(start <= at < end for start, end in open_spans(hours, day, zone, preferred))


def next_open(
    hours: CallingHours, at: datetime, zone: ZoneInfo, preferred: Preferred | None = None
) -> datetime | None:
    """The first moment from `at` on at which a phone may ring; None if there is none in sight."""
    first = at.astimezone(zone).date()
    for offset in range(HORIZON_DAYS):
        for start, end in open_spans(hours, first + timedelta(days=offset), zone, preferred):
            if at < end:
                return max(at, start)
    return None


def open_spans(
    hours: CallingHours, day: date, zone: ZoneInfo, preferred: Preferred | None = None
) -> list[Span]:
    """The day's spans in order, as moments in UTC; empty on a holiday.

    A preferred time narrows the hours. It opens the midday break only if it starts or ends
    within it, which nobody asks for by accident. One that lies wholly outside the hours cannot
    be kept and is left out of account.
    """
    if day in hours.holidays:
        return []
    spans = [_between(day, *span, zone) for span in _local_spans(hours, preferred)]
    return [(start, end) for start, end in spans if start < end]


def _local_spans(hours: CallingHours, preferred: Preferred | None) -> Iterator[tuple[time, time]]:
    opens, closes = hours.opens, hours.closes
    break_starts, break_ends = hours.break_starts, hours.break_ends
    if preferred is not None:
        starts, ends = max(opens, preferred.starts), min(closes, preferred.ends)
        if starts < ends:
            opens, closes = starts, ends
            if break_starts <= starts < break_ends or break_starts < ends <= break_ends:
                yield opens, closes
                return
    yield opens, min(closes, break_starts)
    yield max(opens, break_ends), closes


def _between(day: date, start: time, end: time, zone: ZoneInfo) -> Span:
    return (
        datetime.combine(day, start, zone).astimezone(UTC),
        datetime.combine(day, end, zone).astimezone(UTC),
    )
