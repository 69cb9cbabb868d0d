"""The embedded network behind a stand-in of Twilio: its residents are reached over Twilio's REST
interface, signed webhooks and media sockets on loopback.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from callbot.clock import Clock
from callbot.rehearsal.transport import Transport
from callbot.rehearsal.twilio_stand_in.premises import ACCOUNT, HOST, REST_PORT
from callbot.telephony.carrier import Dial, OnIncoming, Trace
from callbot.telephony.twilio.carrier import TwilioCarrier
from callbot.telephony.twilio.leg import TwilioLeg
from callbot.telephony.twilio.rest import TIMEOUT_S
from callbot.web.server import serving
from callbot.web.webhooks import app_of
from callbot.workers.protocol import Header


class FarSide(Protocol):
    """The stand-in with its network: `Premises` in this process, or a `DistantNetwork`."""

    @property
    def transport(self) -> Transport: ...

    async def start(self) -> Header: ...

    def expect(self, dial: Dial) -> None: ...

    def reach_us(self, port: int) -> None: ...

    async def close(self) -> None: ...


class OverTwilio:
    """A Carrier in front of the embedded network, for one run."""

    name = "twilio"

    def __init__(
        self, far_side: FarSide, clock: Clock, *, request_timeout_s: float = TIMEOUT_S
    ) -> None:
        self._far_side = far_side
        self._clock = clock
        self._timeout_s = request_timeout_s
        self._stack = AsyncExitStack()
        self.carrier = TwilioCarrier(ACCOUNT, clock)

    @property
    def transport(self) -> Transport:
        return self._far_side.transport

    @property
    def live(self) -> int:
        """Calls that are not over."""
        return self.carrier.live

    async def start(self, on_incoming: OnIncoming | None = None) -> None:
        await self._stack.enter_async_context(self._reachable())
        await self.carrier.start(on_incoming)

    async def place(self, dial: Dial) -> TwilioLeg:
        self._far_side.expect(dial)
        return await self.carrier.place(dial)

    async def trace(self, dial: Dial, placed_at: datetime) -> Trace:
        return await self.carrier.trace(dial, placed_at)

    async def close(self) -> None:
        await self.carrier.close()
        await self._stack.aclose()

    @asynccontextmanager
    async def _reachable(self) -> AsyncIterator[None]:
        """Both ends have ports of their own."""
        rest_port = (await self._far_side.start())[REST_PORT]
        account = replace(ACCOUNT, api_base_url=f"http://{HOST}:{rest_port}")
        self.carrier = TwilioCarrier(account, self._clock, request_timeout_s=self._timeout_s)
        async with serving(app_of([self.carrier]), HOST, 0) as port:
            self._far_side.reach_us(port)
            try:
                yield
            finally:
                # Its sockets end before the server that they are connected to.
                await self._far_side.close()
