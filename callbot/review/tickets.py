"""What people do with tickets, and how many there are where."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, case, func, update
from sqlalchemy import select as aggregate
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col, select

from callbot.db import Database
from callbot.dialog.events import TicketKind
from callbot.errors import BadInput, CallbotError
from callbot.models import (
    Areas,
    Resident,
    Ticket,
    TicketState,
    covered,
    record,
    residents_within,
)

COUNTED_FOR = timedelta(days=7)
"""Tickets that were done are counted for so long."""


class NoSuchTicket(BadInput):
    """There is no such ticket, or it is outside the areas of whoever looks."""


class TicketConflict(CallbotError):
    """Somebody else was faster: the ticket is not in the state that this takes."""


@dataclass(frozen=True)
class TicketView:
    ticket: Ticket
    resident: Resident


@dataclass(frozen=True)
class TicketFilter:
    """An empty field leaves nothing out. `areas`: those of whoever looks."""

    areas: Areas = ()
    state: TicketState | None = None
    kind: TicketKind | None = None
    community: str = ""
    owner: str = ""
    resident_id: int | None = None


@dataclass(frozen=True)
class AreaCount:
    """`overdue` are among the open ones; `done` of the last COUNTED_FOR."""

    place: str
    requests: int
    complaints: int
    overdue: int
    done: int


def list_tickets(
    database: Database, wanted: TicketFilter, *, limit: int = 100, offset: int = 0
) -> list[TicketView]:
    """What is due first; of those that are done, the latest first."""
    order: ColumnElement[Any] = col(Ticket.due_at).asc()
    if wanted.state is TicketState.DONE:
        order = col(Ticket.done_at).desc()
    with database.reading() as rows:
        found = rows.exec(
            select(Ticket, Resident)
            .join(Resident, col(Resident.id) == col(Ticket.resident_id))
            .where(*_conditions(wanted))
            .order_by(order, col(Ticket.id))
            .limit(limit)
            .offset(offset)
        )
        return [TicketView(ticket, resident) for ticket, resident in found]


def count_tickets(database: Database, wanted: TicketFilter) -> int:
    with database.reading() as rows:
        return rows.exec(
            select(func.count())
            .select_from(Ticket)
            .join(Resident, col(Resident.id) == col(Ticket.resident_id))
            .where(*_conditions(wanted))
        ).one()


def _conditions(wanted: TicketFilter) -> Iterator[ColumnElement[bool]]:
    yield residents_within(wanted.areas)
    for value, column in (
        (wanted.state, Ticket.state),
        (wanted.kind, Ticket.kind),
        (wanted.community, Resident.community),
        (wanted.owner, Ticket.owner),
        (wanted.resident_id, Ticket.resident_id),
    ):
        if value:
            yield col(column) == value


def counted_by_area(database: Database, areas: Areas, now: datetime) -> list[AreaCount]:
    """By community; by grid for whoever has but one community."""
    by_grid = len({area.community for area in areas}) == 1
    place = col(Resident.grid) if by_grid else col(Resident.community)
    is_open = col(Ticket.state) == TicketState.OPEN
    conditions = (
        is_open & (col(Ticket.kind) == TicketKind.REQUEST),
        is_open & (col(Ticket.kind) == TicketKind.COMPLAINT),
        is_open & (col(Ticket.due_at) < now),
        col(Ticket.done_at) > now - COUNTED_FOR,
    )
    statement = (
        aggregate(place, *(func.sum(case((each, 1), else_=0)) for each in conditions))
        .select_from(Ticket)
        .join(Resident, col(Resident.id) == col(Ticket.resident_id))
        .where(residents_within(areas))
        .group_by(place)
        .order_by(place)
    )
    with database.reading() as rows:
        return [AreaCount(*row) for row in rows.execute(statement)]


def get_ticket(rows: Session, ticket_id: int, areas: Areas = ()) -> TicketView:
    """Raises NoSuchTicket."""
    ticket = rows.get(Ticket, ticket_id)
    resident = rows.get(Resident, ticket.resident_id) if ticket else None
    if ticket is None or resident is None:
        raise NoSuchTicket(f"there is no ticket {ticket_id}")
    if not covered(areas, resident.community, resident.grid):
        raise NoSuchTicket(f"there is no ticket {ticket_id}")
    return TicketView(ticket, resident)


# -- acts -----------------------------------------------------------------------------------------


def open_ticket(
    rows: Session,
    resident: Resident,
    kind: TicketKind,
    text: str,
    due_at: datetime,
    now: datetime,
    *,
    actor: str,
    owner: str = "",
    flag_id: int | None = None,
) -> Ticket:
    """Raises BadInput for an empty text, or a due time that is past."""
    if not text.strip() or due_at <= now:
        raise BadInput("a ticket needs a text, and a due time that is yet to come")
    assert resident.id is not None
    ticket = Ticket(
        resident_id=resident.id,
        flag_id=flag_id,
        kind=kind,
        text=text.strip(),
        owner=owner,
        opened_at=now,
        opened_by=actor,
        due_at=due_at,
    )
    rows.add(ticket)
    rows.flush()
    _note(rows, ticket, now, actor, "ticket_opened", kind=kind.value, owner=owner)
    return ticket


def change_ticket(
    rows: Session, ticket: Ticket, owner: str, due_at: datetime, now: datetime, *, actor: str
) -> None:
    """Another owner, or another due time. Raises TicketConflict when it is done."""
    before = {"owner": ticket.owner, "due_at": ticket.due_at.isoformat()}
    _change(rows, ticket, {"owner": owner, "due_at": due_at}, since=TicketState.OPEN)
    after = {"owner": owner, "due_at": due_at.isoformat()}
    _note(rows, ticket, now, actor, "ticket_changed", before=before, after=after)


def finish_ticket(rows: Session, ticket: Ticket, result: str, now: datetime, *, actor: str) -> None:
    """Raises BadInput for an empty result, TicketConflict when it is done already."""
    if not result.strip():
        raise BadInput("say what was done")
    values = {
        "state": TicketState.DONE,
        "done_at": now,
        "done_by": actor,
        "result": result.strip(),
    }
    _change(rows, ticket, values, since=TicketState.OPEN)
    _note(rows, ticket, now, actor, "ticket_done")


def reopen_ticket(rows: Session, ticket: Ticket, now: datetime, *, actor: str) -> None:
    """The result stays until there is another. Raises TicketConflict when it is open."""
    values = {"state": TicketState.OPEN, "done_at": None, "done_by": ""}
    _change(rows, ticket, values, since=TicketState.DONE)
    _note(rows, ticket, now, actor, "ticket_reopened")


def _change(
    rows: Session, ticket: Ticket, values: Mapping[str, Any], *, since: TicketState
) -> None:
    """One conditional UPDATE, so that two people never overwrite each other."""
    statement = update(Ticket).where(col(Ticket.id) == ticket.id, col(Ticket.state) == since)
    if cast(CursorResult[Any], rows.execute(statement.values(**values))).rowcount != 1:
        raise TicketConflict(f"ticket {ticket.id} is no longer {since.value}")


def _note(
    rows: Session, ticket: Ticket, now: datetime, actor: str, act: str, **detail: Any
) -> None:
    told = {"ticket": ticket.id, **detail}
    record(rows, now, actor, act, resident_id=ticket.resident_id, detail=told)
