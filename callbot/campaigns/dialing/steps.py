"""The steps that a held attempt takes from one state to the next, each one conditional UPDATE.

A step names the states it may start from; `take` adds who must hold the attempt. An UPDATE that
changes no row means that another process was faster, and whoever sent it must leave the attempt
alone. Only from and to `planned` is there another way: `reservation.reserve` takes up, and
`not_dialled` puts off or drops, rows that they have locked.

The statements are made once, since that costs more than running them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import BindParameter, CursorResult, Update, bindparam, func, update
from sqlmodel import Session, SQLModel

from callbot.models import LIVE_STATES, Attempt, AttemptState
from callbot.models.columns import Moment

_ATTEMPT = SQLModel.metadata.tables[str(Attempt.__tablename__)]
_OF = _ATTEMPT.c

HELD_BY_NOBODY: dict[str, Any] = {"reserved_by": "", "line": "", "lease_until": None}


@dataclass(frozen=True)
class Step:
    """since: the states it starts from. update: with what is written besides the new state."""

    since: tuple[AttemptState, ...]
    update: Update


def _step(since: tuple[AttemptState, ...], to: AttemptState, **written: Any) -> Step:
    held = (
        _OF.id == bindparam("attempt_id"),
        _OF.reserved_by == bindparam("holder"),
        _OF.state.in_(bindparam("since", expanding=True)),
    )
    return Step(since, update(_ATTEMPT).where(*held).values(state=to, **written))


def _now() -> BindParameter[Any]:
    return bindparam("now", type_=Moment())


BEGIN_PLACING = _step((AttemptState.RESERVED,), AttemptState.PLACING, placed_at=_now())
"""Committed before the carrier is asked."""

GIVE_BACK = _step(
    (AttemptState.RESERVED, AttemptState.PLACING),
    AttemptState.PLANNED,
    placed_at=None,
    **HELD_BY_NOBODY,
)
"""By whoever knows that the carrier was not asked."""

RING = _step((AttemptState.PLACING,), AttemptState.RINGING, rang_at=_now())

ANSWER = _step(
    (AttemptState.PLACING, AttemptState.RINGING),
    AttemptState.IN_PROGRESS,
    rang_at=func.coalesce(_OF.rang_at, _now()),
    answered_at=_now(),
)

TAKE_CALL = _step(
    (AttemptState.PLANNED,),
    AttemptState.IN_PROGRESS,
    reserved_by=bindparam("by"),
    line=bindparam("over"),
    lease_until=bindparam("until"),
    answered_at=_now(),
    detail=bindparam("why"),
    # Nobody else need be asked any more.
    second_contact_id=None,
)
"""The resident rings us: in progress without ever having rung. Held by "" before."""

_ENDED: dict[str, Any] = {
    "outcome": bindparam("with_outcome"),
    "detail": bindparam("why"),
    "ended_at": _now(),
    "lease_until": None,
}

END = _step(LIVE_STATES, AttemptState.ENDED, **_ENDED)

END_AS_RUNG = _step(
    LIVE_STATES,
    AttemptState.ENDED,
    rang_at=func.coalesce(_OF.rang_at, _OF.placed_at, _now()),
    **_ENDED,
)
"""Counts as a ring, even if the carrier reported none."""


def take(
    session: Session,
    step: Step,
    attempt_id: str,
    *,
    holder: str,
    since: Collection[AttemptState] | None = None,
    **given: Any,
) -> bool:
    """Whether the step was taken: False if the attempt is not held by `holder` in such a state.

    since: fewer states than the step's own. given: what the step writes. Rows that the session has
    loaded before do not show it.
    """
    about = {"attempt_id": attempt_id, "holder": holder, "since": since or step.since}
    done = session.execute(step.update, {**about, **given})
    return cast(CursorResult[Any], done).rowcount == 1
