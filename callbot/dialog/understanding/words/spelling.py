"""Phrases of a lexicon, spelled as what is heard: by `normalise`, and without variants."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from callbot.dialog.understanding.words.normalise import normalise
from callbot.dialog.understanding.words.patterns import GAP, expand, parts
from callbot.dialog.understanding.words.variants import Variants
from callbot.dialog.understanding.words.vocabulary import Choices

_NEXT_PATTERN = "\ue002"
_NEXT_PHRASE = "\ue000"
_GAP_MARK = "\ue001"
"""From the private use area: no word holds them, and normalising leaves them as they are."""


@dataclass(frozen=True)
class Spelling:
    """spaced: the language separates words by spaces. variants: spelled away, if any."""

    spaced: bool
    variants: Variants | None = None

    def phrases(self, patterns: Sequence[str]) -> list[tuple[str, ...]]:
        """The phrases of each pattern.

        All at once: a lexicon has 50,000, and each call of `normalise` costs as much as a hundred.
        """
        if not patterns:
            return []
        written = _NEXT_PATTERN.join(_NEXT_PHRASE.join(expand(pattern)) for pattern in patterns)
        spelled = self._spelled(written)
        return [
            tuple(map(_without_spaces_around_gaps, phrases.split(_NEXT_PHRASE)))
            for phrases in spelled.split(_NEXT_PATTERN)
        ]

    def parts(self, pattern: str) -> Choices:
        """The parts of a pattern that is matched as one expression; in a language with spaces they
        keep those at their ends."""
        return tuple(tuple(self._part(part)) for part in parts(pattern))

    def _part(self, choices: Sequence[str]) -> Iterator[str]:
        for choice in self._spelled(_NEXT_PHRASE.join(("", *choices, ""))).split(_NEXT_PHRASE)[
            1:-1
        ]:
            yield (
                GAP.join(part.strip() for part in choice.split(_GAP_MARK))
                if _GAP_MARK in choice
                else choice
            )

    def _spelled(self, written: str) -> str:
        text = normalise(written.replace(GAP, _GAP_MARK), spaced=self.spaced)
        return self.variants.standard(text) if self.variants else text


def _without_spaces_around_gaps(phrase: str) -> str:
    if _GAP_MARK not in phrase:
        return phrase.strip()
    return GAP.join(part.strip() for part in phrase.split(_GAP_MARK))
