"""The attempt's way through its states, one conditional UPDATE at a time.

planned → reserved → placing → ringing → in_progress → ended. An UPDATE that changes no row means
that another process was faster, and whoever sent it must leave the attempt alone.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import uuid4

from sqlalchemy import CursorResult, func, update
from sqlmodel import Session, col, select

from callbot.db import Database
from callbot.models import LIVE_STATES, Attempt, AttemptState

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


def recent_attempts(session: Session, resident_id: int, now: datetime) -> Sequence[Attempt]:
    """The resident's attempts that are open or ended in the last two days, oldest first."""
    return recent_by_resident(session, (resident_id,), now)[resident_id]


def recent_by_resident(
    session: Session, resident_ids: Collection[int], now: datetime
) -> dict[int, list[Attempt]]:
    """The same of several residents, by their ids, in one query."""
    found: dict[int, list[Attempt]] = {resident_id: [] for resident_id in resident_ids}
    for attempt in session.exec(
        select(Attempt)
        .where(
            col(Attempt.resident_id).in_(resident_ids),
            (col(Attempt.state) != AttemptState.ENDED)
            | (col(Attempt.ended_at) > now - timedelta(days=2)),
        )
        .order_by(col(Attempt.due_at))
    ):
        found[attempt.resident_id].append(attempt)
    return found


def move(
    session: Session,
    attempt_id: str,
    *,
    node: str,
    since: Collection[AttemptState],
    to: AttemptState,
    **values: Any,
) -> bool:
    """Moves an attempt held by `node` from one of the states `since`; False if it is not there."""
    statement = (
        update(Attempt)
        .where(
            col(Attempt.id) == attempt_id,
            col(Attempt.reserved_by) == node,
            col(Attempt.state).in_(since),
        )
        .values(state=to, **values)
    )
    return cast(CursorResult[Any], session.execute(statement)).rowcount == 1


def release(session: Session, attempt: Attempt) -> None:
    """Gives a reserved attempt back: no carrier was asked."""
    attempt.state = AttemptState.PLANNED
    attempt.reserved_by, attempt.line, attempt.lease_until = "", "", None
    attempt.placed_at = None
    session.flush()


def give_back(database: Database, attempt_id: str, *, node: str) -> None:
    """Back to planned, if it is still held here; only for who surely has not asked the carrier."""
    with database.session() as session:
        move(
            session,
            attempt_id,
            node=node,
            since=(AttemptState.RESERVED, AttemptState.PLACING),
            to=AttemptState.PLANNED,
            reserved_by="",
            line="",
            lease_until=None,
            placed_at=None,
        )


def mark_ringing(database: Database, attempt_id: str, now: datetime, *, node: str) -> bool:
    with database.session() as session:
        return move(
            session,
            attempt_id,
            node=node,
            since=(AttemptState.PLACING,),
            to=AttemptState.RINGING,
            rang_at=now,
        )


def mark_answered(database: Database, attempt_id: str, now: datetime, *, node: str) -> bool:
    with database.session() as session:
        return move(
            session,
            attempt_id,
            node=node,
            since=(AttemptState.PLACING, AttemptState.RINGING),
            to=AttemptState.IN_PROGRESS,
            rang_at=func.coalesce(col(Attempt.rang_at), now),
            answered_at=now,
        )


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
