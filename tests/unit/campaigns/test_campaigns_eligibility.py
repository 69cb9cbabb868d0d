"""Who may be called now, and every reason why not."""

from datetime import UTC, date, datetime, timedelta
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callbot.campaigns.dialing.attempts import new_attempt
from callbot.campaigns.rules.eligibility import judge
from callbot.campaigns.rules.local_day import follow_up_day
from callbot.campaigns.rules.reasons import Blocker
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
from callbot.models.blocker_words import TERMS, WORDS

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


AFTERNOON = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
"""Three o'clock in Shanghai, when second calls begin."""


@pytest.mark.parametrize("whose", ["campaign", "resident"])
def test_who_is_called_twice_a_day_is_due_again_from_the_second_calls_time(whose: str) -> None:
    what = campaign(policy={"twice_daily": whose == "campaign"})
    who = resident(twice_daily=whose == "resident")
    first = ended(Outcome.COMPLETED, NOW)
    just_before = judge(who, what, [first], AFTERNOON - timedelta(minutes=1))
    assert just_before.words == "called for the first time today: completed; again from 15:00"
    assert just_before.said("zh-CN") == "今天第一次已呼叫：已完成；15:00后再次呼叫"
    assert judge(who, what, [first], AFTERNOON).due_now
    second = ended(Outcome.COMPLETED, AFTERNOON)
    later = AFTERNOON + timedelta(hours=1)
    assert blockers(who, what, [first, second], later) == {Blocker.DONE_TODAY}
    assert judge(who, what, [first, second], NOW + timedelta(days=1)).due_now


def test_a_refusal_ends_the_day_for_those_called_twice_too() -> None:
    first = ended(Outcome.REFUSED, NOW)
    who = resident(twice_daily=True)
    assert blockers(who, campaign(), [first], AFTERNOON) == {Blocker.DONE_TODAY}


def test_one_ring_of_the_day_is_kept_for_the_second_call() -> None:
    who = resident(twice_daily=True)
    rings = [ended(Outcome.NO_ANSWER, NOW - timedelta(hours=n), campaign_id=2) for n in (1, 2)]
    assert blockers(who, campaign(), rings) == {Blocker.RINGS_TODAY}
    assert judge(who, campaign(), rings, AFTERNOON).due_now
    assert judge(resident(), campaign(), rings, NOW).due_now


def test_a_paused_follow_up_says_until_when_and_begins_on_that_day_by_itself() -> None:
    until = date(2026, 11, 23)
    who = resident(follow_up=FollowUp.PAUSED, paused_until=until)
    assert judge(who, campaign(), [], NOW).words == (
        "the follow-up is paused; calls begin again on 2026-11-23"
    )
    assert judge(who, campaign(), [], NOW + timedelta(days=1)).due_now
    endless = resident(follow_up=FollowUp.PAUSED)
    assert blockers(endless, campaign(), [], NOW + timedelta(days=9)) == {Blocker.PAUSED}


def test_a_moved_end_counts_in_place_of_the_rules() -> None:
    shorter = resident(ends_on=date(2026, 11, 21))
    assert blockers(shorter, campaign(), []) == {Blocker.AFTER_PERIOD}
    longer = resident(exposed_on=date(2026, 11, 1), ends_on=date(2026, 11, 22))
    assert judge(longer, campaign(), [], NOW).due_now
    assert blockers(longer, campaign(), [], NOW + timedelta(days=1)) == {Blocker.AFTER_PERIOD}


def test_every_reason_has_words_in_each_language_with_the_same_facts() -> None:
    def facts(words: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(words) if name}

    chinese, english = WORDS["zh-CN"], WORDS["en-US"]
    assert {key: facts(words) for key, words in chinese.items()} == {
        key: facts(words) for key, words in english.items()
    }
    assert {key.partition(".")[0] for key in english} == {blocker.value for blocker in Blocker}
    named = {*Outcome, *NumberProblem, FollowUp.COMPLETED, FollowUp.CANCELLED, FollowUp.LOST}
    assert named <= TERMS["zh-CN"].keys()
