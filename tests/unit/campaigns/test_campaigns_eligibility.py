"""Who may be called now, and every reason why not."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callbot.campaigns.attempts import new_attempt
from callbot.campaigns.eligibility import follow_up_day, judge
from callbot.campaigns.reasons import Blocker
from callbot.dialog.events import Outcome
from callbot.models import (
    Attempt,
    AttemptState,
    Campaign,
    CampaignState,
    FollowUp,
    NumberProblem,
    Resident,
)

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
"""Ten o'clock in Shanghai."""


def resident(**fields: Any) -> Resident:
    given: dict[str, Any] = {
        "id": 1,
        "name": "王秀英",
        "phone": "+8613800000001",
        "phone_hash": "x",
        "community": "金海社区",
        "grid": "第一网格",
        "exposed_on": date(2026, 11, 20),
        "imported_at": NOW,
    }
    return Resident(**{**given, **fields})


def campaign(**fields: Any) -> Campaign:
    given: dict[str, Any] = {
        "id": 1,
        "name": "每日",
        "script": "quarantine",
        "state": CampaignState.RUNNING,
        "audience": {},
        "policy": {},
        "created_at": NOW,
    }
    return Campaign(**{**given, **fields})


def ended(outcome: Outcome, at: datetime, *, rang: bool = True, campaign_id: int = 1) -> Attempt:
    attempt = new_attempt(1, campaign_id, at)
    attempt.state, attempt.outcome = AttemptState.ENDED, outcome
    attempt.placed_at = attempt.ended_at = at
    attempt.rang_at = at if rang else None
    return attempt


def blockers(
    who: Resident, what: Campaign, attempts: list[Attempt], now: datetime = NOW, **more: Any
) -> set[Blocker]:
    return {reason.blocker for reason in judge(who, what, attempts, now, **more).reasons}


def test_a_resident_in_the_period_within_hours_is_due_now() -> None:
    assert judge(resident(), campaign(), [], NOW).due_now


@pytest.mark.parametrize(
    ("fields", "blocker"),
    [
        ({"opted_out_at": NOW}, Blocker.OPTED_OUT),
        ({"number_problem": NumberProblem.INVALID}, Blocker.NUMBER_PROBLEM),
        ({"follow_up": FollowUp.CANCELLED}, Blocker.NOT_FOLLOWED_UP),
        ({"exposed_on": date(2026, 11, 23)}, Blocker.BEFORE_PERIOD),
        ({"exposed_on": date(2026, 11, 7)}, Blocker.AFTER_PERIOD),
        ({"time_zone": "America/New_York"}, Blocker.OUTSIDE_HOURS),
    ],
)
def test_each_state_of_a_resident_that_forbids_a_call_is_named(
    fields: dict[str, Any], blocker: Blocker
) -> None:
    assert blockers(resident(**fields), campaign(), []) == {blocker}


@pytest.mark.parametrize(
    ("fields", "blocker"),
    [
        ({"state": CampaignState.PAUSED}, Blocker.CAMPAIGN_NOT_RUNNING),
        ({"ends_on": date(2026, 11, 21)}, Blocker.CAMPAIGN_OVER),
        ({"audience": {"communities": ["望湖社区"]}}, Blocker.OTHER_AUDIENCE),
        ({"audience": {"grids": ["第二网格"]}}, Blocker.OTHER_AUDIENCE),
        ({"audience": {"locales": ["ko-KR"]}}, Blocker.OTHER_AUDIENCE),
    ],
)
def test_each_state_of_a_campaign_that_forbids_a_call_is_named(
    fields: dict[str, Any], blocker: Blocker
) -> None:
    assert blockers(resident(), campaign(**fields), []) == {blocker}


def test_all_reasons_are_told_at_once_in_words() -> None:
    verdict = judge(
        resident(opted_out_at=NOW),
        campaign(state=CampaignState.DRAFT),
        [],
        NOW - timedelta(hours=3),
    )
    assert verdict.words == (
        "the campaign is draft; asked on 2026-11-22 not to be called again; "
        "outside the hours for calls (07:00 local time)"
    )


@pytest.mark.parametrize(
    ("zone", "utc", "day"),
    [
        ("Asia/Shanghai", "2026-11-21T15:59:59", 1),
        ("Asia/Shanghai", "2026-11-21T16:00:00", 2),
        ("America/New_York", "2026-11-22T04:59:59", 1),
        ("America/New_York", "2026-11-22T05:00:00", 2),
    ],
)
def test_the_day_of_the_follow_up_turns_at_the_residents_own_midnight(
    zone: str, utc: str, day: int
) -> None:
    moment = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert follow_up_day(resident(time_zone=zone), moment) == day


@settings(derandomize=True, max_examples=400)
@given(
    zone=st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/Santiago", "Pacific/Apia"]),
    exposed_on=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    day=st.integers(-3, 20),
    hour=st.sampled_from([8, 11, 14, 20]),
)
def test_calls_go_out_from_day_0_to_day_14_and_on_no_other(
    zone: str, exposed_on: date, day: int, hour: int
) -> None:
    local = datetime.combine(
        exposed_on + timedelta(days=day), datetime.min.time(), ZoneInfo(zone)
    ).replace(hour=hour)
    who = resident(exposed_on=exposed_on, time_zone=zone)
    assert judge(who, campaign(), [], local.astimezone(UTC)).due_now is (0 <= day <= 14)


@pytest.mark.parametrize("outcome", ["completed", "refused", "not_self", "wrong_number"])
def test_a_campaign_that_has_spoken_to_them_leaves_them_alone_until_tomorrow(outcome: str) -> None:
    earlier = ended(Outcome(outcome), NOW - timedelta(hours=1))
    assert blockers(resident(), campaign(), [earlier]) == {Blocker.DONE_TODAY}
    assert judge(resident(), campaign(), [earlier], NOW + timedelta(days=1)).due_now


def test_another_campaign_may_still_call_them_that_day() -> None:
    earlier = ended(Outcome.COMPLETED, NOW - timedelta(hours=1), campaign_id=2)
    assert judge(resident(), campaign(), [earlier], NOW).due_now


def test_rings_are_counted_across_campaigns_and_only_when_they_rang() -> None:
    rings = [
        ended(Outcome.NO_ANSWER, NOW - timedelta(minutes=30 * n), campaign_id=n) for n in (2, 3)
    ]
    silent = ended(Outcome.FAILED, NOW - timedelta(minutes=20), rang=False, campaign_id=4)
    assert judge(resident(), campaign(), [*rings, silent], NOW).due_now
    third = ended(Outcome.BUSY, NOW - timedelta(minutes=15), campaign_id=5)
    assert blockers(resident(), campaign(), [*rings, third]) == {Blocker.RINGS_TODAY}


def test_five_rings_in_24_hours_are_a_limit_that_no_setting_exceeds() -> None:
    own = campaign(policy={"retry": {"rings_per_day": 5}})
    late = [ended(Outcome.BUSY, NOW - timedelta(hours=14, minutes=15 * n)) for n in range(3)]
    early = [ended(Outcome.BUSY, NOW - timedelta(minutes=15 * n), campaign_id=2) for n in (1, 2)]
    assert blockers(resident(), own, [*late, *early]) == {Blocker.RINGS_IN_24_HOURS}
    with pytest.raises(ValueError, match="less than or equal to 5"):
        judge(resident(), campaign(policy={"retry": {"rings_per_day": 6}}), [], NOW)


@pytest.mark.parametrize(("minutes", "due"), [(9, False), (10, True)])
def test_two_rings_are_ten_minutes_apart(minutes: int, due: bool) -> None:
    other = ended(Outcome.NO_ANSWER, NOW - timedelta(minutes=minutes), campaign_id=2)
    assert judge(resident(), campaign(), [other], NOW).due_now is due


def test_an_open_attempt_is_an_obstacle_to_all_but_itself() -> None:
    planned = new_attempt(1, 1, NOW + timedelta(hours=1), requested=True)
    verdict = judge(resident(), campaign(), [planned], NOW)
    assert verdict.words == "the resident asked to be called at 2026-11-22 11:00 (campaign 1)"
    assert judge(resident(), campaign(), [planned], NOW, taking_up=planned).due_now


def test_a_day_that_was_given_up_is_not_begun_anew_but_a_retry_goes_ahead() -> None:
    earlier = ended(Outcome.VOICEMAIL, NOW - timedelta(hours=1))
    assert blockers(resident(), campaign(), [earlier]) == {Blocker.DONE_TODAY}
    retry = new_attempt(1, 1, NOW, number=2)
    assert judge(resident(), campaign(), [earlier, retry], NOW, taking_up=retry).due_now
