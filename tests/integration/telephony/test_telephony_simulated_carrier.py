"""The embedded network keeps to the carrier protocol."""

import asyncio
import wave
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from carrier_conformance import CarrierConformance
from followed import tone
from phones import FarEnd, Phone

from callbot.dialog.answers import Kind
from callbot.dialog.events import Listen
from callbot.telephony.carrier import Carrier, OnIncoming
from callbot.telephony.simulated.incoming import SimulatedIncoming
from callbot.telephony.simulated.network import SimulatedCarrier
from callbot.telephony.simulated.residents import SimulatedResident
from callbot.telephony.simulated.studio import Studio

PICKS_UP = {
    Phone.RINGS: "no_answer",
    Phone.BUSY: "busy",
    Phone.REJECTS: "reject",
    Phone.MACHINE: "voicemail",
    Phone.HANGS_UP: "hangs_up_at:identity",
}


class SimulatedCaller:
    def __init__(self, incoming: SimulatedIncoming) -> None:
        self._incoming = incoming
        self.attempt_id = incoming.attempt_id

    async def answered(self) -> bool:
        return await self._incoming.settled()


class SimulatedFarEnd:
    """network: where the residents are; carrier: what reaches them, by default the same."""

    pace = 4.0
    tells_machines = True

    def __init__(self, network: SimulatedCarrier, carrier: Carrier | None = None) -> None:
        self.network = network
        self.carrier: Carrier = carrier or network

    async def phone(self, does: Phone) -> str:
        return f"+861380000{list(Phone).index(does):04d}"

    def picked_up(self, attempt_id: str) -> None:
        self.network.cue(attempt_id, Listen(question="identity", kind=Kind.OPEN, asked=1))

    async def heard_s(self, attempt_id: str) -> float:
        turns = self.network.report(attempt_id).turns
        return sum(turn.audible_ms for turn in turns) / 1000

    async def ring_in(self) -> SimulatedCaller:
        listens = await self.phone(Phone.LISTENS)
        return SimulatedCaller(self.network.ring_in(listens, "+15005550006"))

    async def restarted(self, on_incoming: OnIncoming | None) -> None:
        await self.carrier.close()
        await self.carrier.start(on_incoming)

    def open_things(self) -> dict[str, int]:
        return {"tasks": len(asyncio.all_tasks()), "lines": self.network.live}


def resident(does: Phone, phone: str, voice: Path) -> SimulatedResident:
    return SimulatedResident.model_validate(
        {
            "name": does.value,
            "phone": phone,
            "voice": str(voice),
            "picks_up": PICKS_UP.get(does, "answer"),
            "says": {},
            "silent_at": [] if does is Phone.SPEAKS else ["identity"],
            "keys": {"identity": ["36#"]} if does is Phone.PRESSES else {},
        }
    )


async def move_in(far_end: SimulatedFarEnd, voice: Path) -> None:
    """A resident at each phone that somebody has."""
    people = [does for does in Phone if does is not Phone.NOBODYS]
    await far_end.network.prepare([resident(p, await far_end.phone(p), voice) for p in people])


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A voice that hums."""
    folder = tmp_path_factory.mktemp("voice")
    for name in ("identity", "voicemail"):
        with wave.open(str(folder / f"{name}.wav"), "wb") as file:
            file.setparams((1, 2, 8000, 0, "NONE", ""))
            file.writeframes(tone(1.0))
    return folder


class TestSimulatedCarrier(CarrierConformance):
    @pytest.fixture
    async def far_end(self, studio: Studio, voice: Path) -> AsyncIterator[FarEnd]:
        carrier = SimulatedCarrier(studio, pace=SimulatedFarEnd.pace, tells_machines=True)
        far_end = SimulatedFarEnd(carrier)
        await move_in(far_end, voice)
        await carrier.start()
        yield far_end
        await carrier.close()
