"""Regular expressions of lists of words."""

import re
from collections.abc import Iterable


def either(words: Iterable[str]) -> str:
    """Any of the words, the longest first; an expression that matches nothing if there are none."""
    return "|".join(map(re.escape, sorted(set(words), key=len, reverse=True))) or "(?!)"
