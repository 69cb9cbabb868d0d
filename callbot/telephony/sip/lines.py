"""The calls of one SIP stack, out and in, many at once in the process that the stack runs in."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final
from uuid import uuid4

from baresip import BaresipError, Call, CommandTimeout, StackEvent

from callbot.errors import TelephonyError
from callbot.telephony.carrier import (
    Dial,
    Ended,
    EndReason,
    OnIncoming,
)
from callbot.telephony.pacing import Metronome
from callbot.telephony.sip.incoming import SipIncoming
from callbot.telephony.sip.leg import SipLeg
from callbot.telephony.sip.stack import Endpoint, SipStack
from callbot.telephony.sip.trunk import Trunk
from callbot.workers.timers import wake_together

ATTEMPT_HEADER: Final = "X-Callbot-Attempt"
"""Finds an attempt again in the PBX's own records."""

HEARTBEAT_S: Final = 5.0

WAKES_WITHIN_MS: Final = 1.0
"""Each call has three threads in the stack, one of which looks every 4 ms for something to send:
woken one by one, they cost a seventh more of the processor (15 calls)."""

_CALLER_RINGS_S: Final = 60.0
"""An incoming call that nobody has answered by then is given up."""

log = logging.getLogger(__name__)


class SipLines:
    """As a Carrier places and takes calls. One in a process: the stack's state is global."""

    def __init__(self, trunk: Trunk, endpoint: Endpoint, *, lines: int) -> None:
        """lines: calls at once, in both directions together."""
        self._trunk = trunk
        self._endpoint = endpoint
        self._capacity = lines
        self._stack: SipStack | None = None
        self._live: set[SipLeg] = set()
        self._placing = 0
        self._answering: set[asyncio.Task[None]] = set()
        self._on_incoming: OnIncoming | None = None
        self._metronome = Metronome(self._tick, pace=2.0)
        self._half_way = False

    @property
    def live(self) -> int:
        """Calls that ring or are up, in both directions."""
        return len(self._live)

    async def start(
        self, on_incoming: OnIncoming | None = None, died: Callable[[], None] | None = None
    ) -> None:
        """died: the stack has ended by itself, and cannot be started again in this process.

        Raises TelephonyError when the stack cannot start.

        A registration that fails does not stop the start: the stack goes on trying, and calls
        are refused for now until it succeeds.
        """
        self._on_incoming = on_incoming
        wake_together(WAKES_WITHIN_MS)
        self._stack = SipStack(self._trunk, self._endpoint)
        await self._stack.start(self._rings, died)
        self._metronome.start()
        try:
            await self._stack.register()
        except TelephonyError:
            log.exception("not registered; calls wait until the trunk accepts us")

    async def place(self, dial: Dial) -> SipLeg:
        stack = self._ready_stack()
        if len(self._live) + self._placing >= self._capacity:
            raise TelephonyError(f"all {self._capacity} lines are busy", permanent=False)
        try:
            uri = self._trunk.uri(dial.to)
        except ValueError as error:
            raise TelephonyError(
                f"the number cannot be dialled: {error}", permanent=True
            ) from error
        self._placing += 1
        try:
            return await self._invite(stack, uri, dial)
        finally:
            self._placing -= 1

    async def hangs(self) -> bool:
        """True once the stack no longer does what it is told, False if it is closed before.

        A stack that is being closed is not asked, and what it does not answer then is no fault.
        """
        while self._stack is not None:
            if not await self._stack.answers():
                return self._stack is not None
            await asyncio.sleep(HEARTBEAT_S)
        return False

    async def close(self) -> None:
        if self._stack is None:
            return
        stack, self._stack = self._stack, None
        for task in self._answering:
            task.cancel()
        await asyncio.gather(*self._answering, return_exceptions=True)
        await asyncio.gather(*(leg.close() for leg in list(self._live)))
        await self._metronome.stop()
        await stack.close()

    # -- calls out -------------------------------------------------------------------------------

    def _ready_stack(self) -> SipStack:
        if self._stack is None or not self._stack.running:
            raise TelephonyError("SIP is not running", permanent=False)
        if self._trunk.registers and not self._stack.registered:
            raise TelephonyError(
                f"not registered at {self._trunk.address}; `callbot doctor --carrier sip` says why",
                permanent=False,
            )
        return self._stack

    async def _invite(self, stack: SipStack, uri: str, dial: Dial) -> SipLeg:
        legs: list[SipLeg] = []

        def owner(call: Call) -> Callable[[StackEvent], None]:
            legs.append(self._take_up(dial.attempt_id, call, dial.ring_timeout_s))
            return legs[0].hears

        try:
            await stack.dial(uri, self._headers(dial), owner)
        except CommandTimeout:
            # It hangs, and whether the INVITE went out nobody knows.
            raise
        except (BaresipError, ValueError) as error:
            raise TelephonyError(f"SIP could not dial: {error}", permanent=False) from error
        return legs[0]

    def _headers(self, dial: Dial) -> dict[str, str]:
        headers = {ATTEMPT_HEADER: dial.attempt_id}
        if dial.caller_id:
            headers["P-Asserted-Identity"] = f"<sip:{dial.caller_id}@{self._trunk.host}>"
        return headers

    # -- calls in --------------------------------------------------------------------------------

    def _rings(self, call: Call, called: str) -> None:
        """An incoming call, on the event loop's thread."""
        assert self._stack is not None
        leg = self._take_up(f"incoming-{uuid4().hex}", call, _CALLER_RINGS_S)
        self._stack.own(call, leg.hears)
        incoming = SipIncoming(
            call, leg, self._trunk.number(call.peer or ""), self._trunk.number(called)
        )
        handler = self._on_incoming if len(self._live) <= self._capacity else None
        task = asyncio.create_task(self._take(incoming, handler), name=f"sip-{leg.attempt_id}")
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _take(self, incoming: SipIncoming, handler: OnIncoming | None) -> None:
        try:
            if handler is not None:
                await handler(incoming)
        except Exception:
            log.exception("an incoming call broke", extra={"attempt": incoming.attempt_id})
        finally:
            if not incoming.settled:
                await incoming.reject()

    # -- all calls -------------------------------------------------------------------------------

    def _take_up(self, attempt_id: str, call: Call, ring_timeout_s: float) -> SipLeg:
        leg = SipLeg(attempt_id, self._trunk, call, ring_timeout_s, self._over)
        self._live.add(leg)
        self._metronome.wake()
        return leg

    def _tick(self, late_s: float) -> bool:  # noqa: ARG002
        """Twice in the time of a frame."""
        self._half_way = not self._half_way
        for leg in list(self._live):
            try:
                if self._half_way:
                    leg.half_tick()
                else:
                    leg.tick()
            except Exception:
                # One broken call must not stop the clock of the others.
                log.exception("a SIP call broke", extra={"attempt": leg.attempt_id})
                leg.end(Ended(EndReason.NETWORK_FAILED, "the call broke here"))
        return bool(self._live)

    def _over(self, leg: SipLeg) -> None:
        self._live.discard(leg)
