"""Phrases of a lexicon, spelled as what is heard: by `normalise`, and without variants."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from callbot.dialog.understanding.words.normalise import normalise
from callbot.dialog.understanding.words.patterns import GAP, expand, parts
from callbot.dialog.understanding.words.variants import Variants
from callbot.dialog.understanding.words.vocabulary import Choices

_NEXT_GROUP = "\x01"
_NEXT_PHRASE = "\x02"
_GAP_MARK = "\x03"
"""No word holds them, and normalising leaves them as they are; plain English stays ASCII."""

_AROUND_GAP = re.compile(f" *{_GAP_MARK} *")


@dataclass(frozen=True)
class Spelling:
    """spaced: the language separates words by spaces. variants: spelled away, if any."""

    spaced: bool
    variants: Variants | None = None

    def phrases(self, patterns: Sequence[str]) -> list[tuple[str, ...]]:
        """The phrases of each pattern."""
        spelled = self._together([expand(pattern) for pattern in patterns])
        return [tuple(phrase.strip() for phrase in phrases) for phrases in spelled]

    def parts(self, patterns: Sequence[str]) -> list[Choices]:
        """The parts of each pattern that is matched as one expression; in a language with spaces
        they keep those at their ends."""
        written = [parts(pattern) for pattern in patterns]
        spelled = iter(self._together([choices for pattern in written for choices in pattern]))
        return [tuple(tuple(next(spelled)) for _ in pattern) for pattern in written]

    def _together(self, groups: Sequence[Sequence[str]]) -> list[list[str]]:
        """All at once: a lexicon has 150,000 phrases, and each call of `normalise` costs as much
        as a hundred."""
        if not groups:
            return []
        written = _NEXT_GROUP.join(_NEXT_PHRASE.join(group) for group in groups)
        # Blanks at the very ends would be lost.
        spelled = self._spelled(f"{_NEXT_GROUP}{written}{_NEXT_GROUP}")
        return [group.split(_NEXT_PHRASE) for group in spelled.split(_NEXT_GROUP)[1:-1]]

    def _spelled(self, written: str) -> str:
        text = normalise(written.replace(GAP, _GAP_MARK), spaced=self.spaced)
        if self.variants:
            text = self.variants.standard(text)
        return _AROUND_GAP.sub(GAP, text)
