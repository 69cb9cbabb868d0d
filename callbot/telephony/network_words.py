"""What networks say, as it may stand in rows, reports and logs."""

import re
from typing import Final

_LONG_NUMBER: Final = re.compile(r"\+?\d{5,}")
_DETAIL_CHARACTERS: Final = 120


def without_numbers(words: str) -> str:
    """Words from the network for the history, where no telephone number may stand."""
    printable = "".join(c if c.isprintable() else " " for c in words)
    return _LONG_NUMBER.sub("…", printable)[:_DETAIL_CHARACTERS]
