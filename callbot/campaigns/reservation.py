"""Taking up what is due: a place on the line, its pace, and the last word on whether to ring."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from callbot.campaigns.attempts import LEASE_S, move, recent_attempts, release
from callbot.campaigns.brief import AttemptBrief
from callbot.campaigns.eligibility import Verdict, follow_up_day, judge
from callbot.campaigns.ending import put_off
from callbot.db import Database
from callbot.models import (
    LIVE_STATES,
    Attempt,
    AttemptState,
    Campaign,
    CampaignState,
    Line,
    Resident,
)

PACE_CREDIT_S = 0.25
"""How far a line's pace may lag behind the clock and be caught up: one tick of the dialer."""

LOOKED_AT_ONCE = 50
"""Attempts looked at in one transaction: at the end of the hours thousands are put off, and the
rows of running calls must not wait for that."""

POISON_DELAY_S = 300.0

log = logging.getLogger(__name__)


def reserve(database: Database, now: datetime, *, node: str, line: str) -> list[AttemptBrief]:
    """Takes up what is due, as far as the line has room and its pace allows.

    What is due but may no longer be called (opted out since, hours over, campaign stopped) is
    put off or ended, with the reason in the history.
    """
    briefs: list[AttemptBrief] = []
    with database.session() as session:
        # On PostgreSQL this row is the lock; SQLite has one writer anyway.
        row = session.exec(select(Line).where(Line.name == line).with_for_update()).one()
        room = row.capacity - _in_use(session, line)
        for _ in range(LOOKED_AT_ONCE):
            if len(briefs) >= room or not _may_dial(row, now):
                break
            found = _next_due(session, now)
            if found is None:
                break
            attempt, campaign, resident = found
            verdict = _judged(session, attempt, campaign, resident, now)
            if verdict is None:
                continue
            if not verdict.due_now:
                put_off(session, attempt, campaign, resident, verdict, now)
                continue
            attempt.state = AttemptState.RESERVED
            attempt.reserved_by, attempt.line = node, line
            attempt.lease_until = now + timedelta(seconds=LEASE_S)
            _keep_pace(row, now)
            session.flush()
            briefs.append(_brief(attempt, campaign, resident, row.caller_id, now))
    return briefs


def _in_use(session: Session, line: str) -> int:
    return session.exec(
        select(func.count())
        .select_from(Attempt)
        .where(Attempt.line == line, col(Attempt.state).in_(LIVE_STATES))
    ).one()


def _may_dial(line: Line, now: datetime) -> bool:
    return line.next_dial_at is None or line.next_dial_at <= now


def _keep_pace(line: Line, now: datetime) -> None:
    credit = timedelta(seconds=PACE_CREDIT_S)
    slot = line.next_dial_at
    if slot is None or now - slot > credit:
        slot = now
    line.next_dial_at = slot + timedelta(seconds=1 / line.calls_per_second)


def _next_due(session: Session, now: datetime) -> tuple[Attempt, Campaign, Resident] | None:
    """The next attempt to take up: those who asked to be called first, then by time."""
    return session.exec(
        select(Attempt, Campaign, Resident)
        .join(Campaign, col(Campaign.id) == col(Attempt.campaign_id))
        .join(Resident, col(Resident.id) == col(Attempt.resident_id))
        .where(
            col(Attempt.state) == AttemptState.PLANNED,
            col(Attempt.due_at) <= now,
            col(Campaign.state) == CampaignState.RUNNING,
        )
        .order_by(col(Attempt.requested).desc(), col(Attempt.due_at), col(Attempt.id))
        .limit(1)
        .with_for_update(skip_locked=True, of=Attempt)
    ).first()


def _judged(
    session: Session, attempt: Attempt, campaign: Campaign, resident: Resident, now: datetime
) -> Verdict | None:
    """None when the row itself is broken: it is pushed ahead, so that it cannot block others."""
    try:
        recent = recent_attempts(session, attempt.resident_id, now)
        return judge(resident, campaign, recent, now, taking_up=attempt)
    except (ValueError, KeyError):
        log.exception("attempt cannot be judged", extra={"attempt": attempt.id})
        attempt.due_at = now + timedelta(seconds=POISON_DELAY_S)
        session.flush()
        return None


def _brief(
    attempt: Attempt, campaign: Campaign, resident: Resident, caller_id: str, now: datetime
) -> AttemptBrief:
    return AttemptBrief(
        attempt_id=attempt.id,
        campaign_id=attempt.campaign_id,
        resident_id=attempt.resident_id,
        name=resident.name,
        phone=resident.phone,
        locale=resident.locale,
        time_zone=resident.time_zone,
        community=resident.community,
        grid=resident.grid,
        script=campaign.script,
        number=attempt.number,
        follow_up_day=follow_up_day(resident, now),
        release_date=resident.release_date,
        caller_id=caller_id,
        resumes_call_id=attempt.resumes_call_id,
    )


def begin_placing(database: Database, attempt_id: str, now: datetime, *, node: str) -> bool:
    """Commits the intent to ring before the carrier is asked; False if it may not ring any more.

    Hours, campaign and opt-out are judged again: this is the last moment before the phone rings.
    """
    with database.session() as session:
        attempt = session.exec(
            select(Attempt).where(Attempt.id == attempt_id).with_for_update()
        ).one()
        if attempt.state is not AttemptState.RESERVED or attempt.reserved_by != node:
            return False
        campaign = session.get_one(Campaign, attempt.campaign_id)
        resident = session.get_one(Resident, attempt.resident_id)
        if campaign.state is CampaignState.PAUSED:
            release(session, attempt)
            return False
        recent = recent_attempts(session, attempt.resident_id, now)
        verdict = judge(resident, campaign, recent, now, taking_up=attempt)
        if not verdict.due_now:
            put_off(session, attempt, campaign, resident, verdict, now)
            return False
        return move(
            session,
            attempt_id,
            node=node,
            since=(AttemptState.RESERVED,),
            to=AttemptState.PLACING,
            placed_at=now,
        )
