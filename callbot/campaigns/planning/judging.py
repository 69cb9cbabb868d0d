"""Residents of a campaign with the verdict on calling them: one by one, for previews."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import load_only
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col, select

from callbot.campaigns.rules.eligibility import Verdict, judge, local_date, next_allowed
from callbot.campaigns.rules.policy import CampaignPolicy
from callbot.models import Attempt, AttemptState, Campaign, Flag, Resident

FLAGGED_FOR = timedelta(hours=36)
"""Since yesterday, in every time zone."""

NEEDED_TO_JUDGE: tuple[Any, ...] = (
    Resident.community,
    Resident.grid,
    Resident.locale,
    Resident.time_zone,
    Resident.exposed_on,
    Resident.follow_up_days,
    Resident.ends_on,
    Resident.paused_until,
    Resident.asked_with_id,
    Resident.came_from,
    Resident.key_person,
    Resident.twice_daily,
    Resident.window_start,
    Resident.window_end,
    Resident.follow_up,
    Resident.number_problem,
    Resident.opted_out_at,
)
"""Leaves the encrypted columns unread: deciphering thousands of names each minute is slow."""


def flagged_since_yesterday(
    session: Session, now: datetime, *, among: ColumnElement[bool] | None = None
) -> set[int]:
    """Ids of residents; among: a condition on Flag."""
    statement = select(Flag.resident_id).where(col(Flag.raised_at) > now - FLAGGED_FOR)
    return set(session.exec(statement if among is None else statement.where(among)))


def judge_all(
    session: Session, campaign: Campaign, now: datetime
) -> Iterator[tuple[Resident, Verdict]]:
    """Every resident with the verdict on calling them now.

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
    flagged = flagged_since_yesterday(session, now)
    statement = select(Resident).options(load_only(*NEEDED_TO_JUDGE)).order_by(col(Resident.id))
    for resident in session.exec(statement):
        assert resident.id is not None
        attempts, was_flagged = recent[resident.id], resident.id in flagged
        yield resident, judge(resident, campaign, attempts, now, flagged=was_flagged)


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
