"""How fast the console's pages are with a large office behind them."""

import asyncio
import gzip
import re
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Final

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Scope

from callbot import db, vault
from callbot.bench.large_office import DAYS, Progress, Size, fill_office
from callbot.config import Settings
from callbot.models import Account, Campaign, Role
from callbot.web.app import Office, create_app
from callbot.web.auth.log_ins import SESSION_COOKIE, begin_log_in

ROUNDS = 20
STARTS = 5
PAGES = (
    *("/", "/queue", "/queue?tab=done", "/queue?community=第3社区", "/queue?tab=done&page=40"),
    *("/flags/1", "/calls/call-0-101", "/residents", "/residents?community=第3社区"),
    *("/residents?q=wxy", "/residents?q=王秀英 200号", "/residents?q=13800000500"),
    *("/residents/101", "/import", "/campaigns", "/campaigns/1", "/campaigns/1/preview"),
    *("/campaigns/new", "/reports", "/reports/release", "/reports/release/confirm?resident=1"),
    *("/tickets", "/tickets/1", "/scripts", "/scripts/quarantine", "/scripts/quarantine/versions"),
    *("/scripts/quarantine/try", "/scripts/quarantine/recordings", "/scripts/quarantine/publish"),
    "/scripts/quarantine/edit/quarantine/zh-CN.yaml",
    "/scripts/quarantine/edit/lexicon/zh-CN/grammar.yaml",
    *("/trials/trial-1", "/people", "/people/1", "/people/audit", "/people/changes"),
    *("/people/purge", "/account"),
)
FORTNIGHT = timedelta(days=13)
STARTING = " (at the start)"
_ASSET: Final = re.compile(rb'(?:src|href)="(/assets/[^"]+)"')


@dataclass(frozen=True)
class PageFigures:
    """Server time of one page in ms, and what is transferred for it, packed, in kB.

    cpu_ms: of this process, for the page and what is reckoned beside it. with_assets: the page with
    its style sheet, scripts and pictures, as for a browser that has none of them yet.
    """

    page: str
    p50_ms: float
    p95_ms: float
    cpu_ms: float
    kilobytes: float
    with_assets_kilobytes: float


@dataclass(frozen=True)
class ConsoleBench:
    """Seconds from the start of the console, as in `callbot serve`: until none waits for today's
    figures, for a script to be read, until everybody can be found, until the days of reports are
    counted."""

    residents: int
    figures_ready_s: float
    scripts_ready_s: float
    search_ready_s: float
    days_ready_s: float
    pages: Sequence[PageFigures]


@dataclass(frozen=True)
class PageAnswer:
    """transferred_bytes: of the body as it is sent, packed."""

    status: int
    body: bytes
    transferred_bytes: int
    took_ms: float


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
    last = office.clock.now().date()
    fortnight = f"/reports?from={last - FORTNIGHT}&to={last}"
    addresses = (*PAGES, fortnight)
    pages = []
    async with _console(office) as app:
        began = time.perf_counter()
        ready = await asyncio.to_thread(app.state.getting_ready.wait)
        await asyncio.to_thread(app.state.ledger.settle)
        days_ready_s = time.perf_counter() - began
        for done, address in enumerate(addresses):
            progress("asking for pages", done, len(addresses))
            pages.append(await _page(app, address, token))
    pages += await _pages_at_the_start(office, ("/", fortnight), token, progress)
    return ConsoleBench(
        size.residents,
        figures_ready_s=round(ready["figures"], 2),
        scripts_ready_s=round(ready["scripts"], 2),
        search_ready_s=round(ready["search"], 2),
        days_ready_s=round(days_ready_s, 2),
        pages=pages,
    )


@asynccontextmanager
async def _console(office: Office) -> AsyncIterator[FastAPI]:
    """Started and ended as a server does."""
    app = create_app(office)
    async with app.router.lifespan_context(app):
        yield app


async def _page(app: FastAPI, address: str, token: str) -> PageFigures:
    cpu_began = time.process_time()
    answers = [await get(app, address, token) for _ in range(ROUNDS)]
    cpu_s = (time.process_time() - cpu_began) / ROUNDS
    return await _figures(app, address, token, answers, cpu_s)


async def _pages_at_the_start(
    office: Office, addresses: Sequence[str], token: str, progress: Progress
) -> list[PageFigures]:
    """The very first pages of a console, asked for side by side while all is being made ready.

    The processor's time is that of the whole start.
    """
    rounds: list[list[PageAnswer]] = []
    cpu_began = time.process_time()
    for done in range(STARTS):
        progress("starting the console", done, STARTS)
        async with _console(office) as app:
            asked = (get(app, address, token) for address in addresses)
            rounds.append(await asyncio.gather(*asked))
            await asyncio.to_thread(app.state.getting_ready.wait)
    cpu_s = (time.process_time() - cpu_began) / STARTS
    return [
        replace(await _figures(app, address, token, answers, cpu_s), page=address + STARTING)
        for address, answers in zip(addresses, zip(*rounds, strict=True), strict=True)
    ]


async def _figures(
    app: ASGIApp, address: str, token: str, answers: Sequence[PageAnswer], cpu_s: float
) -> PageFigures:
    for answer in answers:
        assert answer.status == 200, (address, answer.status)
    last = answers[-1]
    assets = {asset.decode() for asset in _ASSET.findall(last.body)}
    assets_bytes = sum([(await get(app, asset, token)).transferred_bytes for asset in assets])
    marks = quantiles((answer.took_ms for answer in answers), n=20, method="inclusive")
    return PageFigures(
        address,
        round(marks[9], 1),
        round(marks[18], 1),
        round(cpu_s * 1000, 1),
        round(last.transferred_bytes / 1000, 1),
        round((last.transferred_bytes + assets_bytes) / 1000, 1),
    )


async def get(app: ASGIApp, address: str, token: str) -> PageAnswer:
    """What the application answers, without a network between."""
    path, _, query = address.partition("?")
    scope: Scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": query.encode(),
        "headers": [
            (b"host", b"bench"),
            (b"cookie", f"{SESSION_COOKIE}={token}".encode()),
            (b"accept-encoding", b"gzip"),
        ],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "scheme": "http",
        "http_version": "1.1",
        "root_path": "",
    }
    told: asyncio.Queue[Message] = asyncio.Queue()
    told.put_nowait({"type": "http.request", "body": b"", "more_body": False})
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    began = time.perf_counter()
    await app(scope, told.get, send)
    took_ms = (time.perf_counter() - began) * 1000
    start, *rest = sent
    body = b"".join(message.get("body", b"") for message in rest)
    packed = Headers(raw=start["headers"]).get("content-encoding") == "gzip"
    return PageAnswer(
        start["status"], gzip.decompress(body) if packed else body, len(body), took_ms
    )
