"""The embedded phone network, with simulated residents at its far end."""

from collections.abc import Sequence

from callbot.clock import Clock
from callbot.config import Settings
from callbot.telephony.carriers import CarrierFolder, Limits
from callbot.telephony.simulated.network import SimulatedCarrier
from callbot.telephony.simulated.studio import Studio

LINES = 8


def _open(settings: Settings, clock: Clock) -> SimulatedCarrier:
    del clock
    return SimulatedCarrier(Studio(settings.data_dir / "cache"), lines=LINES)


async def _check(settings: Settings, clock: Clock) -> Sequence[str]:
    del settings, clock
    return ("the embedded network: no real phones",)


FOLDER = CarrierFolder(_open, _check, lambda _settings: Limits(LINES, calls_per_second=2.0))
