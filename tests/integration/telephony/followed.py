"""A call as a test follows it: its events, and what is said on it."""

import asyncio
from collections.abc import Callable

import numpy as np
from phones import FarEnd

from callbot.speech.audio import Pcm, frames, samples
from callbot.telephony.carrier import Answered, Audio, Ended, Leg, LegEvent, Ringing

PATIENCE_S = 60.0
"""For anything at all to happen, on a machine that is busy with other things."""

LOUD = 700.0
"""Root mean square of a frame in which somebody is heard."""


def tone(seconds: float) -> Pcm:
    return (np.sin(np.arange(round(seconds * 8000)) * 0.35) * 6000).astype("<i2").tobytes()


def loud(frame: Pcm) -> bool:
    return float(np.sqrt(np.mean(samples(frame).astype(float) ** 2))) > LOUD


class Followed:
    """A leg whose events are read as they come."""

    def __init__(self, leg: Leg, far_end: FarEnd) -> None:
        self.leg = leg
        self.events: list[LegEvent] = []
        self._far_end = far_end
        self._news = asyncio.Condition()
        self._reading = asyncio.create_task(self._read())

    async def until(self, holds: Callable[[list[LegEvent]], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S), self._news:
            await self._news.wait_for(lambda: holds(self.events))

    async def answered(self) -> None:
        await self.until(lambda events: Answered() in events)
        self._far_end.picked_up(self.leg.attempt_id)

    async def ended(self) -> Ended:
        async with asyncio.timeout(PATIENCE_S):
            await self._reading
        assert isinstance(self.events[-1], Ended)
        return self.events[-1]

    async def say(self, seconds: float) -> None:
        """In step with a clock and two frames ahead of it, as a conversation does."""
        loop = asyncio.get_running_loop()
        started_s = loop.time()
        for number, frame in enumerate(frames(tone(seconds))):
            due_s = started_s + (number - 2) * 0.02 / self._far_end.pace
            await asyncio.sleep(max(0.0, due_s - loop.time()))
            self.leg.send(frame)

    @property
    def signals(self) -> list[LegEvent]:
        return [event for event in self.events if not isinstance(event, Audio | Ringing)]

    @property
    def audio(self) -> list[Pcm]:
        return [event.pcm for event in self.events if isinstance(event, Audio)]

    async def _read(self) -> None:
        async for event in self.leg.events():
            async with self._news:
                self.events.append(event)
                self._news.notify_all()
