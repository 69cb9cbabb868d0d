"""Logging in and out, setting a password by a one-time link, choosing the language."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from callbot.web import language
from callbot.web.auth.accounts import owner_of_link, set_password
from callbot.web.auth.log_ins import (
    LONGEST,
    SESSION_COOKIE,
    LogInRefused,
    LogInThrottled,
    end_log_in,
    log_in,
)
from callbot.web.auth.passwords import WeakPassword
from callbot.web.desk import (
    Desk,
    Seeing,
    office_of,
    own_path,
    same_origin,
    show,
)

router = APIRouter(dependencies=[Depends(same_origin)])


@router.get("/login")
def log_in_page(request: Request, to: str = "/") -> Response:
    return show(request, "log_in/page.html", to=own_path(to), problem="", name="")


@router.post("/login")
def log_in_form(
    request: Request,
    name: Annotated[str, Form(max_length=100)],
    password: Annotated[str, Form(max_length=1000)],
    to: Annotated[str, Form()] = "/",
) -> Response:
    """A new token each time: one that was planted in the browser before is never taken up."""
    office = office_of(request)
    address = request.client.host if request.client else ""
    try:
        token = log_in(office.database, name.strip(), password, address, office.clock.now())
    except LogInRefused:
        return _refused(request, name, to, "账号或密码不对。", 401)
    except LogInThrottled:
        return _refused(request, name, to, "密码错误次数太多，请十五分钟后再试。", 429)
    response = RedirectResponse(own_path(to), status_code=303)
    response.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=int(LONGEST.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=office.settings.public_url.startswith("https"),
    )
    return response


def _refused(request: Request, name: str, to: str, problem: str, status: int) -> Response:
    return show(
        request, "log_in/page.html", status=status, to=own_path(to), problem=problem, name=name
    )


@router.post("/logout")
def log_out(desk: Desk = Seeing) -> Response:
    end_log_in(desk.database, desk.visitor.log_in_id, desk.now)
    response = desk.back("/login")
    response.delete_cookie(SESSION_COOKIE)
    return response


@router.get("/welcome/{token}")
def welcome_page(request: Request, token: str) -> Response:
    office = office_of(request)
    name = owner_of_link(office.database, token, office.clock.now())
    return _welcome(request, token, name, status=200 if name else 404)


@router.post("/welcome/{token}")
def welcome_form(
    request: Request, token: str, password: Annotated[str, Form(max_length=1000)]
) -> Response:
    office = office_of(request)
    now = office.clock.now()
    try:
        name = set_password(office.database, token, password, now)
    except WeakPassword:
        owner = owner_of_link(office.database, token, now)
        problem = "密码至少十个字，不要含有账号名，也不要太简单。"
        return _welcome(request, token, owner, status=422, problem=problem)
    if name is None:
        return _welcome(request, token, None, status=404)
    return RedirectResponse("/login", status_code=303)


def _welcome(
    request: Request, token: str, name: str | None, *, status: int, problem: str = ""
) -> Response:
    """name: whose link it is, None for a link that is none."""
    return show(
        request, "log_in/welcome.html", status=status, token=token, name=name, problem=problem
    )


@router.post("/language")
def choose_language(
    request: Request, chosen: Annotated[str, Form()], to: Annotated[str, Form()] = "/"
) -> Response:
    response = RedirectResponse(own_path(to), status_code=303)
    if chosen in language.LANGUAGES:
        response.set_cookie(
            language.COOKIE,
            chosen,
            max_age=31_536_000,
            httponly=True,
            samesite="lax",
            secure=office_of(request).settings.public_url.startswith("https"),
        )
    return response
