"""The embedded network keeps to the carrier protocol."""

import asyncio
import wave
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from carrier_conformance import Caller, CarrierConformance, FarEnd, Phone, tone

from callbot.dialog.answers import Kind
from callbot.dialog.events import Listen
from callbot.telephony.carrier import OnIncoming
from callbot.telephony.simulated.incoming import SimulatedIncoming
from callbot.telephony.simulated.measurement import Speaker
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

    async def answered(self) -> bool:
        return await self._incoming.settled()


class SimulatedFarEnd:
    cannot: frozenset[Phone] = frozenset()
    pace = 4.0

    def __init__(self, carrier: SimulatedCarrier) -> None:
        self.carrier = carrier

    async def phone(self, does: Phone) -> str:
        return f"+861380000{list(Phone).index(does):04d}"

    def picked_up(self, attempt_id: str) -> None:
        self.carrier.cue(attempt_id, Listen(question="identity", kind=Kind.OPEN, asked=1))

    async def heard_s(self, attempt_id: str) -> float:
        turns = self.carrier.report(attempt_id).turns
        return sum(t.end_ms - t.start_ms for t in turns if t.speaker is Speaker.BOT) / 1000

    async def ring_in(self) -> Caller:
        listens = await self.phone(Phone.LISTENS)
        return SimulatedCaller(self.carrier.ring_in(listens, "+15005550006"))

    async def restarted(self, on_incoming: OnIncoming | None) -> None:
        await self.carrier.close()
        await self.carrier.start(on_incoming)

    def open_things(self) -> dict[str, int]:
        return {"tasks": len(asyncio.all_tasks()), "lines": self.carrier.live}


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
        people = [p for p in Phone if p is not Phone.NOBODYS]
        await carrier.prepare([resident(p, await far_end.phone(p), voice) for p in people])
        await carrier.start()
        yield far_end
        await carrier.close()
