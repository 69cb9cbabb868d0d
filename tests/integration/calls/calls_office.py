"""A clock that stands, for calls whose moments do not matter."""

from datetime import datetime


class PinnedClock:
    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now
