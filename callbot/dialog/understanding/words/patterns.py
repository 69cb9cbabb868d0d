"""The notation in which a lexicon writes phrases, and what it stands for.

`(a|b)` is either, `(a|)` may be missing, `~` is a short gap that may hold anything but a pause,
`walk+` is a word in its regular forms, (walk|walks|walked|walking), `보+` a Korean stem in its,
(보|본|볼|봅|봐|봤), `遛狗+` a Chinese verb with its object, (遛狗|遛了狗|遛遛狗|遛了两回狗|…), and
`<name>` any of the words that a lexicon lists under `sets`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import product
from math import prod

from callbot.dialog.understanding.words.forms.chinese import verb_object_forms
from callbot.dialog.understanding.words.forms.english import regular_forms
from callbot.dialog.understanding.words.forms.korean import stem_forms

MOST_EXPANSIONS = 3000
MOST_LISTED = 1000
"""Phrases of a pattern from which on it is one expression: a match takes a little longer, and
loading hardly anything."""

MOST_REMEMBERED = 30_000
"""Patterns whose parts are kept: each is asked for by every vocabulary it may belong to."""

GAP = "~"

_REMEDY = "keep one part that is always there"
_GROUP = re.compile(r"\(([^()]*)\)")
_SET = re.compile(r"<([a-z_]+)>")
_INFLECTED = re.compile(r"([a-z]+|[가-힣]+|[一-鿿]+)\+")


@lru_cache(maxsize=MOST_REMEMBERED)
def parts(pattern: str) -> tuple[tuple[str, ...], ...]:
    """The choices at each part of a pattern, from left to right; what is fixed is one choice.

    Raises ValueError on unbalanced brackets, on the name of a set that is not listed, or if the
    pattern can stand for nothing at all.
    """
    if unlisted := _SET.search(pattern):
        raise ValueError(f"{pattern!r}: no words are listed under `sets` as {unlisted[1]!r}")
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


def with_sets(pattern: str, sets: Mapping[str, Sequence[str]]) -> str:
    """The pattern, with each `<name>` as a choice; within brackets they are further choices.

    A name that is not in `sets` stays, and is refused by `parts`.
    """

    def choices(name: re.Match[str]) -> str:
        words = "|".join(sets[name[1]]) if name[1] in sets else name[0]
        return words if _in_brackets(name) else f"({words})"

    return _SET.sub(choices, pattern)


@lru_cache(maxsize=MOST_REMEMBERED)
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


def _forms(word: re.Match[str]) -> str:
    """Within a group the forms are further choices of it."""
    forms = "|".join(_forms_of(word[1])(word[1]))
    return forms if _in_brackets(word) else f"({forms})"


def _in_brackets(part: re.Match[str]) -> bool:
    return part.string.count("(", 0, part.start()) > part.string.count(")", 0, part.start())


def _forms_of(word: str) -> Callable[[str], tuple[str, ...]]:
    if word.isascii():
        return regular_forms
    return stem_forms if "가" <= word[0] <= "힣" else verb_object_forms
