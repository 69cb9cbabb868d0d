"""Several carriers as one: each number goes to the first that reaches it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from callbot.errors import TelephonyError
from callbot.telephony.carrier import Carrier, Dial, Found, Leg, OnIncoming, Trace


@dataclass(frozen=True)
class Route:
    """reaches: whether a number (E.164) may be rung through this carrier."""

    carrier: Carrier
    reaches: Callable[[str], bool]


class RoutedCarrier:
    """A Carrier in front of others. An attempt is traced where its number is routed to."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._routes = tuple(routes)
        self.name = ",".join(route.carrier.name for route in routes)

    async def start(self, on_incoming: OnIncoming | None = None) -> None:
        for route in self._routes:
            await route.carrier.start(on_incoming)

    async def place(self, dial: Dial) -> Leg:
        carrier = self._to(dial.to)
        if carrier is None:
            raise TelephonyError(
                f"none of the carriers {self.name} reaches this country; add one with --carrier",
                permanent=False,
            )
        return await carrier.place(dial)

    async def trace(self, dial: Dial, placed_at: datetime) -> Trace:
        carrier = self._to(dial.to)
        if carrier is None:
            return Trace(Found.NEVER_PLACED)
        return await carrier.trace(dial, placed_at)

    async def close(self) -> None:
        for route in self._routes:
            await route.carrier.close()

    def _to(self, number: str) -> Carrier | None:
        return next((r.carrier for r in self._routes if r.reaches(number)), None)
