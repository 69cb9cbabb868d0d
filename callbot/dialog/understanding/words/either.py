"""Regular expressions of lists of words."""

import re
from collections.abc import Iterable
from typing import TypeAlias

_Branches: TypeAlias = "dict[str, _Branches]"
"""Of what words go on with, by the next character; after "" one of them is complete."""


def either(words: Iterable[str]) -> str:
    """Any of the words, the longest first; an expression that matches nothing if there are none.

    What words begin with alike is written once, so that of thousands few are tried at a place.
    """
    root: _Branches = {}
    for word in words:
        branches = root
        for character in word:
            branches = branches.setdefault(character, {})
        branches[""] = {}
    return _expression(root) or "(?!)"


def _expression(branches: _Branches) -> str:
    ways = []
    for character, rest in branches.items():
        written = re.escape(character)
        while len(rest) == 1 and "" not in rest:
            ((character, rest),) = rest.items()
            written += re.escape(character)
        if character:
            ways.append(written + _expression(rest))
    if ways and "" in branches:
        ways.append("")
    return f"(?:{'|'.join(ways)})" if len(ways) > 1 else "".join(ways)
