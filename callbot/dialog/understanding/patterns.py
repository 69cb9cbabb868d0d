"""The notation in which a lexicon writes phrases, and what it stands for.

`(a|b)` is either, `(a|)` may be missing, `~` is a short gap that may hold anything but a pause,
`walk+` is a word in its regular forms, (walk|walks|walked|walking), and `보+` a Korean stem in
its: (보|본|볼|봅|봐|봤).
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import product
from math import prod

from callbot.dialog.understanding.english_forms import regular_forms
from callbot.dialog.understanding.korean_forms import stem_forms

MOST_EXPANSIONS = 3000
MOST_LISTED = 1000
"""Phrases of a pattern from which on it is one expression (in languages without spaces): a match
takes a little longer, and loading hardly anything."""

MOST_REMEMBERED = 30_000
"""Patterns whose parts are kept: each is asked for by every vocabulary it may belong to."""

GAP = "~"

_REMEDY = "keep one part that is always there"
_GROUP = re.compile(r"\(([^()]*)\)")
_INFLECTED = re.compile(r"([a-z]+|[가-힣]+)\+")


@lru_cache(maxsize=MOST_REMEMBERED)
def parts(pattern: str) -> tuple[tuple[str, ...], ...]:
    """The choices at each part of a pattern, from left to right; what is fixed is one choice.

    Raises ValueError on unbalanced brackets, or if the pattern can stand for nothing at all.
    """
    if "(" not in pattern and ")" not in pattern and "+" not in pattern:
        if not pattern.strip(GAP + " "):
            raise ValueError(f"{pattern!r} can stand for nothing at all; {_REMEDY}")
        return ((pattern,),)
    found: list[tuple[str, ...]] = []
    pattern = _INFLECTED.sub(_forms, pattern)
    at = 0
    for group in _GROUP.finditer(pattern):
        found += (pattern[at : group.start()],), tuple(group[1].split("|"))
        at = group.end()
    found.append((pattern[at:],))
    if any("(" in part or ")" in part for (part,) in found[::2]):
        raise ValueError(f"{pattern!r}: brackets do not match (they cannot be nested)")
    if all(any(not choice.strip(GAP + " ") for choice in choices) for choices in found):
        raise ValueError(f"{pattern!r} can stand for nothing at all; {_REMEDY}")
    return tuple(found)


def is_frame(pattern: str) -> bool:
    """Whether it stands for too many phrases to list them."""
    return prod(map(len, parts(pattern))) > MOST_LISTED


def expand(pattern: str) -> tuple[str, ...]:
    """Every phrase a pattern stands for; gaps stay as `~`.

    Raises ValueError as `parts`, and when there would be more than MOST_EXPANSIONS.
    """
    choices = parts(pattern)
    if len(choices) == 1:
        return choices[0]
    if (size := prod(map(len, choices))) > MOST_EXPANSIONS:
        raise ValueError(f"{pattern!r} stands for {size} phrases; split it")
    return tuple(sorted({"".join(choice) for choice in product(*choices)}))


def frame_expression(choices: Sequence[Sequence[str]], gap: str) -> re.Pattern[str]:
    """A pattern as one expression, for languages without spaces; longer choices are tried first.

    choices: of its parts, as `normalise` spells them.
    """
    return re.compile("".join(_any_of(part, gap) for part in choices))


def first_characters(choices: Sequence[Sequence[str]]) -> frozenset[str]:
    """What a phrase of the pattern can begin with."""
    found: set[str] = set()
    for part in choices:
        found |= {choice[0] for choice in part if choice}
        if all(part):
            break
    return frozenset(found)


def _any_of(choices: Sequence[str], gap: str) -> str:
    ordered = sorted(set(choices), key=len, reverse=True)
    return "(?:" + "|".join(gap.join(map(re.escape, c.split(GAP))) for c in ordered) + ")"


def _forms(word: re.Match[str]) -> str:
    """Within a group the forms are further choices of it."""
    forms = "|".join(regular_forms(word[1]) if word[1].isascii() else stem_forms(word[1]))
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
