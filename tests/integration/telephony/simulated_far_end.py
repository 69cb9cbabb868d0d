"""The embedded network at the far end: of itself, or of a carrier whose wire leads to it."""

import asyncio
from pathlib import Path

from phones import Phone

from callbot.dialog.answers import Kind
from callbot.dialog.events import Listen
from callbot.telephony.carrier import Carrier, OnIncoming
from callbot.telephony.simulated.incoming import SimulatedIncoming
from callbot.telephony.simulated.network import SimulatedCarrier
from callbot.telephony.simulated.residents import SimulatedResident

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
    """network: where the residents are; carrier: what reaches them over a wire, by default the
    network itself.

    A call to us is known to the network by another name than to such a carrier.
    """

    pace = 4.0
    tells_machines = True

    def __init__(self, network: SimulatedCarrier, carrier: Carrier | None = None) -> None:
        self.network = network
        self.carrier: Carrier = carrier or network
        self._rung_in = ""

    async def phone(self, does: Phone) -> str:
        return f"+861380000{list(Phone).index(does):04d}"

    def picked_up(self, attempt_id: str) -> None:
        self.network.cue(attempt_id, Listen(question="identity", kind=Kind.OPEN, asked=1))

    async def heard_s(self, attempt_id: str) -> float:
        try:
            report = self.network.report(attempt_id)
        except KeyError:
            report = self.network.report(self._rung_in)
        return sum(turn.audible_ms for turn in report.turns) / 1000

    async def ring_in(self) -> SimulatedCaller:
        listens = await self.phone(Phone.LISTENS)
        incoming = self.network.ring_in(listens, "+15005550006")
        self._rung_in = incoming.attempt_id
        return SimulatedCaller(incoming)

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
