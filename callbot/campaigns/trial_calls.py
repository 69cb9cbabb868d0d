"""Asking for a trial call: whom it may ring, and how often."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col, select

from callbot import vault
from callbot.campaigns.rules.eligibility import calling_hours
from callbot.campaigns.rules.policy import HARD_CAP_PER_24_HOURS, CallingHours
from callbot.campaigns.rules.window import is_open
from callbot.db import Database
from callbot.errors import BadInput
from callbot.models import FollowUp, Resident, SecondContact, TrialCall, TrialState, record

A_DAY = timedelta(hours=24)
THROTTLED_FOR = timedelta(minutes=15)
BY_ONE_PERSON = 3
"""Trials within that time."""

OVER_AFTER = timedelta(minutes=25)
"""A trial that has not ended by then was lost with its process."""


class Refusal(StrEnum):
    OUTSIDE_HOURS = "outside_hours"
    ONE_UNDER_WAY = "one_under_way"
    TOO_OFTEN = "too_often"
    NUMBER_TOO_OFTEN = "number_too_often"
    SOMEBODY_ELSES = "somebody_elses"


class TrialRefused(BadInput):
    """Nobody is rung. reason: why not."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason.value.replace("_", " "))
        self.reason = reason


def ask(
    database: Database,
    phone: str,
    script: str,
    locale: str,
    now: datetime,
    zone: ZoneInfo,
    *,
    actor: str,
    campaign_id: int | None = None,
) -> str:
    """The new trial's id; a process that rings takes it up. phone: E.164. Raises TrialRefused."""
    number = vault.look_up_hash(phone)
    if not is_open(calling_hours(CallingHours(), asked_for=True), now, zone):
        raise TrialRefused(Refusal.OUTSIDE_HOURS)
    with database.session() as rows:
        refusal = _refusal(rows, number, now, actor)
        if refusal is not None:
            raise TrialRefused(refusal)
        trial = TrialCall(
            id=uuid4().hex,
            campaign_id=campaign_id,
            script=script,
            locale=locale,
            phone=phone,
            phone_hash=number,
            asked_by=actor,
            asked_at=now,
        )
        rows.add(trial)
        detail = {"trial": trial.id, "script": script, "locale": locale}
        record(rows, now, actor, "trial_call_asked", campaign_id=campaign_id, detail=detail)
        return trial.id


def _refusal(rows: Session, number: str, now: datetime, actor: str) -> Refusal | None:
    under_way = col(TrialCall.state) != TrialState.ENDED
    if _count(rows, under_way, col(TrialCall.asked_at) > now - OVER_AFTER):
        return Refusal.ONE_UNDER_WAY
    lately = col(TrialCall.asked_at) > now - THROTTLED_FOR
    if _count(rows, lately, col(TrialCall.asked_by) == actor) >= BY_ONE_PERSON:
        return Refusal.TOO_OFTEN
    today = col(TrialCall.asked_at) > now - A_DAY
    if _count(rows, today, col(TrialCall.phone_hash) == number) >= HARD_CAP_PER_24_HOURS:
        return Refusal.NUMBER_TOO_OFTEN
    return Refusal.SOMEBODY_ELSES if _is_called_otherwise(rows, number) else None


def _is_called_otherwise(rows: Session, number: str) -> bool:
    """Who is followed up, asked not to be called, or stands for somebody else is no trial's."""
    resident = rows.exec(select(Resident).where(Resident.phone_hash == number)).first()
    followed_up = resident is not None and resident.follow_up in (FollowUp.ACTIVE, FollowUp.PAUSED)
    opted_out = resident is not None and resident.opted_out_at is not None
    contact = select(SecondContact).where(
        SecondContact.phone_hash == number, col(SecondContact.removed_at).is_(None)
    )
    return followed_up or opted_out or rows.exec(contact).first() is not None


def _count(rows: Session, *conditions: ColumnElement[bool]) -> int:
    return rows.exec(select(func.count()).select_from(TrialCall).where(*conditions)).one()


def latest_trials(database: Database, campaign_id: int, limit: int = 5) -> Sequence[TrialCall]:
    """Of one campaign, the latest first."""
    with database.reading() as rows:
        return rows.exec(
            select(TrialCall)
            .where(TrialCall.campaign_id == campaign_id)
            .order_by(col(TrialCall.asked_at).desc())
            .limit(limit)
        ).all()
