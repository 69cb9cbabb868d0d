"""Finding residents, and one resident's whole follow-up."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from sqlmodel import Session, col, select
from starlette.responses import Response

from callbot.campaigns.follow_up import changes, contacts, household
from callbot.dialog.answers import Kind
from callbot.errors import BadInput
from callbot.models import FollowUp, Relation, Resident, Viewing, note_viewing, residents_within
from callbot.models.follow_up import Way
from callbot.review import resident_record
from callbot.review.resident_record import NoSuchResident, get_resident, read_resident
from callbot.web.charts.temperature import temperature_chart
from callbot.web.desk import Caring, Desk, NotThere, Revealing, Seeing, same_origin
from callbot.web.directory import Directory
from callbot.web.language import language_of
from callbot.web.pages.tickets import carers, tickets_of
from callbot.web.places import communities

router = APIRouter(dependencies=[Depends(same_origin)])

PAGE = 50


@router.get("/residents")
def residents_page(
    q: str = "",
    community: str = "",
    follow_up: str = "",
    after: int = 0,
    desk: Desk = Seeing,
) -> Response:
    """q: words of a name, its pinyin initials, a phone number or an address."""
    if q.strip():
        directory: Directory = desk.request.app.state.directory
        search = directory.search(q[:100], desk.visitor.areas, limit=PAGE)
        found = _read(desk, search.ids)
    else:
        search, found = None, _list(desk, community, follow_up, after)
    return desk.page(
        "residents/page.html",
        q=q,
        search=search,
        residents=found[:PAGE],
        more=len(found) > PAGE,
        community=community,
        communities=communities(desk.database, desk.visitor.areas),
        follow_up=follow_up,
        follow_ups=FollowUp,
    )


def _read(desk: Desk, ids: Sequence[int]) -> Sequence[Resident]:
    with desk.database.reading() as rows:
        return rows.exec(
            select(Resident).where(col(Resident.id).in_(ids)).order_by(col(Resident.id))
        ).all()


def _list(desk: Desk, community: str, follow_up: str, after: int) -> Sequence[Resident]:
    statement = select(Resident).where(
        residents_within(desk.visitor.areas), col(Resident.id) > after
    )
    if community:
        statement = statement.where(Resident.community == community)
    if follow_up in set(FollowUp):
        statement = statement.where(Resident.follow_up == FollowUp(follow_up))
    with desk.database.reading() as rows:
        return rows.exec(statement.order_by(col(Resident.id)).limit(PAGE + 1)).all()


@router.get("/residents/{resident_id}")
def resident_page(resident_id: int, desk: Desk = Seeing) -> Response:
    return _show(desk, resident_id, Viewing.RESIDENT)


@router.post("/residents/{resident_id}/phone")
def reveal_phone(resident_id: int, desk: Desk = Revealing) -> Response:
    """The page with the number in clear; a form, so that it is no address to come back to."""
    return _show(desk, resident_id, Viewing.PHONE)


def _show(desk: Desk, resident_id: int, viewed: Viewing) -> Response:
    try:
        record = read_resident(
            desk.database, resident_id, desk.office.settings.zone, desk.visitor.areas
        )
    except NoSuchResident as missing:
        raise NotThere from missing
    with desk.database.session() as rows:
        note_viewing(rows, desk.now, desk.visitor.name, viewed, resident_id=resident_id)
        members = household.members_of(rows, record.resident)
        second = contacts.all_second_contacts(rows, resident_id)
        by_staff = contacts.staff_contacts(rows, resident_id)
    return desk.page(
        "residents/resident.html",
        record=record,
        resident=record.resident,
        in_clear=viewed is Viewing.PHONE,
        chart=temperature_chart([(day.number, day.celsius) for day in record.days]),
        symptoms=desk.scripts.symptom_names(language_of(desk.request)),
        kinds=Kind,
        members=members,
        contacts=second,
        staff_contacts=by_staff,
        owners=carers(desk, record.resident),
        tickets=tickets_of(desk, resident_id),
        relations=Relation,
        ways=Way,
    )


@router.post("/residents/{resident_id}/notes")
def add_note(
    resident_id: int, text: Annotated[str, Form(max_length=2000)] = "", desk: Desk = Caring
) -> Response:
    def write(rows: Session, resident: Resident) -> None:
        resident_record.add_note(rows, resident, text, desk.now, actor=desk.visitor.name)

    return change_resident(desk, resident_id, write, "备注已保存。", "备注是空的，没有保存。")


@router.post("/residents/{resident_id}/dates")
def change_dates(
    resident_id: int,
    exposed_on: Annotated[date, Form()],
    follow_up_days: Annotated[int, Form()],
    reason: Annotated[str, Form(max_length=2000)] = "",
    desk: Desk = Caring,
) -> Response:
    def write(rows: Session, resident: Resident) -> None:
        changes.change_dates(
            rows,
            resident,
            exposed_on,
            follow_up_days,
            reason,
            desk.now,
            actor=desk.visitor.name,
        )

    problem = "日期没有更改：请写明原因；起始日不能在将来，天数为1到60。"
    return change_resident(desk, resident_id, write, "日期已更改。", problem)


@router.post("/residents/{resident_id}/opt-out")
def opt_out(resident_id: int, out: Annotated[bool, Form()], desk: Desk = Caring) -> Response:
    def write(rows: Session, resident: Resident) -> None:
        resident_record.opt_out(rows, resident, desk.now, actor=desk.visitor.name, out=out)

    told = "已停止给此号码来电。" if out else "已恢复给此号码来电。"
    return change_resident(desk, resident_id, write, told, "没有改动。")


def change_resident(
    desk: Desk,
    resident_id: int,
    write: Callable[[Session, Resident], None],
    told: str,
    problem: str,
) -> Response:
    """Does one act on a resident of the visitor's areas, and says what came of it."""
    back = f"/residents/{resident_id}"
    try:
        with desk.database.session() as rows:
            write(rows, get_resident(rows, resident_id, desk.visitor.areas))
    except NoSuchResident as missing:
        raise NotThere from missing
    except BadInput:
        return desk.back(back, desk.say(problem), problem=True)
    return desk.back(back, desk.say(told))
