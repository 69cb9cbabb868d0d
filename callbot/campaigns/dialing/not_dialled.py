"""Attempts that end without a dial, or wait: dropped, put off, or stopped with their campaign."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, update
from sqlmodel import Session, col

from callbot.campaigns.dialing.attempts import note, recent_attempts
from callbot.campaigns.dialing.ending import GOING_ON, flag_attempt
from callbot.campaigns.dialing.steps import HELD_BY_NOBODY
from callbot.campaigns.dialing.verification import (
    leave_planned_to_a_person,
    leave_to_a_person,
)
from callbot.campaigns.rules.eligibility import Verdict
from callbot.campaigns.rules.local_day import local_date
from callbot.campaigns.rules.recent_calls import rings_on
from callbot.campaigns.rules.retry import unreachable
from callbot.models import (
    Attempt,
    AttemptState,
    Campaign,
    FollowUp,
    Occasion,
    Resident,
)


def put_off(
    session: Session,
    attempt: Attempt,
    campaign: Campaign,
    resident: Resident,
    verdict: Verdict,
    now: datetime,
) -> None:
    """An attempt that may not ring now: later today if only the clock forbids it, else dropped.

    A call that is to verify an alert is made at once or not at all.
    """
    until = max((r.until for r in verdict.reasons if r.until is not None), default=None)
    today = local_date(resident, now)
    if (
        until is not None
        and verdict.due_later_today
        and campaign.occasion is Occasion.DAILY
        and (attempt.requested or local_date(resident, until) == today)
    ):
        attempt.state, attempt.due_at = AttemptState.PLANNED, until
        attempt.sqlmodel_update(HELD_BY_NOBODY)
        leave_to_a_person(session, attempt, now)
        note(session, attempt, now, "attempt_put_off", reason=verdict.words)
        session.flush()
    else:
        drop(session, attempt, campaign, resident, now, verdict.words)


def drop(
    session: Session,
    attempt: Attempt,
    campaign: Campaign,
    resident: Resident,
    now: datetime,
    why: str,
) -> None:
    """Ends an attempt that will not be dialled; another day's plan makes its own.

    If it was to follow a call in vain, and the person should still have been reached, the day
    has failed: flagged.
    """
    attempt.state, attempt.ended_at, attempt.detail = AttemptState.ENDED, now, why
    attempt.sqlmodel_update(HELD_BY_NOBODY)
    leave_to_a_person(session, attempt, now)
    note(session, attempt, now, "attempt_dropped", reason=why)
    session.flush()
    wanted = (
        campaign.state in GOING_ON
        and campaign.occasion is Occasion.DAILY
        and resident.opted_out_at is None
        and resident.number_problem is None
        and resident.follow_up is FollowUp.ACTIVE
    )
    recent = recent_attempts(session, attempt.resident_id, now)
    if wanted and rings_on(resident, recent, local_date(resident, attempt.due_at)):
        given_up = unreachable(resident, recent, attempt.due_at, why)
        if given_up.flag is not None:
            flag_attempt(session, attempt, given_up.flag, now)


def end_all_planned(session: Session, campaign_id: int, now: datetime, detail: str) -> int:
    """Ends every attempt of a campaign that is only planned; returns how many."""
    leave_planned_to_a_person(session, now, col(Attempt.campaign_id) == campaign_id)
    statement = (
        update(Attempt)
        .where(
            col(Attempt.campaign_id) == campaign_id,
            col(Attempt.state) == AttemptState.PLANNED,
        )
        .values(state=AttemptState.ENDED, ended_at=now, detail=detail)
    )
    return cast(CursorResult[Any], session.execute(statement)).rowcount
