"""The embedded network behind a trunk: its residents are reached over real SIP and RTP on loopback.

Our SIP process runs as in service. At the other end is a telephone exchange with the network behind
it, in a process of its own. Sound is measured where it leaves the wire.
"""

import socket
from datetime import datetime
from typing import Final

from callbot.clock import Clock
from callbot.config import Settings
from callbot.rehearsal.distant.network import DistantNetwork
from callbot.rehearsal.distant.wire import Wire
from callbot.rehearsal.network_plan import NetworkPlan
from callbot.rehearsal.transport import Transport
from callbot.telephony.carrier import Dial, Leg, OnIncoming, Trace
from callbot.telephony.sip import sip_carrier
from callbot.telephony.sip.stack import Endpoint
from callbot.telephony.sip.trunk import Trunk
from callbot.telephony.sip.wire import greeting

_HOST: Final = "127.0.0.1"
_OFFICE: Final = "+8653288880000"


class OverSip:
    """A Carrier in front of the embedded network, for one run: calls go out only."""

    name = "sip"

    def __init__(self, plan: NetworkPlan, settings: Settings, clock: Clock) -> None:
        ours, theirs = _free_ports()
        own = _loopback(settings, listen=ours, towards=theirs, rtp="10000-14998")
        other = _loopback(settings, listen=theirs, towards=ours, rtp="17000-19998")
        self._trunk = sip_carrier(own, clock)
        exchange = greeting(Trunk.of(other), Endpoint.of(other), other.sip_calls)
        self.residents = DistantNetwork(Wire.SIP, plan, exchange.header)

    @property
    def live(self) -> int:
        """Calls that are not over."""
        return self._trunk.live

    @property
    def transport(self) -> Transport:
        return self.residents.transport

    async def start(self, on_incoming: OnIncoming | None = None) -> None:
        del on_incoming
        await self.residents.start()
        await self._trunk.start()

    async def place(self, dial: Dial) -> Leg:
        self.residents.expect(dial)
        return await self._trunk.place(dial)

    async def trace(self, dial: Dial, placed_at: datetime) -> Trace:
        return await self._trunk.trace(dial, placed_at)

    async def close(self) -> None:
        await self._trunk.close()
        await self.residents.close()


def _loopback(settings: Settings, *, listen: int, towards: int, rtp: str) -> Settings:
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
    return settings.model_copy(update=own)


def _free_ports() -> tuple[int, int]:
    """Two that differ, as nobody has now."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other,
    ):
        one.bind((_HOST, 0))
        other.bind((_HOST, 0))
        return one.getsockname()[1], other.getsockname()[1]
