"""Patterns that are found as one expression, which is compiled when it is first needed.

A lexicon has thousands of them, and an utterance the beginnings of a few.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial

from callbot.dialog.understanding.words.patterns import GAP


class Expression:
    """beginnings: whatever it matches begins with one of them. written: makes its source."""

    def __init__(self, beginnings: Sequence[str], written: Callable[[], str]) -> None:
        self.beginnings = tuple(beginnings)
        self._written = written

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        return re.compile(self._written())


def frame_expression(choices: Sequence[Sequence[str]], gap: str, *, spaced: bool) -> Expression:
    """A pattern as one expression; longer choices are tried first.

    choices: of its parts, as `normalise` spells them. gap: the expression of one gap. spaced: it
    ends where a word does.
    """
    return Expression([*_beginnings(choices)], partial(_frame, choices, gap, spaced=spaced))


def gap_expression(head: str, tails: Sequence[str], gap: str) -> Expression:
    """Phrases that begin alike, with what follows their first gap, as one expression.

    gap: the expression of one gap. A tail may hold further gaps, and the longest is tried first.
    """
    return Expression([head.strip()], partial(_phrases, head.strip(), tails, gap))


def _beginnings(choices: Sequence[Sequence[str]]) -> Iterator[str]:
    for part in choices:
        yield from (choice.split(GAP)[0] for choice in part if choice)
        if all(part):
            break


def _frame(choices: Sequence[Sequence[str]], gap: str, *, spaced: bool) -> str:
    end = r"(?![^\W_])" if spaced else ""
    return "".join(_any_of(part, gap) for part in choices) + end


def _any_of(choices: Sequence[str], gap: str) -> str:
    ordered = sorted(dict.fromkeys(choices), key=len, reverse=True)
    written = "|".join(gap.join(map(re.escape, c.split(GAP))) for c in ordered)
    # A pause at the end of a part has a blank behind it, which the next part may begin with.
    return "(?:" + written.replace(re.escape(", "), re.escape(", ") + "?") + ")"


def _phrases(head: str, tails: Sequence[str], gap: str) -> str:
    rest = "|".join(
        gap.join(re.escape(part.strip()) for part in tail.split(GAP))
        for tail in sorted(tails, key=len, reverse=True)
    )
    return f"{re.escape(head)}{gap}(?:{rest})"
