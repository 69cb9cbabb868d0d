"""What a console makes ready at its start, behind the first pages that it serves."""

import threading
import time
from collections.abc import Callable, Mapping


class GettingReady:
    """Pieces of work one after another, what more people wait for first, in one thread: the more
    there were, the longer would the pages wait that are served meanwhile. It ends with the process.
    """

    def __init__(self, pieces: Mapping[str, Callable[[], None]]) -> None:
        self._pieces = pieces
        self._ready_after_s: dict[str, float] = {}
        self._thread = threading.Thread(target=self._do, name="getting ready", daemon=True)

    def begin(self) -> None:
        self._thread.start()

    def wait(self) -> Mapping[str, float]:
        """Until all is ready; seconds from the beginning until each piece was."""
        self._thread.join()
        return self._ready_after_s

    def _do(self) -> None:
        began_s = time.monotonic()
        for name, work in self._pieces.items():
            work()
            self._ready_after_s[name] = time.monotonic() - began_s
