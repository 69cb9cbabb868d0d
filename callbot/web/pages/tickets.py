"""Tickets: requests and complaints with an owner and a due time, and how many there are where."""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from pydantic import BaseModel, Field
from sqlmodel import Session, col, select
from starlette.responses import Response

from callbot.dialog.events import TicketKind
from callbot.errors import BadInput
from callbot.models import (
    Account,
    Flag,
    Resident,
    TicketState,
    Viewing,
    covered,
    note_viewing,
    parse_areas,
)
from callbot.review import tickets
from callbot.review.resident_record import NoSuchResident, get_resident
from callbot.review.tickets import NoSuchTicket, TicketConflict, TicketFilter, TicketView
from callbot.web.auth.rights import RIGHTS, Right
from callbot.web.desk import Caring, Desk, NotThere, Seeing, same_origin
from callbot.web.places import communities

router = APIRouter(dependencies=[Depends(same_origin)])

PAGE = 50


class Tab(StrEnum):
    OPEN = "open"
    MINE = "mine"
    DONE = "done"


def _filter(tab: Tab, desk: Desk, kind: TicketKind | None, community: str) -> TicketFilter:
    return TicketFilter(
        areas=desk.visitor.areas,
        state=TicketState.DONE if tab is Tab.DONE else TicketState.OPEN,
        kind=kind,
        community=community,
        owner=desk.visitor.name if tab is Tab.MINE else "",
    )


@router.get("/tickets")
def tickets_page(
    tab: Tab = Tab.OPEN,
    kind: str = "",
    community: str = "",
    page: int = 1,
    desk: Desk = Seeing,
) -> Response:
    wanted = TicketKind(kind) if kind in set(TicketKind) else None
    page = max(1, page)
    found = tickets.list_tickets(
        desk.database,
        _filter(tab, desk, wanted, community),
        limit=PAGE + 1,
        offset=(page - 1) * PAGE,
    )
    return desk.page(
        "tickets/page.html",
        tab=tab,
        counts={
            each: tickets.count_tickets(desk.database, _filter(each, desk, wanted, community))
            for each in Tab
        },
        tickets=found[:PAGE],
        more=len(found) > PAGE,
        page=page,
        kind=kind,
        kinds=TicketKind,
        community=community,
        communities=communities(desk.database, desk.visitor.areas),
        places=tickets.counted_by_area(desk.database, desk.visitor.areas, desk.now),
    )


@router.get("/tickets/{ticket_id}")
def ticket_page(ticket_id: int, desk: Desk = Seeing) -> Response:
    with desk.database.session() as rows:
        found = _found(rows, desk, ticket_id)
        resident_id = found.resident.id
        note_viewing(rows, desk.now, desk.visitor.name, Viewing.RESIDENT, resident_id=resident_id)
    return desk.page(
        "tickets/ticket.html",
        ticket=found.ticket,
        resident=found.resident,
        owners=carers(desk, found.resident),
        local=lambda moment: moment.astimezone(desk.office.settings.zone),
    )


class TicketForm(BaseModel):
    kind: TicketKind
    text: str = Field(default="", max_length=2000)
    owner: str = Field(default="", max_length=100)
    due_at: datetime | None = None
    flag: int | None = None


@router.post("/residents/{resident_id}/tickets")
def open_ticket(
    resident_id: int, form: Annotated[TicketForm, Form()], desk: Desk = Caring
) -> Response:
    """Opened by hand; from a flag's page with its number."""
    back = f"/flags/{form.flag}" if form.flag else f"/residents/{resident_id}"
    problem = desk.say("没有建立工单：请写明内容，期限不能是过去。")
    try:
        with desk.database.session() as rows:
            resident = get_resident(rows, resident_id, desk.visitor.areas)
            flag = rows.get(Flag, form.flag) if form.flag else None
            if form.flag and (flag is None or flag.resident_id != resident_id):
                raise NotThere
            made = tickets.open_ticket(
                rows,
                resident,
                form.kind,
                form.text,
                _moment(desk, form.due_at) or desk.now + timedelta(days=1),
                desk.now,
                actor=desk.visitor.name,
                owner=_owner(desk, resident, form.owner),
                flag_id=form.flag,
            )
            ticket_id = made.id
    except NoSuchResident as missing:
        raise NotThere from missing
    except BadInput:
        return desk.back(back, problem, problem=True)
    return desk.back(f"/tickets/{ticket_id}", desk.say("工单已建立。"))


class Step(StrEnum):
    CHANGE = "change"
    FINISH = "finish"
    REOPEN = "reopen"


@router.post("/tickets/{ticket_id}/{step}")
def take_step(
    ticket_id: int,
    step: Step,
    owner: Annotated[str, Form(max_length=100)] = "",
    due_at: Annotated[str, Form()] = "",
    result: Annotated[str, Form(max_length=2000)] = "",
    desk: Desk = Caring,
) -> Response:
    back = f"/tickets/{ticket_id}"
    try:
        with desk.database.session() as rows:
            found = _found(rows, desk, ticket_id)
            _doing(step, desk, found, owner=owner, due_at=due_at, result=result)(rows)
    except TicketConflict:
        told = desk.say("工单已被别人改变，没有改动。")
        return desk.back(back, told, problem=True)
    except ValueError:
        return desk.back(back, desk.say("没有改动：请核对期限，办结要写明做了什么。"), problem=True)
    return desk.back(back, desk.say("工单已更新。"))


def _doing(
    step: Step, desk: Desk, found: TicketView, *, owner: str, due_at: str, result: str
) -> Callable[[Session], None]:
    """Raises ValueError, also as BadInput, for what is missing or makes no sense."""
    ticket, now, me = found.ticket, desk.now, desk.visitor.name
    match step:
        case Step.CHANGE:
            due = _moment(desk, datetime.fromisoformat(due_at)) or ticket.due_at
            whose = _owner(desk, found.resident, owner)
            return lambda rows: tickets.change_ticket(rows, ticket, whose, due, now, actor=me)
        case Step.FINISH:
            if not result.strip():
                raise ValueError("say what was done")
            return lambda rows: tickets.finish_ticket(rows, ticket, result, now, actor=me)
        case Step.REOPEN:
            return lambda rows: tickets.reopen_ticket(rows, ticket, now, actor=me)


def _found(rows: Session, desk: Desk, ticket_id: int) -> TicketView:
    try:
        return tickets.get_ticket(rows, ticket_id, desk.visitor.areas)
    except NoSuchTicket as missing:
        raise NotThere from missing


def _moment(desk: Desk, local: datetime | None) -> datetime | None:
    """A browser sends the office's local time, without a zone."""
    return local.replace(tzinfo=desk.office.settings.zone) if local else None


def _owner(desk: Desk, resident: Resident, name: str) -> str:
    """Somebody who may act on this resident; else nobody."""
    return name if name in carers(desk, resident) else ""


def tickets_of(desk: Desk, resident_id: int) -> list[TicketView]:
    """One resident's, for their own page."""
    wanted = TicketFilter(areas=desk.visitor.areas, resident_id=resident_id)
    return tickets.list_tickets(desk.database, wanted, limit=20)


def carers(desk: Desk, resident: Resident) -> list[str]:
    """Who may own a ticket of this resident."""
    caring = [role for role, rights in RIGHTS.items() if Right.CARE in rights]
    with desk.database.reading() as rows:
        found = rows.exec(
            select(Account)
            .where(col(Account.role).in_(caring), col(Account.disabled_at).is_(None))
            .order_by(col(Account.name))
        ).all()
    return [
        account.name
        for account in found
        if covered(parse_areas(account.areas), resident.community, resident.grid)
    ]
