"""Rosters that were read on trial, kept sealed until they are imported, an hour at most."""

import logging
import re
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from callbot import vault
from callbot.errors import BadInput, ConfigurationError
from callbot.whole_file import keep_whole

KEPT_FOR: Final = timedelta(hours=1)

_NAME: Final = re.compile(r"[\w-]{22}\.(?:xlsx|xls|csv)")

log = logging.getLogger(__name__)


class TriedRosters:
    """Files of one office, in a folder of the data folder."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "tried-rosters"

    def keep(self, content: bytes, suffix: str, now: datetime) -> str:
        """The name by which it is found again; empty if it cannot be kept. suffix: `.csv`."""
        self._forget_old(now)
        name = secrets.token_urlsafe(16) + suffix
        try:
            keep_whole(self._folder / name, vault.seal(content))
        except OSError:
            log.warning("a roster cannot be kept after its trial")
            return ""
        return name

    def read(self, name: str, now: datetime) -> bytes:
        """Raises BadInput when it is not there any more."""
        self._forget_old(now)
        # The name comes from a form: it must not lead out of the folder.
        path = self._folder / name
        if _NAME.fullmatch(name) and path.is_file():
            try:
                return vault.unseal(path.read_bytes())
            except (OSError, ConfigurationError):
                log.warning("a roster that was kept cannot be read")
        raise BadInput("the roster that was tried is no longer kept; choose the file again")

    def forget(self, name: str) -> None:
        if _NAME.fullmatch(name):
            (self._folder / name).unlink(missing_ok=True)

    def _forget_old(self, now: datetime) -> None:
        oldest = (now - KEPT_FOR).timestamp()
        for path in self._folder.glob("*"):
            if path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)
