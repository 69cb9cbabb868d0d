"""The dialer: rings what is due, hands answered calls over, and writes down how each ended.

A tick never waits for a call; each call is a task of its own. The order of commits is the fence
against ringing twice: `placing` is on disk before the carrier is asked, and every later step is
refused if another process has taken the attempt over in the meantime.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

from callbot.campaigns import attempts, ending, recovery, reservation
from callbot.campaigns.brief import AttemptBrief
from callbot.clock import Clock
from callbot.db import Database
from callbot.dialog.events import Outcome
from callbot.errors import TelephonyError
from callbot.telephony.carrier import (
    OUTCOME_UNANSWERED,
    Answered,
    Carrier,
    Dial,
    Ended,
    EndReason,
    Found,
    Leg,
    LegEvent,
    Ringing,
)

RING_GRACE_S = 15.0
"""Beyond the ring time-out, for a carrier that never says how a call ended."""

HANG_UP_S = 20.0
"""What was sent before is played to its end first."""

LONGEST_CALL_S = 1200.0
"""No conversation is open longer; the dialogue ends its calls long before."""

RENEW_EVERY_S = attempts.LEASE_S / 3

OnAnswered = Callable[[AttemptBrief, Leg], Awaitable[Outcome]]
"""Leads the conversation: reads the leg's events after Answered until Ended."""

log = logging.getLogger(__name__)


class Dialer:
    """Places calls over one carrier and one line.

    node: name of this process, the same after a restart. line: name of the Line row. The
    carrier is started and closed by its owner.
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
    ) -> None:
        if not 15.0 <= ring_timeout_s <= 45.0:
            raise ValueError("a phone rings 15 to 45 seconds (rules of calling)")
        self._database = database
        self._carrier = carrier
        self._clock = clock
        self._on_answered = on_answered
        self._node = node
        self._line = line
        self._ring_timeout_s = ring_timeout_s
        self._calls: dict[str, asyncio.Task[None]] = {}
        self._talking: set[str] = set()
        self._ticking = asyncio.Lock()
        self._draining = False
        self._renewed_at: datetime | None = None

    @property
    def live(self) -> int:
        """Attempts reserved, ringing or in conversation here."""
        return len(self._calls)

    async def recover(self) -> int:
        """Settles what an earlier process of this node left behind; before the first tick."""
        return await self._settle_orphans(own=True)

    async def sweep(self) -> int:
        """Settles attempts, of any node, whose lease has run out."""
        return await self._settle_orphans(own=False)

    async def tick(self) -> int:
        """Takes up what is due now, as far as line and pace allow; returns how many calls.

        Raises DatabaseUnavailable; calls under way are not disturbed by it.
        """
        async with self._ticking:
            await self._renew()
            if self._draining:
                return 0
            now = self._clock.now()
            briefs = await asyncio.to_thread(
                reservation.reserve, self._database, now, node=self._node, line=self._line
            )
            for brief in briefs:
                call = _OneCall(self._database, self._carrier, self._clock, brief, self._node)
                task = asyncio.create_task(
                    call.run(self._converse, self._ring_timeout_s),
                    name=f"call-{brief.attempt_id}",
                )
                self._calls[brief.attempt_id] = task
                task.add_done_callback(partial(self._forget, brief.attempt_id))
            return len(briefs)

    async def drain(self, *, let_ringing_go: bool = False) -> None:
        """No new rings; returns when the calls under way have ended.

        let_ringing_go: phones that ring and were not picked up yet stop ringing now.
        """
        self._draining = True
        if let_ringing_go:
            async with self._ticking:
                for attempt_id in self._calls.keys() - self._talking:
                    self._calls[attempt_id].cancel()
        await self.settled()

    async def settled(self) -> None:
        """Returns when no call is under way here; ticks go on meanwhile."""
        while self._calls:
            await asyncio.wait(self._calls.values(), timeout=RENEW_EVERY_S)
            await self._renew()

    async def stop(self) -> None:
        """No new rings; hangs up what is under way, and writes down that it broke off."""
        self._draining = True
        async with self._ticking:
            calls = list(self._calls.values())
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)

    def _forget(self, attempt_id: str, _task: asyncio.Task[None]) -> None:
        del self._calls[attempt_id]
        self._talking.discard(attempt_id)

    async def _converse(self, brief: AttemptBrief, leg: Leg) -> Outcome:
        self._talking.add(brief.attempt_id)
        return await self._on_answered(brief, leg)

    async def _renew(self) -> None:
        now = self._clock.now()
        due = self._renewed_at is None or now - self._renewed_at >= timedelta(seconds=RENEW_EVERY_S)
        if self._calls and due:
            self._renewed_at = now
            await asyncio.to_thread(
                attempts.renew_leases, self._database, list(self._calls), now, node=self._node
            )

    async def _settle_orphans(self, *, own: bool) -> int:
        orphans = await asyncio.to_thread(
            recovery.orphans,
            self._database,
            self._clock.now(),
            node=self._node if own else None,
            alive=set(self._calls),
        )
        for orphan in orphans:
            trace = None
            if orphan.carrier_asked:
                placed_at = orphan.placed_at or self._clock.now()
                trace = await self._carrier.trace(orphan.dial, placed_at)
            await asyncio.to_thread(
                recovery.settle, self._database, orphan, self._clock.now(), trace
            )
        return len(orphans)


class _OneCall:
    """One attempt from its reservation to its end."""

    def __init__(
        self, database: Database, carrier: Carrier, clock: Clock, brief: AttemptBrief, node: str
    ) -> None:
        self._database = database
        self._carrier = carrier
        self._clock = clock
        self._brief = brief
        self._node = node
        self._placed = False
        self._answered = False

    async def run(self, on_answered: OnAnswered, ring_timeout_s: float) -> None:
        """Never raises but for cancellation, which ends the call here and is written down."""
        try:
            await self._run(on_answered, ring_timeout_s)
        except asyncio.CancelledError:
            await self._broken_off()
            raise
        except Exception as error:
            log.exception("call failed", extra=self._ids)
            await self._failed(error)

    async def _run(self, on_answered: OnAnswered, ring_timeout_s: float) -> None:
        if not await self._step(reservation.begin_placing):
            return
        self._placed = True
        leg = await self._place(ring_timeout_s)
        if leg is None:
            return
        try:
            # Kept to the end: a generator dropped here would close what the conversation reads.
            events = leg.events()
            unanswered = await self._until_answered(events, ring_timeout_s + RING_GRACE_S)
            if unanswered is not None:
                await self._end_unanswered(unanswered)
            elif await self._step(attempts.mark_answered):
                self._answered = True
                await self._converse(on_answered, leg)
        finally:
            await self._hang_up(leg)

    async def _hang_up(self, leg: Leg) -> None:
        """The attempt is settled by now; a leg that will not end is left to the carrier."""
        try:
            async with asyncio.timeout(HANG_UP_S):
                await leg.hang_up()
        except Exception:
            log.exception("leg could not be hung up", extra=self._ids)

    async def _place(self, ring_timeout_s: float) -> Leg | None:
        """Asks the carrier to ring; None when it did not, and the attempt is ended."""
        brief = self._brief
        dial = Dial(brief.attempt_id, brief.phone, brief.caller_id, ring_timeout_s)
        placed_at = self._clock.now()
        try:
            return await self._carrier.place(dial)
        except TelephonyError as error:
            log.warning("carrier refused a call", extra=self._ids)
            if error.permanent:
                await self._end(Outcome.FAILED, str(error), permanent=True)
                return None
            # A time-out says nothing: only the carrier knows whether the phone is ringing.
            trace = await self._carrier.trace(dial, placed_at)
            rang = trace.found is not Found.NEVER_PLACED
            await self._end(Outcome.FAILED, str(error), may_have_rung=rang)
            return None

    async def _until_answered(
        self, events: AsyncIterator[LegEvent], patience_s: float
    ) -> Ended | None:
        """None once someone has picked up, else how the ringing ended."""
        try:
            async with asyncio.timeout(patience_s):
                async for event in events:
                    if isinstance(event, Ringing):
                        await self._step(attempts.mark_ringing)
                    elif isinstance(event, Answered):
                        return None
                    elif isinstance(event, Ended):
                        return event
        except TimeoutError:
            return Ended(EndReason.NO_ANSWER, "the carrier never said how the call ended")
        return Ended(EndReason.NETWORK_FAILED, "the carrier stopped reporting")

    async def _end_unanswered(self, ended: Ended) -> None:
        await self._end(
            OUTCOME_UNANSWERED[ended.reason],
            ended.detail or ended.reason.value,
            permanent=ended.reason is EndReason.INVALID_NUMBER,
        )

    async def _converse(self, on_answered: OnAnswered, leg: Leg) -> None:
        patience = asyncio.timeout(LONGEST_CALL_S)
        try:
            async with patience:
                outcome = await on_answered(self._brief, leg)
        except TimeoutError:
            if not patience.expired():
                raise
            log.exception("call exceeded its longest time", extra=self._ids)
            await self._end(Outcome.PARTIAL, "ended after the longest time allowed")
        else:
            await self._end(outcome, "")

    async def _broken_off(self) -> None:
        """This process is stopping."""
        if not self._placed:
            await asyncio.to_thread(
                attempts.give_back, self._database, self._brief.attempt_id, node=self._node
            )
        else:
            outcome = Outcome.PARTIAL if self._answered else Outcome.NO_ANSWER
            await self._end(outcome, "the office stopped calling")

    async def _failed(self, error: Exception) -> None:
        detail = f"internal error: {type(error).__name__}"
        try:
            await self._end(Outcome.FAILED, detail, may_have_rung=self._placed)
        except Exception:
            # The lease runs out and the sweep settles it, once the database can be written.
            log.exception("end of a call could not be written", extra=self._ids)

    async def _step(self, step: Callable[..., bool]) -> bool:
        return await asyncio.to_thread(
            step, self._database, self._brief.attempt_id, self._clock.now(), node=self._node
        )

    async def _end(
        self,
        outcome: Outcome,
        detail: str,
        *,
        permanent: bool = False,
        may_have_rung: bool = False,
    ) -> None:
        written = await asyncio.to_thread(
            ending.end_attempt,
            self._database,
            self._brief.attempt_id,
            outcome,
            self._clock.now(),
            node=self._node,
            detail=detail,
            permanent=permanent,
            may_have_rung=may_have_rung,
        )
        if not written:
            log.warning("attempt was settled elsewhere", extra=self._ids)

    @property
    def _ids(self) -> dict[str, object]:
        return {
            "attempt": self._brief.attempt_id,
            "resident": self._brief.resident_id,
            "campaign": self._brief.campaign_id,
        }
