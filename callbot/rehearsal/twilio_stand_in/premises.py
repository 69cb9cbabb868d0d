"""Where the stand-in of Twilio is reached, with a telephone network behind it."""

import asyncio
from contextlib import AsyncExitStack, suppress
from typing import Final

from callbot.rehearsal.transport import Transport
from callbot.rehearsal.twilio_stand_in.network import TwilioStandIn
from callbot.telephony.carrier import Dial
from callbot.telephony.simulated.network import SimulatedCarrier
from callbot.telephony.twilio.account import TwilioAccount
from callbot.web.server import serving
from callbot.workers.protocol import Header

HOST: Final = "127.0.0.1"
REST_PORT: Final = "rest_port"
"""In what `start` gives."""

ACCOUNT: Final = TwilioAccount(
    sid="AC" + "a" * 32,
    auth_token="b" * 32,
    caller_id="+15005550006",
    public_url="https://calls.example.org",
)

_PUT_THROUGH_WITHIN_S: Final = 5.0


class Premises:
    """Of one account, `ACCOUNT`."""

    def __init__(self, network: SimulatedCarrier) -> None:
        self._network = network
        self._stack = AsyncExitStack()
        self.twilio = TwilioStandIn(ACCOUNT, network.place)

    @property
    def transport(self) -> Transport:
        return self.twilio.transport

    @property
    def live(self) -> int:
        """Calls that are not over."""
        return self.twilio.live

    async def start(self) -> Header:
        port = await self._stack.enter_async_context(serving(self.twilio.rest.app, HOST, 0))
        await self._network.start(self.twilio.takes)
        return {REST_PORT: port}

    def expect(self, dial: Dial) -> None:
        """It is told by REST."""

    def reach_us(self, port: int) -> None:
        """Webhooks and media sockets go there."""
        self.twilio.webhooks.port = port

    async def close(self) -> None:
        """Whoever is being put through to somebody still is; all other calls are cut off."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_PUT_THROUGH_WITHIN_S):
                while self.twilio.putting_through:  # noqa: ASYNC110 (its calls tell nobody)
                    await asyncio.sleep(0.02)
        await self._network.close()
        await self.twilio.close()
        await self._stack.aclose()
