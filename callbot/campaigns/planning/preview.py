"""Before a campaign starts: who is called and when, who is not and why, how the day will go."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import nlargest, nsmallest
from statistics import fmean
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, select

from callbot.campaigns import campaign as campaigns
from callbot.campaigns.planning.forecast import (
    ASSUMED,
    Day,
    Forecast,
    Rates,
    forecast,
    lines_to_finish,
)
from callbot.campaigns.planning.judging import Alike, judge_all
from callbot.campaigns.rules.eligibility import DONE_FOR_THE_DAY, Verdict
from callbot.campaigns.rules.policy import MIN_GAP_MIN, CampaignPolicy
from callbot.campaigns.rules.reasons import SOURCE, Blocker
from callbot.campaigns.rules.window import open_spans
from callbot.db import Database
from callbot.models import Attempt, Campaign, CampaignState, Line, Resident
from callbot.models.campaigns import ENDED

A_WEEK = timedelta(days=7)
RINGS_LOOKED_AT = 2000
FEWEST_RINGS = 20
"""Fewer tell nothing of the rate."""

LOOKED_UP_AT_ONCE = 500

NEVER = datetime.max.replace(tzinfo=UTC)

UNLIMITED = 1e6
"""Calls a second where no line is set up yet."""


@dataclass(frozen=True)
class PreviewRow:
    """One resident: when they will be called today, or None. Who they are: `residents`.

    in_the_way: why not, or which call is planned already.
    """

    resident_id: int
    call_at: datetime | None
    in_the_way: Verdict

    @property
    def why(self) -> str:
        return self.said(SOURCE)

    def said(self, locale: str) -> str:
        """What stands in the way, in a language of the office."""
        return self.in_the_way.said(locale)


@dataclass(frozen=True)
class PreviewGroup:
    """Residents of whom the same holds. in_the_way: as in PreviewRow."""

    call_at: datetime | None
    in_the_way: Verdict
    resident_ids: Sequence[int]


@dataclass(frozen=True)
class Preview:
    """Of all residents, in groups: an office may have a hundred thousand."""

    groups: Sequence[PreviewGroup]

    @property
    def due(self) -> Counter[datetime]:
        """How many will be called today, by when they are due."""
        due: Counter[datetime] = Counter()
        for group in self.groups:
            if group.call_at is not None:
                due[group.call_at] += len(group.resident_ids)
        return due

    def not_called(self, words: Callable[[Verdict], str]) -> Counter[str]:
        """How many are not called today, by why, in these words."""
        why: Counter[str] = Counter()
        for group in self.groups:
            if group.call_at is None:
                why[words(group.in_the_way)] += len(group.resident_ids)
        return why

    def rows(self) -> list[PreviewRow]:
        """Everybody, by id."""
        rows = [
            PreviewRow(resident_id, group.call_at, group.in_the_way)
            for group in self.groups
            for resident_id in group.resident_ids
        ]
        return sorted(rows, key=lambda row: row.resident_id)

    def first(self, most: int, *, called: bool) -> list[PreviewRow]:
        """Of those who will be called today, or of the others, by time and id."""
        rows = (
            (group.call_at or NEVER, resident_id, group)
            for group in self.groups
            if (group.call_at is not None) is called
            for resident_id in group.resident_ids
        )
        first = nsmallest(most, rows, key=lambda row: row[:2])
        return [PreviewRow(each, group.call_at, group.in_the_way) for _, each, group in first]


def preview(database: Database, campaign_id: int, now: datetime) -> Preview:
    """Raises CampaignError for an unknown id.

    A campaign that is not yet started or paused is judged as if it were running.
    """
    with database.reading() as session:
        campaign = campaigns.get(session, campaign_id)
        if campaign.state in (CampaignState.DRAFT, CampaignState.PAUSED):
            campaign = campaign.model_copy(update={"state": CampaignState.RUNNING})
        return Preview([_group(alike) for alike in judge_all(session, campaign, now)])


def _group(alike: Alike) -> PreviewGroup:
    verdict, at = alike.verdict, alike.call_at
    in_the_way = verdict.lasting if at is None else verdict.only(Blocker.OPEN_ATTEMPT)
    return PreviewGroup(at, in_the_way, alike.resident_ids)


def residents(database: Database, rows: Sequence[PreviewRow]) -> dict[int, Resident]:
    """Those of these rows by id, with the names that judging leaves encrypted."""
    ids = [row.resident_id for row in rows]
    found: dict[int, Resident] = {}
    with database.reading() as session:
        for start in range(0, len(ids), LOOKED_UP_AT_ONCE):
            some = col(Resident.id).in_(ids[start : start + LOOKED_UP_AT_ONCE])
            found |= {each.id or 0: each for each in session.exec(select(Resident).where(some))}
    return found


@dataclass(frozen=True)
class Outlook:
    """How the rest of the campaign's day is expected to go.

    lines: calls at once that the lines take; 0 when none is set up, and then nothing is forecast
    with them. lines_needed: to be done within the hours. None where no number suffices.
    """

    day: Day
    lines: int
    expected: Forecast | None
    lines_needed: int | None

    def more_lines_for(self, by: datetime) -> int | None:
        """How many more than there are would finish by then; None: no number would."""
        wanted = lines_to_finish(self.day, by)
        return None if wanted is None else max(0, wanted - self.lines)


def outlook(
    database: Database,
    campaign_id: int,
    due: Counter[datetime],
    now: datetime,
    zone: ZoneInfo,
) -> Outlook:
    """due: the preview's. zone: the office's, in which the day's hours are reckoned."""
    with database.reading() as session:
        campaign = campaigns.get(session, campaign_id)
        lines = session.exec(select(Line)).all()
        rates = observed_rates(session, now)
    policy = CampaignPolicy.model_validate(campaign.policy)
    today = now.astimezone(zone).date()
    pace = sum(line.usable_calls_per_second for line in lines)
    day = Day(
        due=due,
        spans=[
            (max(start, now), end)
            for start, end in open_spans(policy.hours, today, zone)
            if end > now
        ],
        wait=timedelta(minutes=max(policy.retry.no_answer or 0, MIN_GAP_MIN)),
        rings=1 if policy.retry.no_answer is None else policy.retry.rings_per_day,
        calls_per_second=pace or UNLIMITED,
        rates=rates,
    )
    usable = sum(line.usable_capacity for line in lines)
    expected = forecast(day, usable) if usable else None
    return Outlook(day, usable, expected, lines_to_finish(day))


def observed_rates(session: Session, now: datetime) -> Rates:
    """The present rates: of the latest rings within a week; assumed while there are too few."""
    latest = (
        select(
            col(Attempt.outcome),
            func.coalesce(col(Attempt.placed_at), col(Attempt.rang_at)),
            col(Attempt.ended_at),
        )
        .where(ENDED, col(Attempt.rang_at).is_not(None), col(Attempt.ended_at) > now - A_WEEK)
        .order_by(col(Attempt.ended_at).desc())
        .limit(RINGS_LOOKED_AT)
    )
    # Campaign by campaign, as they lie in the index: else all of a week's would be sorted.
    of_each = [
        ring
        for campaign_id in session.exec(select(Campaign.id)).all()
        for ring in session.exec(latest.where(Attempt.campaign_id == campaign_id))
    ]
    rung = nlargest(RINGS_LOOKED_AT, of_each, key=lambda ring: ring[2] or now - A_WEEK)
    held: dict[bool, list[float]] = {True: [], False: []}
    for outcome, since, ended_at in rung:
        if since is not None and ended_at is not None:
            held[outcome in DONE_FOR_THE_DAY].append((ended_at - since).total_seconds())
    count = len(held[True]) + len(held[False])
    if count < FEWEST_RINGS:
        return ASSUMED
    return Rates(
        reached=len(held[True]) / count,
        ring_s=max(1.0, fmean(held[False] or [ASSUMED.ring_s])),
        talk_s=max(1.0, fmean(held[True] or [ASSUMED.talk_s])),
        rings=count,
    )
