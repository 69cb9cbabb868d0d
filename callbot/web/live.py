"""Live pages: each open page hears over server-sent events that something changed, and asks anew.

The history is the sign: every act on a resident or a campaign is a row there. Calls under way go on
between acts: what was said in them is looked for less often. One look a second serves all pages of
a process, however many are open. They are told one after another: two hundred that asked anew at
once would make the calls of the same process wait.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count

from fastapi import APIRouter, Request
from sqlalchemy import func
from sqlmodel import select
from starlette.responses import StreamingResponse

from callbot.db import Database, DatabaseUnavailable
from callbot.models import History, Turn
from callbot.web.auth.log_ins import SESSION_COOKIE, find_visitor
from callbot.web.desk import Desk, Seeing, office_of

LOOK_EVERY_S = 1.0
LOOKS_FOR_WORDS = 5
"""At every so many looks, whether something was said: at every one, all pages would be made anew
for each sentence of each call."""

STILL_HERE_S = 15.0
"""Proxies cut a silent stream; and this often it is asked whether the log-in still holds."""

AT_MOST_EVERY_S = 2.0
"""Between two events to a page. Held back here, since a browser that throttles drops the last."""

TOLD_PER_S = 20.0
"""Pages that are told, all together: what they fetch then takes about a tenth of a core. Of two
hundred each hears of a change within ten seconds, of twenty within one."""

router = APIRouter()


class Turns:
    """Hands out the moments at which many may do something, evenly one after another."""

    def __init__(self, per_s: float) -> None:
        self._apart_s = 1 / per_s
        self._next_s = float("-inf")

    def wait_s(self, now_s: float) -> float:
        """Until the turn of whoever asks now; the next who asks gets the one after it."""
        turn_s = max(now_s, self._next_s)
        self._next_s = turn_s + self._apart_s
        return turn_s - now_s


class Pulse:
    """Tells waiting pages a number that grows with every act, as long as any is open."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._latest = -1
        self._reckonings = 0
        self._said = 0
        self._changed = asyncio.Condition()
        self._pages = 0
        self._looking: asyncio.Task[None] | None = None
        self._turns = Turns(TOLD_PER_S)

    def number(self) -> int | None:
        """As it was at the last look; None while no page is open, since nobody looks then."""
        return self._latest if self._pages and self._latest != -1 else None

    def reckoned(self) -> None:
        """A figure has changed without a new act; from any thread."""
        self._reckonings += 1

    @contextmanager
    def page(self) -> Iterator[None]:
        """Inside, a page is open, and it is looked for changes."""
        self._pages += 1
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        try:
            yield
        finally:
            self._pages -= 1

    async def after(self, seen: int) -> int:
        """The number, once it is not `seen` or STILL_HERE_S have gone by."""
        try:
            async with self._changed, asyncio.timeout(STILL_HERE_S):
                await self._changed.wait_for(lambda: self._latest not in (-1, seen))
        except TimeoutError:
            pass
        return self._latest

    async def in_turn(self) -> int:
        """The number, when it is the turn of this page to be told."""
        await asyncio.sleep(self._turns.wait_s(asyncio.get_running_loop().time()))
        return self._latest

    async def _look(self) -> None:
        for look in count():
            if not self._pages:
                return
            try:
                words = look % LOOKS_FOR_WORDS == 0
                latest = await asyncio.to_thread(self._read, words=words)
            except DatabaseUnavailable:
                latest = self._latest
            async with self._changed:
                if latest != self._latest:
                    self._latest = latest
                    self._changed.notify_all()
            await asyncio.sleep(LOOK_EVERY_S)

    def _read(self, *, words: bool) -> int:
        with self._database.reading() as rows:
            acts = rows.exec(select(func.max(History.id))).one() or 0
            if words:
                self._said = rows.exec(select(func.max(Turn.id))).one() or 0
        return acts + self._said + self._reckonings


@router.get("/live")
async def live(request: Request, _desk: Desk = Seeing) -> StreamingResponse:
    """The first event comes at once: what changed while the page was under way is not missed."""
    return StreamingResponse(_events(request), media_type="text/event-stream")


async def _events(request: Request) -> AsyncIterator[str]:
    pulse: Pulse = request.app.state.pulse
    office = office_of(request)
    token = request.cookies[SESSION_COOKIE]
    seen = -1
    yield "retry: 3000\n\n"
    with pulse.page():
        while not await request.is_disconnected():
            latest = await pulse.after(seen)
            if latest == seen:
                now = office.clock.now()
                if await asyncio.to_thread(_nobody, office.database, token, now):
                    return
                yield ": still here\n\n"
            else:
                seen = await pulse.in_turn()
                yield f"id: {seen}\nevent: changed\ndata: {seen}\n\n"
                await asyncio.sleep(AT_MOST_EVERY_S)


def _nobody(database: Database, token: str, now: datetime) -> bool:
    return find_visitor(database, token, now, idle=True) is None
