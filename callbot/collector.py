"""Memory of this process: what is loaded for good is not looked through again, what was needed only
to get ready is given back."""

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_TRIM_THRESHOLD: Final = -1
_MMAP_THRESHOLD: Final = -3
_MOST_HEAPS: Final = -8
"""M_TRIM_THRESHOLD, M_MMAP_THRESHOLD and M_ARENA_MAX of the GNU library's malloc.h."""

_LARGEST_MMAP_THRESHOLD: Final = 32 << 20
_NEVER: Final = (1 << 31) - 1


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


def keep_one_heap() -> None:
    """To be called before threads begin, by a worker that does the same work again and again.

    The GNU library keeps a heap for each thread else, and in each what was freed: 30 MB where
    threads only take turns. Of its one heap such a worker gives nothing back, which it would ask
    for anew with the next piece: 5,000 pages, which took 10 ms of the 200 of an utterance.
    """
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        set_option(_MOST_HEAPS, 1)
        set_option(_MMAP_THRESHOLD, _LARGEST_MMAP_THRESHOLD)
        set_option(_TRIM_THRESHOLD, _NEVER)


def _give_back() -> None:
    """What was freed goes back to the system. The GNU library keeps it else: a hundred MB after the
    voices are made. Other libraries have no such call and need none."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
