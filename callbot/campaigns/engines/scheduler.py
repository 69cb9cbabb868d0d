"""The clockwork on one machine: APScheduler says when, rows say what.

Nothing is kept in the scheduler: every run looks at the rows anew, so a run that is late, skipped
or doubled does no harm.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from callbot.campaigns.dialing.dialer import Dialer
from callbot.campaigns.engines import nodes
from callbot.campaigns.planning.planner import plan
from callbot.clock import Clock
from callbot.db import Database, DatabaseUnavailable
from callbot.errors import CallbotError
from callbot.outage import Outage

PLAN_EVERY_S = 60.0
TICK_EVERY_S = 0.25
SWEEP_EVERY_S = 30.0
PUBLISH_EVERY_S = 15.0
"""A quarter of the time after which a node that is not seen counts as gone."""

log = logging.getLogger(__name__)


class Scheduler:
    """Plans, dials and sweeps until stopped. Needs a running event loop.

    Everybody else, the console among them, is told meanwhile that this node rings.
    """

    def __init__(
        self,
        database: Database,
        dialer: Dialer,
        clock: Clock,
        *,
        tick_every_s: float = TICK_EVERY_S,
        plan_every_s: float = PLAN_EVERY_S,
        publish_every_s: float = PUBLISH_EVERY_S,
    ) -> None:
        self._database = database
        self._dialer = dialer
        self._clock = clock
        self._engine = AsyncIOScheduler(
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._work = [
            self._engine.add_job(self._surviving(job), "interval", seconds=every_s)
            for job, every_s in (
                (self.plan, plan_every_s),
                (self._dialer.tick, tick_every_s),
                (self._dialer.sweep, SWEEP_EVERY_S),
            )
        ]
        self._engine.add_job(self._surviving(self.publish), "interval", seconds=publish_every_s)
        self._outage = Outage(log, "scheduled work is tried again")
        self._under_way: set[asyncio.Task[Any]] = set()

    async def start(self) -> None:
        """Settles what an earlier process left behind, plans, and starts the clockwork."""
        await self.publish(new=True)
        await self._dialer.recover()
        await self.plan()
        self._engine.start()

    async def plan(self) -> int:
        """Plans the day once, now; returns how many attempts were planned."""
        done = await asyncio.to_thread(plan, self._database, self._clock.now())
        return done.planned

    async def stop(self, *, let_ringing_go: bool = False) -> None:
        """No new rings; returns when the calls under way have ended. See Dialer.drain.

        Work that has begun is finished first: broken off between reserving and dialling, it would
        leave attempts to their leases. Until the last call has ended, the node is seen to live.
        """
        running = self._engine.running
        if running:
            for job in self._work:
                job.pause()
            await self._finish_what_has_begun()
        await self._dialer.drain(let_ringing_go=let_ringing_go)
        if running:
            self._engine.pause()
            await self._finish_what_has_begun()
            self._engine.shutdown(wait=False)
        with suppress(DatabaseUnavailable):
            await asyncio.to_thread(nodes.withdraw, self._database, self._dialer.node)

    async def publish(self, *, new: bool = False) -> None:
        """Tells that this node lives; asked to drain, it rings nobody until it is started again.

        new: the process has just begun.
        """
        if await nodes.publish_dialer(self._database, self._dialer, self._clock, new=new):
            self._dialer.take_no_more()

    async def _finish_what_has_begun(self) -> None:
        while self._under_way:
            await asyncio.wait(self._under_way)

    def _surviving(self, job: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
        """A run that fails is logged; the next one comes as if nothing had been."""

        async def run() -> None:
            this = asyncio.current_task()
            assert this is not None
            self._under_way.add(this)
            this.add_done_callback(self._under_way.discard)
            try:
                await job()
                self._outage.over()
            except DatabaseUnavailable as away:
                self._outage.seen(away)
            except CallbotError:
                log.exception("scheduled work failed; it is tried again")

        return run
