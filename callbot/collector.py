"""Memory of this process: what is loaded for good is not looked through again, what was needed only
to get ready is given back."""

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused() -> Iterator[None]:
    """For loading much that stays: looking through it again and again takes a fifth as long."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def spare_what_is_loaded() -> None:
    """What is there by now stays for good.

    Each full collection over lexicons and scripts would hold the event loop for 0.13 s, which are
    six frames of every call.
    """
    gc.collect()
    gc.freeze()
    _give_back()


def _give_back() -> None:
    """What was freed goes back to the system. The GNU library keeps it else: a hundred MB after the
    voices are made. Other libraries have no such call and need none."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
