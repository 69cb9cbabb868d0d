"""Phrases of a lexicon, spelled as `normalise` spells what is heard."""

from collections.abc import Sequence

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


def spelled_parts(pattern: str) -> Choices:
    """The parts of a pattern that is matched as one expression; of a language without spaces."""
    joined = (_NEXT_PHRASE.join(part).replace(GAP, _GAP_MARK) for part in parts(pattern))
    return tuple(
        tuple(normalise(part, spaced=False).replace(_GAP_MARK, GAP).split(_NEXT_PHRASE))
        for part in joined
    )
