"""Time, passed in: nothing below the command line asks the machine what time it is."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

LARGEST_STEP = timedelta(seconds=5)
"""Time servers correct a clock by less at once; more than that is a jump."""

LONGEST_DOUBT = timedelta(hours=1)
"""After which a clock that has jumped is believed, however far it jumped."""

log = logging.getLogger(__name__)


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, aware, in UTC."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


def seconds_since_boot() -> float:
    """Passes at the same rate whatever is done to the machine's clock, also while it sleeps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


@dataclass(frozen=True)
class _Doubt:
    since_s: float
    jump: timedelta


class SteadyClock:
    """The machine's clock without its jumps; safe to share between threads.

    When the machine's clock jumps, nobody knows which of the two times is right: this clock goes on
    as before and is not certain. It is again once the machine's clock has jumped back, or as much
    time has passed as it jumped: then no hour is lived twice, and what was to wait has waited.

    elapsed_s: a reading of passing time in seconds.
    """

    def __init__(
        self, machine: Clock | None = None, elapsed_s: Callable[[], float] = seconds_since_boot
    ) -> None:
        self._machine = machine or SystemClock()
        self._elapsed_s = elapsed_s
        self._lock = threading.Lock()
        self._believed = self._machine.now()
        self._believed_at_s = elapsed_s()
        self._doubt: _Doubt | None = None

    def now(self) -> datetime:
        with self._lock:
            read_at_s, shown = self._elapsed_s(), self._machine.now()
            expected = self._believed + timedelta(seconds=read_at_s - self._believed_at_s)
            if self._in_doubt(read_at_s, shown - expected):
                return expected
            self._believed, self._believed_at_s = shown, read_at_s
            return shown

    @property
    def certain(self) -> bool:
        self.now()
        return self._doubt is None

    def _in_doubt(self, read_at_s: float, jump: timedelta) -> bool:
        if abs(jump) <= LARGEST_STEP:
            self._doubt = None
        elif self._doubt is None or abs(jump - self._doubt.jump) > LARGEST_STEP:
            log.error("this machine's clock has jumped; it rings nobody until it can be believed")
            self._doubt = _Doubt(read_at_s, jump)
        elif read_at_s - self._doubt.since_s >= min(abs(jump), LONGEST_DOUBT).total_seconds():
            self._doubt = None
        return self._doubt is not None


def is_certain(clock: Clock) -> bool:
    """Whether calling hours and the gaps between calls may be reckoned by this clock now."""
    return not isinstance(clock, SteadyClock) or clock.certain
