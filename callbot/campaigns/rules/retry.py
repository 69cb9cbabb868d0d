"""What follows an attempt: another one at a certain moment, or giving up for the day.

Pure: a policy and what happened in, a decision out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from callbot.campaigns.rules.eligibility import next_allowed, rings_allowed
from callbot.campaigns.rules.local_day import local_date, second_call_follows, turn_of_day
from callbot.campaigns.rules.policy import HARD_CAP_PER_24_HOURS, MIN_GAP_MIN, CampaignPolicy
from callbot.campaigns.rules.recent_calls import (
    failures_on,
    last_contact,
    rings_in_24_hours,
    rings_on,
)
from callbot.dialog.events import Outcome, Severity
from callbot.models import Attempt, Resident


class Rule(StrEnum):
    """Rules by which the campaign itself, not the dialogue, flags a resident.

    Reasons are in the office's language, like those of the scripts' rules.
    """

    UNREACHABLE = "unreachable"
    INVALID_NUMBER = "invalid_number"
    REFUSED = "refused"
    OPTED_OUT = "opted_out"
    WRONG_NUMBER = "wrong_number"
    NOT_SELF = "not_self"


@dataclass(frozen=True)
class FlagWanted:
    rule: Rule
    reason: str
    severity: Severity = Severity.HIGH


@dataclass(frozen=True)
class Retry:
    """Call again at this moment; `requested` when the resident named it."""

    at: datetime
    requested: bool = False


@dataclass(frozen=True)
class GiveUp:
    """No more calls by this attempt's campaign today; a flag if a person must know."""

    reason: str
    flag: FlagWanted | None = None


Decision = Retry | GiveUp

_FINAL: dict[Outcome, GiveUp] = {
    Outcome.COMPLETED: GiveUp("completed"),
    Outcome.REFUSED: GiveUp("refused", FlagWanted(Rule.REFUSED, "拒绝随访")),
    Outcome.OPTED_OUT: GiveUp("opted out", FlagWanted(Rule.OPTED_OUT, "要求不再接到来电")),
    Outcome.WRONG_NUMBER: GiveUp(
        "wrong number", FlagWanted(Rule.WRONG_NUMBER, "号码有误，接听人不认识本人")
    ),
    Outcome.NOT_SELF: GiveUp(
        "someone else answered", FlagWanted(Rule.NOT_SELF, "他人接听，没有联系上本人")
    ),
}
_INVALID = GiveUp("invalid number", FlagWanted(Rule.INVALID_NUMBER, "空号或号码无效"))


def final(outcome: Outcome, *, permanent: bool = False) -> GiveUp | None:
    """What follows whatever was before; None where it depends on that.

    permanent: the carrier says that this number can never be reached.
    """
    return _INVALID if permanent else _FINAL.get(outcome)


def decide(
    policy: CampaignPolicy,
    resident: Resident,
    ended: Attempt,
    attempts: Sequence[Attempt],
    now: datetime,
    *,
    permanent: bool = False,
    callback_at: datetime | None = None,
) -> Decision:
    """What follows `ended`, which has its outcome and times.

    attempts: the resident's of the last two days, `ended` among them. permanent: as in `final`.
    callback_at: the time the resident named.
    """
    outcome = ended.outcome
    assert outcome is not None
    if (given_up := final(outcome, permanent=permanent)) is not None:
        return given_up
    wait_min = policy.retry.wait_min(outcome)
    if wait_min is None:
        why = "not tried again by the campaign's policy"
        return _give_up(policy, resident, attempts, now, why)
    at = now + timedelta(minutes=wait_min)
    requested = outcome is Outcome.CALLBACK_REQUESTED and callback_at is not None
    if requested and callback_at is not None:
        at = max(now, callback_at)
    return _fit(policy, resident, attempts, now, at, requested=requested)


def _fit(
    policy: CampaignPolicy,
    resident: Resident,
    attempts: Sequence[Attempt],
    now: datetime,
    at: datetime,
    *,
    requested: bool,
) -> Decision:
    """Moves the moment to where all caps and the hours allow it, or gives up."""
    today = local_date(resident, now)
    if (last := last_contact(attempts)) is not None:
        at = max(at, last + timedelta(minutes=MIN_GAP_MIN))
    if len(recent := rings_in_24_hours(attempts, at)) >= HARD_CAP_PER_24_HOURS:
        at = max(at, recent[-HARD_CAP_PER_24_HOURS] + timedelta(hours=24))
    allowed = next_allowed(resident, policy.hours, at, asked_for=requested)
    if allowed is None:
        return unreachable(resident, attempts, now, "no hours for calls are in sight")
    day = local_date(resident, allowed)
    if day > resident.release_date:
        return unreachable(resident, attempts, now, "the period ends before the next call")
    if day > today:
        if requested:
            return Retry(allowed, requested=True)
        return unreachable(resident, attempts, now, "the day's hours for calls are over")
    if (
        not requested
        and turn_of_day(resident, policy, allowed)[1] > turn_of_day(resident, policy, now)[1]
    ):
        return GiveUp("left to the day's second call")
    if rings_on(resident, attempts, today) >= rings_allowed(resident, policy, allowed):
        return _give_up(policy, resident, attempts, now, "all of the day's attempts are used")
    if failures_on(resident, attempts, today) >= policy.retry.failures_per_day:
        return unreachable(resident, attempts, now, "the network has failed too often today")
    return Retry(allowed, requested=requested)


def after_contact(
    resident: Resident, ended: Attempt, attempts: Sequence[Attempt], now: datetime
) -> GiveUp:
    """What follows an attempt to ask a second contact, if there is no other one to ask.

    Somebody of the family may have answered for the resident; else a visit is wanted.
    """
    if ended.outcome is Outcome.COMPLETED:
        return GiveUp("completed by a second contact")
    rings = rings_on(resident, attempts, local_date(resident, now))
    reason = f"本人响铃{rings}次未完成随访，第二联系人也未能完成，请上门"
    return GiveUp("no second contact is left to ask", FlagWanted(Rule.UNREACHABLE, reason))


def _give_up(
    policy: CampaignPolicy, resident: Resident, attempts: Sequence[Attempt], now: datetime, why: str
) -> GiveUp:
    """In silence while the day's second call is to come; else with the flag."""
    if second_call_follows(resident, policy, now):
        return GiveUp(f"{why}; the day's second call follows")
    return unreachable(resident, attempts, now, why)


def unreachable(resident: Resident, attempts: Sequence[Attempt], now: datetime, why: str) -> GiveUp:
    """Giving up on someone who was not reached, with the flag that tells a person so."""
    rings = rings_on(resident, attempts, local_date(resident, now))
    reason = f"当天没有完成随访，响铃{rings}次" if rings else "当天没有完成随访，电话未能接通"
    return GiveUp(why, FlagWanted(Rule.UNREACHABLE, reason))
