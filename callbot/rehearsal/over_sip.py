"""The embedded network behind a trunk: its residents are reached over real SIP and RTP on loopback.

Two SIP processes stand in between, ours as in service and one of a telephone exchange, which rings
the resident whose number is dialled and passes sound on both ways. What the network measures it
measures behind the exchange, whose jitter buffer of 20 to 60 ms is thus part of every figure.
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Final

import psutil

from callbot.clock import Clock
from callbot.config import Settings
from callbot.rehearsal.transport import Transport
from callbot.speech.audio import SILENT_FRAME
from callbot.telephony.carrier import (
    Answered,
    Audio,
    Dial,
    Ended,
    Incoming,
    Key,
    Leg,
    LegEvent,
    OnIncoming,
    Trace,
)
from callbot.telephony.simulated.network import SimulatedCarrier
from callbot.telephony.sip import sip_carrier
from callbot.telephony.sip.carrier import SipCarrier
from callbot.telephony.sip.remote_leg import RemoteLeg
from callbot.workers.priority import give_way

_HOST: Final = "127.0.0.1"
_OFFICE: Final = "+8653288880000"
_EXCHANGE_NICENESS: Final = 3
"""It shall not measure itself: the far end gives way to what is measured."""


class OverSip:
    """A Carrier in front of the embedded network, for one run: calls go out only."""

    name = "sip"

    def __init__(self, network: SimulatedCarrier, settings: Settings, clock: Clock) -> None:
        ours, theirs = _free_ports()
        self._network = network
        self._trunk = _carrier(settings, clock, listen=ours, towards=theirs, rtp="10000-14998")
        self._exchange = _carrier(settings, clock, listen=theirs, towards=ours, rtp="17000-19998")
        self._dialled: dict[str, Dial] = {}
        self.transport = Transport()

    @property
    def live(self) -> int:
        """Calls that are not over, at one end or the other."""
        return self._trunk.live + self._exchange.live

    async def start(self, on_incoming: OnIncoming | None = None) -> None:
        del on_incoming
        await self._network.start()
        await self._exchange.start(self._rings)
        if self._exchange.worker_pid is not None:
            give_way(_EXCHANGE_NICENESS, self._exchange.worker_pid)
        await self._trunk.start()

    async def place(self, dial: Dial) -> Leg:
        self._dialled[dial.to] = dial
        return await self._trunk.place(dial)

    async def trace(self, dial: Dial, placed_at: datetime) -> Trace:
        return await self._trunk.trace(dial, placed_at)

    async def close(self) -> None:
        if self._trunk.worker_pid is not None:
            times = psutil.Process(self._trunk.worker_pid).cpu_times()
            self.transport.process_cpu_s = times.user + times.system
        await self._trunk.close()
        await self._exchange.close()
        await self._network.close()

    # -- the exchange --------------------------------------------------------------------------

    async def _rings(self, incoming: Incoming) -> None:
        resident = await self._network.place(self._dialled[incoming.called])
        events = resident.events()
        async for event in events:
            if isinstance(event, Ended):
                await incoming.reject()
                return
            if isinstance(event, Answered):
                break
        trunk = await incoming.answer()
        async with asyncio.TaskGroup() as both_ways:
            both_ways.create_task(_pass_on(events, trunk))
            both_ways.create_task(_pass_on(self._counted(trunk), resident))

    async def _counted(self, trunk: Leg) -> AsyncIterator[LegEvent]:
        async for event in trunk.events():
            if isinstance(event, Audio):
                self.transport.frames += 1
                # Coded silence is never quite zero: this frame did not come.
                self.transport.missing += event.pcm == SILENT_FRAME
            yield event


async def _pass_on(events: AsyncIterator[LegEvent], to: Leg) -> None:
    async for event in events:
        if isinstance(event, Audio):
            to.send(event.pcm)
        elif isinstance(event, Key) and isinstance(to, RemoteLeg):
            await to.press(event.digit)
    await to.hang_up()


def _carrier(
    settings: Settings, clock: Clock, *, listen: int, towards: int, rtp: str
) -> SipCarrier:
    own = {
        "sip_trunk": f"{_HOST}:{towards}",
        "sip_user": "",
        "sip_from": _OFFICE,
        "sip_listen": f"{_HOST}:{listen}",
        "sip_interface": _HOST,
        "sip_rtp_ports": rtp,
        "sip_calls": 200,
        "sip_prefix": "",
        "sip_numbers": "e164",
    }
    return sip_carrier(settings.model_copy(update=own), clock)


def _free_ports() -> tuple[int, int]:
    """Two that differ, as nobody has now."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other,
    ):
        one.bind((_HOST, 0))
        other.bind((_HOST, 0))
        return one.getsockname()[1], other.getsockname()[1]
