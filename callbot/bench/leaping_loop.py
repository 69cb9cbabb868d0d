"""An event loop whose time leaps over waiting: a day of calls in minutes.

When everything waits for a timer, the loop is at that timer at once. What would be done in a thread
is done in place, so that its cost (the database's) passes as usual and stays in the figures, and no
time is lost between threads that only wait for each other.
"""

import asyncio
import selectors
from collections.abc import Callable
from concurrent.futures import Executor
from datetime import datetime, timedelta
from typing import TypeVar, TypeVarTuple

Args = TypeVarTuple("Args")
Result = TypeVar("Result")


class _LeapingSelector(selectors.DefaultSelector):
    def __init__(self) -> None:
        super().__init__()
        self.leapt_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout:
            self.leapt_s += timeout
            timeout = 0
        return super().select(timeout)


class LeapingLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._leaps = _LeapingSelector()
        super().__init__(self._leaps)

    def time(self) -> float:
        return super().time() + self._leaps.leapt_s

    def run_in_executor(
        self,
        executor: Executor | None,  # noqa: ARG002 (none is used)
        func: Callable[[*Args], Result],
        *args: *Args,
    ) -> asyncio.Future[Result]:
        done: asyncio.Future[Result] = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:
            done.set_exception(error)
        return done


class LoopClock:
    """The loop's time as a moment. start: aware."""

    def __init__(self, start: datetime, loop: asyncio.AbstractEventLoop) -> None:
        self._start = start
        self._loop = loop
        self._origin_s = loop.time()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._loop.time() - self._origin_s)
