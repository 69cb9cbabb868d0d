"""My account: change the password, see where I am logged in, end what I do not know."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from callbot.web.auth.accounts import change_password
from callbot.web.auth.log_ins import (
    LogInRefused,
    LogInThrottled,
    check_password,
    end_other_log_ins,
    open_log_ins,
)
from callbot.web.auth.passwords import WeakPassword
from callbot.web.desk import Desk, Seeing, same_origin

router = APIRouter(dependencies=[Depends(same_origin)])


@router.get("/account")
def account_page(desk: Desk = Seeing) -> Response:
    return _show(desk)


def _show(desk: Desk, problem: str = "", status: int = 200) -> Response:
    entries = open_log_ins(desk.database, desk.visitor.name, desk.now)
    return desk.page("people/account.html", status=status, log_ins=entries, problem=problem)


@router.post("/account/password")
def change_password_form(
    current: Annotated[str, Form(max_length=1000)],
    password: Annotated[str, Form(max_length=1000)],
    desk: Desk = Seeing,
) -> Response:
    """The present password first: a page left open is not enough."""
    me = desk.visitor
    address = desk.request.client.host if desk.request.client else ""
    try:
        check_password(desk.database, me.name, current, address, desk.now)
        change_password(desk.database, me.name, password, desk.now, log_in_id=me.log_in_id)
    except LogInRefused:
        return _show(desk, "现在的密码不对，没有更改。", 403)
    except LogInThrottled:
        return _show(desk, "密码错误次数太多，请十五分钟后再试。", 429)
    except WeakPassword:
        return _show(desk, "密码至少十个字，不要含有账号名，也不要太简单。", 422)
    return desk.back("/account", desk.say("密码已更改，其他地方的登录都已结束。"))


@router.post("/account/log-ins/end")
def end_log_ins_form(desk: Desk = Seeing) -> Response:
    ended = end_other_log_ins(desk.database, desk.visitor, desk.now)
    return desk.back("/account", desk.say("已结束其他地方的 {n} 个登录。", n=ended))
