"""Attempts as rows: making one, finding a resident's, and what a call marks while it runs."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import bindparam, update
from sqlmodel import Session, col, select

from callbot.campaigns.dialing.line import carrier_works
from callbot.campaigns.dialing.steps import ANSWER, GIVE_BACK, RING, take
from callbot.db import Database
from callbot.models import LIVE_STATES, Attempt, AttemptState, record

LEASE_S = 60.0
"""A live attempt whose lease has run out belongs to a process that is gone."""

ACTOR = "dialer"


def new_attempt(
    resident_id: int,
    campaign_id: int,
    due_at: datetime,
    *,
    number: int = 1,
    requested: bool = False,
    urgency: int = 0,
    resumes_call_id: str | None = None,
    second_contact_id: int | None = None,
) -> Attempt:
    return Attempt(
        id=uuid4().hex,
        campaign_id=campaign_id,
        resident_id=resident_id,
        number=number,
        due_at=due_at,
        requested=requested,
        urgency=urgency,
        resumes_call_id=resumes_call_id,
        second_contact_id=second_contact_id,
    )


def note(
    session: Session, attempt: Attempt, now: datetime, act: str, **detail: str | int | None
) -> None:
    """An act that concerns the attempt, in the history of its resident and its campaign."""
    record(
        session,
        now,
        ACTOR,
        act,
        resident_id=attempt.resident_id,
        campaign_id=attempt.campaign_id,
        detail={"attempt": attempt.id, **detail},
    )


def recent_attempts(session: Session, resident_id: int, now: datetime) -> Sequence[Attempt]:
    """The resident's attempts that are open or ended in the last two days, oldest first."""
    return recent_by_resident(session, (resident_id,), now)[resident_id]


def recent_by_resident(
    session: Session, resident_ids: Collection[int], now: datetime
) -> dict[int, list[Attempt]]:
    """The same of several residents, by their ids, in one query."""
    found: dict[int, list[Attempt]] = {resident_id: [] for resident_id in resident_ids}
    wanted = {"residents": list(resident_ids), "since": now - timedelta(days=2)}
    for attempt in session.exec(_RECENT, params=wanted):
        found[attempt.resident_id].append(attempt)
    return found


_RECENT = (
    select(Attempt)
    .where(
        col(Attempt.resident_id).in_(bindparam("residents", expanding=True)),
        (col(Attempt.state) != AttemptState.ENDED) | (col(Attempt.ended_at) > bindparam("since")),
    )
    .order_by(col(Attempt.due_at))
)


def give_back(database: Database, attempt_id: str, *, node: str) -> None:
    """Back to planned, if it is still held here; only for who surely has not asked the carrier."""
    with database.session() as session:
        take(session, GIVE_BACK, attempt_id, holder=node)


def mark_ringing(database: Database, attempt_id: str, now: datetime, *, node: str) -> bool:
    with database.session() as session:
        return take(session, RING, attempt_id, holder=node, now=now)


def mark_answered(
    database: Database, attempt_id: str, now: datetime, *, node: str, line: str
) -> bool:
    """line: which has brought the call to the network by this."""
    with database.session() as session:
        carrier_works(session, line, now)
        return take(session, ANSWER, attempt_id, holder=node, now=now)


def renew_leases(
    database: Database, attempt_ids: Collection[str], now: datetime, *, node: str
) -> None:
    """Tells the sweepers of all nodes that these attempts are alive."""
    with database.session() as session:
        session.execute(
            update(Attempt)
            .where(
                col(Attempt.id).in_(attempt_ids),
                col(Attempt.reserved_by) == node,
                col(Attempt.state).in_(LIVE_STATES),
            )
            .values(lease_until=now + timedelta(seconds=LEASE_S))
        )
