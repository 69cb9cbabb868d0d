"""Twilio's network at the far end: its stand-in, with the embedded network's phones behind it."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from simulated_far_end import SimulatedFarEnd, move_in

from callbot.clock import SystemClock
from callbot.rehearsal.over_twilio import OverTwilio
from callbot.rehearsal.twilio_stand_in.call import RemoteCall
from callbot.rehearsal.twilio_stand_in.network import TwilioStandIn
from callbot.rehearsal.twilio_stand_in.premises import Premises
from callbot.telephony.carrier import OnIncoming
from callbot.telephony.simulated.network import SimulatedCarrier
from callbot.telephony.simulated.studio import Studio
from callbot.telephony.twilio.rest import TIMEOUT_S


class TwilioFarEnd(SimulatedFarEnd):
    pace = 1.0

    def __init__(self, network: SimulatedCarrier, request_timeout_s: float) -> None:
        self._premises = Premises(network)
        self.over = OverTwilio(self._premises, SystemClock(), request_timeout_s=request_timeout_s)
        super().__init__(network, self.over)

    @property
    def twilio(self) -> TwilioStandIn:
        return self._premises.twilio

    def remote(self, attempt_id: str) -> RemoteCall:
        """The call as Twilio knows it."""
        return self.twilio.call_of(attempt_id)

    async def restarted(self, on_incoming: OnIncoming | None) -> None:
        """Ours alone: Twilio and its phones stay."""
        await self.over.carrier.close()
        await self.over.carrier.start(on_incoming)

    def open_things(self) -> dict[str, int]:
        return {
            "tasks": len(asyncio.all_tasks()),
            "files": len(list(Path(f"/proc/{os.getpid()}/fd").iterdir())),
            "calls": self.over.live + self._premises.live,
        }


@pytest.fixture
def request_timeout_s() -> float:
    return TIMEOUT_S


@pytest.fixture
async def far_end(
    studio: Studio, voice: Path, request_timeout_s: float
) -> AsyncIterator[TwilioFarEnd]:
    network = SimulatedCarrier(studio, lines=100, tells_machines=True, rings_ms=(40.0, 80.0))
    far_end = TwilioFarEnd(network, request_timeout_s)
    await move_in(far_end, voice)
    await far_end.carrier.start()
    yield far_end
    await far_end.carrier.close()
