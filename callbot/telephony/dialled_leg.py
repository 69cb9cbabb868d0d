"""What a dialled leg comes to: somebody picks up, or its ringing ends. No wait is without end."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Final

from callbot.telephony.carrier import (
    Answered,
    Carrier,
    Dial,
    Ended,
    EndReason,
    Leg,
    LegEvent,
    Ringing,
)

RING_GRACE_S: Final = 15.0
"""Beyond the ring time-out, for a carrier that never says how a call ended."""

LONGEST_CALL_S: Final = 1200.0
"""No conversation is open longer; the dialogue ends its calls long before."""

HANG_UP_S: Final = 20.0
"""What was sent before is played to its end first."""

log = logging.getLogger(__name__)


async def until_answered(
    events: AsyncIterator[LegEvent],
    ring_timeout_s: float,
    on_ringing: Callable[[], Awaitable[None]],
) -> Ended | None:
    """None once somebody has picked up, else how the ringing ended.

    events: of the leg, kept by the caller, who reads on from them.
    """
    rang = False
    try:
        async with asyncio.timeout(ring_timeout_s + RING_GRACE_S):
            async for event in events:
                if isinstance(event, Ringing):
                    rang = True
                    await on_ringing()
                elif isinstance(event, Answered):
                    return None
                elif isinstance(event, Ended):
                    return event
    except TimeoutError:
        if not rang:
            # Nobody can say that a resident is out whose phone never rang.
            return Ended(EndReason.NETWORK_FAILED, "the carrier never said that the phone rings")
        return Ended(EndReason.NO_ANSWER, "the carrier never said how the call ended")
    return Ended(EndReason.NETWORK_FAILED, "the carrier stopped reporting")


async def broken_by_carrier(carrier: Carrier, dial: Dial, placed_at: datetime) -> Ended | None:
    """How an answered call ended that neither side has hung up; None of any other call."""
    ended = (await carrier.trace(dial, placed_at)).ended
    if ended is None or ended.reason not in (EndReason.NETWORK_FAILED, EndReason.UNHEARD):
        return None
    return ended


async def hang_up(leg: Leg) -> None:
    """Raises nothing: a leg that will not end is left to the carrier."""
    try:
        async with asyncio.timeout(HANG_UP_S):
            await leg.hang_up()
    except Exception:
        log.exception("leg could not be hung up", extra={"attempt": leg.attempt_id})
