"""Simulated residents for whoever is in the database, while `callbot serve` plays a rehearsal."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from callbot.calls.trial_ringer import TrialBrief
from callbot.config import Settings
from callbot.db import Database
from callbot.dialog.events import Event
from callbot.dialog.script import load_script
from callbot.dialog.trial import EXAMPLE_NAME
from callbot.models import FollowUp, Resident
from callbot.rehearsal.far_end import FarEnd, Rung
from callbot.rehearsal.population import Person, populate
from callbot.telephony.simulated.network import SimulatedCarrier
from callbot.telephony.simulated.residents import SimulatedResident


@dataclass(frozen=True)
class _Stranger:
    name: str
    phone: str
    locale: str


class SimulatedPublic:
    """Does nothing without a simulated carrier."""

    def __init__(
        self, settings: Settings, database: Database, carrier: SimulatedCarrier | None
    ) -> None:
        self._settings = settings
        self._database = database
        self._carrier = carrier
        self._residents: dict[str, SimulatedResident] = {}
        self._far_ends: dict[str, FarEnd] = {}

    @property
    def plays(self) -> bool:
        return self._carrier is not None

    async def move_in(self) -> None:
        """Connects residents who are new in the database."""
        if self._carrier is None:
            return
        with self._database.reading() as rows:
            people = rows.exec(
                select(Resident)
                .where(col(Resident.follow_up) == FollowUp.ACTIVE)
                .order_by(col(Resident.id))
            ).all()
        await self._connect(people)

    async def meet(self, brief: TrialBrief) -> None:
        """Somebody who is well picks up a trial call: nobody's phone rings on this network."""
        await self._connect([_Stranger(EXAMPLE_NAME, brief.phone, brief.locale)])

    async def _connect(self, people: Sequence[Person]) -> None:
        if self._carrier is None:
            return
        everybody = [inhabitant.resident for inhabitant in populate(people, seed=0)]
        new = [person for person in everybody if person.phone not in self._residents]
        if new:
            await self._carrier.prepare(new)
            self._residents |= {person.phone: person for person in new}
            self._far_ends.clear()

    def observe(self, brief: Rung, event: Event) -> None:
        """An observer of the node's calls, and of its trials."""
        if self._carrier is None:
            return
        far_end = self._far_ends.get(brief.script)
        if far_end is None:
            script = load_script(self._settings.prompts_dir, brief.script)
            residents = list(self._residents.values())
            far_end = self._far_ends[brief.script] = FarEnd(
                self._carrier, residents, lambda: script
            )
        far_end.observe(brief, event)
