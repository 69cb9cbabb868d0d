"""Attempts left behind by a process that died: what each state allows to be concluded."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from callbot.campaigns.dialing.ending import end_attempt
from callbot.campaigns.dialing.steps import GIVE_BACK, take
from callbot.db import Database
from callbot.dialog.events import Outcome
from callbot.models import LIVE_STATES, Attempt, AttemptState, Call, Line, Resident
from callbot.telephony.carrier import Dial, EndReason, Found, Trace
from callbot.telephony.outcomes import OUTCOME_UNANSWERED


@dataclass(frozen=True)
class Orphan:
    """A live attempt that nobody holds. `node` is the one that held it; `dial` as it was placed."""

    id: str
    state: AttemptState
    node: str
    answered: bool
    dial: Dial
    placed_at: datetime | None

    @property
    def carrier_asked(self) -> bool:
        """Whether only the carrier can say if the call was ever made."""
        return self.state is AttemptState.PLACING


def orphans(
    database: Database, now: datetime, *, node: str | None, alive: Collection[str]
) -> Sequence[Orphan]:
    """Live attempts of `node` (None: of any node, with a lease run out) that are not `alive`."""
    held = col(Attempt.lease_until) < now if node is None else col(Attempt.reserved_by) == node
    with database.reading() as session:
        rows = session.exec(
            select(Attempt, Call.id, Resident.phone, Line.caller_id)
            .join(Resident, col(Resident.id) == col(Attempt.resident_id))
            .outerjoin(Line, col(Line.name) == col(Attempt.line))
            .outerjoin(Call, col(Call.attempt_id) == col(Attempt.id))
            .where(col(Attempt.state).in_(LIVE_STATES), held)
        ).all()
    return [
        Orphan(
            attempt.id,
            attempt.state,
            attempt.reserved_by,
            call_id is not None,
            Dial(attempt.id, phone, caller_id or ""),
            attempt.placed_at,
        )
        for attempt, call_id, phone, caller_id in rows
        if attempt.id not in alive
    ]


def settle(database: Database, orphan: Orphan, now: datetime, trace: Trace | None) -> None:
    """Plans the attempt again if it surely never reached the network, else ends it.

    trace: what the carrier says, if it was asked. Nothing is redialled blind: what may have rung
    counts as a ring, and the policy decides.
    Does nothing if the attempt has moved on since.
    """
    never_dialled = orphan.state is AttemptState.RESERVED or (
        trace is not None and trace.found is Found.NEVER_PLACED
    )
    if never_dialled:
        with database.session() as session:
            take(session, GIVE_BACK, orphan.id, holder=orphan.node, since=(orphan.state,))
        return
    permanent = False
    if trace is not None and trace.ended is not None and not trace.answered:
        outcome, detail = OUTCOME_UNANSWERED[trace.ended.reason], trace.ended.detail
        permanent = trace.ended.reason is EndReason.INVALID_NUMBER
    elif orphan.state is AttemptState.PLACING:
        outcome, detail = Outcome.FAILED, "broke off while dialling; the phone may have rung"
    elif orphan.answered:
        outcome, detail = Outcome.PARTIAL, "broke off during the call"
    else:
        outcome, detail = Outcome.NO_ANSWER, "broke off while ringing"
    end_attempt(
        database,
        orphan.id,
        outcome,
        now,
        node=orphan.node,
        detail=detail,
        permanent=permanent,
        may_have_rung=not permanent,
    )
