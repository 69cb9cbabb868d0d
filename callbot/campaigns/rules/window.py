"""When a phone may ring: calling hours in the resident's own time zone.

Everything is reckoned as spans between two moments in UTC. Where clocks are changed, the clock on
the resident's wall decides: an hour that is skipped is no hour for calls, one that comes twice is
one twice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from callbot.campaigns.rules.policy import CallingHours

HORIZON_DAYS = 60
"""How far ahead an open moment is looked for; beyond it holidays fill the calendar."""


@dataclass(frozen=True)
class Preferred:
    """The local time of day a resident likes to be called; the end is the first moment too late."""

    starts: time
    ends: time


EASTMOST, WESTMOST = timedelta(hours=14), timedelta(hours=12)
"""How long before UTC's a day may begin, and how long after it."""

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


@lru_cache(maxsize=256)
def open_spans(
    hours: CallingHours, day: date, zone: ZoneInfo, preferred: Preferred | None = None
) -> tuple[Span, ...]:
    """The day's spans in order, as moments in UTC; empty on a holiday.

    A preferred time narrows the hours. It opens the midday break only if it starts or ends
    within it, which nobody asks for by accident. One that lies wholly outside the hours cannot
    be kept and is left out of account.
    """
    if day in hours.holidays:
        return ()
    wall = list(_local_spans(hours, preferred))
    spans = [
        (max(since, _at(day, start, offset)), min(until, _at(day, end, offset)))
        for since, until, offset in _offsets(day, zone)
        for start, end in wall
    ]
    return tuple(_joined([(start, end) for start, end in spans if start < end]))


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


def _joined(spans: Sequence[Span]) -> list[Span]:
    """Spans between which there is no time are one."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _at(day: date, wall: time, offset: timedelta) -> datetime:
    return datetime.combine(day, wall, UTC) - offset


def _offsets(day: date, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """The zone's offset from UTC on that day, since and until when: two, if clocks are changed."""
    midnight = datetime.combine(day, time.min, UTC)
    since, until = midnight - EASTMOST, midnight + timedelta(days=1) + WESTMOST
    first, last = _offset(since, zone), _offset(until, zone)
    if first == last:
        yield since, until, first
        return
    change = _change(since, until, zone)
    yield since, change, first
    yield change, until, last


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    offset = at.astimezone(zone).utcoffset()
    assert offset is not None
    return offset


def _change(since: datetime, until: datetime, zone: ZoneInfo) -> datetime:
    """The second at which the offset changes between the two."""
    first = _offset(since, zone)
    while until - since > timedelta(seconds=1):
        middle = (since + (until - since) / 2).replace(microsecond=0)
        if _offset(middle, zone) == first:
            since = middle
        else:
            until = middle
    return until.replace(microsecond=0)
