"""Who may use the console: accounts with their roles and areas."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from callbot.errors import BadInput
from callbot.models import Account, Areas, Role, parse_areas
from callbot.web.auth import accounts
from callbot.web.auth.accounts import AreasOfAdministrator, LastAdministrator
from callbot.web.desk import Administering, Desk, NotThere, same_origin
from callbot.web.places import communities, inhabited

router = APIRouter(dependencies=[Depends(same_origin)])

LAST = "这是唯一的管理员，没有改动。请先另外设一个管理员。"
WHOLE_OFFICE = "管理员负责全部区域，请不要填区域。没有保存。"


class NoSuchArea(BadInput):
    """An area that no resident lives in: mistyped, it would hide everything."""


@router.get("/people")
def people_page(desk: Desk = Administering) -> Response:
    return _show(desk)


def _show(desk: Desk, problem: str = "", status: int = 200, **entered: Any) -> Response:
    return desk.page(
        "people/page.html",
        status=status,
        accounts=accounts.list_accounts(desk.database),
        roles=Role,
        communities=communities(desk.database, ()),
        problem=problem,
        entered={"name": "", "role": "", "areas": "", **entered},
    )


@router.post("/people")
def add_form(
    name: Annotated[str, Form(max_length=60)],
    role: Annotated[Role, Form()],
    areas: Annotated[str, Form(max_length=4000)] = "",
    desk: Desk = Administering,
) -> Response:
    """Answers with the one-time link itself: it is kept nowhere, so it is shown but once."""
    try:
        wanted = _areas(desk, areas)
        token = accounts.add_account(
            desk.database, name, role, wanted, desk.now, actor=desk.visitor.name
        )
    except NoSuchArea as wrong:
        told = desk.say("没有这个区域：{area}。没有保存。", area=wrong)
        return _show(desk, told, 422, name=name, role=role, areas=areas)
    except AreasOfAdministrator:
        return _show(desk, desk.say(WHOLE_OFFICE), 422, name=name, role=role, areas=areas)
    except BadInput:
        told = desk.say("账号没有建立：名称是空的，或者已经有了。")
        return _show(desk, told, 422, name=name, role=role, areas=areas)
    return _link(desk, name.strip(), token)


def _link(desk: Desk, name: str, token: str) -> Response:
    base = desk.office.settings.public_url.rstrip("/") or str(desk.request.base_url).rstrip("/")
    return desk.page("people/link.html", name=name, link=f"{base}/welcome/{token}")


def _areas(desk: Desk, written: str) -> Areas:
    """One to a line. Raises NoSuchArea."""
    areas = parse_areas(line for line in written.splitlines() if line.strip())
    for area in areas:
        if not inhabited(desk.database, area):
            raise NoSuchArea(str(area))
    return areas


@router.get("/people/{account_id}")
def person_page(account_id: int, desk: Desk = Administering) -> Response:
    return _show_person(desk, _account(desk, account_id))


def _show_person(desk: Desk, account: Account, problem: str = "", status: int = 200) -> Response:
    return desk.page(
        "people/person.html",
        status=status,
        account=account,
        roles=Role,
        communities=communities(desk.database, ()),
        problem=problem,
    )


@router.post("/people/{account_id}")
def change_form(
    account_id: int,
    role: Annotated[Role, Form()],
    areas: Annotated[str, Form(max_length=4000)] = "",
    desk: Desk = Administering,
) -> Response:
    account = _account(desk, account_id)
    actor = desk.visitor.name
    try:
        wanted = _areas(desk, areas)
        accounts.change_account(desk.database, account.name, role, wanted, desk.now, actor=actor)
    except NoSuchArea as wrong:
        told = desk.say("没有这个区域：{area}。没有保存。", area=wrong)
        return _show_person(desk, account, told, 422)
    except AreasOfAdministrator:
        return _show_person(desk, account, desk.say(WHOLE_OFFICE), 422)
    except LastAdministrator:
        return _show_person(desk, account, desk.say(LAST), 409)
    return desk.back("/people", desk.say("已更改 {name} 的权限。", name=account.name))


@router.post("/people/{account_id}/disable")
def disable_form(account_id: int, desk: Desk = Administering) -> Response:
    account = _account(desk, account_id)
    try:
        accounts.disable_account(desk.database, account.name, desk.now, actor=desk.visitor.name)
    except LastAdministrator:
        return _show_person(desk, account, desk.say(LAST), 409)
    return desk.back("/people", desk.say("已停用 {name}，其登录都已结束。", name=account.name))


@router.post("/people/{account_id}/reset")
def reset_form(account_id: int, desk: Desk = Administering) -> Response:
    """A new link for who forgot the password; a disabled account comes back by it."""
    account = _account(desk, account_id)
    token = accounts.reset_account(desk.database, account.name, desk.now, actor=desk.visitor.name)
    return _link(desk, account.name, token)


def _account(desk: Desk, account_id: int) -> Account:
    with desk.database.reading() as rows:
        found = rows.get(Account, account_id)
    if found is None:
        raise NotThere
    return found
