"""The notation in which a lexicon writes phrases, and what it stands for.

`(a|b)` is either, `(a|)` may be missing, `~` is a short gap that may hold anything but a pause,
`walk+` is an English word in its regular forms: (walk|walks|walked|walking).
"""

import re
from collections.abc import Sequence
from itertools import product

from callbot.dialog.understanding.inflection import regular_forms

MOST_EXPANSIONS = 3000
GAP = "~"

_GROUP = re.compile(r"\(([^()]*)\)")
_INFLECTED = re.compile(r"([a-z]+)\+")


def expand(pattern: str) -> tuple[str, ...]:
    """Every phrase a pattern stands for; gaps stay as `~`.

    Raises ValueError as `check` does.
    """
    parts = check(pattern)
    if len(parts) == 1:
        return parts[0]
    return tuple(sorted({"".join(choice) for choice in product(*parts)}))


def check(pattern: str) -> list[tuple[str, ...]]:
    """The choices at each part of a pattern, from left to right.

    Raises ValueError on unbalanced brackets, when there would be more than MOST_EXPANSIONS phrases
    or when one of them would be empty.
    """
    parts: list[tuple[str, ...]] = []
    pattern = _INFLECTED.sub(_forms, pattern)
    at = 0
    size = 1
    for group in _GROUP.finditer(pattern):
        choices = tuple(group[1].split("|"))
        size *= len(choices)
        parts += (pattern[at : group.start()],), choices
        at = group.end()
    parts.append((pattern[at:],))
    if any("(" in part or ")" in part for (part,) in parts[::2]):
        raise ValueError(f"{pattern!r}: brackets do not match (they cannot be nested)")
    if size > MOST_EXPANSIONS:
        raise ValueError(f"{pattern!r} stands for {size} phrases; split it")
    if all(any(not choice.strip(GAP + " ") for choice in choices) for choices in parts):
        raise ValueError(
            f"{pattern!r} can stand for nothing at all; keep one part that is always there"
        )
    return parts


def _forms(word: re.Match[str]) -> str:
    """Within a group the forms are further choices of it."""
    forms = "|".join(regular_forms(word[1]))
    within = word.string.count("(", 0, word.start()) > word.string.count(")", 0, word.start())
    return forms if within else f"({forms})"


def gap_expression(head: str, tails: Sequence[str], gap: str) -> re.Pattern[str]:
    """Phrases that begin alike, with what follows their first gap, as one expression.

    gap: the expression of one gap. A tail may hold further gaps, and the longest is tried first.
    """
    rest = "|".join(
        gap.join(re.escape(part.strip()) for part in tail.split(GAP))
        for tail in sorted(tails, key=len, reverse=True)
    )
    return re.compile(f"{re.escape(head.strip())}{gap}(?:{rest})")
