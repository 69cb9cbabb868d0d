"""Phrases of a lexicon, spelled as `normalise` spells what is heard."""

from collections.abc import Iterator, Sequence

from callbot.dialog.understanding.normalise import normalise
from callbot.dialog.understanding.patterns import GAP, expand, parts
from callbot.dialog.understanding.vocabulary import Choices

_NEXT_PATTERN = "\ue002"
_NEXT_PHRASE = "\ue000"
_GAP_MARK = "\ue001"
"""From the private use area: no word holds them, and normalising leaves them as they are."""


def spelled_phrases(patterns: Sequence[str], spaced: bool) -> list[tuple[str, ...]]:
    """The phrases of each pattern.

    All at once: a lexicon has 50,000, and each call of `normalise` costs as much as a hundred.
    """
    written = _NEXT_PATTERN.join(_NEXT_PHRASE.join(expand(pattern)) for pattern in patterns)
    spelled = normalise(written.replace(GAP, _GAP_MARK), spaced=spaced)
    return [
        tuple(map(_without_spaces_around_gaps, phrases.split(_NEXT_PHRASE)))
        for phrases in spelled.split(_NEXT_PATTERN)
    ]


def _without_spaces_around_gaps(phrase: str) -> str:
    if _GAP_MARK not in phrase:
        return phrase.strip()
    return GAP.join(part.strip() for part in phrase.split(_GAP_MARK))


def spelled_parts(pattern: str, spaced: bool) -> Choices:
    """The parts of a pattern that is matched as one expression; in a language with spaces they
    keep those at their ends."""
    return tuple(tuple(_spelled_part(part, spaced)) for part in parts(pattern))


def _spelled_part(choices: Sequence[str], spaced: bool) -> Iterator[str]:
    written = _NEXT_PHRASE.join(("", *choices, "")).replace(GAP, _GAP_MARK)
    for choice in normalise(written, spaced=spaced).split(_NEXT_PHRASE)[1:-1]:
        yield (
            GAP.join(part.strip() for part in choice.split(_GAP_MARK))
            if _GAP_MARK in choice
            else choice
        )
