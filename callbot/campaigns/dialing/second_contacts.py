"""Ringing those who are asked after a resident who was not reached: family, a landlord.

The rules of calling hold for their number as for anybody's, across all residents whom it stands
for. What they want and what their number is worth is kept with them, never with the resident.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, or_, select

from callbot.campaigns.dialing.attempts import new_attempt
from callbot.campaigns.follow_up.contacts import second_contacts
from callbot.campaigns.rules.eligibility import Number
from callbot.campaigns.rules.local_day import local_date
from callbot.campaigns.rules.policy import MIN_GAP_MIN, CampaignPolicy
from callbot.campaigns.rules.window import next_open, open_spans
from callbot.dialog.events import Outcome
from callbot.models import (
    Attempt,
    AttemptState,
    Priority,
    Resident,
    SecondContact,
    opt_out_number,
    urgency,
)


@dataclass(frozen=True)
class Planned:
    """The attempt that asks the next contact."""

    attempt: Attempt
    contact_id: int


def number_of(session: Session, attempt: Attempt, now: datetime) -> Number | None:
    """What is known of the number that a second contact's attempt rings; None for residents' own.

    Locks the contacts of that number until the transaction ends: two residents' attempts to ring
    one landlord are judged one after the other.
    """
    if attempt.second_contact_id is None:
        return None
    contact = session.get_one(SecondContact, attempt.second_contact_id)
    same = session.exec(
        select(SecondContact)
        .where(SecondContact.phone_hash == contact.phone_hash)
        .order_by(col(SecondContact.id))
        .with_for_update()
    ).all()
    moment = func.coalesce(col(Attempt.rang_at), col(Attempt.placed_at))
    rung = session.exec(
        select(moment, col(Attempt.ended_at))
        .outerjoin(Resident, col(Resident.id) == col(Attempt.resident_id))
        .where(
            Attempt.id != attempt.id,
            moment > now - timedelta(hours=24),
            or_(
                col(Attempt.second_contact_id).in_([other.id for other in same]),
                (col(Attempt.second_contact_id).is_(None))
                & (col(Resident.phone_hash) == contact.phone_hash),
            ),
        )
    ).all()
    return Number(
        opted_out_at=contact.opted_out_at,
        unusable=contact.unusable or contact.removed_at is not None,
        rings=tuple(sorted(rang_at for rang_at, _ in rung)),
        last=max((ended_at or rang_at for rang_at, ended_at in rung), default=None),
    )


def plan_next(
    session: Session, ended: Attempt, resident: Resident, policy: CampaignPolicy, now: datetime
) -> Planned | None:
    """The attempt that asks the next contact after `ended`; None if none is left to ask today."""
    assert resident.id is not None
    asked = _asked_today(session, resident, now)
    zone = ZoneInfo(resident.time_zone)
    for contact in second_contacts(session, resident.id):
        assert contact.id is not None
        if contact.opted_out_at is not None or contact.unusable:
            continue
        if asked.get(contact.id, 0) >= policy.retry.rings_per_second_contact:
            continue
        earliest = now
        if contact.id == ended.second_contact_id:
            earliest = now + timedelta(minutes=max(policy.retry.no_answer or 0, MIN_GAP_MIN))
        at = next_open(policy.hours, earliest, zone)
        if at is None or local_date(resident, at) != local_date(resident, now):
            continue
        attempt = new_attempt(
            resident.id,
            ended.campaign_id,
            at,
            number=ended.number + 1,
            urgency=urgency(Priority.KEY, _closes_at(policy, at, zone)),
            resumes_call_id=ended.resumes_call_id,
            second_contact_id=contact.id,
        )
        return Planned(attempt, contact.id)
    return None


def _closes_at(policy: CampaignPolicy, at: datetime, zone: ZoneInfo) -> datetime:
    """The end of that day's hours; the resident's own wishes are not the contact's."""
    return open_spans(policy.hours, at.astimezone(zone).date(), zone)[-1][1]


def _asked_today(session: Session, resident: Resident, now: datetime) -> dict[int, int]:
    """How often each contact was tried on the resident's day."""
    asked: dict[int, int] = {}
    for contact_id, ended_at in session.exec(
        select(Attempt.second_contact_id, Attempt.ended_at).where(
            Attempt.resident_id == resident.id,
            Attempt.state == AttemptState.ENDED,
            col(Attempt.second_contact_id).is_not(None),
            col(Attempt.placed_at).is_not(None),
            col(Attempt.ended_at) > now - timedelta(days=2),
        )
    ):
        if contact_id and ended_at and local_date(resident, ended_at) == local_date(resident, now):
            asked[contact_id] = asked.get(contact_id, 0) + 1
    return asked


def learn(session: Session, attempt: Attempt, now: datetime, *, permanent: bool) -> None:
    """What a second contact's attempt tells of them: never anything of the resident."""
    contact = session.get_one(SecondContact, attempt.second_contact_id)
    if attempt.outcome is Outcome.OPTED_OUT:
        opt_out_number(session, contact.phone_hash, now)
    elif permanent or attempt.outcome is Outcome.WRONG_NUMBER:
        contact.unusable = True
