"""How a day of calls is forecast: reckoned by hand where that is possible."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callbot.campaigns.planning.forecast import Day, Rates, forecast, lines_to_finish

EIGHT = datetime(2026, 11, 22, 0, 0, tzinfo=UTC)
NOON, TWO, NINE = (EIGHT + timedelta(hours=n) for n in (4, 6, 13))
SPANS = ((EIGHT, NOON), (TWO, NINE))


def day(people: int, reached: float = 0.5, *, rings: int = 3, at: datetime = EIGHT) -> Day:
    rates = Rates(reached=reached, ring_s=30, talk_s=90)
    return Day(Counter({at: people}), SPANS, timedelta(minutes=60), rings, 1e6, rates)


def test_everybody_reached_by_one_ring_takes_their_talk_over_the_lines() -> None:
    found = forecast(day(400, 1.0), lines=10)
    assert (found.attempts, found.reached, found.left) == pytest.approx((400, 400, 0))
    # 10 lines of 90 s make 6.67 calls a minute: an hour for 400.
    assert found.finish_at == EIGHT + timedelta(minutes=60)


def test_those_not_reached_come_back_and_are_given_up_after_the_last_ring() -> None:
    found = forecast(day(800), lines=100_000)
    assert found.attempts == pytest.approx(800 * (1 + 1 / 2 + 1 / 4))
    assert found.unreached == pytest.approx(800 / 8)
    assert found.finish_at == EIGHT + timedelta(minutes=121)


def test_a_retry_that_would_fall_into_the_midday_break_waits_for_its_end() -> None:
    found = forecast(day(100, rings=2, at=NOON - timedelta(minutes=30)), lines=1000)
    assert found.finish_at == TWO + timedelta(minutes=1)


def test_what_does_not_fit_into_the_hours_is_left_and_there_is_no_end() -> None:
    found = forecast(day(10_000, 1.0), lines=1)
    # 11 hours of one line are 440 talks of 90 s.
    assert (found.reached, found.left) == pytest.approx((440, 9560))
    assert found.finish_at is None


def test_the_pace_limits_where_lines_would_not() -> None:
    paced = Day(Counter({EIGHT: 600}), SPANS, timedelta(minutes=60), 1, 0.5, Rates(1.0, 30, 90))
    assert forecast(paced, lines=10_000).finish_at == EIGHT + timedelta(minutes=20)
    assert lines_to_finish(paced, EIGHT + timedelta(minutes=19)) is None


@settings(derandomize=True, max_examples=25, deadline=None)
@given(st.integers(1, 3000), st.integers(1, 12), st.floats(0.05, 1.0))
def test_the_lines_found_are_enough_and_one_fewer_is_not(
    people: int, hours: int, reached: float
) -> None:
    plan, by = day(people, reached), EIGHT + timedelta(hours=hours)
    lines = lines_to_finish(plan, by)
    if lines is None:
        # Two retries of an hour each cannot end sooner, whatever the lines.
        assert hours <= 2 or forecast(plan, 100_000).finish_at is None
        return
    finish_at = forecast(plan, lines).finish_at
    assert finish_at is not None
    assert finish_at <= by
    if lines > 1:
        fewer = forecast(plan, lines - 1).finish_at
        assert fewer is None or fewer > by


def test_nobody_to_call_needs_no_lines_and_people_are_neither_lost_nor_made() -> None:
    assert lines_to_finish(day(0)) == 0
    found = forecast(day(777, 0.3), lines=3)
    assert found.reached + found.unreached + found.left == pytest.approx(777)
