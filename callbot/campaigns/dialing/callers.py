"""Who rings us: a resident is joined to the campaign that tried to reach them.

Ringing back is the resident's own doing: neither hours nor caps on our rings stand against it. It
is an attempt that never rang, in progress from its first moment.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from callbot import vault
from callbot.campaigns.dialing.attempts import LEASE_S, new_attempt, note, recent_attempts
from callbot.campaigns.dialing.brief import AttemptBrief
from callbot.campaigns.dialing.ending import resumed_call
from callbot.campaigns.dialing.reservation import brief_of
from callbot.campaigns.dialing.steps import TAKE_CALL, take
from callbot.campaigns.rules.eligibility import judge
from callbot.campaigns.rules.local_day import local_date
from callbot.campaigns.rules.reasons import Blocker
from callbot.db import Database
from callbot.dialog.events import Outcome
from callbot.models import Attempt, AttemptState, Call, Campaign, Line, Resident

ONLY_AGAINST_RINGING: Final = frozenset(
    {
        Blocker.TOO_SOON,
        Blocker.OUTSIDE_HOURS,
        Blocker.RINGS_TODAY,
        Blocker.RINGS_IN_24_HOURS,
        Blocker.FAILURES_TODAY,
        Blocker.DONE_TODAY,
    }
)
"""What forbids us to ring a resident, and does not forbid them to ring us. That a call was
completed today is asked apart."""

RANG_BACK: Final = "the resident rang back"


def take_up_caller(
    database: Database, caller: str, now: datetime, *, node: str, line: str
) -> AttemptBrief | None:
    """The caller's attempt, in progress and held by `node`.

    None when there is nothing to ask: the number (E.164) is nobody's, no campaign has tried to
    reach them in the last two days, they have answered today or do not want to be asked, or they
    are being rung at this moment.
    """
    if not caller:
        return None
    try:
        with database.session() as session:
            resident = session.exec(
                select(Resident).where(Resident.phone_hash == vault.look_up_hash(caller))
            ).first()
            if resident is None:
                return None
            attempt = _attempt_of(session, resident, now)
            if attempt is None or not _begin(session, attempt, now, node=node, line=line):
                return None
            row = session.exec(select(Line).where(Line.name == line)).one()
            return brief_of(session, attempt, row, now, now, rang_back=True)
    except IntegrityError:
        # Another process planned an attempt, or took the caller up, in the same moment.
        return None


def _attempt_of(session: Session, resident: Resident, now: datetime) -> Attempt | None:
    """The planned attempt, which need not be made any more, or a new one after the latest."""
    assert resident.id is not None
    recent = recent_attempts(session, resident.id, now)
    if not recent:
        return None
    still_open = next((a for a in recent if a.state is not AttemptState.ENDED), None)
    if still_open is not None and still_open.state is not AttemptState.PLANNED:
        return None
    attempt = still_open or _after(session, recent[-1], now)
    campaign = session.get_one(Campaign, attempt.campaign_id)
    verdict = judge(resident, campaign, recent, now, taking_up=attempt)
    allowed = all(reason.blocker in ONLY_AGAINST_RINGING for reason in verdict.reasons)
    return attempt if allowed and not _answered_today(resident, attempt, recent, now) else None


def _after(session: Session, latest: Attempt, now: datetime) -> Attempt:
    call = session.exec(select(Call).where(Call.attempt_id == latest.id)).first()
    return new_attempt(
        latest.resident_id,
        latest.campaign_id,
        now,
        number=latest.number,
        resumes_call_id=resumed_call(latest, call),
    )


def _answered_today(
    resident: Resident, attempt: Attempt, recent: Sequence[Attempt], now: datetime
) -> bool:
    return any(
        other.campaign_id == attempt.campaign_id
        and other.outcome is Outcome.COMPLETED
        and other.ended_at is not None
        and local_date(resident, other.ended_at) == local_date(resident, now)
        for other in recent
    )


def _begin(session: Session, attempt: Attempt, now: datetime, *, node: str, line: str) -> bool:
    """In progress here; False if another process was faster."""
    known = session.exec(select(col(Attempt.id)).where(Attempt.id == attempt.id)).first()
    if known is None:
        session.add(attempt)
        session.flush()
    begun = take(
        session,
        TAKE_CALL,
        attempt.id,
        holder="",
        by=node,
        over=line,
        until=now + timedelta(seconds=LEASE_S),
        now=now,
        why=RANG_BACK,
    )
    if begun:
        session.refresh(attempt)
        note(session, attempt, now, "rang_back")
    return begun
