"""What time does to plans by itself: pauses end, and nobody is left to a call that is not made."""

from datetime import datetime, timedelta

from sqlalchemy import and_, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from callbot.campaigns.follow_up.changes import apply, resume, today_of
from callbot.db import Database
from callbot.models import Change, FollowUp, Resident

ACTOR = "planner"


def upkeep(database: Database, now: datetime) -> int:
    """Makes the changes that are due; returns how many. Writes nothing if there is none."""
    with database.reading() as rows:
        if not _awaking(rows, now) and not _left_alone(rows, now):
            return 0
    with database.session() as rows:
        made = [resume(rows, resident, now, actor=ACTOR) for resident in _awaking(rows, now)]
        made += [
            apply(
                rows,
                resident,
                Change.HOUSEHOLD_CHANGED,
                {"asked_with_id": None},
                "",
                now,
                actor=ACTOR,
            )
            for resident in _left_alone(rows, now)
        ]
    return len(made)


def _awaking(rows: Session, now: datetime) -> list[Resident]:
    """Whose pause ended with their own midnight."""
    found = rows.exec(
        select(Resident).where(
            Resident.follow_up == FollowUp.PAUSED,
            col(Resident.paused_until) <= (now + timedelta(days=1)).date(),
        )
    )
    return [
        resident
        for resident in found
        if resident.paused_until is not None and resident.paused_until <= today_of(resident, now)
    ]


def _left_alone(rows: Session, now: datetime) -> list[Resident]:
    """Asked in the household's call to someone who is no longer rung: called themselves again."""
    # Few live in such households: found by the index, before the roster is looked at.
    asked_with = col(Resident.asked_with_id) > 0
    if rows.exec(select(Resident.id).where(asked_with).limit(1)).first() is None:
        return []
    speaker = aliased(Resident)
    shortest = rows.exec(select(func.min(Resident.follow_up_days))).one() or 0
    tomorrow = (now + timedelta(days=1)).date()
    pairs = rows.exec(
        select(Resident, speaker)
        .join(speaker, col(Resident.asked_with_id) == col(speaker.id))
        .where(
            asked_with,
            Resident.follow_up == FollowUp.ACTIVE,
            or_(
                col(speaker.follow_up) != FollowUp.ACTIVE,
                col(speaker.opted_out_at).is_not(None),
                col(speaker.number_problem).is_not(None),
                col(speaker.household) != col(Resident.household),
                col(speaker.ends_on) < tomorrow,
                and_(
                    col(speaker.ends_on).is_(None),
                    col(speaker.exposed_on) < tomorrow - timedelta(days=shortest),
                ),
            ),
        )
    )
    return [resident for resident, other in pairs if not _rung(other, resident, now)]


def _rung(speaker: Resident, member: Resident, now: datetime) -> bool:
    return (
        speaker.follow_up is FollowUp.ACTIVE
        and speaker.opted_out_at is None
        and speaker.number_problem is None
        and speaker.household == member.household
        and speaker.release_date >= today_of(speaker, now)
    )
