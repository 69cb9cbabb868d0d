"""Twilio keeps to the carrier protocol, over real sockets, webhooks and its own SDK."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from carrier_conformance import Caller, CarrierConformance, FarEnd, Phone
from fastapi import FastAPI
from twilio_network import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    OFFICE,
    PUBLIC_URL,
    RemoteCall,
    TwilioNetwork,
    served,
)

from callbot.clock import SystemClock
from callbot.telephony.carrier import OnIncoming
from callbot.telephony.twilio.account import TwilioAccount
from callbot.telephony.twilio.carrier import TwilioCarrier
from callbot.web.twilio_webhooks import router_of


class TwilioCaller:
    def __init__(self, call: RemoteCall) -> None:
        self._call = call

    async def answered(self) -> bool:
        return await self._call.accepted


class TwilioFarEnd:
    cannot: frozenset[Phone] = frozenset()
    pace = 1.0

    def __init__(self, carrier: TwilioCarrier, network: TwilioNetwork) -> None:
        self.carrier = carrier
        self.network = network

    async def phone(self, does: Phone) -> str:
        number = f"+861380000{list(Phone).index(does):04d}"
        self.network.phones[number] = does
        return number

    def picked_up(self, attempt_id: str) -> None:
        """Phones here hear for themselves."""

    async def heard_s(self, attempt_id: str) -> float:
        known = self.network.attempts.get(attempt_id)
        return (known or list(self.network.calls.values())[-1]).heard_s

    async def ring_in(self) -> Caller:
        return TwilioCaller(self.network.ring_in(await self.phone(Phone.LISTENS)))

    async def restarted(self, on_incoming: OnIncoming | None) -> None:
        await self.carrier.close()
        await self.carrier.start(on_incoming)

    def open_things(self) -> dict[str, int]:
        return {
            "tasks": len(asyncio.all_tasks()),
            "files": len(list(Path(f"/proc/{os.getpid()}/fd").iterdir())),
            "live": self.carrier.live,
            "calls at Twilio": self.network.live,
        }


@pytest.fixture
async def far_end() -> AsyncIterator[TwilioFarEnd]:
    network = TwilioNetwork()
    app = FastAPI()
    async with served(network.app) as api_port, served(app) as port:
        network.port = port
        account = TwilioAccount(
            ACCOUNT_SID, AUTH_TOKEN, OFFICE, PUBLIC_URL, f"http://127.0.0.1:{api_port}"
        )
        carrier = TwilioCarrier(account, SystemClock(), request_timeout_s=2.0)
        app.include_router(router_of(carrier))
        await carrier.start()
        yield TwilioFarEnd(carrier, network)
        await carrier.close()
        await network.close()


class TestTwilioCarrier(CarrierConformance):
    @pytest.fixture
    async def far_end(self, far_end: FarEnd) -> FarEnd:
        return far_end
