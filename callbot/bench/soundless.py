"""A carrier without sound: residents who pick up by the figures of a file."""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from callbot.clock import Clock
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


class Figures(BaseModel):
    """How residents take calls. answered: share by local hour; busy: of those not answered."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    answered: Mapping[int, float] = Field(min_length=1)
    busy: float = Field(ge=0, le=1)
    ring_s: float = Field(gt=0, le=15)
    talk_s: float = Field(gt=0)

    def answer_rate(self, hour: int) -> float:
        earlier = [known for known in self.answered if known <= hour]
        return self.answered[max(earlier) if earlier else min(self.answered)]


class SoundlessCarrier:
    """Notes when each number was dialled. leg_over: set whenever a leg ends."""

    name = "soundless"

    def __init__(self, figures: Figures, clock: Clock, zone: ZoneInfo, seed: int) -> None:
        self._figures = figures
        self._clock = clock
        self._zone = zone
        self._chance = random.Random(seed)
        self.dials: list[tuple[datetime, str]] = []
        self.most_at_once = 0
        self.leg_over = asyncio.Event()
        self._live = 0

    async def start(self, on_incoming: OnIncoming | None = None) -> None: ...

    async def close(self) -> None: ...

    async def trace(self, dial: Dial, placed_at: datetime) -> Trace:  # noqa: ARG002
        return Trace(Found.UNDER_WAY)

    async def place(self, dial: Dial) -> "SoundlessLeg":
        now = self._clock.now()
        self.dials.append((now, dial.to))
        self._live += 1
        self.most_at_once = max(self.most_at_once, self._live)
        chance, figures = self._chance, self._figures
        if chance.random() < figures.answer_rate(now.astimezone(self._zone).hour):
            talk_s = chance.expovariate(1 / figures.talk_s)
            steps: list[tuple[float, LegEvent]] = [
                (1.0, Ringing()),
                (figures.ring_s, Answered()),
                (talk_s, Ended(EndReason.HUNG_UP_HERE)),
            ]
        elif chance.random() < figures.busy:
            steps = [(1.0, Ended(EndReason.BUSY))]
        else:
            steps = [(1.0, Ringing()), (dial.ring_timeout_s, Ended(EndReason.NO_ANSWER))]
        return SoundlessLeg(dial.attempt_id, steps, self)

    def over(self) -> None:
        self._live -= 1
        self.leg_over.set()


class SoundlessLeg:
    def __init__(
        self, attempt_id: str, steps: list[tuple[float, LegEvent]], carrier: SoundlessCarrier
    ) -> None:
        self.attempt_id = attempt_id
        self._steps = steps
        self._carrier = carrier

    async def events(self) -> AsyncIterator[LegEvent]:
        for wait_s, event in self._steps:
            await asyncio.sleep(wait_s)
            if isinstance(event, Ended):
                self._carrier.over()
            yield event

    def send(self, pcm: Pcm) -> None:
        """Nobody listens."""

    def flush(self) -> None:
        """Nothing was sent."""

    async def hang_up(self) -> None:
        """The steps end by themselves."""

    async def transfer(self, to: str) -> None:
        raise NotImplementedError(f"no resident of the bench is put through to {to}")
