"""The embedded network keeps to the carrier protocol."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from carrier_conformance import CarrierConformance
from phones import FarEnd
from simulated_far_end import SimulatedFarEnd, move_in

from callbot.telephony.simulated.network import SimulatedCarrier
from callbot.telephony.simulated.studio import Studio


class TestSimulatedCarrier(CarrierConformance):
    @pytest.fixture
    async def far_end(self, studio: Studio, voice: Path) -> AsyncIterator[FarEnd]:
        carrier = SimulatedCarrier(studio, pace=SimulatedFarEnd.pace, tells_machines=True)
        far_end = SimulatedFarEnd(carrier)
        await move_in(far_end, voice)
        await carrier.start()
        yield far_end
        await carrier.close()
