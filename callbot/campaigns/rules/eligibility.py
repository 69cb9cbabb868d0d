"""Whether a resident may be called now; if not, every reason in words, and when again.

Pure: rows in, a verdict out. The same judgement plans an attempt, is made once more in the last
moment before a phone rings, and answers "why was this person not called?".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from callbot.campaigns.rules.period import is_paused
from callbot.campaigns.rules.policy import (
    HARD_CAP_PER_24_HOURS,
    MIN_GAP_MIN,
    RINGS_PER_DAY,
    Audience,
    CallingHours,
    CampaignPolicy,
)
from callbot.campaigns.rules.reasons import PASSING, SOURCE, Blocker, Fact, Reason
from callbot.campaigns.rules.window import Preferred, is_open, next_open
from callbot.dialog.events import Outcome
from callbot.models import (
    Attempt,
    AttemptState,
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
    policy = CampaignPolicy.model_validate(campaign.policy)
    others = [a for a in attempts if taking_up is None or a.id != taking_up.id]
    asked_for = taking_up is not None and taking_up.requested
    return Verdict(
        (
            *_about_campaign(campaign, local_date(resident, now), planned=taking_up is not None),
            *_about_audience(resident, Audience.model_validate(campaign.audience), now, flagged),
            *_about_resident(resident, now, contact),
            *(_open_attempt(resident, a) for a in others if a.state is not AttemptState.ENDED),
            *(
                _about_rings(resident, policy, others, now)
                if contact is None
                else _about_contact(resident, contact, now)
            ),
            *_about_today(
                resident, campaign, policy, attempts, now, retrying=taking_up is not None
            ),
            *_about_hours(resident, policy.hours, now, asked_for=asked_for, contact=contact),
        )
    )


def local_date(resident: Resident, at: datetime) -> date:
    return at.astimezone(ZoneInfo(resident.time_zone)).date()


def follow_up_day(resident: Resident, at: datetime) -> int:
    """Day of the follow-up, 0 being the day of exposure, in the resident's own time zone."""
    return (local_date(resident, at) - resident.exposed_on).days


def turn_of_day(resident: Resident, policy: CampaignPolicy, at: datetime) -> tuple[date, int]:
    """The resident's day, and whether it is the first or second call's part of it.

    There is a second one only for those who are called twice a day.
    """
    local = at.astimezone(ZoneInfo(resident.time_zone))
    twice = policy.twice_daily or resident.twice_daily
    return local.date(), 2 if twice and local.time() >= policy.second_call_from else 1


def second_call_follows(resident: Resident, policy: CampaignPolicy, at: datetime) -> bool:
    """Whether the day still has a second call to come."""
    twice = policy.twice_daily or resident.twice_daily
    return twice and turn_of_day(resident, policy, at)[1] == 1


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


def _own(attempts: Sequence[Attempt]) -> Iterator[Attempt]:
    """Those that rang the resident, not a second contact."""
    return (attempt for attempt in attempts if attempt.second_contact_id is None)


def rings_on(resident: Resident, attempts: Sequence[Attempt], day: date) -> int:
    """Attempts that rang on a day local to the resident."""
    return sum(
        1
        for a in _own(attempts)
        if a.rang_at is not None and local_date(resident, a.rang_at) == day
    )


def failures_on(resident: Resident, attempts: Sequence[Attempt], day: date) -> int:
    """Attempts that the network failed on a day local to the resident, before any ring."""
    return sum(
        1
        for a in _own(attempts)
        if a.outcome is Outcome.FAILED
        and a.rang_at is None
        and a.ended_at is not None
        and local_date(resident, a.ended_at) == day
    )


def rings_in_24_hours(attempts: Sequence[Attempt], until: datetime) -> list[datetime]:
    """Moments of the rings in the 24 hours before `until`, oldest first."""
    since = until - timedelta(hours=24)
    return sorted(a.rang_at for a in _own(attempts) if a.rang_at is not None and a.rang_at > since)


def last_contact(attempts: Sequence[Attempt]) -> datetime | None:
    """When a phone of theirs last stopped ringing or talking."""
    ends = (a.ended_at or a.rang_at for a in _own(attempts) if a.rang_at is not None)
    return max(ends, default=None)


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
    resident: Resident,
    campaign: Campaign,
    policy: CampaignPolicy,
    attempts: Sequence[Attempt],
    now: datetime,
    *,
    retrying: bool,
) -> Iterator[Reason]:
    """Whether the campaign is done with them today, or in this part of the day.

    Each attempt that fails plans the next one itself; so one that ended and left none open was
    given up, and only a retry under way may follow it.
    """
    today, turn = turn_of_day(resident, policy, now)
    outcomes = [
        (attempt.outcome, turn_of_day(resident, policy, attempt.ended_at)[1])
        for attempt in attempts
        if attempt.campaign_id == campaign.id
        and attempt.outcome is not None
        and attempt.ended_at is not None
        and local_date(resident, attempt.ended_at) == today
    ]
    for outcome, its_turn in outcomes:
        if outcome in DONE_FOR_THE_DAY and (outcome is not Outcome.COMPLETED or its_turn == turn):
            again = outcome is Outcome.COMPLETED and second_call_follows(resident, policy, now)
            facts: dict[str, Fact] = {"outcome": outcome}
            if again:
                facts["time"] = f"{policy.second_call_from:%H:%M}"
            yield Reason(Blocker.DONE_TODAY, variant="first" if again else "", facts=facts)
            return
    in_turn = [outcome for outcome, its_turn in outcomes if its_turn == turn]
    if in_turn and not retrying and all(a.state is AttemptState.ENDED for a in attempts):
        yield Reason(Blocker.DONE_TODAY, variant="given_up", facts={"outcome": in_turn[-1]})


def _about_rings(
    resident: Resident, policy: CampaignPolicy, attempts: Sequence[Attempt], now: datetime
) -> Iterator[Reason]:
    today = local_date(resident, now)
    if (rings := rings_on(resident, attempts, today)) >= rings_allowed(resident, policy, now):
        yield Reason(Blocker.RINGS_TODAY, facts={"rings": rings})
    if failures_on(resident, attempts, today) >= policy.retry.failures_per_day:
        yield Reason(Blocker.FAILURES_TODAY)
    recent = rings_in_24_hours(attempts, now)
    yield from _about_number(recent, last_contact(attempts), now)


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
    yield from _about_number(contact.rings, contact.last, now)


def _about_number(
    recent: Sequence[datetime], last: datetime | None, now: datetime
) -> Iterator[Reason]:
    """The caps that no setting exceeds. recent: rings in the last 24 hours, oldest first."""
    if len(recent) >= HARD_CAP_PER_24_HOURS:
        until = recent[-HARD_CAP_PER_24_HOURS] + timedelta(hours=24)
        yield Reason(Blocker.RINGS_IN_24_HOURS, until, facts={"rings": len(recent)})
    if last is not None and now < (until := last + timedelta(minutes=MIN_GAP_MIN)):
        yield Reason(Blocker.TOO_SOON, until, facts={"minutes": MIN_GAP_MIN})


def _open_attempt(resident: Resident, attempt: Attempt) -> Reason:
    if attempt.state is not AttemptState.PLANNED:
        return Reason(Blocker.OPEN_ATTEMPT, variant="under_way")
    at = attempt.due_at.astimezone(ZoneInfo(resident.time_zone))
    variant = "requested" if attempt.requested else "planned"
    if attempt.second_contact_id is not None:
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
