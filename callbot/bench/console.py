"""How fast the console's pages are with a large office behind them."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Any

from starlette.types import ASGIApp, Message, Scope

from callbot import db, vault
from callbot.bench.large_office import DAYS, Progress, Size, fill_office
from callbot.campaigns.campaign import running_scripts
from callbot.config import Settings
from callbot.models import Account, Campaign, Role
from callbot.script_shelf import ScriptShelf
from callbot.web.app import Office, create_app
from callbot.web.auth.log_ins import SESSION_COOKIE, begin_log_in
from callbot.web.directory import Directory

ROUNDS = 20
PAGES = (
    *("/", "/queue", "/queue?tab=done", "/queue?community=第3社区", "/queue?tab=done&page=40"),
    *("/flags/1", "/calls/call-0-101", "/residents", "/residents?community=第3社区"),
    *("/residents?q=wxy", "/residents?q=王秀英 200号", "/residents?q=13800000500"),
    *("/residents/101", "/campaigns", "/campaigns/1", "/campaigns/new", "/reports"),
    *("/reports/release", "/tickets", "/scripts", "/scripts/quarantine", "/people/audit"),
)
FORTNIGHT = timedelta(days=13)
COLD = " (a new process)"


@dataclass(frozen=True)
class PageFigures:
    """Server time of one page in ms, and what is transferred for it, unpacked, in kB.

    cpu_ms: of this process, for the page and what is reckoned beside it.
    """

    page: str
    p50_ms: float
    p95_ms: float
    cpu_ms: float
    kilobytes: float


@dataclass(frozen=True)
class ConsoleBench:
    """From the start of the process until everybody can be found, until no page waits for the
    script of a running campaign to be read."""

    residents: int
    search_ready_s: float
    scripts_ready_s: float
    pages: Sequence[PageFigures]


@dataclass(frozen=True)
class _Clock:
    at: datetime

    def now(self) -> datetime:
        return self.at


def bench_console(folder: Path, size: Size, now: datetime, progress: Progress) -> ConsoleBench:
    """Makes the office in the folder unless one is there, and asks for each page ROUNDS times.

    now: of the office's day; one that is there already stays at its own.
    """
    settings = Settings(data_dir=folder)
    vault.unlock("", folder)
    there_already = (folder / "callbot.sqlite3").exists()
    database = db.open_database(settings)
    try:
        db.upgrade(database)
        if not there_already:
            fill_office(database, size, now, progress)
        with database.reading() as rows:
            now = rows.get_one(Campaign, 1).created_at + timedelta(days=DAYS)
        token = _log_in(database, now)
        office = Office(settings, database, _Clock(now))
        return asyncio.run(_measure(office, size, token, progress))
    finally:
        database.close()


def _log_in(database: db.Database, now: datetime) -> str:
    with database.session() as rows:
        account = Account(name=f"bench {time.time_ns()}", role=Role.ADMINISTRATOR, created_at=now)
        rows.add(account)
        rows.flush()
        return begin_log_in(rows, account, now)


async def _measure(office: Office, size: Size, token: str, progress: Progress) -> ConsoleBench:
    app = create_app(office)
    directory: Directory = app.state.directory
    search_ready_s = await _took_s(directory.make_ready)
    shelf: ScriptShelf = app.state.scripts
    scripts_ready_s = await _took_s(lambda: shelf.read_ahead(running_scripts(office.database)))
    pages = []
    for done, page in enumerate(PAGES):
        progress("asking for pages", done, len(PAGES))
        pages.append(await _page(lambda: app, page, token))
    last = office.clock.now().date()
    fortnight = f"/reports?from={last - FORTNIGHT}&to={last}"
    pages.append(await _page(lambda: app, fortnight, token))
    cold = await _page(lambda: create_app(office), fortnight, token)
    pages.append(replace(cold, page=fortnight + COLD))
    return ConsoleBench(size.residents, search_ready_s, scripts_ready_s, pages)


async def _took_s(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    await asyncio.to_thread(work)
    return round(time.perf_counter() - began, 2)


async def _page(app_for: Callable[[], ASGIApp], page: str, token: str) -> PageFigures:
    took: list[float] = []
    cpu_began = time.process_time()
    for _ in range(ROUNDS):
        app = app_for()
        began = time.perf_counter()
        status, length = await get(app, page, token)
        took.append((time.perf_counter() - began) * 1000)
        assert status == 200, (page, status)
    cpu_ms = (time.process_time() - cpu_began) * 1000 / ROUNDS
    marks = quantiles(took, n=20, method="inclusive")
    return PageFigures(
        page, round(marks[9], 1), round(marks[18], 1), round(cpu_ms, 1), round(length / 1000, 1)
    )


async def get(app: ASGIApp, address: str, token: str) -> tuple[int, int]:
    """Status and length of what the application answers, without a network between."""
    path, _, query = address.partition("?")
    scope: Scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": query.encode(),
        "headers": [(b"host", b"bench"), (b"cookie", f"{SESSION_COOKIE}={token}".encode())],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "scheme": "http",
        "http_version": "1.1",
        "root_path": "",
    }
    seen: dict[str, Any] = {"status": 0, "length": 0}

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        seen["status"] = message.get("status", seen["status"])
        seen["length"] += len(message.get("body", b""))

    await app(scope, receive, send)
    return int(seen["status"]), int(seen["length"])
