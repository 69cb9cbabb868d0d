"""What a page works with: who asks, which language, the office; and the guard before it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from fastapi import Depends, Request
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, RedirectResponse, Response

from callbot.db import Database
from callbot.script_shelf import ScriptShelf
from callbot.web import language
from callbot.web.auth.log_ins import SESSION_COOKIE, find_visitor
from callbot.web.auth.rights import Right, Visitor
from callbot.web.office import Office
from callbot.web.once import nothing_done
from callbot.web.rendering import render
from callbot.web.shared_parts import SharedParts

NOTICE_COOKIE = "notice"


class NotLoggedIn(Exception):
    """The page needs a log-in; the handler leads to the log-in page and back."""


class NotAllowed(Exception):
    """The visitor's role does not include this."""


class NotThere(Exception):
    """There is no such thing, or not in the visitor's areas; which of both is not told."""


class ForeignForm(Exception):
    """A form that was not sent from one of our pages."""


@dataclass(frozen=True)
class Desk:
    """One request of someone who is logged in."""

    request: Request
    office: Office
    visitor: Visitor
    now: datetime

    @property
    def database(self) -> Database:
        return self.office.database

    @property
    def scripts(self) -> ScriptShelf:
        shelf: ScriptShelf = self.request.app.state.scripts
        return shelf

    def say(self, text: str, **values: object) -> str:
        return language.translate(language.language_of(self.request), text, **values)

    def page(self, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
        return show(self.request, template, status=status, desk=self, **context)

    def part(
        self, template: str, context: Callable[[], dict[str, Any]], *, own: bool = False
    ) -> HTMLResponse:
        """The changing part of a live page, shared by all who see the same.

        The template may ask for nothing of the visitor but areas and language; own: it shows
        something of this visitor alone. context: asked for only where there is no part to share.
        A notice that waits for the next page stays where it is.
        """
        shared: SharedParts = self.request.app.state.parts
        url = self.request.url
        spoken = language.language_of(self.request)
        name = self.visitor.name if own else ""
        seen_by = (url.path, url.query, spoken, self.visitor.areas, name)
        return HTMLResponse(
            shared.get(seen_by, lambda: render(self.request, template, notice=None, **context()))
        )

    def back(
        self,
        to: str,
        notice: str = "",
        *,
        problem: bool = False,
        undo: dict[str, Any] | None = None,
    ) -> Response:
        """After a form: to another page (of ours only), with a word on what was done.

        undo: the act that takes it back, and the flags it is about.
        """
        response = RedirectResponse(own_path(to), status_code=303)
        if problem:
            nothing_done(self.request)
        if notice:
            told = json.dumps(
                {"text": notice, "problem": problem, "undo": undo}, ensure_ascii=False
            )
            response.set_cookie(NOTICE_COOKIE, quote(told), max_age=60, httponly=True)
        return response


def show(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """A page or a part of one, with the notice left by the form before it."""
    told = request.cookies.get(NOTICE_COOKIE)
    html = render(request, template, notice=_notice(told), **context)
    response = HTMLResponse(html, status)
    if told is not None:
        response.delete_cookie(NOTICE_COOKIE)
    return response


def _notice(told: str | None) -> dict[str, Any] | None:
    try:
        notice = json.loads(unquote(told or ""))
    except ValueError:
        return None
    return notice if isinstance(notice, dict) else None


def own_path(to: str) -> str:
    """A path on this site, whatever was asked for: never leads to another host."""
    parts = urlsplit(to)
    safe = to.startswith("/") and not to.startswith("//") and "\\" not in to
    return to if safe and not parts.netloc and not parts.scheme else "/"


def office_of(request: HTTPConnection) -> Office:
    office: Office = request.app.state.office
    return office


def same_origin(request: Request) -> None:
    """Refuses forms from other sites by the headers every current browser sends with a POST."""
    if request.method in ("GET", "HEAD"):
        return
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site != "same-origin":
            raise ForeignForm
        return
    origin = urlsplit(request.headers.get("origin", "")).netloc
    public = urlsplit(office_of(request).settings.public_url).netloc
    if not origin or origin not in (request.headers.get("host"), public):
        raise ForeignForm


def visitor_at_socket(socket: HTTPConnection, right: Right) -> Visitor:
    """Who opens a WebSocket from one of our pages. Browsers send its origin, and no fetch site.

    Raises ForeignForm, NotLoggedIn, NotAllowed.
    """
    office = office_of(socket)
    origin = urlsplit(socket.headers.get("origin", "")).netloc
    public = urlsplit(office.settings.public_url).netloc
    if not origin or origin not in (socket.headers.get("host"), public):
        raise ForeignForm
    token = socket.cookies.get(SESSION_COOKIE)
    visitor = find_visitor(office.database, token, office.clock.now()) if token else None
    if visitor is None:
        raise NotLoggedIn
    if not visitor.may(right):
        raise NotAllowed
    return visitor


@dataclass(frozen=True)
class LoggedIn:
    """A dependency of a route: the desk of someone who has this right.

    everywhere: and has it for the whole office, since what is done here is done to all of it.
    """

    right: Right
    everywhere: bool = False

    def __call__(self, request: Request) -> Desk:
        office = office_of(request)
        now = office.clock.now()
        token = request.cookies.get(SESSION_COOKIE)
        renewing = (
            request.headers.get("hx-trigger-name") is None and "hx-request" in request.headers
        )
        visitor = find_visitor(office.database, token, now, idle=renewing) if token else None
        if visitor is None:
            raise NotLoggedIn
        if not visitor.may(self.right) or (self.everywhere and visitor.areas):
            raise NotAllowed
        return Desk(request, office, visitor, now)


Seeing = Depends(LoggedIn(Right.SEE))
Revealing = Depends(LoggedIn(Right.REVEAL))
Caring = Depends(LoggedIn(Right.CARE))
Reviewing = Depends(LoggedIn(Right.REVIEW))
Operating = Depends(LoggedIn(Right.OPERATE))
OperatingEverywhere = Depends(LoggedIn(Right.OPERATE, everywhere=True))
Administering = Depends(LoggedIn(Right.ADMINISTER))
