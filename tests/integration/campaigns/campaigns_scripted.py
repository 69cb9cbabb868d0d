"""A carrier at the network's edge that does what a test wrote down, and a clock that stands."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from callbot.speech.audio import Pcm
from callbot.telephony.carrier import (
    Answered,
    Dial,
    Ended,
    EndReason,
    Found,
    LegEvent,
    OnIncoming,
    Ringing,
    Trace,
)

MORNING = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
"""Nine o'clock in Shanghai."""

PICKS_UP: tuple[LegEvent, ...] = (Ringing(), Answered(), Ended(EndReason.HUNG_UP_THERE))
NO_ANSWER: tuple[LegEvent, ...] = (Ringing(), Ended(EndReason.NO_ANSWER, "rang out"))
BUSY: tuple[LegEvent, ...] = (Ended(EndReason.BUSY, "486"),)
INVALID: tuple[LegEvent, ...] = (Ended(EndReason.INVALID_NUMBER, "404"),)
NETWORK_FAILED: tuple[LegEvent, ...] = (Ended(EndReason.NETWORK_FAILED, "503"),)


@dataclass
class PinnedClock:
    at: datetime = MORNING

    def now(self) -> datetime:
        return self.at

    def advance(self, **by: float) -> None:
        self.at += timedelta(**by)


class RunningClock:
    """Nine o'clock when it is made; runs as fast as real time."""

    def __init__(self) -> None:
        self._began_s = time.monotonic()

    def now(self) -> datetime:
        return MORNING + timedelta(seconds=time.monotonic() - self._began_s)


@dataclass
class ScriptedLeg:
    attempt_id: str
    script: Sequence[LegEvent]
    gate: asyncio.Event | None = None
    hung_up: int = 0

    def __post_init__(self) -> None:
        self._rest = list(self.script)

    async def events(self) -> AsyncIterator[LegEvent]:
        while self._rest:
            event = self._rest[0]
            if isinstance(event, Ended) and self.gate is not None:
                await self.gate.wait()
            yield self._rest.pop(0)
            await asyncio.sleep(0)

    def send(self, pcm: Pcm) -> None:  # noqa: ARG002 (the protocol's name)
        raise AssertionError("nobody speaks in these tests")

    def flush(self) -> None:
        raise AssertionError("nobody speaks in these tests")

    async def hang_up(self) -> None:
        self.hung_up += 1

    async def transfer(self, to: str) -> None:
        raise AssertionError(f"nobody asked for {to}")


@dataclass
class ScriptedCarrier:
    """`script` gives each dial its events; an exception in their place is raised."""

    script: Callable[[Dial], Sequence[LegEvent] | Exception] = lambda _dial: NO_ANSWER
    known: Trace = Trace(Found.UNDER_WAY)  # noqa: RUF009 (frozen)
    gate: asyncio.Event | None = None
    name: str = "scripted"
    dials: list[Dial] = field(default_factory=list)
    legs: list[ScriptedLeg] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    placed: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self, on_incoming: OnIncoming | None = None) -> None: ...

    async def close(self) -> None: ...

    async def place(self, dial: Dial) -> ScriptedLeg:
        self.dials.append(dial)
        await asyncio.sleep(0)
        events = self.script(dial)
        if isinstance(events, Exception):
            raise events
        self.placed.set()
        leg = ScriptedLeg(dial.attempt_id, events, self.gate)
        self.legs.append(leg)
        return leg

    async def trace(self, dial: Dial, placed_at: datetime) -> Trace:
        assert placed_at.tzinfo is not None
        self.asked.append(dial.attempt_id)
        return self.known
