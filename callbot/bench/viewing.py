"""The viewers of `callbot bench viewers`, as a process of its own: `python -m …viewing`.

Each does what a browser does: logs in, opens a page, holds its events, and at each of them fetches
the parts of the page that ask for it. Reads its orders from standard input; prints what they saw
once every one of them has fetched its parts for the first time, and when it is told to stop
(SIGTERM).
"""

import asyncio
import html
import json
import os
import re
import signal
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from typing import Final

import aiohttp

from callbot.rehearsal.figures import percentile

LOG_INS_AT_ONCE: Final = 4

_CHANGING_PART: Final = re.compile(r'hx-get="([^"]+)" hx-trigger="sse:changed"')


@dataclass(frozen=True)
class Orders:
    """pages: viewers look at them in turn. niceness: of their process, beside that of the calls."""

    address: str
    name: str
    password: str
    viewers: int
    pages: tuple[str, ...]
    niceness: int

    def as_line(self) -> bytes:
        return json.dumps(asdict(self)).encode() + b"\n"


@dataclass(frozen=True)
class Seen:
    """events: told to all viewers together. Times of a part: from asking to its last byte."""

    events: int
    parts: int
    part_p50_ms: int | None
    part_p95_ms: int | None


class Viewers:
    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._doors = asyncio.Semaphore(LOG_INS_AT_ONCE)
        self._events = 0
        self._took_ms: list[int] = []
        self._up_to_date: set[int] = set()
        self.all_up_to_date = asyncio.Event()

    def seen(self) -> Seen:
        took = sorted(self._took_ms)
        return Seen(self._events, len(took), percentile(took, 50), percentile(took, 95))

    async def watch(self) -> None:
        """Without end. Raises aiohttp.ClientError when a page, a part or the events are refused."""
        async with asyncio.TaskGroup() as watching:
            for number in range(self._orders.viewers):
                watching.create_task(self._watch(number))

    async def _watch(self, number: int) -> None:
        page = self._orders.pages[number % len(self._orders.pages)]
        async with aiohttp.ClientSession(
            self._orders.address,
            # Cookies of an address of numbers are not kept otherwise.
            cookie_jar=aiohttp.CookieJar(unsafe=True),
            timeout=aiohttp.ClientTimeout(total=None),
            raise_for_status=True,
        ) as browser:
            parts = await self._open(browser, page)
            async for _ in _changes(browser):
                self._events += 1
                for part in parts:
                    await self._fetch(browser, part)
                self._up_to_date.add(number)
                if len(self._up_to_date) == self._orders.viewers:
                    self.all_up_to_date.set()

    async def _open(self, browser: aiohttp.ClientSession, page: str) -> list[str]:
        """The addresses of the parts that change, from the page itself."""
        async with self._doors:
            form = {"name": self._orders.name, "password": self._orders.password, "to": page}
            origin = {"Origin": self._orders.address}
            async with browser.post("/login", data=form, headers=origin) as response:
                text = await response.text()
        parts = [html.unescape(part) for part in _CHANGING_PART.findall(text)]
        if response.url.path != page or not parts:
            raise LookupError(f"{page} has no part that changes; {response.url} was shown")
        return parts

    async def _fetch(self, browser: aiohttp.ClientSession, part: str) -> None:
        began_s = time.monotonic()
        async with browser.get(part, headers={"HX-Request": "true"}) as response:
            await response.read()
        self._took_ms.append(round((time.monotonic() - began_s) * 1000))


async def _changes(browser: aiohttp.ClientSession) -> AsyncIterator[None]:
    """One for each event of `/live`; connects anew when the stream ends, as a browser does."""
    while True:
        async with browser.get("/live") as events:
            async for line in events.content:
                if line.startswith(b"event: changed"):
                    yield


async def _view(orders: Orders) -> None:
    os.nice(orders.niceness)
    viewers, stopped = Viewers(orders), asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    watching = asyncio.create_task(viewers.watch())
    for event in (viewers.all_up_to_date, stopped):
        waiting = asyncio.create_task(event.wait())
        await asyncio.wait({watching, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if watching.done():
            # They watch without end: this says what they were refused.
            await watching
        print(json.dumps(asdict(viewers.seen())), flush=True)
    watching.cancel()
    await asyncio.wait({watching})


if __name__ == "__main__":
    asyncio.run(_view(Orders(**json.loads(sys.stdin.readline()))))
