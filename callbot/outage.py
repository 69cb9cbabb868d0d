"""Telling of a database that is away: a little at a time, and when it is back.

A clockwork that asks four times a second would fill the log, and on a full disk what is left of it.
"""

import logging


class Outage:
    """Of one part of the program. `told`: what it does meanwhile, for the log."""

    def __init__(self, log: logging.Logger, told: str, **ids: object) -> None:
        """ids: what the log's lines belong to, such as `call`; never names or numbers of people."""
        self._log = log
        self._told = told
        self._ids = ids
        self._failures = 0

    def seen(self, why: Exception) -> None:
        """One more try has failed. The first is told, and every one that doubles their number."""
        self._failures += 1
        if self._failures & (self._failures - 1) == 0:
            extra = {**self._ids, "why": str(why), "tries": self._failures}
            self._log.warning("the database is away; %s", self._told, extra=extra)

    def over(self) -> None:
        """A try has gone well."""
        if self._failures:
            extra = {**self._ids, "tries": self._failures}
            self._log.warning("the database is back", extra=extra)
        self._failures = 0
