"""What this process knows of the attempts it placed."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from callbot.clock import Clock
from callbot.telephony.carrier import Ended, Found, Trace

_REMEMBERED: Final = 20_000
"""More than a process places between the loss of an attempt and the sweep that settles it."""


@dataclass
class _Placed:
    at: datetime
    trace: Trace = field(default_factory=lambda: Trace(Found.UNDER_WAY))


class AttemptMemory:
    """SIP keeps no record that could be asked: an earlier process's attempts cannot be told."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._whole_since = clock.now()
        self._placed: OrderedDict[str, _Placed] = OrderedDict()

    def placing(self, attempt_id: str) -> None:
        """To be called before the network is asked."""
        self._placed[attempt_id] = _Placed(self._clock.now())
        if len(self._placed) > _REMEMBERED:
            _, forgotten = self._placed.popitem(last=False)
            self._whole_since = forgotten.at

    def never_placed(self, attempt_id: str) -> None:
        """It turned out that nothing was sent."""
        del self._placed[attempt_id]

    def ended(self, attempt_id: str, ended: Ended | None, *, answered: bool) -> None:
        placed = self._placed.get(attempt_id)
        if placed is not None:
            placed.trace = Trace(Found.ENDED, ended, answered)

    def lost(self, attempt_id: str) -> None:
        """Nobody can say whether anything was sent."""
        self._placed[attempt_id].trace = Trace(Found.CANNOT_TELL)

    def remembers(self, attempt_id: str) -> bool:
        return attempt_id in self._placed

    def trace(self, attempt_id: str, placed_at: datetime) -> Trace:
        placed = self._placed.get(attempt_id)
        if placed is not None:
            return placed.trace
        surely_not = placed_at > self._whole_since
        return Trace(Found.NEVER_PLACED if surely_not else Found.CANNOT_TELL)
