"""A carrier's clock: one tick every 20 ms for all its calls, which neither drifts nor skips."""

import asyncio
import math
from collections.abc import Callable
from typing import Final

from callbot.speech.audio import FRAME_MS

FRAME_S: Final = FRAME_MS / 1000


class Metronome:
    """Calls `tick` on the grid of 20 ms that all clocks of a machine share, so that what one hands
    to another does not wait for a phase of its own. After a stall it makes up for every tick it
    owes."""

    def __init__(
        self, tick: Callable[[float], bool], pace: float, *, behind_grid_s: float = 0.0
    ) -> None:
        """tick: gets the seconds of line time it comes late; false lets the clock rest.

        pace: 2.0 runs line time twice as fast as real time. behind_grid_s: for a clock that takes
        what another one brings.
        """
        self._tick = tick
        self._step_s = FRAME_S / pace
        self._behind_grid_s = behind_grid_s
        self._pace = pace
        self._wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="carrier clock")

    @property
    def running(self) -> bool:
        return self._task is not None

    def wake(self) -> None:
        """There is something to tick for."""
        self._wanted.set()

    async def stop(self) -> None:
        """Returns when no tick will come any more."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None

    async def _run(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            await self._beat()

    async def _beat(self) -> None:
        loop = asyncio.get_running_loop()
        passed = math.floor((loop.time() - self._behind_grid_s) / self._step_s)
        deadline = passed * self._step_s + self._behind_grid_s
        while True:
            deadline += self._step_s
            # Yields even when late, so that those who send and read keep up with the catching up.
            await asyncio.sleep(max(0.0, deadline - loop.time()))
            late_s = max(0.0, loop.time() - deadline) * self._pace
            if not self._tick(late_s):
                return
