"""The review queue: flags in order of urgency, held by one reviewer at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, case, func, update
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col, select

from callbot.db import Database
from callbot.dialog.events import Severity
from callbot.errors import BadInput, CallbotError
from callbot.models import (
    Areas,
    Flag,
    FlagState,
    History,
    Resident,
    Settlement,
    covered,
    record,
    residents_within,
)

UNRESOLVED = (FlagState.OPEN, FlagState.CLAIMED)
URGENCY = {Severity.URGENT: 0, Severity.HIGH: 1, Severity.NORMAL: 2}


class NoSuchFlag(BadInput):
    """There is no flag with this number."""


class FlagConflict(CallbotError):
    """Someone else holds the flag, or it is not in a state that allows what was asked."""


@dataclass(frozen=True)
class FlagView:
    """A flag with the person it is about."""

    id: int
    severity: Severity
    state: FlagState
    rule: str
    reason: str
    question: str
    evidence: str
    raised_at: datetime
    promised_at: datetime | None
    resident_id: int
    name: str
    phone: str
    community: str
    grid: str
    address: str
    campaign_id: int | None
    call_id: str | None
    claimed_by: str
    claimed_at: datetime | None
    resolved_at: datetime | None
    settlement: Settlement | None
    was_right: bool | None
    resolution: str


@dataclass(frozen=True)
class FlagFilter:
    """An empty field leaves nothing out. `areas`: those of whoever looks."""

    areas: Areas = ()
    states: Sequence[FlagState] = UNRESOLVED
    severities: Sequence[Severity] = ()
    rules: Sequence[str] = ()
    communities: Sequence[str] = ()
    grids: Sequence[str] = ()
    claimed_by: str = ""
    not_claimed_by: str = ""
    resident_id: int | None = None
    raised_from: datetime | None = None
    raised_before: datetime | None = None


def list_flags(
    database: Database, wanted: FlagFilter | None = None, *, limit: int = 500, offset: int = 0
) -> list[FlagView]:
    """Urgent first, then the oldest first; of resolved ones alone, the latest resolved first."""
    wanted = wanted or FlagFilter()
    urgency = case(URGENCY, value=col(Flag.severity), else_=len(URGENCY))
    order: tuple[Any, ...] = (urgency, col(Flag.raised_at), col(Flag.id))
    if tuple(wanted.states) == (FlagState.RESOLVED,):
        order = (col(Flag.resolved_at).desc(), col(Flag.id).desc())
    statement = (
        select(Flag, Resident)
        .join(Resident, col(Resident.id) == col(Flag.resident_id))
        .where(*_conditions(wanted))
        .order_by(*order)
        .limit(limit)
        .offset(offset)
    )
    with database.reading() as session:
        return [_view(flag, resident) for flag, resident in session.exec(statement)]


def count_flags(database: Database, wanted: FlagFilter, *, most: int | None = None) -> int:
    """How many flags `list_flags` would give without a limit; counting ends at `most`."""
    found = select(Flag.id)
    if wanted.areas or wanted.communities or wanted.grids:
        found = found.join(Resident, col(Resident.id) == col(Flag.resident_id))
    counted = found.where(*_conditions(wanted)).limit(most).subquery()
    with database.reading() as session:
        return session.exec(select(func.count()).select_from(counted)).one()


def _conditions(wanted: FlagFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.areas:
        yield residents_within(wanted.areas)
    for allowed, column in (
        (wanted.states, Flag.state),
        (wanted.severities, Flag.severity),
        (wanted.rules, Flag.rule),
        (wanted.communities, Resident.community),
        (wanted.grids, Resident.grid),
    ):
        if len(allowed) == 1:
            # An index gives these in order; those of a list it does not.
            yield col(column) == allowed[0]
        elif allowed:
            yield col(column).in_(allowed)
    if wanted.claimed_by:
        yield col(Flag.claimed_by) == wanted.claimed_by
    if wanted.not_claimed_by:
        yield col(Flag.claimed_by) != wanted.not_claimed_by
    if wanted.resident_id is not None:
        yield col(Flag.resident_id) == wanted.resident_id
    if wanted.raised_from is not None:
        yield col(Flag.raised_at) >= wanted.raised_from
    if wanted.raised_before is not None:
        yield col(Flag.raised_at) < wanted.raised_before


def get_flag(database: Database, flag_id: int, areas: Areas = ()) -> FlagView:
    """Raises NoSuchFlag, also for one outside the areas of whoever looks."""
    with database.reading() as session:
        flag = session.get(Flag, flag_id)
        resident = session.get(Resident, flag.resident_id) if flag else None
        if flag is None or resident is None:
            raise NoSuchFlag(f"there is no flag {flag_id}; see `callbot flags list`")
        if not covered(areas, resident.community, resident.grid):
            raise NoSuchFlag(f"there is no flag {flag_id}; see `callbot flags list`")
        return _view(flag, resident)


def _view(flag: Flag, resident: Resident) -> FlagView:
    assert flag.id is not None
    return FlagView(
        id=flag.id,
        severity=flag.severity,
        state=flag.state,
        rule=flag.rule,
        reason=flag.reason,
        question=flag.question,
        evidence=flag.evidence,
        raised_at=flag.raised_at,
        promised_at=flag.promised_at,
        resident_id=flag.resident_id,
        name=resident.name,
        phone=resident.phone,
        community=resident.community,
        grid=resident.grid,
        address=resident.address,
        campaign_id=flag.campaign_id,
        call_id=flag.call_id,
        claimed_by=flag.claimed_by,
        claimed_at=flag.claimed_at,
        resolved_at=flag.resolved_at,
        settlement=flag.settlement,
        was_right=flag.was_right,
        resolution=flag.resolution,
    )


# -- acts; each is one conditional UPDATE, so that two reviewers never hold one flag --------------


def claim(database: Database, flag_id: int, now: datetime, *, reviewer: str) -> None:
    """Takes an open flag. Raises NoSuchFlag, or FlagConflict naming who was faster."""
    with database.session() as session:
        values = {"state": FlagState.CLAIMED, "claimed_by": reviewer, "claimed_at": now}
        if not _change(session, flag_id, values, col(Flag.state) == FlagState.OPEN):
            raise _conflict(session, flag_id)
        _note(session, flag_id, now, reviewer, "flag_claimed")


def hand_over(database: Database, flag_id: int, now: datetime, *, reviewer: str, to: str) -> None:
    """Gives a flag that is open or held by this reviewer to another one, who then holds it.

    Raises NoSuchFlag, FlagConflict.
    """
    with database.session() as session:
        values = {"state": FlagState.CLAIMED, "claimed_by": to, "claimed_at": now}
        if not _change(session, flag_id, values, _open_or_held_by(reviewer)):
            raise _conflict(session, flag_id)
        _note(session, flag_id, now, reviewer, "flag_handed_over", to=to)


def take_back(
    database: Database, flag_id: int, now: datetime, *, reviewer: str, holder: str
) -> None:
    """Undoes a hand-over: back to who gave it, unless the holder was given it by another since.

    Raises NoSuchFlag, FlagConflict.
    """
    with database.session() as session:
        flag = session.get(Flag, flag_id)
        given = flag is not None and _last_hand_over(session, flag) == (reviewer, holder)
        values = {"claimed_by": reviewer, "claimed_at": now}
        held = (col(Flag.state) == FlagState.CLAIMED) & (col(Flag.claimed_by) == holder)
        if not given or not _change(session, flag_id, values, held):
            raise _conflict(session, flag_id)
        _note(session, flag_id, now, reviewer, "flag_taken_back", holder=holder)


def _last_hand_over(session: Session, flag: Flag) -> tuple[str, str] | None:
    """Who gave the flag to whom, by the last act on it."""
    acts = session.exec(
        select(History)
        .where(History.resident_id == flag.resident_id, col(History.act).startswith("flag_"))
        .order_by(col(History.id).desc())
    )
    last = next((act for act in acts if act.detail.get("flag") == flag.id), None)
    if last is None or last.act != "flag_handed_over":
        return None
    return last.actor, str(last.detail.get("to"))


def resolve(
    database: Database,
    flag_id: int,
    now: datetime,
    *,
    reviewer: str,
    note: str,
    settlement: Settlement | None = None,
    was_right: bool | None = None,
) -> None:
    """Closes a flag that is open or held by this reviewer.

    The note says what was done; it may be empty when the settlement says it already. Raises
    BadInput for neither, NoSuchFlag, FlagConflict.
    """
    if not note.strip() and settlement in (None, Settlement.OTHER):
        raise BadInput("a resolution needs a note that says what was done")
    with database.session() as session:
        values = {
            "state": FlagState.RESOLVED,
            "claimed_by": reviewer,
            "resolved_at": now,
            "settlement": settlement,
            "was_right": was_right,
            "resolution": note.strip(),
        }
        if not _change(session, flag_id, values, _open_or_held_by(reviewer)):
            raise _conflict(session, flag_id)
        told = {"settlement": settlement.value} if settlement else {}
        _note(session, flag_id, now, reviewer, "flag_resolved", **told)


def _open_or_held_by(reviewer: str) -> ColumnElement[bool]:
    return (col(Flag.state) == FlagState.OPEN) | (
        (col(Flag.state) == FlagState.CLAIMED) & (col(Flag.claimed_by) == reviewer)
    )


def reopen(database: Database, flag_id: int, now: datetime, *, reviewer: str) -> None:
    """Back into the queue: given back by who holds it, or resolved too early."""
    with database.session() as session:
        resolved_or_mine = (col(Flag.state) == FlagState.RESOLVED) | (
            (col(Flag.state) == FlagState.CLAIMED) & (col(Flag.claimed_by) == reviewer)
        )
        values = {
            "state": FlagState.OPEN,
            "claimed_by": "",
            "claimed_at": None,
            "resolved_at": None,
            "settlement": None,
            "was_right": None,
        }
        if not _change(session, flag_id, values, resolved_or_mine):
            raise _conflict(session, flag_id)
        _note(session, flag_id, now, reviewer, "flag_reopened")


def _change(session: Session, flag_id: int, values: dict[str, Any], allowed: Any) -> bool:
    statement = update(Flag).where(col(Flag.id) == flag_id, allowed).values(**values)
    return cast(CursorResult[Any], session.execute(statement)).rowcount == 1


def _conflict(session: Session, flag_id: int) -> CallbotError:
    flag = session.get(Flag, flag_id)
    if flag is None:
        return NoSuchFlag(f"there is no flag {flag_id}; see `callbot flags list`")
    if flag.state is FlagState.CLAIMED:
        return FlagConflict(
            f"flag {flag_id} is held by {flag.claimed_by}; ask them to give it back"
        )
    remedy = "; `callbot flags reopen` puts it back" if flag.state is FlagState.RESOLVED else ""
    return FlagConflict(f"flag {flag_id} is {flag.state.value}{remedy}")


def _note(
    session: Session, flag_id: int, now: datetime, reviewer: str, act: str, **detail: str
) -> None:
    flag = session.get_one(Flag, flag_id)
    record(
        session,
        now,
        reviewer,
        act,
        resident_id=flag.resident_id,
        campaign_id=flag.campaign_id,
        detail={"flag": flag_id, **detail},
    )
