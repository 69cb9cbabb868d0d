"""The embedded network behind a stand-in of Twilio: its residents are reached over Twilio's REST
interface, signed webhooks and media sockets on loopback.

All of it is in this process, so that the node's figures hold the stand-in's work, too.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Final

from callbot.clock import Clock
from callbot.rehearsal.transport import Transport
from callbot.rehearsal.twilio_stand_in.network import TwilioStandIn
from callbot.telephony.carrier import Dial, OnIncoming, Trace
from callbot.telephony.simulated.network import SimulatedCarrier
from callbot.telephony.twilio.account import TwilioAccount
from callbot.telephony.twilio.carrier import TwilioCarrier
from callbot.telephony.twilio.leg import TwilioLeg
from callbot.telephony.twilio.rest import TIMEOUT_S
from callbot.web.server import serving
from callbot.web.webhooks import app_of

_HOST: Final = "127.0.0.1"

ACCOUNT: Final = TwilioAccount(
    sid="AC" + "a" * 32,
    auth_token="b" * 32,
    caller_id="+15005550006",
    public_url="https://calls.example.org",
)


class OverTwilio:
    """A Carrier in front of the embedded network. `twilio` is the stand-in between them."""

    name = "twilio"

    def __init__(
        self, network: SimulatedCarrier, clock: Clock, *, request_timeout_s: float = TIMEOUT_S
    ) -> None:
        self._network = network
        self._clock = clock
        self._timeout_s = request_timeout_s
        self._stack = AsyncExitStack()
        self.twilio = TwilioStandIn(ACCOUNT, network.place)
        self.carrier = TwilioCarrier(ACCOUNT, clock)

    @property
    def transport(self) -> Transport:
        return self.twilio.transport

    @property
    def live(self) -> int:
        """Calls that are not over, at one end or the other."""
        return self.carrier.live + self.twilio.live

    async def start(self, on_incoming: OnIncoming | None = None) -> None:
        await self._stack.enter_async_context(self._reachable())
        await self._network.start(self.twilio.takes)
        await self.carrier.start(on_incoming)

    async def place(self, dial: Dial) -> TwilioLeg:
        return await self.carrier.place(dial)

    async def trace(self, dial: Dial, placed_at: datetime) -> Trace:
        return await self.carrier.trace(dial, placed_at)

    async def close(self) -> None:
        await self.carrier.close()
        await self._network.close()
        await self._stack.aclose()

    @asynccontextmanager
    async def _reachable(self) -> AsyncIterator[None]:
        """Both ends have ports of their own."""
        async with serving(self.twilio.rest.app, _HOST, 0) as rest_port:
            account = replace(ACCOUNT, api_base_url=f"http://{_HOST}:{rest_port}")
            self.carrier = TwilioCarrier(account, self._clock, request_timeout_s=self._timeout_s)
            async with serving(app_of([self.carrier]), _HOST, 0) as port:
                self.twilio.webhooks.port = port
                yield
                await self.twilio.close()
