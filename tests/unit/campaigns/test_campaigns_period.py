"""The period of the follow-up: days counted right at both ends, whatever moves them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callbot.campaigns.follow_up.release import due_days, paused_days
from callbot.campaigns.rules.period import (
    LONGEST_DAYS,
    FollowUpError,
    Period,
    exposed_again,
    extended,
    is_paused,
    overridden,
    rewritten,
)
from callbot.models import Change, PlanChange

TODAY = date(2026, 11, 22)
DAYS = st.dates(date(2027, 12, 1), date(2028, 4, 1))
"""With the turn of a year, and a 29 February."""


def test_day_14_is_the_last_and_a_leap_day_counts() -> None:
    assert Period(date(2026, 11, 20)).last_day == date(2026, 12, 4)
    assert Period(date(2028, 2, 16)).last_day == date(2028, 3, 1)
    assert Period(date(2027, 2, 16)).last_day == date(2027, 3, 2)


@settings(derandomize=True)
@given(DAYS, st.integers(1, 40))
def test_an_exposure_again_restarts_the_whole_period(first: date, later: int) -> None:
    again = first + timedelta(days=later)
    anew = exposed_again(Period(first), again, today=again)
    assert (anew.exposed_on, anew.last_day) == (again, again + timedelta(days=14))


def test_an_exposure_that_is_not_later_or_not_yet_is_refused() -> None:
    period = Period(TODAY - timedelta(days=3))
    with pytest.raises(FollowUpError, match="only if it is later"):
        exposed_again(period, period.exposed_on, TODAY)
    with pytest.raises(FollowUpError, match="in the future"):
        exposed_again(period, TODAY + timedelta(days=1), TODAY)


def test_an_end_moved_beyond_the_new_one_stays() -> None:
    moved = overridden(Period(date(2026, 11, 10)), date(2026, 12, 20))
    assert exposed_again(moved, date(2026, 11, 20), TODAY).last_day == date(2026, 12, 20)
    assert exposed_again(moved, date(2026, 11, 10) + timedelta(days=12), TODAY).ends_on is not None
    early = overridden(Period(date(2026, 11, 10)), date(2026, 11, 15))
    assert exposed_again(early, date(2026, 11, 20), TODAY).last_day == date(2026, 12, 4)


@settings(derandomize=True)
@given(DAYS, DAYS)
def test_a_household_member_extends_and_never_shortens(own: date, other: date) -> None:
    longer = extended(Period(own), Period(other))
    assert longer.exposed_on == own
    assert longer.last_day == max(own, other) + timedelta(days=14)


@settings(derandomize=True)
@given(DAYS, st.integers(-5, LONGEST_DAYS + 5))
def test_an_end_is_overridden_within_reason(first: date, days: int) -> None:
    end = first + timedelta(days=days)
    if 0 <= days <= LONGEST_DAYS:
        assert overridden(Period(first), end).last_day == end
    else:
        with pytest.raises(FollowUpError):
            overridden(Period(first), end)


def test_an_end_set_back_to_the_rules_is_no_override() -> None:
    assert overridden(Period(TODAY), TODAY + timedelta(days=14)).ends_on is None


@pytest.mark.parametrize("days", [0, 61])
def test_dates_are_rewritten_to_a_period_of_1_to_60_days(days: int) -> None:
    assert rewritten(TODAY, 60, TODAY).last_day == TODAY + timedelta(days=60)
    with pytest.raises(FollowUpError, match="1 to 60 days"):
        rewritten(TODAY, days, TODAY)


def test_a_pause_ends_on_the_named_day_and_not_before() -> None:
    until = date(2026, 11, 25)
    assert [is_paused(until, until + timedelta(days=n)) for n in (-1, 0, 1)] == [True, False, False]
    assert is_paused(None, date(2099, 1, 1))


def test_answers_are_due_from_the_day_after_both_exposure_and_import_to_the_last() -> None:
    exposed = date(2026, 11, 1)
    assert len(due_days(exposed, exposed, date(2026, 11, 15))) == 14
    late = due_days(exposed, date(2026, 11, 13), date(2026, 11, 15))
    assert late == [date(2026, 11, 14), date(2026, 11, 15)]
    assert due_days(exposed, date(2026, 11, 20), date(2026, 11, 15)) == []


def change(what: Change, day: int, **after: str | None) -> PlanChange:
    # Half past midnight in Shanghai: still the day before in UTC.
    at = datetime(2026, 11, day, 0, 30, tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)
    return PlanChange(
        act_id="x", resident_id=1, change=what, before={}, after=after, actor="alice", at=at
    )


def test_days_of_a_pause_are_not_due_as_long_as_it_really_lasted() -> None:
    shanghai, last = ZoneInfo("Asia/Shanghai"), date(2026, 11, 15)
    pause = change(Change.PAUSED, 5, follow_up="paused", paused_until="2026-11-08")
    resumed = change(Change.RESUMED, 7, follow_up="active", paused_until=None)
    endless = change(Change.PAUSED, 13, follow_up="paused", paused_until=None)

    def days(*changes: PlanChange) -> list[int]:
        return sorted(day.day for day in paused_days(changes, shanghai, last))

    assert days(pause) == [5, 6, 7]
    assert days(pause, resumed) == [5, 6]
    assert days(endless) == [13, 14, 15]
    endless.undone_at = endless.at
    assert days(endless) == []
