"""What staff change of a follow-up: dates, pauses, wishes, household, contacts, doubles."""

from collections.abc import Callable
from datetime import date, time
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from pydantic import BaseModel, Field, field_validator
from sqlmodel import Session
from starlette.responses import Response

from callbot.campaigns.follow_up import changes, contacts, household
from callbot.campaigns.follow_up.changes import ANY_TIME, Wishes
from callbot.campaigns.follow_up.merging import merge
from callbot.errors import BadInput
from callbot.models import PlanChange, Relation, Resident, SecondContact, Viewing, note_viewing
from callbot.models.follow_up import Way
from callbot.review.resident_record import NoSuchResident, get_resident
from callbot.web.desk import Caring, Desk, NotThere, same_origin
from callbot.web.directory import Directory
from callbot.web.pages.residents import change_resident

router = APIRouter(prefix="/residents/{resident_id}", dependencies=[Depends(same_origin)])


class PlanAct(StrEnum):
    """What can be done to a plan."""

    EXPOSED_AGAIN = "exposed_again"
    OVERRIDE_END = "override_end"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    GIVE_UP = "give_up"
    REOPEN = "reopen"
    WISHES = "wishes"


class PlanForm(BaseModel):
    """An act with what it may need."""

    act: PlanAct
    day: date | None = None
    reason: str = Field(default="", max_length=2000)
    window_start: time | None = None
    window_end: time | None = None
    twice_daily: bool = False
    key_person: bool = False

    @field_validator("day", "window_start", "window_end", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return value or None


@router.post("/plan")
def change_plan(
    resident_id: int, form: Annotated[PlanForm, Form()], desk: Desk = Caring
) -> Response:
    def write(rows: Session, resident: Resident) -> None:
        _apply(form, rows, resident, desk)

    problem = "没有更改。请写明原因，并核对日期和时段。"
    return change_resident(desk, resident_id, write, "随访安排已更改。", problem)


def _apply(form: PlanForm, rows: Session, resident: Resident, desk: Desk) -> None:
    """Raises BadInput where something is missing or not allowed."""
    now, me = desk.now, desk.visitor.name
    if form.act in (PlanAct.EXPOSED_AGAIN, PlanAct.OVERRIDE_END) and form.day is None:
        raise BadInput("give the day")
    match form.act:
        case PlanAct.EXPOSED_AGAIN:
            assert form.day is not None
            changes.expose_again(rows, resident, form.day, form.reason, now, actor=me)
        case PlanAct.OVERRIDE_END:
            assert form.day is not None
            changes.override_end(rows, resident, form.day, form.reason, now, actor=me)
        case PlanAct.PAUSE:
            changes.pause(rows, resident, form.day, form.reason, now, actor=me)
        case PlanAct.RESUME:
            changes.resume(rows, resident, now, actor=me, reason=form.reason)
        case PlanAct.CANCEL:
            changes.cancel(rows, resident, form.reason, now, actor=me)
        case PlanAct.GIVE_UP:
            changes.give_up(rows, resident, form.reason, now, actor=me)
        case PlanAct.REOPEN:
            changes.reopen(rows, resident, form.reason, now, actor=me)
        case PlanAct.WISHES:
            changes.set_wishes(rows, resident, _wishes(form), now, actor=me, reason=form.reason)


def _wishes(form: PlanForm) -> Wishes:
    window = ANY_TIME
    if form.window_start is not None or form.window_end is not None:
        window = (form.window_start or time(8), form.window_end or time(21))
    return Wishes(window=window, twice_daily=form.twice_daily, key_person=form.key_person)


@router.post("/changes/{change_id}/undo")
def undo_change(resident_id: int, change_id: int, desk: Desk = Caring) -> Response:
    def write(rows: Session, _resident: Resident) -> None:
        change = rows.get(PlanChange, change_id)
        if change is None:
            raise NotThere
        # A double's change stands on the page of whom it was merged into.
        get_resident(rows, change.resident_id, desk.visitor.areas)
        changes.undo(rows, change, desk.now, actor=desk.visitor.name)

    problem = "不能撤销：此后又有更改。请先撤销后面的更改。"
    return change_resident(desk, resident_id, write, "已撤销。", problem)


class HouseholdAct(StrEnum):
    JOIN = "join"
    LEAVE = "leave"
    TOGETHER = "together"
    EACH = "each"
    EXTEND = "extend"


@router.post("/household")
def change_household(
    resident_id: int,
    act: Annotated[HouseholdAct, Form()],
    other: Annotated[str, Form(max_length=100)] = "",
    reason: Annotated[str, Form(max_length=2000)] = "",
    desk: Desk = Caring,
) -> Response:
    found = _other(desk, other) if act is HouseholdAct.JOIN else None

    def write(rows: Session, resident: Resident) -> None:
        now, me = desk.now, desk.visitor.name
        match act:
            case HouseholdAct.JOIN:
                second = _required(rows, found, desk)
                name = resident.household or second.household or f"household-{resident.id}"
                household.live_together(rows, [resident, second], name, now, actor=me)
            case HouseholdAct.LEAVE:
                household.leave(rows, resident, now, actor=me)
            case HouseholdAct.TOGETHER:
                household.call_together(rows, resident, now, actor=me)
            case HouseholdAct.EACH:
                household.call_each(rows, resident, now, actor=me)
            case HouseholdAct.EXTEND:
                household.extend_household(rows, resident, reason, now, actor=me)

    problem = (
        "同住信息没有更改。添加时请写完整的姓名或电话，只能对应一个人；"
        "合并呼叫时由隔离期最长的人接听；延长须写明原因。"
    )
    return change_resident(desk, resident_id, write, "同住信息已更改。", problem)


@router.post("/contacts")
def add_contact(
    resident_id: int,
    relation: Annotated[Relation, Form()],
    phone: Annotated[str, Form(max_length=40)],
    name: Annotated[str, Form(max_length=60)] = "",
    desk: Desk = Caring,
) -> Response:
    def write(rows: Session, resident: Resident) -> None:
        contacts.add_second_contact(
            rows, resident, relation, name, phone, desk.now, actor=desk.visitor.name
        )

    problem = "没有添加。请核对号码：须是有效号码，不能是居民本人的，也不能重复；最多五个。"
    return change_resident(desk, resident_id, write, "第二联系人已添加。", problem)


class ContactAct(StrEnum):
    REMOVE = "remove"
    RESTORE = "restore"


@router.post("/contacts/{contact_id}/{act}")
def change_contact(
    resident_id: int, contact_id: int, act: ContactAct, desk: Desk = Caring
) -> Response:
    def write(rows: Session, resident: Resident) -> None:
        contact = rows.get(SecondContact, contact_id)
        if contact is None or contact.resident_id != resident.id:
            raise NotThere
        doing: Callable[..., None] = {
            ContactAct.REMOVE: contacts.remove_second_contact,
            ContactAct.RESTORE: contacts.restore_second_contact,
        }[act]
        doing(rows, contact, desk.now, actor=desk.visitor.name)

    told = "第二联系人已删除。" if act is ContactAct.REMOVE else "第二联系人已恢复。"
    return change_resident(desk, resident_id, write, told, "没有改动。")


@router.post("/staff-contacts")
def note_staff_contact(
    resident_id: int,
    way: Annotated[Way, Form()],
    reached: Annotated[bool, Form()],
    note: Annotated[str, Form(max_length=2000)] = "",
    desk: Desk = Caring,
) -> Response:
    def write(rows: Session, resident: Resident) -> None:
        contacts.note_staff_contact(
            rows, resident, way, desk.now, reached=reached, actor=desk.visitor.name, note=note
        )

    problem = "没有登记：今天不在这个人的随访期内。"
    return change_resident(desk, resident_id, write, "联系已登记。", problem)


@router.post("/merge")
def merge_double(
    resident_id: int,
    other: Annotated[str, Form(max_length=100)],
    reason: Annotated[str, Form(max_length=2000)] = "",
    sure: Annotated[bool, Form()] = False,
    desk: Desk = Caring,
) -> Response:
    """The other entry goes into this one, once somebody has seen whose it is: a number with one
    wrong digit is somebody else's. Undone among the changes of the plan."""
    found = _other(desk, other)
    if found is not None and found != resident_id and reason.strip() and not sure:
        return _whose(desk, resident_id, found, other, reason)

    def write(rows: Session, resident: Resident) -> None:
        double = _required(rows, found, desk)
        merge(rows, resident, double, reason, desk.now, actor=desk.visitor.name)

    problem = "没有合并。请写另一条记录的电话，并写明原因；已合并过的记录须先撤销。"
    return change_resident(desk, resident_id, write, "已合并，可在“安排的更改”中撤销。", problem)


def _whose(desk: Desk, kept: int, double: int, other: str, reason: str) -> Response:
    try:
        with desk.database.session() as rows:
            both = [get_resident(rows, number, desk.visitor.areas) for number in (kept, double)]
            for each in (kept, double):
                note_viewing(rows, desk.now, desk.visitor.name, Viewing.RESIDENT, resident_id=each)
    except NoSuchResident as missing:
        raise NotThere from missing
    return desk.page(
        "residents/merge.html", kept=both[0], double=both[1], other=other, reason=reason
    )


def _other(desk: Desk, words: str) -> int | None:
    """The one resident these words find."""
    directory: Directory = desk.request.app.state.directory
    ids = directory.search(words, desk.visitor.areas, limit=2).ids if words.strip() else ()
    return ids[0] if len(ids) == 1 else None


def _required(rows: Session, found: int | None, desk: Desk) -> Resident:
    if found is None:
        raise BadInput("nobody, or more than one, is found by these words")
    return get_resident(rows, found, desk.visitor.areas)
