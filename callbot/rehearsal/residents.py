"""The people of a rehearsal, as who plays it speaks with them: not over the telephone."""

from collections.abc import Iterable
from typing import Protocol

from callbot.dialog.events import Listen
from callbot.telephony.simulated.measurement import LineReport
from callbot.telephony.simulated.residents import SimulatedResident
from callbot.telephony.simulated.studio import Progress


class Residents(Protocol):
    """A SimulatedCarrier is one, and so is a network elsewhere; see there."""

    async def prepare(
        self, residents: Iterable[SimulatedResident], progress: Progress | None = None
    ) -> None: ...

    def cue(self, attempt_id: str, listen: Listen, read_back_true: bool | None = None) -> None: ...

    def report(self, attempt_id: str) -> LineReport:
        """KeyError if the call was never placed; of a network elsewhere, before it was closed."""

    def late_frames(self) -> int: ...
