"""The dialer: rings what is due, hands answered calls over, and writes down how each ended.

A tick never waits for a call; each call is a task of its own (campaigns.dialing.call).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

from callbot.campaigns.dialing import attempts, callers, recovery, reservation
from callbot.campaigns.dialing.brief import AttemptBrief
from callbot.campaigns.dialing.call import OnAnswered, OneCall, Surroundings
from callbot.clock import Clock, is_certain
from callbot.db import Database, DatabaseUnavailable
from callbot.dialog.events import Outcome
from callbot.telephony.carrier import Answered, Carrier, Incoming, Leg

RENEW_EVERY_S = attempts.LEASE_S / 3

UNLIMITED_SLOTS = 1000

OnStranger = Callable[[Leg], Awaitable[None]]
"""Leads an answered leg to its end: a caller with whom there is nothing to talk about."""

log = logging.getLogger(__name__)


async def hang_up(leg: Leg) -> None:
    await leg.hang_up()


class Dialer:
    """Places calls over one carrier and one line.

    node: name of this process, the same after a restart. line: name of the Line row. slots:
    conversations it can lead at once. pace: of the clock. The carrier is started and closed by
    its owner.
    """

    def __init__(
        self,
        database: Database,
        carrier: Carrier,
        clock: Clock,
        on_answered: OnAnswered,
        *,
        node: str,
        line: str,
        ring_timeout_s: float = 30.0,
        slots: int = UNLIMITED_SLOTS,
        on_stranger: OnStranger = hang_up,
        pace: float = 1.0,
    ) -> None:
        if not 15.0 <= ring_timeout_s <= 45.0:
            raise ValueError("a phone rings 15 to 45 seconds (rules of calling)")
        self._shared = Surroundings(
            database, carrier, clock, node, line, ring_timeout_s, self._converse, pace
        )
        self._on_answered = on_answered
        self._on_stranger = on_stranger
        self.slots = slots
        self._calls: dict[str, asyncio.Task[None]] = {}
        self._campaigns: dict[str, int] = {}
        self._talking: set[str] = set()
        self._ticking = asyncio.Lock()
        self._draining = False
        self._renewed_at: datetime | None = None
        self._database_away_at: datetime | None = None

    @property
    def live(self) -> int:
        """Attempts reserved, ringing or in conversation here."""
        return len(self._calls)

    @property
    def node(self) -> str:
        return self._shared.node

    @property
    def line(self) -> str:
        return self._shared.line

    async def recover(self) -> int:
        """Settles what an earlier process of this node left behind; before the first tick."""
        return await self._settle_orphans(own=True)

    async def sweep(self) -> int:
        """Settles attempts, of any node, whose lease has run out.

        Not soon after the database was away, when nobody could renew a lease, nor by a clock that
        is not certain.
        """
        if not is_certain(self._shared.clock):
            return 0
        away, lease = self._database_away_at, timedelta(seconds=attempts.LEASE_S)
        if away is not None and self._shared.clock.now() - away < lease:
            return 0
        return await self._settle_orphans(own=False)

    async def tick(self) -> int:
        """Takes up what is due now, as far as line, pace and slots allow; returns how many calls.

        Raises DatabaseUnavailable; calls under way are not disturbed by it.
        """
        async with self._ticking:
            try:
                await self._renew()
                await self._hang_up_stopped()
                may_ring = not self._draining and is_certain(self._shared.clock)
                briefs = await self._reserve() if may_ring else []
            except DatabaseUnavailable:
                self._database_away_at = self._shared.clock.now()
                raise
            for brief in briefs:
                self._begin(brief)
            return len(briefs)

    async def take_call(self, incoming: Incoming) -> None:
        """A carrier's OnIncoming: who rings back is led through what they were to be asked.

        Busy while draining, and beyond the slots.
        """
        if self._draining or self.live >= self.slots:
            return
        leg = await incoming.answer()
        # Kept to the end: a generator dropped here would close what the conversation reads.
        events = leg.events()
        if not isinstance(await anext(events), Answered):
            return
        brief = await self._take_up(incoming.caller)
        if brief is None:
            await self._on_stranger(leg)
        else:
            await asyncio.wait({self._begin(brief, leg)})

    def take_no_more(self) -> None:
        """No new rings from now on; calls under way go on."""
        self._draining = True

    async def drain(self, *, let_ringing_go: bool = False) -> None:
        """No new rings; returns when the calls under way have ended.

        let_ringing_go: phones that ring and were not picked up yet stop ringing now.
        """
        self.take_no_more()
        if let_ringing_go:
            async with self._ticking:
                for attempt_id in self._calls.keys() - self._talking:
                    self._calls[attempt_id].cancel()
        await self.settled()

    async def settled(self) -> None:
        """Returns when no call is under way here; ticks go on meanwhile."""
        while self._calls:
            await asyncio.wait(self._calls.values(), timeout=RENEW_EVERY_S)
            try:
                await self._renew()
            except DatabaseUnavailable:
                log.warning("leases cannot be renewed now; calls go on")

    async def stop(self) -> None:
        """No new rings; hangs up what is under way, and writes down that it broke off."""
        self.take_no_more()
        async with self._ticking:
            calls = list(self._calls.values())
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)

    def _begin(self, brief: AttemptBrief, rang_back: Leg | None = None) -> asyncio.Task[None]:
        call = OneCall(self._shared, brief, rang_back=rang_back)
        task = asyncio.create_task(call.run(), name=f"call-{brief.attempt_id}")
        self._calls[brief.attempt_id] = task
        self._campaigns[brief.attempt_id] = brief.campaign_id
        task.add_done_callback(partial(self._forget, brief.attempt_id))
        return task

    async def _take_up(self, caller: str) -> AttemptBrief | None:
        shared = self._shared
        try:
            return await asyncio.to_thread(
                callers.take_up_caller,
                shared.database,
                caller,
                shared.clock.now(),
                node=shared.node,
                line=shared.line,
            )
        except DatabaseUnavailable:
            log.warning("a caller cannot be looked up now")
            return None

    def _forget(self, attempt_id: str, _task: asyncio.Task[None]) -> None:
        del self._calls[attempt_id], self._campaigns[attempt_id]
        self._talking.discard(attempt_id)

    async def _converse(self, brief: AttemptBrief, leg: Leg) -> Outcome:
        self._talking.add(brief.attempt_id)
        return await self._on_answered(brief, leg)

    async def _reserve(self) -> list[AttemptBrief]:
        free = self.slots - self.live
        if free <= 0:
            return []
        shared = self._shared
        return await asyncio.to_thread(
            reservation.reserve,
            shared.database,
            shared.clock.now(),
            node=shared.node,
            line=shared.line,
            slots=free,
        )

    async def _renew(self) -> None:
        now = self._shared.clock.now()
        due = self._renewed_at is None or now - self._renewed_at >= timedelta(seconds=RENEW_EVERY_S)
        if self._calls and due:
            await asyncio.to_thread(
                attempts.renew_leases,
                self._shared.database,
                list(self._calls),
                now,
                node=self._shared.node,
            )
            self._renewed_at = now

    async def _hang_up_stopped(self) -> None:
        """Calls of campaigns that were stopped at once."""
        if not self._calls:
            return
        stopped = await asyncio.to_thread(
            reservation.to_hang_up, self._shared.database, set(self._campaigns.values())
        )
        for attempt_id, campaign_id in self._campaigns.items():
            if campaign_id in stopped:
                self._calls[attempt_id].cancel()

    async def _settle_orphans(self, *, own: bool) -> int:
        shared = self._shared
        orphans = await asyncio.to_thread(
            recovery.orphans,
            shared.database,
            shared.clock.now(),
            node=shared.node if own else None,
            alive=set(self._calls),
        )
        for orphan in orphans:
            trace = None
            if orphan.carrier_asked:
                placed_at = orphan.placed_at or shared.clock.now()
                trace = await shared.carrier.trace(orphan.dial, placed_at)
            await asyncio.to_thread(
                recovery.settle, shared.database, orphan, shared.clock.now(), trace
            )
        return len(orphans)
