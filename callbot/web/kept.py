"""Figures that take long to reckon: handed out as they were a moment ago, reckoned anew meanwhile.

Whoever looks never waits for a figure that another page has just had reckoned, and a hundred open
pages cost no more than one. When a figure has changed, live pages are told and fetch it again.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from callbot.db import DatabaseUnavailable

V = TypeVar("V")

SHARE_OF_A_CORE = 0.1
"""Spent on reckoning one figure again and again, at most."""

SOONEST_S = 1.0
OLDEST_S = 600.0
"""An older figure is not handed out: whoever comes after a long pause waits for a new one. After a
shorter one nobody need: live pages are told of the new one a moment later."""

log = logging.getLogger(__name__)


class Kept(Generic[V]):
    """Safe to share between threads. changed: called when a figure was reckoned anew and differs.

    fits: whether a figure may still be handed out at all (yesterday's may not).
    """

    def __init__(
        self,
        reckon: Callable[[], V],
        changed: Callable[[], None],
        fits: Callable[[V], bool] = lambda _value: True,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._reckon = reckon
        self._changed = changed
        self._fits = fits
        self._now_s = now_s
        self._lock = threading.Lock()
        self._value: V | None = None
        self._at_s = 0.0
        self._cost_s = 0.0
        self._wanted = False
        self._at_work = False
        self._forgotten = 0
        self._closed = threading.Event()

    def get(self) -> V:
        """Raises what `reckon` raises when there is nothing to hand out yet."""
        with self._lock:
            value = self._value
            if value is None or self._now_s() - self._at_s > OLDEST_S or not self._fits(value):
                return self._reckoned()
            self._wanted = True
            if not self._at_work and not self._closed.is_set():
                self._at_work = True
                threading.Thread(target=self._work, name="kept figures", daemon=True).start()
            return value

    def forget(self) -> None:
        """The next to ask waits for a new figure: a person looks for what they have just done."""
        with self._lock:
            self._value = None
            self._forgotten += 1

    def close(self) -> None:
        """Nothing is reckoned in the background any more."""
        self._closed.set()

    def _reckoned(self) -> V:
        began = self._now_s()
        value = self._reckon()
        self._value, self._at_s = value, self._now_s()
        self._cost_s = self._at_s - began
        return value

    def _work(self) -> None:
        """One at a time, for as long as somebody asks."""
        try:
            while self._again():
                pass
        except Exception as error:
            with self._lock:
                self._at_work = False
            if not isinstance(error, DatabaseUnavailable):
                raise
            log.warning("figures could not be reckoned; the last ones stay")

    def _again(self) -> bool:
        """Whether somebody has asked since this reckoning began: they may know of something that
        it does not see."""
        wait_s = max(SOONEST_S, self._cost_s / SHARE_OF_A_CORE)
        if self._closed.wait(max(0.0, self._at_s + wait_s - self._now_s())):
            return False
        with self._lock:
            self._wanted = False
            forgotten = self._forgotten
        began = self._now_s()
        value = self._reckon()
        with self._lock:
            differs = value != self._value
            if forgotten == self._forgotten:
                self._value, self._at_s = value, self._now_s()
            self._cost_s = self._now_s() - began
            self._at_work = self._wanted
        if differs:
            self._changed()
        return self._at_work
