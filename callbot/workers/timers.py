"""How exactly a process wants to be woken."""

import ctypes
import os
from typing import Final

_PR_SET_TIMERSLACK: Final = 29
"""Of <linux/prctl.h>."""


def wake_together(within_ms: float) -> None:
    """Timers of this thread, and of those it starts from now on, may be late by so much.

    Linux then wakes the threads of many calls at one time. Without it each has an interrupt of its
    own, 50 µs after the last. Does nothing where the kernel is another.
    """
    prctl = getattr(ctypes.CDLL(None, use_errno=True), "prctl", None)
    if prctl is not None:
        slack_ns = ctypes.c_ulong(round(within_ms * 1e6))
        if prctl(_PR_SET_TIMERSLACK, slack_ns, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
