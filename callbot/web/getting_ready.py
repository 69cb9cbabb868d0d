"""What a console makes ready at its start, behind the first pages that it serves."""

import threading
import time
from collections.abc import Callable, Mapping


class GettingReady:
    """Each piece of work in a thread of its own, which ends with the process."""

    def __init__(self, pieces: Mapping[str, Callable[[], None]]) -> None:
        self._took_s: dict[str, float] = {}
        self._threads = [
            threading.Thread(target=self._do, args=(name, work), name=name, daemon=True)
            for name, work in pieces.items()
        ]

    def begin(self) -> None:
        self._began_s = time.monotonic()
        for thread in self._threads:
            thread.start()

    def wait(self) -> Mapping[str, float]:
        """Until all is ready; seconds from the beginning until each piece was."""
        for thread in self._threads:
            thread.join()
        return self._took_s

    def _do(self, name: str, work: Callable[[], None]) -> None:
        work()
        self._took_s[name] = time.monotonic() - self._began_s
