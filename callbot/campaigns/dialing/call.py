"""One attempt from its reservation to its end, at the carrier and in the rows.

The order of commits is the fence against ringing twice: `placing` is on disk before the carrier is
asked, and every later step is refused if another process has taken the attempt over meanwhile.
A database that is away for a while disturbs no conversation: what happened is written, in order,
once it is back.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from callbot.campaigns.dialing import attempts, ending, line, reservation
from callbot.campaigns.dialing.brief import AttemptBrief
from callbot.clock import Clock, is_certain
from callbot.db import Database, DatabaseUnavailable
from callbot.dialog.events import Outcome
from callbot.errors import TelephonyError
from callbot.models import OFFICE_STOPPED
from callbot.outage import Outage
from callbot.telephony.carrier import Carrier, Dial, Ended, EndReason, Found, Leg
from callbot.telephony.dialled_leg import (
    LONGEST_CALL_S,
    broken_by_carrier,
    hang_up,
    until_answered,
)
from callbot.telephony.outcomes import OUTCOME_UNANSWERED

LATE_S = 0.1
"""A dial this long after its place in the line's pace takes another: with the places 1/0.9 of the
carrier's interval apart, as many as it allows in a second still take more than a second."""

ROWS_RETRIED_EVERY_S = 0.5
ROWS_RETRIED_FOR_S = 900.0
"""A database that is away longer leaves the attempt to its lease and the sweep."""

ANSWER_WAITS_FOR_ROWS_S = 1.0
"""Who has picked up is not kept waiting for the database."""

OnAnswered = Callable[[AttemptBrief, Leg], Awaitable[Outcome]]
"""Leads the conversation: reads the leg's events after Answered until Ended."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Surroundings:
    """What all calls of a dialer share. pace: of the clock; 1.0 is real time."""

    database: Database
    carrier: Carrier
    clock: Clock
    node: str
    line: str
    ring_timeout_s: float
    on_answered: OnAnswered
    pace: float


class OneCall:
    """Runs one attempt. `await call.run()` never raises but for cancellation."""

    def __init__(
        self, shared: Surroundings, brief: AttemptBrief, *, rang_back: Leg | None = None
    ) -> None:
        """rang_back: the answered leg of a resident who rang us; nobody is dialled then."""
        self._shared = shared
        self._brief = brief
        self._rang_back = rang_back
        self._asked: tuple[Dial, datetime] | None = None
        self._placed = rang_back is not None
        self._answered = rang_back is not None
        self._last_row: asyncio.Task[bool] | None = None
        self._ending: asyncio.Task[bool] | None = None

    async def run(self) -> None:
        """Cancellation ends the call here and is written down."""
        try:
            await self._run()
        except asyncio.CancelledError:
            await self._broken_off()
            raise
        except DatabaseUnavailable:
            # Reserved or placing: the lease runs out, and the sweep asks the carrier.
            log.warning("attempt is left to the sweep", extra=self._ids)
        except Exception as error:
            log.exception("call failed", extra=self._ids)
            await self._failed(error)

    async def _run(self) -> None:
        if self._rang_back is None:
            await self._dial()
            return
        try:
            await self._converse(self._rang_back)
        finally:
            await hang_up(self._rang_back)

    async def _dial(self) -> None:
        if not await self._begin_placing():
            return
        await self._wait_for_place()
        if not is_certain(self._shared.clock):
            await self._give_back()
            return
        leg = await self._place()
        if leg is None:
            return
        try:
            # Kept to the end: a generator dropped here would close what the conversation reads.
            events = leg.events()
            unanswered = await until_answered(events, self._shared.ring_timeout_s, self._rings)
            if unanswered is not None:
                await self._end_unanswered(unanswered)
            elif await self._may_converse():
                self._answered = True
                await self._converse(leg)
        finally:
            await hang_up(leg)

    # -- at the carrier ------------------------------------------------------------------------

    async def _wait_for_place(self) -> None:
        """Until the dial's place in the line's pace; another one if it came too late for it."""
        shared = self._shared
        place = self._brief.dial_at
        while True:
            early_s = (place - shared.clock.now()).total_seconds()
            if early_s > 0:
                await asyncio.sleep(early_s / shared.pace)
            if shared.clock.now() - place <= timedelta(seconds=LATE_S * shared.pace):
                return
            place = await asyncio.to_thread(
                reservation.take_another_place, shared.database, shared.line, shared.clock.now()
            )

    async def _place(self) -> Leg | None:
        """Asks the carrier to ring; None when it did not, and the attempt is ended."""
        brief, carrier = self._brief, self._shared.carrier
        self._placed = True
        dial = Dial(brief.attempt_id, brief.phone, brief.caller_id, self._shared.ring_timeout_s)
        placed_at = self._shared.clock.now()
        self._asked = dial, placed_at
        try:
            return await carrier.place(dial)
        except TelephonyError as error:
            log.warning("carrier refused a call", extra=self._ids)
            if error.permanent:
                await self._end(Outcome.FAILED, str(error), permanent=True)
                return None
            self._write(self._carrier_failed)
            # A time-out says nothing: only the carrier knows whether the phone is ringing.
            trace = await carrier.trace(dial, placed_at)
            rang = trace.found is not Found.NEVER_PLACED
            await self._end(Outcome.FAILED, str(error), may_have_rung=rang)
            return None

    async def _rings(self) -> None:
        self._write(self._of_attempt(attempts.mark_ringing))

    async def _end_unanswered(self, ended: Ended) -> None:
        failed = ended.reason is EndReason.NETWORK_FAILED
        if failed:
            self._write(self._carrier_failed)
        elif ended.reason is EndReason.UNHEARD:
            self._write(self._unheard)
        await self._end(
            OUTCOME_UNANSWERED[ended.reason],
            ended.detail or ended.reason.value,
            permanent=ended.reason is EndReason.INVALID_NUMBER,
            reached_network=not failed,
        )

    async def _may_converse(self) -> bool:
        """False if the attempt was settled elsewhere. A database that is away does not forbid."""
        mark = partial(attempts.mark_answered, line=self._shared.line)
        answered = self._write(self._of_attempt(mark))
        done, _ = await asyncio.wait({answered}, timeout=ANSWER_WAITS_FOR_ROWS_S)
        return answered.result() if done else True

    async def _converse(self, leg: Leg) -> None:
        patience = asyncio.timeout(LONGEST_CALL_S)
        try:
            async with patience:
                outcome = await self._shared.on_answered(self._brief, leg)
        except TimeoutError:
            if not patience.expired():
                raise
            log.exception("call exceeded its longest time", extra=self._ids)
            await self._end(Outcome.PARTIAL, "ended after the longest time allowed")
        else:
            await self._end(outcome, await self._why_broken(outcome))

    async def _why_broken(self, outcome: Outcome) -> str:
        """The carrier's words, where neither side has ended an unfinished conversation. What they
        say of the line is counted."""
        if outcome is not Outcome.PARTIAL or self._asked is None:
            return ""
        ended = await broken_by_carrier(self._shared.carrier, *self._asked)
        if ended is None:
            return ""
        if ended.reason is EndReason.UNHEARD:
            self._write(self._unheard)
        return ended.detail

    # -- ends out of the ordinary --------------------------------------------------------------

    async def _broken_off(self) -> None:
        """This process is stopping, or the campaign's calls are hung up."""
        if self._ending is not None:
            await self._ended(self._ending)
        elif not self._placed:
            await self._give_back()
        else:
            outcome = Outcome.PARTIAL if self._answered else Outcome.NO_ANSWER
            await self._end(outcome, OFFICE_STOPPED)

    async def _give_back(self) -> None:
        shared = self._shared
        await asyncio.to_thread(
            attempts.give_back, shared.database, self._brief.attempt_id, node=shared.node
        )

    async def _failed(self, error: Exception) -> None:
        detail = f"internal error: {type(error).__name__}"
        try:
            await self._end(Outcome.FAILED, detail, may_have_rung=self._placed)
        except Exception:
            # The lease runs out and the sweep settles it, once the database can be written.
            log.exception("end of a call could not be written", extra=self._ids)

    # -- rows ----------------------------------------------------------------------------------

    async def _begin_placing(self) -> bool:
        shared, attempt_id = self._shared, self._brief.attempt_id
        return await asyncio.to_thread(
            reservation.begin_placing,
            shared.database,
            attempt_id,
            shared.clock.now,
            node=shared.node,
        )

    def _of_attempt(self, step: Callable[..., bool]) -> Callable[[], bool]:
        shared = self._shared
        now = shared.clock.now()
        return partial(step, shared.database, self._brief.attempt_id, now, node=shared.node)

    def _carrier_failed(self) -> bool:
        line.carrier_failed(self._shared.database, self._shared.line, self._shared.clock.now())
        return True

    def _unheard(self) -> bool:
        line.call_unheard(self._shared.database, self._shared.line, self._shared.clock.now())
        return True

    def _write(self, write: Callable[[], bool]) -> asyncio.Task[bool]:
        """Writes after what is to be written before it, and again while the database is away."""
        before = self._last_row
        self._last_row = asyncio.create_task(self._write_after(before, write))
        return self._last_row

    async def _write_after(
        self, before: asyncio.Task[bool] | None, write: Callable[[], bool]
    ) -> bool:
        if before is not None:
            await asyncio.wait({before})
        outage = Outage(log, "a row of the call is tried again", **self._ids)
        for _ in range(int(ROWS_RETRIED_FOR_S / ROWS_RETRIED_EVERY_S)):
            try:
                return await asyncio.to_thread(write)
            except DatabaseUnavailable as away:
                outage.seen(away)
                await asyncio.sleep(ROWS_RETRIED_EVERY_S)
        return await asyncio.to_thread(write)

    async def _end(self, outcome: Outcome, detail: str, **learnt: Any) -> None:
        """learnt: as ending.end_attempt takes it, beyond outcome and detail.

        What breaks the call off meanwhile neither stops the writing nor writes another end.
        """
        shared = self._shared
        self._ending = self._write(
            partial(
                ending.end_attempt,
                shared.database,
                self._brief.attempt_id,
                outcome,
                shared.clock.now(),
                node=shared.node,
                detail=detail,
                **learnt,
            )
        )
        await self._ended(self._ending)

    async def _ended(self, ending: asyncio.Task[bool]) -> None:
        if not await asyncio.shield(ending):
            log.warning("attempt was settled elsewhere", extra=self._ids)

    @property
    def _ids(self) -> dict[str, object]:
        return {
            "attempt": self._brief.attempt_id,
            "resident": self._brief.resident_id,
            "campaign": self._brief.campaign_id,
        }
