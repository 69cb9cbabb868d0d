"""Calling hours, in every time zone and across changes of the clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from callbot.campaigns.rules.policy import CallingHours
from callbot.campaigns.rules.window import Preferred, is_open, next_open, open_spans

SHANGHAI = ZoneInfo("Asia/Shanghai")
ZONES = st.sampled_from(
    [
        SHANGHAI,
        ZoneInfo("America/New_York"),
        ZoneInfo("Europe/Berlin"),
        ZoneInfo("Australia/Lord_Howe"),  # half an hour of summer time
        ZoneInfo("America/Santiago"),  # changes at midnight
        ZoneInfo("Pacific/Apia"),  # left out 30 December 2011
    ]
)
MOMENTS = st.integers(1_300_000_000, 1_900_000_000).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC)
)
TIMES = st.times().map(lambda t: t.replace(microsecond=0))
PREFERRED = st.none() | st.tuples(TIMES, TIMES).map(lambda pair: Preferred(*pair))


def at(clock: str, day: date = date(2026, 11, 22)) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), SHANGHAI)


@pytest.mark.parametrize(
    ("clock", "may_ring"),
    [
        ("07:59:59", False),
        ("08:00", True),
        ("11:59:59", True),
        ("12:00", False),
        ("13:59:59", False),
        ("14:00", True),
        ("20:59:59", True),
        ("21:00", False),
        ("00:00", False),
    ],
)
def test_phones_ring_from_eight_to_nine_but_not_at_midday(clock: str, may_ring: bool) -> None:
    assert is_open(CallingHours(), at(clock), SHANGHAI) is may_ring


@pytest.mark.parametrize(
    ("preferred", "clock", "may_ring"),
    [
        (("12:00", "14:00"), "12:30", True),
        (("11:00", "13:00"), "12:30", True),
        (("09:00", "18:00"), "12:30", False),  # a whole day is no wish to be called at midday
        (("09:00", "18:00"), "08:30", False),
        (("19:00", "23:00"), "21:30", False),
        (("22:00", "23:00"), "09:00", True),  # cannot be kept: left out of account
    ],
)
def test_a_preferred_time_narrows_the_hours_and_alone_opens_the_break(
    preferred: tuple[str, str], clock: str, may_ring: bool
) -> None:
    wish = Preferred(time.fromisoformat(preferred[0]), time.fromisoformat(preferred[1]))
    assert is_open(CallingHours(), at(clock), SHANGHAI, wish) is may_ring


def test_after_the_last_hour_the_next_moment_is_the_next_morning_that_is_no_holiday() -> None:
    hours = CallingHours(holidays=(date(2026, 11, 23),))
    assert next_open(hours, at("21:00"), SHANGHAI) == at("08:00", date(2026, 11, 24))


def test_with_nothing_but_holidays_in_sight_there_is_no_next_moment() -> None:
    days = tuple(date(2026, 11, 22) + timedelta(days=n) for n in range(61))
    assert next_open(CallingHours(holidays=days), at("09:00"), SHANGHAI) is None


def test_a_day_with_a_lost_hour_is_an_hour_shorter() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    hours = CallingHours(opens=time(1), closes=time(5), break_starts=time(5), break_ends=time(5))
    [(start, end)] = open_spans(hours, date(2026, 3, 29), berlin)
    assert end - start == timedelta(hours=3)


CLOCK_CHANGES = {
    "Europe/Berlin": (datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)),
    "Australia/Lord_Howe": (datetime(2026, 4, 4, 15, tzinfo=UTC),),
    "America/Havana": (datetime(2026, 3, 8, 5, tzinfo=UTC), datetime(2026, 11, 1, 5, tzinfo=UTC)),
}


@settings(derandomize=True, max_examples=400)
@given(
    change=st.sampled_from([(z, at) for z, times in CLOCK_CHANGES.items() for at in times]),
    minutes=st.integers(-600, 600),
    opens=st.integers(0, 22),
    length=st.integers(1, 12),
)
def test_where_clocks_change_the_clock_on_the_wall_decides(
    change: tuple[str, datetime], minutes: int, opens: int, length: int
) -> None:
    zone, moment = ZoneInfo(change[0]), change[1] + timedelta(minutes=minutes)
    none = {"break_starts": time(0), "break_ends": time(0)}
    hours = CallingHours(opens=time(opens), closes=time(min(23, opens + length)), **none)
    wall = moment.astimezone(zone).time()
    assert is_open(hours, moment, zone) is (hours.opens <= wall < hours.closes)


@settings(derandomize=True, max_examples=400)
@given(moment=MOMENTS, zone=ZONES, preferred=PREFERRED)
def test_the_next_moment_is_open_and_is_now_exactly_when_it_is_open_now(
    moment: datetime, zone: ZoneInfo, preferred: Preferred | None
) -> None:
    found = next_open(CallingHours(), moment, zone, preferred)
    assert found is not None
    assert found >= moment
    assert is_open(CallingHours(), found, zone, preferred)
    assert (found == moment) is is_open(CallingHours(), moment, zone, preferred)


@settings(derandomize=True, max_examples=400)
@given(moment=MOMENTS, zone=ZONES, preferred=PREFERRED)
def test_no_phone_rings_at_night_whatever_is_preferred(
    moment: datetime, zone: ZoneInfo, preferred: Preferred | None
) -> None:
    if is_open(CallingHours(), moment, zone, preferred):
        assert time(8) <= moment.astimezone(zone).time() < time(21)


def test_hours_that_end_before_they_begin_are_refused() -> None:
    with pytest.raises(ValidationError, match="before"):
        CallingHours(opens=time(21), closes=time(8))
