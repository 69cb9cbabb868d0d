"""The embedded phone network, with simulated residents at its far end."""

from collections.abc import Sequence

from callbot.clock import Clock
from callbot.config import Settings
from callbot.speech.pyttsx3_engine import Pyttsx3Synthesizer
from callbot.telephony.carrier import OnIncoming
from callbot.telephony.carriers import CarrierFolder, Limits
from callbot.telephony.simulated.network import SimulatedCarrier
from callbot.telephony.simulated.studio import Studio

LINES = 8


class _NetworkOfItsOwn(SimulatedCarrier):
    """With a synthesizer for the residents who need one, besides the bot's."""

    def __init__(self, settings: Settings) -> None:
        self._synthesizer = Pyttsx3Synthesizer()
        super().__init__(Studio(settings.data_dir / "cache", self._synthesizer), lines=LINES)

    async def start(self, on_incoming: OnIncoming | None = None) -> None:
        await self._synthesizer.start()
        await super().start(on_incoming)

    async def close(self) -> None:
        await super().close()
        await self._synthesizer.close()


def _open(settings: Settings, clock: Clock) -> SimulatedCarrier:
    del clock
    return _NetworkOfItsOwn(settings)


async def _check(settings: Settings, clock: Clock) -> Sequence[str]:
    del settings, clock
    return ("the embedded network: no real phones",)


FOLDER = CarrierFolder(_open, _check, lambda _settings: Limits(LINES, calls_per_second=2.0))
