"""The console: its pages, and what a visitor sees in place of an error."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.exception_handlers import (
    http_exception_handler,
    request_validation_exception_handler,
)
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import URL
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import RedirectResponse, Response
from starlette.types import ExceptionHandler

from callbot.campaigns.campaign import CampaignStatus, running_scripts, status
from callbot.campaigns.follow_up.release import Standing, standings
from callbot.db import DatabaseUnavailable
from callbot.dialog.script import script_names
from callbot.review.choice import LONGEST_DAYS
from callbot.review.ledger import Ledger
from callbot.review.today import CallsOfDay, calls_of_day
from callbot.script_shelf import ScriptShelf
from callbot.web import assets, live
from callbot.web.body_limit import BodyLimit
from callbot.web.desk import ForeignForm, NotAllowed, NotLoggedIn, NotThere, show
from callbot.web.directory import Directory
from callbot.web.getting_ready import GettingReady
from callbot.web.headers import SecurityHeaders
from callbot.web.kept import Kept
from callbot.web.office import Office
from callbot.web.once import FormsOnce, nothing_done
from callbot.web.pages import (
    account,
    audits,
    calls,
    campaigns,
    follow_up,
    log_in,
    new_campaign,
    people,
    prompt_recordings,
    purging,
    queue,
    releases,
    reports,
    residents,
    rosters,
    scripts,
    spoken_trial,
    tickets,
    today,
    trial_calls,
)
from callbot.web.pages.spoken_trial import SpokenTrials
from callbot.web.previews import Previews
from callbot.web.rendering import read_templates
from callbot.web.scripts.workshop import Workshop
from callbot.web.shared_parts import SharedParts

ROUTERS = (
    assets.router,
    live.router,
    log_in.router,
    today.router,
    queue.router,
    calls.router,
    tickets.router,
    residents.router,
    follow_up.router,
    new_campaign.router,
    trial_calls.router,
    campaigns.router,
    rosters.router,
    scripts.router,
    spoken_trial.router,
    prompt_recordings.router,
    reports.router,
    releases.router,
    account.router,
    purging.router,
    audits.router,
    people.router,
)

PACKED_FROM_BYTES = 1000
PACKED_HOW = 4
"""Pages come down to a fifth; harder packing takes twice the time for a tenth less."""

NOT_THERE = "没有这个页面或这条记录，或者不在您负责的区域内。"
TOO_LARGE = "文件太大，没有收下。至多12 MB。"
FAULT = "系统出错了，没有保存您刚才的操作。错误已记入日志；请返回后重试，仍不行就告诉管理员。"
UNREAD = "地址或表单里有一项填得不对，没有执行。请返回检查后再提交。"


def add_console(app: FastAPI, office: Office) -> None:
    pulse = live.Pulse(office.database)
    app.state.pulse = pulse
    app.state.parts = SharedParts(pulse.number)
    shelf = ScriptShelf(office.settings.prompts_dir)
    app.state.scripts = shelf
    app.state.workshop = Workshop(office.settings.prompts_dir, office.database, shelf)
    app.state.directory = Directory(office.database)
    app.state.calls_of_day = _calls_of_day(office, pulse)
    app.state.campaigns = Kept[list[CampaignStatus]](
        lambda: status(office.database), pulse.reckoned
    )
    app.state.standings = _standings(office)
    app.state.previews = Previews(office)
    app.state.spoken_trials = SpokenTrials(office)
    app.state.ledger = Ledger(
        office.database, office.settings.zone, office.settings.data_dir / "figures.sqlite3"
    )
    for router in ROUTERS:
        app.include_router(router)
    app.add_middleware(FormsOnce)
    app.add_middleware(GZipMiddleware, minimum_size=PACKED_FROM_BYTES, compresslevel=PACKED_HOW)
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders, secure=office.settings.public_url.startswith("https"))
    app.add_exception_handler(NotLoggedIn, _to_log_in)
    for kind, status_code, told in (
        (NotAllowed, 403, "您的账号没有这项权限。需要时请联系管理员。"),
        (ForeignForm, 403, "这份表单不是从本系统的页面提交的，没有执行。请返回页面重新操作。"),
        (NotThere, 404, NOT_THERE),
        (Exception, 500, FAULT),
        (DatabaseUnavailable, 503, "数据库暂时无法使用，您刚才的操作没有保存。请返回后重试。"),
    ):
        app.add_exception_handler(kind, _explained(status_code, told))
    app.add_exception_handler(HTTPException, _in_words)
    app.add_exception_handler(RequestValidationError, _in_words)


def _read_scripts(office: Office, shelf: ScriptShelf) -> None:
    """All, so that no page waits for one; those of running campaigns first."""
    with suppress(DatabaseUnavailable):
        running = running_scripts(office.database)
        shelf.read_ahead([*running, *script_names(office.settings.prompts_dir)])


def _count_the_day(app: FastAPI) -> None:
    with suppress(DatabaseUnavailable):
        app.state.calls_of_day.get()


def _reckon(app: FastAPI) -> None:
    """Figures for which whoever comes first would wait."""
    with suppress(DatabaseUnavailable):
        for kept in (app.state.campaigns, app.state.standings):
            kept.get()


def _calls_of_day(office: Office, pulse: live.Pulse) -> Kept[CallsOfDay]:
    zone = office.settings.zone

    def today() -> CallsOfDay:
        return calls_of_day(office.database, office.clock.now().astimezone(zone).date(), zone)

    def of_today(figures: CallsOfDay) -> bool:
        return figures.day == office.clock.now().astimezone(zone).date()

    return Kept(today, pulse.reckoned, of_today)


def _standings(office: Office) -> Kept[list[Standing]]:
    """No page shows them live, so that nobody is told of a change."""

    def reckon() -> list[Standing]:
        with office.database.reading() as rows:
            return standings(rows, office.clock.now())

    return Kept(reckon, lambda: None)


@asynccontextmanager
async def console_running(app: FastAPI) -> AsyncIterator[None]:
    """`app.state.getting_ready` tells when what takes its time is ready, days of reports aside.

    Nobody is let in before the day is counted, for which the first would wait.
    """
    office: Office = app.state.office
    directory: Directory = app.state.directory
    app.state.getting_ready = GettingReady(
        {
            "figures": lambda: _reckon(app),
            "templates": read_templates,
            "scripts": lambda: _read_scripts(office, app.state.scripts),
            "search": directory.make_ready,
        }
    )
    await asyncio.to_thread(_count_the_day, app)
    app.state.getting_ready.begin()
    app.state.ledger.keep_up(LONGEST_DAYS, office.clock.now())
    try:
        yield
    finally:
        await app.state.spoken_trials.close()
        directory.close()
        app.state.calls_of_day.close()
        app.state.campaigns.close()
        app.state.standings.close()
        app.state.ledger.close()


def _to_log_in(request: Request, _error: Exception) -> Response:
    """Back afterwards: to the page, or to the one with the part or the form that was asked for."""
    nothing_done(request)
    renewing = "hx-request" in request.headers
    if renewing:
        wanted = URL(request.headers.get("hx-current-url", "/"))
    elif request.method == "POST":
        wanted = URL(request.headers.get("referer", "/"))
    else:
        wanted = request.url
    path = wanted.path + (f"?{wanted.query}" if wanted.query else "")
    to = "/login" + (f"?{urlencode({'to': path})}" if path != "/" else "")
    if renewing:
        return Response(status_code=401, headers={"HX-Redirect": to})
    return RedirectResponse(to, status_code=303)


async def _in_words(request: Request, error: Exception) -> Response:
    """To somebody before a browser; a program gets what FastAPI answers."""
    status = error.status_code if isinstance(error, HTTPException) else 422
    nothing_done(request)
    if "text/html" in request.headers.get("accept", ""):
        told = {413: TOO_LARGE, 404: NOT_THERE, 405: NOT_THERE}.get(status, UNREAD)
        return show(request, "problem.html", status=status, told=told)
    if isinstance(error, RequestValidationError):
        return await request_validation_exception_handler(request, error)
    assert isinstance(error, HTTPException)
    return await http_exception_handler(request, error)


def _explained(status: int, told: str) -> ExceptionHandler:
    def handle(request: Request, _error: Exception) -> Response:
        return show(request, "problem.html", status=status, told=told)

    return handle
