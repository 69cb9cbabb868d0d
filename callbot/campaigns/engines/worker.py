"""Many machines: the same functions as on one, under Procrastinate on PostgreSQL.

The attempts' rows are the queue of calls, with their own leases and fence. Procrastinate is the
clock that all workers share: one of them plans, one sweeps, and each rings what it has slots for.
A job that is lost, late or doubled does no harm, since every run looks at the rows anew.

| queue | job | runs |
| --- | --- | --- |
| plan | plan | every minute, on one worker (queueing lock) |
| control | sweep | every 15 s, on one worker (queueing lock) |
| dial-NODE | dial | as long as the worker lives, on that worker |
"""

import asyncio
import logging
from contextlib import suppress
from typing import Any

import procrastinate
from procrastinate import exceptions, jobs

from callbot.campaigns.dialing.dialer import Dialer
from callbot.campaigns.engines import nodes
from callbot.campaigns.engines.scheduler import TICK_EVERY_S
from callbot.campaigns.planning.planner import plan
from callbot.clock import Clock
from callbot.config import Settings
from callbot.db import Database, DatabaseUnavailable
from callbot.errors import BadInput, CallbotError
from callbot.outage import Outage

PUBLISH_EVERY_S = 5.0
HEARTBEAT_EVERY_S = 5.0
STALLED_AFTER_S = 30.0
AWAY_RETRY_S = 1.0

LARGEST_SKEW_S = 5.0
"""A node whose clock differs more from the database server's rings nobody: gaps between calls,
hours and leases are reckoned by the clocks of all nodes together."""

log = logging.getLogger(__name__)


class Worker:
    """One node beside a PostgreSQL database. `run()` returns when it has drained.

    The dialer's node has the same name after a restart, and its carrier is started by its owner.
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        dialer: Dialer,
        clock: Clock,
        *,
        tick_every_s: float = TICK_EVERY_S,
    ) -> None:
        must_be_shared(settings)
        self._database = database
        self._dialer = dialer
        self._clock = clock
        self._tick_every_s = tick_every_s
        self._draining = asyncio.Event()
        self._outage = Outage(log, "queues and scheduled work are tried again")
        self._clock_is_right = False
        self._dial_queue = f"dial-{dialer.node}"
        self._app = _app(settings, connections=4)
        self._add_tasks()

    def drain(self) -> None:
        """No new rings from now on; `run()` returns when the calls under way have ended."""
        self._draining.set()

    async def run(self) -> None:
        """Settles what an earlier process of this node left, then works until drained.

        A database that goes away is waited for; calls under way go on meanwhile.
        """
        begun = False
        while not self._draining.is_set():
            try:
                if not begun:
                    await self._publish(new=True)
                    await self._dialer.recover()
                    begun = True
                async with self._app.open_async():
                    await self._prepare()
                    await self._work()
            except (exceptions.ConnectorException, DatabaseUnavailable) as away:
                self._outage.seen(away)
                await asyncio.sleep(AWAY_RETRY_S)
            except (exceptions.ProcrastinateException, CallbotError):
                log.exception("the queues cannot be reached; tried again")
                await asyncio.sleep(AWAY_RETRY_S)
        await self._drain()

    async def _drain(self) -> None:
        """The others see that this node lives, as long as a call does."""
        ending = asyncio.create_task(self._dialer.drain())
        while not ending.done():
            await asyncio.wait({ending}, timeout=PUBLISH_EVERY_S)
            with suppress(DatabaseUnavailable):
                await self._publish()
        await ending
        await asyncio.to_thread(nodes.withdraw, self._database, self._dialer.node)

    async def _work(self) -> None:
        """Until drained, or until the database goes away."""
        working = asyncio.create_task(
            self._app.run_worker_async(
                name=self._dialer.node,
                queues=["plan", "control", self._dial_queue],
                concurrency=4,
                fetch_job_polling_interval=1.0,
                install_signal_handlers=False,
                update_heartbeat_interval=HEARTBEAT_EVERY_S,
                stalled_worker_timeout=STALLED_AFTER_S,
                shutdown_graceful_timeout=5.0,
                delete_jobs="successful",
            )
        )
        draining = asyncio.create_task(self._draining.wait())
        try:
            await self._defer_dial()
            await asyncio.wait({working, draining}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            draining.cancel()
            working.cancel()
            [outcome] = await asyncio.gather(working, return_exceptions=True)
        if isinstance(outcome, Exception):
            raise outcome

    async def _prepare(self) -> None:
        """The queues' own tables, made by the first worker."""
        if not await self._app.check_connection_async():
            try:
                await self._app.schema_manager.apply_schema_async()
            except exceptions.ConnectorException:
                # Another worker was faster.
                if not await self._app.check_connection_async():
                    raise

    async def _publish(self, *, new: bool = False) -> None:
        if await nodes.publish_dialer(self._database, self._dialer, self._clock, new=new):
            self.drain()
        skew_s = await asyncio.to_thread(nodes.clock_skew_s, self._database, self._clock)
        self._clock_is_right = abs(skew_s) <= LARGEST_SKEW_S
        if not self._clock_is_right:
            log.error("this machine's clock differs from the database server's; it rings nobody")

    # -- jobs ----------------------------------------------------------------------------------

    def _add_tasks(self) -> None:
        app = self._app
        self._dial = app.task(name="dial", queue=self._dial_queue, queueing_lock=self._dial_queue)(
            self._ring
        )
        for name, queue, job, cron in (
            ("plan", "plan", self._plan, "* * * * *"),
            ("sweep", "control", self._sweep, "* * * * * */15"),
        ):
            task = app.task(name=name, queue=queue, queueing_lock=name)(job)
            app.periodic(cron=cron)(task)

    async def _defer_dial(self) -> None:
        try:
            await self._dial.defer_async()
        except exceptions.AlreadyEnqueued:
            log.debug("the dial job of an earlier process waits still")

    async def _plan(self, timestamp: int) -> None:  # noqa: ARG002 (the periodic job's moment)
        if self._clock_is_right:
            await asyncio.to_thread(plan, self._database, self._clock.now())

    async def _sweep(self, timestamp: int) -> None:  # noqa: ARG002 (the periodic job's moment)
        if self._clock_is_right:
            await self._dialer.sweep()
        manager = self._app.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_S):
            await manager.finish_job(job, status=jobs.Status.FAILED, delete_job=True)

    async def _ring(self) -> None:
        """Ticks until drained. Raises nothing: the tick after looks at the rows anew."""
        last_published = self._clock.now()
        while not self._draining.is_set():
            try:
                if self._clock_is_right:
                    await self._dialer.tick()
                if (self._clock.now() - last_published).total_seconds() >= PUBLISH_EVERY_S:
                    last_published = self._clock.now()
                    await self._publish()
                self._outage.over()
            except DatabaseUnavailable as away:
                self._outage.seen(away)
            except CallbotError:
                log.exception("scheduled work failed; it is tried again")
            await asyncio.sleep(self._tick_every_s)


def must_be_shared(settings: Settings) -> None:
    """Raises BadInput for a database that several machines cannot work on."""
    if not settings.database.startswith("postgresql"):
        raise BadInput(
            "CALLBOT_DATABASE_URL: workers share a PostgreSQL database; with SQLite, "
            "`callbot serve` does all the work on one machine"
        )


def _app(settings: Settings, *, connections: int) -> procrastinate.App:
    conninfo = settings.database.replace("postgresql+psycopg://", "postgresql://")
    connector = procrastinate.PsycopgConnector(
        conninfo=conninfo, min_size=connections, max_size=connections
    )
    return procrastinate.App(connector=connector)


async def queue_lengths(settings: Settings) -> list[dict[str, Any]]:
    """The queues as Procrastinate lists them: jobs to do, in work, failed; empty on SQLite."""
    if not settings.database.startswith("postgresql"):
        return []
    app = _app(settings, connections=1)
    async with app.open_async():
        if not await app.check_connection_async():
            return []
        found = await app.job_manager.list_queues_async()
    return [dict(queue) for queue in found]
