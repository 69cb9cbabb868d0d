"""Simulated residents for whoever is in the database, while `callbot serve` plays a rehearsal."""

from sqlmodel import col, select

from callbot.campaigns.dialing.brief import AttemptBrief
from callbot.config import Settings
from callbot.db import Database
from callbot.dialog.events import Event
from callbot.dialog.script import load_script
from callbot.models import FollowUp, Resident
from callbot.rehearsal.far_end import FarEnd
from callbot.rehearsal.population import populate
from callbot.telephony.simulated.network import SimulatedCarrier
from callbot.telephony.simulated.residents import SimulatedResident


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
        everybody = [inhabitant.resident for inhabitant in populate(list(people), seed=0)]
        new = [person for person in everybody if person.phone not in self._residents]
        if new:
            await self._carrier.prepare(new)
            self._residents |= {person.phone: person for person in new}
            self._far_ends.clear()

    def observe(self, brief: AttemptBrief, event: Event) -> None:
        """An observer of the node's calls."""
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
