"""Parts of live pages, made once for all who see the same.

When something changes, every open page asks for its changing part. What it shows hangs on few
things (the address, the language, the areas), so two hundred viewers of fifteen communities are
given fifteen parts, and the process that also plays the calls has its processor for these.
"""

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

KEPT_S = 5.0
"""Parts tell how long ago something was, so that none is handed out for long without a change."""


@dataclass
class _Part:
    made: threading.Lock = field(default_factory=threading.Lock)
    html: str | None = None


class SharedParts:
    """Safe to share between threads.

    number: what the pages were told last (callbot.web.live); a part is never older than that. None
    when nobody looks for changes, and then nothing is shared.
    """

    def __init__(
        self, number: Callable[[], int | None], now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._number_now = number
        self._now_s = now_s
        self._lock = threading.Lock()
        self._number = -1
        self._since_s = 0.0
        self._parts: dict[Hashable, _Part] = {}

    def get(self, seen_by: Hashable, make: Callable[[], str]) -> str:
        """seen_by: all that the part hangs on. Raises what `make` raises, to each who asks."""
        number = self._number_now()
        if number is None:
            return make()
        with self._lock:
            if number != self._number or self._now_s() - self._since_s >= KEPT_S:
                self._number, self._since_s, self._parts = number, self._now_s(), {}
            part = self._parts.setdefault(seen_by, _Part())
        with part.made:
            if part.html is None:
                part.html = make()
            return part.html
