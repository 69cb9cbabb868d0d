"""What follows an attempt, outcome by outcome."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from test_campaigns_eligibility import NOW, ended, resident

from callbot.campaigns.rules.policy import CampaignPolicy
from callbot.campaigns.rules.retry import Decision, GiveUp, Retry, Rule, decide
from callbot.dialog.events import Outcome
from callbot.models import Attempt

AT_NIGHT = datetime(2026, 11, 22, 12, 55, tzinfo=UTC)
"""Five to nine in the evening in Shanghai."""


def after(
    outcome: Outcome,
    *earlier: Attempt,
    now: datetime = NOW,
    rang: bool = True,
    policy: dict[str, Any] | None = None,
    **more: Any,
) -> Decision:
    last = ended(outcome, now, rang=rang)
    return decide(
        CampaignPolicy.model_validate(policy or {}),
        resident(),
        last,
        [*earlier, last],
        now,
        **more,
    )


@pytest.mark.parametrize(
    ("outcome", "minutes"),
    [
        (Outcome.BUSY, 10),
        (Outcome.NO_ANSWER, 60),
        (Outcome.REJECTED, 60),
        (Outcome.PARTIAL, 30),
        (Outcome.CALLBACK_REQUESTED, 60),
    ],
)
def test_the_wait_depends_on_the_outcome(outcome: Outcome, minutes: int) -> None:
    assert after(outcome) == Retry(NOW + timedelta(minutes=minutes))


def test_a_wait_that_ends_in_the_midday_break_is_lengthened_to_its_end() -> None:
    assert after(Outcome.VOICEMAIL) == Retry(NOW + timedelta(hours=4))


def test_a_failure_of_the_network_is_tried_again_soon_unless_the_phone_may_have_rung() -> None:
    assert after(Outcome.FAILED, rang=False) == Retry(NOW + timedelta(minutes=5))
    assert after(Outcome.FAILED, rang=True) == Retry(NOW + timedelta(minutes=10))


@pytest.mark.parametrize(
    ("outcome", "rule"),
    [
        (Outcome.REFUSED, Rule.REFUSED),
        (Outcome.OPTED_OUT, Rule.OPTED_OUT),
        (Outcome.WRONG_NUMBER, Rule.WRONG_NUMBER),
        (Outcome.NOT_SELF, Rule.NOT_SELF),
    ],
)
def test_some_outcomes_are_for_a_person_and_never_tried_again(outcome: Outcome, rule: Rule) -> None:
    decision = after(outcome)
    assert isinstance(decision, GiveUp)
    assert decision.flag is not None
    assert decision.flag.rule is rule


def test_a_completed_call_is_followed_by_nothing() -> None:
    assert after(Outcome.COMPLETED) == GiveUp("completed")


def test_a_number_that_does_not_exist_is_never_tried_again() -> None:
    decision = after(Outcome.FAILED, rang=False, permanent=True)
    assert isinstance(decision, GiveUp)
    assert decision.flag is not None
    assert decision.flag.rule is Rule.INVALID_NUMBER


def test_the_third_ring_of_a_day_is_the_last() -> None:
    two = [ended(Outcome.NO_ANSWER, NOW - timedelta(hours=n)) for n in (2, 1)]
    assert isinstance(after(Outcome.NO_ANSWER, two[1]), Retry)
    decision = after(Outcome.NO_ANSWER, *two)
    assert isinstance(decision, GiveUp)
    assert decision.flag is not None
    assert decision.flag.rule is Rule.UNREACHABLE
    assert "响铃3次" in decision.flag.reason


def test_a_retry_that_would_fall_after_the_days_hours_is_given_up_and_flagged() -> None:
    decision = after(Outcome.BUSY, now=AT_NIGHT)
    assert isinstance(decision, GiveUp)
    assert decision.flag is not None


def test_a_call_asked_for_tomorrow_is_made_tomorrow() -> None:
    tomorrow = AT_NIGHT + timedelta(hours=13)
    decision = after(Outcome.CALLBACK_REQUESTED, now=AT_NIGHT, callback_at=tomorrow)
    assert decision == Retry(tomorrow, requested=True)


def test_a_call_asked_for_at_night_is_made_in_the_morning() -> None:
    asked = AT_NIGHT + timedelta(hours=2)
    morning = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
    decision = after(Outcome.CALLBACK_REQUESTED, now=AT_NIGHT, callback_at=asked)
    assert decision == Retry(morning, requested=True)


def test_a_call_asked_for_after_the_period_is_left_to_a_person() -> None:
    later = NOW + timedelta(days=20)
    assert isinstance(after(Outcome.CALLBACK_REQUESTED, callback_at=later), GiveUp)


def test_an_office_may_set_that_an_outcome_is_not_tried_again() -> None:
    decision = after(Outcome.BUSY, policy={"retry": {"busy": None}})
    assert isinstance(decision, GiveUp)
    assert decision.flag is not None


def test_a_network_that_keeps_failing_is_not_tried_all_day() -> None:
    earlier = [
        ended(Outcome.FAILED, NOW - timedelta(minutes=5 * n), rang=False) for n in range(1, 5)
    ]
    assert isinstance(after(Outcome.FAILED, *earlier[:3], rang=False), Retry)
    assert isinstance(after(Outcome.FAILED, *earlier, rang=False), GiveUp)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_has_an_answer(outcome: Outcome) -> None:
    assert isinstance(after(outcome), Retry | GiveUp)


def test_the_first_of_two_calls_a_day_is_given_up_in_silence_for_the_second() -> None:
    two_rings = after(
        Outcome.NO_ANSWER,
        ended(Outcome.NO_ANSWER, NOW - timedelta(hours=1)),
        policy={"twice_daily": True},
    )
    assert two_rings == GiveUp("all of the day's attempts are used; the day's second call follows")
    late = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
    left = after(Outcome.NO_ANSWER, now=late, policy={"twice_daily": True})
    assert left == GiveUp("left to the day's second call")
    evening = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
    last = after(Outcome.NO_ANSWER, now=evening, policy={"twice_daily": True})
    assert isinstance(last, GiveUp)
    assert last.flag is not None
