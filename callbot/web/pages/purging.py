"""Deleting what was said once it is no longer needed: one administrator asks, another confirms."""

from collections.abc import Sequence

from fastapi import APIRouter, Depends
from sqlmodel import col, select
from starlette.responses import Response

from callbot.models import Resident
from callbot.review import purge_orders
from callbot.review.purge_orders import (
    NoSuchOrder,
    NothingToPurge,
    OrderStands,
    PurgeList,
    SamePerson,
)
from callbot.review.retention import Expired, RecordingKept
from callbot.web.desk import Administering, Desk, same_origin

router = APIRouter(dependencies=[Depends(same_origin)])

PATH = "/people/purge"
LISTED = 200
"""Residents of each kind on the page; all are counted."""


@router.get("/people/purge")
def purge_page(desk: Desk = Administering) -> Response:
    listed = _list(desk)
    order = purge_orders.standing_order(desk.database, desk.now)
    wanted = set(order.resident_ids) if order else set()
    return desk.page(
        "people/purge.html",
        listed=listed,
        order=order,
        still_due=sum(1 for person in listed.due if person.resident_id in wanted),
        calls=sum(len(person.call_ids) for person in listed.due),
        recordings=sum(len(person.recordings) for person in listed.due),
        names=_names(desk, (*listed.due[:LISTED], *listed.kept[:LISTED])),
        shown=LISTED,
        days_kept=desk.office.settings.retention_days,
    )


def _names(desk: Desk, people: Sequence[Expired]) -> dict[int, str]:
    ids = [person.resident_id for person in people]
    with desk.database.reading() as rows:
        found = rows.exec(select(Resident).where(col(Resident.id).in_(ids)))
        return {resident.id or 0: resident.name for resident in found}


@router.post("/people/purge")
def ask(desk: Desk = Administering) -> Response:
    try:
        purge_orders.ask(desk.database, _list(desk).due, desk.now, actor=desk.visitor.name)
    except (NothingToPurge, OrderStands):
        told = desk.say("没有申请：没有到期的内容，或者已经有人申请。")
        return desk.back(PATH, told, problem=True)
    return desk.back(PATH, desk.say("已申请。请另一位管理员在24小时内确认，之后才会删除。"))


@router.post("/people/purge/{order_id}/withdraw")
def withdraw(order_id: int, desk: Desk = Administering) -> Response:
    try:
        purge_orders.withdraw(desk.database, order_id, desk.now, actor=desk.visitor.name)
    except NoSuchOrder:
        return _gone(desk)
    return desk.back(PATH, desk.say("申请已撤回，什么都没有删除。"))


@router.post("/people/purge/{order_id}/confirm")
def confirm(order_id: int, desk: Desk = Administering) -> Response:
    recordings = desk.office.settings.recordings
    try:
        done = purge_orders.confirm(
            *(desk.database, recordings, order_id, _list(desk).due, desk.now),
            actor=desk.visitor.name,
        )
    except SamePerson:
        told = desk.say("申请的人不能自己确认，请另一位管理员确认。")
        return desk.back(PATH, told, problem=True)
    except NoSuchOrder:
        return _gone(desk)
    except RecordingKept:
        told = desk.say("有录音文件删不掉，其余的没有删除。请检查录音文件夹的权限，再重新申请。")
        return desk.back(PATH, told, problem=True)
    return desk.back(PATH, desk.say("已删除 {n} 人的录音和通话文字。", n=done))


def _gone(desk: Desk) -> Response:
    told = desk.say("这份申请已经处理、撤回或过期。请重新核对名单。")
    return desk.back(PATH, told, problem=True)


def _list(desk: Desk) -> PurgeList:
    settings = desk.office.settings
    today = desk.now.astimezone(settings.zone).date()
    return purge_orders.purge_list(desk.database, today, settings.retention_days)
