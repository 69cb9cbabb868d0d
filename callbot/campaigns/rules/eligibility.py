"""Whether a resident may be called now; if not, every reason in words, and when again.

Pure: rows in, a verdict out. The same judgement plans an attempt, is made once more in the last
moment before a phone rings, and answers "why was this person not called?".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from callbot.campaigns.rules.local_day import (
    follow_up_day,
    local_date,
    second_call_follows,
    turn_of_day,
)
from callbot.campaigns.rules.period import is_paused
from callbot.campaigns.rules.policy import (
    MIN_GAP_MIN,
    RINGS_PER_DAY,
    Audience,
    CallingHours,
    CampaignPolicy,
)
from callbot.campaigns.rules.reasons import PASSING, SOURCE, Blocker, Fact, Reason
from callbot.campaigns.rules.recent_calls import (
    Cap,
    OpenAttempt,
    RecentCalls,
    Tried,
    cap,
    recent_calls,
    rests_until,
)
from callbot.campaigns.rules.window import Preferred, is_open, next_open
from callbot.dialog.events import Outcome
from callbot.models import (
    Attempt,
    Campaign,
    CampaignState,
    FollowUp,
    Occasion,
    Resident,
)

DONE_FOR_THE_DAY = (
    Outcome.COMPLETED,
    Outcome.REFUSED,
    Outcome.OPTED_OUT,
    Outcome.WRONG_NUMBER,
    Outcome.NOT_SELF,
)
"""Outcomes after which the same campaign leaves the person in peace until the next day."""


@dataclass(frozen=True)
class Verdict:
    """No reasons: due now."""

    reasons: tuple[Reason, ...] = ()

    @property
    def due_now(self) -> bool:
        return not self.reasons

    @property
    def due_later_today(self) -> bool:
        """Whether only the clock stands in the way (it may still be past today's hours)."""
        return bool(self.reasons) and all(reason.blocker in PASSING for reason in self.reasons)

    @property
    def words(self) -> str:
        return self.said(SOURCE)

    def said(self, locale: str) -> str:
        """All reasons in a language of the office."""
        return _JOINED[locale].join(reason.said(locale) for reason in self.reasons)

    @property
    def lasting(self) -> "Verdict":
        """Without what passes by itself, unless nothing else stands in the way."""
        kept = tuple(reason for reason in self.reasons if reason.blocker not in PASSING)
        return Verdict(kept) if kept else self

    def only(self, blocker: Blocker) -> "Verdict":
        return Verdict(tuple(reason for reason in self.reasons if reason.blocker is blocker))

    def has(self, blocker: Blocker) -> bool:
        return any(reason.blocker is blocker for reason in self.reasons)


_JOINED = {"en-US": "; ", "zh-CN": "；"}


@dataclass(frozen=True)
class Number:
    """A second contact's number. rings: in the last 24 hours, whoever it was rung for, oldest
    first; last: when it last stopped ringing or talking.
    """

    opted_out_at: datetime | None = None
    unusable: bool = False
    rings: tuple[datetime, ...] = ()
    last: datetime | None = None


@dataclass(frozen=True)
class Rules:
    """A campaign with its policy and audience, read once for all who are judged by them."""

    campaign: Campaign
    policy: CampaignPolicy
    audience: Audience

    @classmethod
    def of(cls, campaign: Campaign) -> "Rules":
        policy = CampaignPolicy.model_validate(campaign.policy)
        return cls(campaign, policy, Audience.model_validate(campaign.audience))

    def calls(self, resident: Resident, attempts: Sequence[Tried], now: datetime) -> RecentCalls:
        """What of the resident's attempts decides, for `judge_by`."""
        return recent_calls(resident, self.policy, self.campaign.id, attempts, now)


def judge(
    resident: Resident,
    campaign: Campaign,
    attempts: Sequence[Attempt],
    now: datetime,
    *,
    taking_up: Attempt | None = None,
    contact: Number | None = None,
    flagged: bool | None = None,
) -> Verdict:
    """Whether this campaign may ring this resident now.

    attempts: the resident's of the last two days, in all campaigns, oldest first.
    taking_up: the planned attempt being judged, which is no obstacle to itself. contact: the
    number it rings in the resident's place; the caps then are that number's. flagged: since
    yesterday; None where it is not asked, since who was planned for it is called for it.
    """
    rules = Rules.of(campaign)
    others = [a for a in attempts if taking_up is None or a.id != taking_up.id]
    calls = rules.calls(resident, others, now)
    return judge_by(
        rules, resident, calls, now, taking_up=taking_up, contact=contact, flagged=flagged
    )


def judge_by(
    rules: Rules,
    resident: Resident,
    calls: RecentCalls,
    now: datetime,
    *,
    taking_up: Attempt | None = None,
    contact: Number | None = None,
    flagged: bool | None = None,
) -> Verdict:
    """The same, of who has had these calls. Of `taking_up`, they know nothing."""
    planned = taking_up is not None
    asked_for = taking_up is not None and taking_up.requested
    policy = rules.policy
    return Verdict(
        (
            *_about_campaign(rules.campaign, local_date(resident, now), planned=planned),
            *_about_audience(resident, rules.audience, now, flagged),
            *_about_resident(resident, now, contact),
            *(_open_attempt(resident, each) for each in calls.open),
            *(
                _about_rings(resident, policy, calls, now)
                if contact is None
                else _about_contact(resident, contact, now)
            ),
            *_about_today(resident, policy, calls, now, retrying=planned),
            *_about_hours(resident, policy.hours, now, asked_for=asked_for, contact=contact),
        )
    )


def rings_allowed(resident: Resident, policy: CampaignPolicy, at: datetime) -> int:
    """Rings up to then on that day; one is kept for the second call of the day."""
    most = policy.retry.rings_per_day
    return max(1, most - 1) if second_call_follows(resident, policy, at) else most


def calling_hours(hours: CallingHours, *, asked_for: bool) -> CallingHours:
    """Hours for one attempt: at a time the resident asked for, the midday break is open."""
    return hours.model_copy(update={"break_ends": hours.break_starts}) if asked_for else hours


def preferred_time(resident: Resident) -> Preferred | None:
    if resident.window_start is None or resident.window_end is None:
        return None
    return Preferred(resident.window_start, resident.window_end)


def next_allowed(
    resident: Resident, hours: CallingHours, at: datetime, *, asked_for: bool = False
) -> datetime | None:
    """The first moment from `at` on within the hours that hold for this resident."""
    zone = ZoneInfo(resident.time_zone)
    preferred = None if asked_for else preferred_time(resident)
    return next_open(calling_hours(hours, asked_for=asked_for), at, zone, preferred)


# -- the reasons, by what they are about ----------------------------------------------------------


def _about_campaign(campaign: Campaign, today: date, *, planned: bool) -> Iterator[Reason]:
    if campaign.state is not CampaignState.RUNNING:
        yield Reason(Blocker.CAMPAIGN_NOT_RUNNING, facts={"state": campaign.state})
    if campaign.ends_on is not None and today > campaign.ends_on:
        yield Reason(Blocker.CAMPAIGN_OVER, facts={"day": str(campaign.ends_on)})
    if campaign.occasion is Occasion.ALERT and not planned:
        yield Reason(Blocker.NO_ALERT)


def _about_audience(
    resident: Resident, audience: Audience, now: datetime, flagged: bool | None
) -> Iterator[Reason]:
    for listed, own, noun in (
        (audience.communities, resident.community, "community"),
        (audience.grids, resident.grid, "grid"),
        (audience.locales, resident.locale, "locale"),
        (audience.came_from, resident.came_from, "came_from"),
    ):
        if listed and own not in listed:
            yield Reason(Blocker.OTHER_AUDIENCE, variant=noun, facts={"own": own or "–"})
    day = follow_up_day(resident, now)
    too_early = audience.first_day is not None and day < audience.first_day
    if too_early or (audience.last_day is not None and day > audience.last_day):
        yield Reason(Blocker.OTHER_AUDIENCE, variant="day", facts={"own": day})
    if audience.key_persons and not resident.key_person:
        yield Reason(Blocker.OTHER_AUDIENCE, variant="key_person")
    if audience.flagged and flagged is False:
        yield Reason(Blocker.OTHER_AUDIENCE, variant="flagged")


def _about_resident(resident: Resident, now: datetime, contact: Number | None) -> Iterator[Reason]:
    if resident.opted_out_at is not None:
        day = local_date(resident, resident.opted_out_at)
        yield Reason(Blocker.OPTED_OUT, facts={"day": str(day)})
    if resident.number_problem is not None and contact is None:
        yield Reason(Blocker.NUMBER_PROBLEM, facts={"problem": resident.number_problem})
    yield from _about_follow_up(resident, local_date(resident, now))


def _about_follow_up(resident: Resident, today: date) -> Iterator[Reason]:
    until = resident.paused_until
    if resident.follow_up is FollowUp.PAUSED:
        if is_paused(until, today):
            variant = "until" if until else ""
            yield Reason(Blocker.PAUSED, variant=variant, facts={"day": str(until)})
    elif resident.follow_up is not FollowUp.ACTIVE:
        yield Reason(Blocker.NOT_FOLLOWED_UP, facts={"state": resident.follow_up})
    if resident.asked_with_id is not None:
        yield Reason(Blocker.ASKED_WITH, facts={"resident": resident.asked_with_id})
    if today < resident.exposed_on:
        yield Reason(Blocker.BEFORE_PERIOD, facts={"day": str(resident.exposed_on)})
    elif today > resident.release_date:
        yield Reason(Blocker.AFTER_PERIOD, facts={"day": str(resident.release_date)})


def _about_today(
    resident: Resident, policy: CampaignPolicy, calls: RecentCalls, now: datetime, *, retrying: bool
) -> Iterator[Reason]:
    """Whether the campaign is done with them today, or in this part of the day.

    Each attempt that fails plans the next one itself; so one that ended and left none open was
    given up, and only a retry under way may follow it.
    """
    turn = turn_of_day(resident, policy, now)[1]
    for outcome, its_turn in calls.outcomes:
        if outcome in DONE_FOR_THE_DAY and (outcome is not Outcome.COMPLETED or its_turn == turn):
            again = outcome is Outcome.COMPLETED and second_call_follows(resident, policy, now)
            facts: dict[str, Fact] = {"outcome": outcome}
            if again:
                facts["time"] = f"{policy.second_call_from:%H:%M}"
            yield Reason(Blocker.DONE_TODAY, variant="first" if again else "", facts=facts)
            return
    in_turn = [outcome for outcome, its_turn in calls.outcomes if its_turn == turn]
    if in_turn and not retrying and not calls.open:
        yield Reason(Blocker.DONE_TODAY, variant="given_up", facts={"outcome": in_turn[-1]})


def _about_rings(
    resident: Resident, policy: CampaignPolicy, calls: RecentCalls, now: datetime
) -> Iterator[Reason]:
    if calls.rings_today >= rings_allowed(resident, policy, now):
        yield Reason(Blocker.RINGS_TODAY, facts={"rings": calls.rings_today})
    if calls.failures_today >= policy.retry.failures_per_day:
        yield Reason(Blocker.FAILURES_TODAY)
    yield from _about_number(calls.cap, calls.rests_until)


def _about_contact(resident: Resident, contact: Number, now: datetime) -> Iterator[Reason]:
    if contact.opted_out_at is not None:
        day = local_date(resident, contact.opted_out_at)
        yield Reason(Blocker.OPTED_OUT, variant="contact", facts={"day": str(day)})
    if contact.unusable:
        yield Reason(Blocker.NUMBER_PROBLEM, variant="contact")
    today = local_date(resident, now)
    rings = sum(1 for rang_at in contact.rings if local_date(resident, rang_at) == today)
    if rings >= RINGS_PER_DAY:
        yield Reason(Blocker.RINGS_TODAY, facts={"rings": rings})
    rests = None if contact.last is None else rests_until(contact.last, now)
    yield from _about_number(cap(contact.rings), rests)


def _about_number(capped: Cap | None, rests: datetime | None) -> Iterator[Reason]:
    """The caps that no setting exceeds."""
    if capped is not None:
        yield Reason(Blocker.RINGS_IN_24_HOURS, capped.until, facts={"rings": capped.rings})
    if rests is not None:
        yield Reason(Blocker.TOO_SOON, rests, facts={"minutes": MIN_GAP_MIN})


def _open_attempt(resident: Resident, attempt: OpenAttempt) -> Reason:
    if attempt.due_at is None:
        return Reason(Blocker.OPEN_ATTEMPT, variant="under_way")
    at = attempt.due_at.astimezone(ZoneInfo(resident.time_zone))
    variant = "requested" if attempt.requested else "planned"
    if attempt.to_second_contact:
        variant = "contact"
    facts: dict[str, Fact] = {"time": f"{at:%Y-%m-%d %H:%M}", "campaign": attempt.campaign_id}
    return Reason(Blocker.OPEN_ATTEMPT, attempt.due_at, variant, facts)


def _about_hours(
    resident: Resident,
    hours: CallingHours,
    now: datetime,
    *,
    asked_for: bool,
    contact: Number | None,
) -> Iterator[Reason]:
    zone = ZoneInfo(resident.time_zone)
    preferred = None if asked_for or contact is not None else preferred_time(resident)
    if not is_open(calling_hours(hours, asked_for=asked_for), now, zone, preferred):
        local = now.astimezone(zone)
        until = next_open(calling_hours(hours, asked_for=asked_for), now, zone, preferred)
        yield Reason(Blocker.OUTSIDE_HOURS, until, facts={"time": f"{local:%H:%M}"})
