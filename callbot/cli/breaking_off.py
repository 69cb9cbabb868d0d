"""Ctrl-C once more, while the program ends politely."""

import asyncio
import logging
import os
import signal
import threading
from typing import Final

from callbot.cli.output import note, show_cursor

PATIENCE_S: Final = 5.0
FAILED: Final = 1


def ctrl_c_breaks_off() -> None:
    """From now on Ctrl-C ends the program, even where rows wait for a full disk or a database.

    What takes longer than PATIENCE_S is left as a kill leaves it: the next run settles it.
    """
    loop = asyncio.get_running_loop()

    def break_off() -> None:
        loop.remove_signal_handler(signal.SIGINT)
        logging.disable()  # what is torn down complains of it
        patience = threading.Timer(PATIENCE_S, _end)
        patience.daemon = True
        patience.start()
        signal.raise_signal(signal.SIGINT)

    loop.add_signal_handler(signal.SIGINT, break_off)


def _end() -> None:
    show_cursor()
    note("Broken off: what could not be stored is lost; the next run settles the calls.")
    os._exit(FAILED)
