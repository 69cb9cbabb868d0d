"""Plans the day: one attempt for each resident whom a running campaign has to call.

Pauses that are over end (campaigns.follow_up.upkeep). What has not been called before the day's
hours were over is dropped, never dialled late; campaigns past their last day are finished; who is
due today is planned (campaigns.planning.whole_roster).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_, false, or_
from sqlalchemy.orm import load_only
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col, select

from callbot.campaigns.dialing import choosing
from callbot.campaigns.dialing.attempts import ACTOR
from callbot.campaigns.dialing.ending import GOING_ON
from callbot.campaigns.dialing.not_dialled import drop, end_all_planned
from callbot.campaigns.dialing.verification import leave_late_to_a_person
from callbot.campaigns.follow_up.upkeep import upkeep
from callbot.campaigns.planning.judging import NEEDED_TO_JUDGE
from callbot.campaigns.planning.whole_roster import plan_roster
from callbot.campaigns.rules.eligibility import calling_hours
from callbot.campaigns.rules.policy import CampaignPolicy
from callbot.campaigns.rules.window import Preferred, next_open
from callbot.db import Database
from callbot.models import (
    Attempt,
    AttemptState,
    Campaign,
    CampaignState,
    Resident,
    record,
)
from callbot.models.campaigns import PLANNED

WRITTEN_AT_ONCE = 200


@dataclass(frozen=True)
class Planned:
    """What one run of the planner did: attempts planned, attempts dropped as past their day."""

    planned: int = 0
    dropped: int = 0
    finished: int = 0


def plan(database: Database, now: datetime) -> Planned:
    """Drops what is past its day, finishes campaigns that are over, plans who is due today."""
    upkeep(database, now)
    with database.session() as session:
        leave_late_to_a_person(session, now)
    dropped = _drop_past(database, now)
    finished = _finish(database, now)
    return Planned(plan_roster(database, now), dropped, finished)


def next_due(database: Database, now: datetime) -> datetime | None:
    """When the next planned attempt of a running campaign is due; `now` if one waits already."""
    with database.reading() as session:
        due_at = choosing.next_due(session)
    return None if due_at is None else max(now, due_at)


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
            for campaign in session.exec(select(Campaign).where(col(Campaign.state).in_(GOING_ON)))
        }
        rows = session.execute(
            select(  # type: ignore[call-overload]
                Attempt.id,
                Attempt.due_at,
                Attempt.campaign_id,
                Attempt.requested,
                col(Attempt.second_contact_id).is_not(None),
                Resident.time_zone,
                Resident.window_start,
                Resident.window_end,
            )
            .join(Resident, col(Resident.id) == col(Attempt.resident_id))
            .where(PLANNED, col(Attempt.due_at) <= now, _closed(session, hours, now))
        )
        for attempt_id, due_at, *key in rows:
            campaign_id, requested, of_contact, time_zone, starts, ends = key
            zone = ZoneInfo(time_zone)
            if tuple(key) not in opens:
                wished = starts and ends and not requested and not of_contact
                wish = Preferred(starts, ends) if wished else None
                own = calling_hours(hours[campaign_id], asked_for=requested)
                opens[tuple(key)] = next_open(own, now, zone, wish)
            at = opens[tuple(key)]
            if at is None or at.astimezone(zone).date() > due_at.astimezone(zone).date():
                past.append(attempt_id)
    return past


def _closed(
    session: Session, campaigns: Iterable[int | None], now: datetime
) -> ColumnElement[bool]:
    """Those whose window may be over by what their urgency tells; the others are not looked at."""
    return or_(
        false(),
        *(
            and_(col(Attempt.campaign_id) == campaign_id, col(Attempt.urgency).in_(closed))
            for campaign_id in campaigns
            if campaign_id and (closed := choosing.closed_groups(session, campaign_id, now))
        ),
    )


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
