"""Sentences that other parts of Callbot write whole, in the other of the console's languages.

The import speaks of a roster's rows in English, and so do the checks of scripts, as on the command
line; flags are given their
reasons in the office's language, by the rules of scripts and by what becomes of attempts.
"""

import re
from collections.abc import Mapping
from functools import cache

from babel.messages.pofile import read_po

from callbot.review.sentences import Sentences
from callbot.web.language import CATALOGUES, SOURCE

_PLACED = re.compile(r"([\w.-]+): ")
"""How a problem begins that names the field it is in."""


def of_roster(words: str, language: str) -> str:
    """In Chinese where there is a sentence for it; else as the import says it."""
    return _translated(words, sentences(f"rosters.{SOURCE}")) if language == SOURCE else words


def of_script(problem: str, language: str) -> str:
    """What is wrong in a script's file. What stands before the words is the place in the file."""
    if language != SOURCE:
        return problem
    known = sentences(f"scripts.{SOURCE}")
    placed = _PLACED.match(problem)
    place, words = (placed[1], problem[placed.end() :]) if placed else ("", problem)
    told = _translated(words, known)
    return f"{place}：{told}" if place else told


def of_flag(reason: str, language: str, of_rules: Mapping[str, str]) -> str:
    """In the language where it is known; of_rules: what rules say, by what they say in another."""
    parts = [of_rules.get(part, part) for part in reason.split("；")]
    if language == SOURCE:
        return "；".join(parts)
    return "; ".join(_translated(part, sentences(f"reasons.{language}")) for part in parts)


@cache
def sentences(catalogue: str) -> Sentences:
    with (CATALOGUES / f"{catalogue}.po").open("rb") as file:
        return Sentences((str(m.id), str(m.string)) for m in read_po(file, locale=None) if m.id)


def _translated(words: str, known: Sentences) -> str:
    return known.translated(words) or words
