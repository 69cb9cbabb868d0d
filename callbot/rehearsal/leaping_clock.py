"""A clock for rehearsals: runs at the pace of real time, and leaps over hours of waiting."""

import time
from datetime import datetime, timedelta


class LeapingClock:
    """start: the moment it shows first, aware. pace: 2.0 runs twice as fast as real time."""

    def __init__(self, start: datetime, *, pace: float = 1.0) -> None:
        self._start = start
        self._pace = pace
        self._origin_s = time.monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=(time.monotonic() - self._origin_s) * self._pace)

    def leap_to(self, moment: datetime) -> None:
        """Goes forward to a moment; never back."""
        ahead = moment - self.now()
        if ahead > timedelta(0):
            self._start += ahead
