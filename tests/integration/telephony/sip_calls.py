"""Calls of one SIP stack towards sipp, and what happens on them."""

import asyncio
from collections.abc import Callable
from itertools import count

from sip_scenarios import received, response, their_invite

from callbot.speech.audio import FRAME_MS
from callbot.telephony.carrier import Answered, Audio, Carrier, Dial, Leg, LegEvent, Ringing
from callbot.telephony.sip.leg import SipLeg
from callbot.telephony.sip.lines import SipLines

PATIENCE_S = 60.0
RINGS_S = 30.0
RTP = 16_000
HANG_UP = (received("BYE"), response("200 OK", tag=False))
ANSWER = (their_invite(), response("200 OK", rtp_port=RTP), received("ACK"))

_numbers = count(1)


async def dialled(carrier: SipLines | Carrier, ring_timeout_s: float = RINGS_S) -> Leg:
    attempt = f"attempt{next(_numbers)}"
    return await carrier.place(Dial(attempt, "+8613800000001", "+8653288880000", ring_timeout_s))


async def followed(
    call: Leg,
    at_answer: Callable[[], None] = lambda: None,
    at_ring: Callable[[], None] = lambda: None,
) -> list[LegEvent]:
    """Every event but sound, to the end."""
    events: list[LegEvent] = []
    async with asyncio.timeout(PATIENCE_S):
        async for event in call.events():
            if not isinstance(event, Audio):
                events.append(event)
            if isinstance(event, Answered):
                at_answer()
            if isinstance(event, Ringing):
                at_ring()
    return events


def pass_s(call: Leg, seconds: float) -> None:
    """So much of the call's time passes at once."""
    assert isinstance(call, SipLeg)
    for _ in range(round(seconds * 1000 / FRAME_MS)):
        call.tick()


async def hung_up(call: Leg) -> list[LegEvent]:
    """Followed to the end, and hung up as soon as it is answered."""
    hanging_up: list[asyncio.Task[None]] = []
    events = await followed(call, lambda: hanging_up.append(asyncio.create_task(call.hang_up())))
    await asyncio.gather(*hanging_up)
    return events
