"""Plans the day: one attempt for each resident whom a running campaign has to call.

Reads and judges without holding the write lock, then writes in small transactions; the unique
index on open attempts refuses what another planner was faster to write.
"""

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import load_only
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col, select

from callbot.campaigns import choosing
from callbot.campaigns.attempts import ACTOR, new_attempt
from callbot.campaigns.eligibility import (
    Blocker,
    Verdict,
    calling_hours,
    judge,
    local_date,
    next_allowed,
)
from callbot.campaigns.ending import drop, end_all_planned
from callbot.campaigns.policy import Audience, CampaignPolicy
from callbot.campaigns.window import Preferred, next_open
from callbot.db import Database
from callbot.models import (
    Attempt,
    AttemptState,
    Campaign,
    CampaignState,
    FollowUp,
    Resident,
    record,
)

WRITTEN_AT_ONCE = 200

NEEDED_TO_JUDGE: tuple[Any, ...] = (
    Resident.community,
    Resident.grid,
    Resident.locale,
    Resident.time_zone,
    Resident.exposed_on,
    Resident.follow_up_days,
    Resident.window_start,
    Resident.window_end,
    Resident.follow_up,
    Resident.number_problem,
    Resident.opted_out_at,
)
"""Leaves the encrypted columns unread: deciphering thousands of names each minute is slow."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Planned:
    """What one run of the planner did: attempts planned, attempts dropped as past their day."""

    planned: int = 0
    dropped: int = 0
    finished: int = 0


def plan(database: Database, now: datetime) -> Planned:
    """Drops what is past its day, finishes campaigns that are over, plans who is due today."""
    dropped = _drop_past(database, now)
    finished = _finish(database, now)
    return Planned(_store(database, _wanted(database, now)), dropped, finished)


def next_due(database: Database, now: datetime) -> datetime | None:
    """When the next planned attempt of a running campaign is due; `now` if one waits already."""
    with database.reading() as session:
        due_at = choosing.next_due(session)
    return None if due_at is None else max(now, due_at)


# -- whom to call ---------------------------------------------------------------------------------


def judge_all(
    session: Session, campaign: Campaign, now: datetime, *, everybody: bool = False
) -> Iterator[tuple[Resident, Verdict]]:
    """Every resident of the campaign's audience with the verdict on calling them now.

    everybody: those outside the audience, no longer followed up or with an open attempt, too.
    Encrypted columns are read only when they are looked at.
    """
    recent: dict[int, list[Attempt]] = defaultdict(list)
    for attempt in session.exec(
        select(Attempt)
        .where(
            (col(Attempt.state) != AttemptState.ENDED)
            | (col(Attempt.ended_at) > now - timedelta(days=2))
        )
        .order_by(col(Attempt.due_at))
    ):
        recent[attempt.resident_id].append(attempt)
    statement = select(Resident).options(load_only(*NEEDED_TO_JUDGE)).order_by(col(Resident.id))
    if not everybody:
        statement = statement.where(*_to_be_judged(campaign))
    for resident in session.exec(statement):
        assert resident.id is not None
        yield resident, judge(resident, campaign, recent[resident.id], now)


def _to_be_judged(campaign: Campaign) -> Iterator[ColumnElement[bool]]:
    audience = Audience.model_validate(campaign.audience)
    yield col(Resident.follow_up) == FollowUp.ACTIVE
    open_attempts = select(Attempt.resident_id).where(col(Attempt.state) != AttemptState.ENDED)
    yield col(Resident.id).not_in(open_attempts)
    for listed, column in (
        (audience.communities, Resident.community),
        (audience.grids, Resident.grid),
        (audience.locales, Resident.locale),
    ):
        if listed:
            yield col(column).in_(listed)


def first_call(
    resident: Resident, campaign: Campaign, verdict: Verdict, now: datetime
) -> datetime | None:
    """When today to call a resident with this verdict; None if not today."""
    if verdict.due_now:
        return now
    if not verdict.due_later_today:
        return None
    hours = CampaignPolicy.model_validate(campaign.policy).hours
    earliest = max((r.until for r in verdict.reasons if r.until is not None), default=now)
    at = next_allowed(resident, hours, earliest)
    if at is None or local_date(resident, at) != local_date(resident, now):
        return None
    return at


def _wanted(database: Database, now: datetime) -> list[Attempt]:
    wanted: dict[int, Attempt] = {}
    with database.reading() as session:
        running = select(Campaign).where(col(Campaign.state) == CampaignState.RUNNING)
        for campaign in session.exec(running.order_by(col(Campaign.id))).all():
            assert campaign.id is not None
            for resident, verdict in judge_all(session, campaign, now):
                assert resident.id is not None
                at = first_call(resident, campaign, verdict, now)
                busy = verdict.has(Blocker.OPEN_ATTEMPT) or resident.id in wanted
                if at is not None and not busy:
                    wanted[resident.id] = new_attempt(resident.id, campaign.id, at)
    return list(wanted.values())


def _store(database: Database, wanted: Sequence[Attempt]) -> int:
    """Writes those whose resident still has no open attempt; returns how many."""
    stored = 0
    for start in range(0, len(wanted), WRITTEN_AT_ONCE):
        chunk = wanted[start : start + WRITTEN_AT_ONCE]
        try:
            with database.session() as session:
                residents = [attempt.resident_id for attempt in chunk]
                taken = set(
                    session.exec(
                        select(Attempt.resident_id).where(
                            col(Attempt.resident_id).in_(residents),
                            col(Attempt.state) != AttemptState.ENDED,
                        )
                    )
                )
                free = [attempt for attempt in chunk if attempt.resident_id not in taken]
                session.add_all(free)
            stored += len(free)
        except IntegrityError:
            log.info("another planner was faster")
    return stored


# -- what is over ---------------------------------------------------------------------------------


def _drop_past(database: Database, now: datetime) -> int:
    """Planned attempts whose day's hours passed without a call: none is dialled late."""
    dropped = 0
    past = _past_their_day(database, now)
    for start in range(0, len(past), WRITTEN_AT_ONCE):
        with database.session() as session:
            overdue = session.exec(
                select(Attempt, Campaign, Resident)
                .join(Campaign, col(Campaign.id) == col(Attempt.campaign_id))
                .join(Resident, col(Resident.id) == col(Attempt.resident_id))
                .options(load_only(*NEEDED_TO_JUDGE))
                .where(
                    col(Attempt.id).in_(past[start : start + WRITTEN_AT_ONCE]),
                    col(Attempt.state) == AttemptState.PLANNED,
                )
            ).all()
            for attempt, campaign, resident in overdue:
                why = "not called before the day's hours for calls were over"
                drop(session, attempt, campaign, resident, now, why)
            dropped += len(overdue)
    return dropped


def _past_their_day(database: Database, now: datetime) -> list[str]:
    """Ids of due attempts that may ring only on a later day than theirs.

    Thousands may be waiting for a line: plain columns, and each set of hours reckoned once.
    """
    past: list[str] = []
    opens: dict[tuple[object, ...], datetime | None] = {}
    with database.reading() as session:
        hours = {
            campaign.id: CampaignPolicy.model_validate(campaign.policy).hours
            for campaign in session.exec(select(Campaign))
        }
        rows = session.execute(
            select(  # type: ignore[call-overload]
                Attempt.id,
                Attempt.due_at,
                Attempt.campaign_id,
                Attempt.requested,
                Resident.time_zone,
                Resident.window_start,
                Resident.window_end,
            )
            .join(Resident, col(Resident.id) == col(Attempt.resident_id))
            .where(col(Attempt.state) == AttemptState.PLANNED, col(Attempt.due_at) <= now)
        )
        for attempt_id, due_at, *key in rows:
            campaign_id, requested, time_zone, starts, ends = key
            zone = ZoneInfo(time_zone)
            if tuple(key) not in opens:
                wish = Preferred(starts, ends) if starts and ends and not requested else None
                own = calling_hours(hours[campaign_id], asked_for=requested)
                opens[tuple(key)] = next_open(own, now, zone, wish)
            at = opens[tuple(key)]
            if at is None or at.astimezone(zone).date() > due_at.astimezone(zone).date():
                past.append(attempt_id)
    return past


def _finish(database: Database, now: datetime) -> int:
    """Campaigns past their last day, in every time zone."""
    with database.session() as session:
        over = session.exec(
            select(Campaign).where(
                col(Campaign.state).in_((CampaignState.RUNNING, CampaignState.PAUSED)),
                col(Campaign.ends_on) < now.date() - timedelta(days=1),
            )
        ).all()
        for campaign in over:
            assert campaign.id is not None
            campaign.state, campaign.ended_at = CampaignState.FINISHED, now
            end_all_planned(session, campaign.id, now, "the campaign is over")
            record(session, now, ACTOR, "campaign_finished", campaign_id=campaign.id)
    return len(over)
