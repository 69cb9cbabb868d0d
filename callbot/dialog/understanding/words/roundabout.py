"""Roundabout phrases, said plainly before they are read: "안 나간 건 아니고" as "나간 건 있고"."""

import re
from collections.abc import Mapping, Sequence

from callbot.dialog.understanding.words.patterns import GAP
from callbot.dialog.understanding.words.vocabulary import Choices

LONGEST_GAP = 8
"""Characters that a gap of such a phrase holds; what it holds is kept."""


class Roundabout:
    """Made once for a lexicon.

    turns: a phrase, as its parts with a gap in each place of `~` → the plain one, in which `~` is
    what the gap held, the first gap first. lookalikes: words in which no phrase begins (안 in
    집안에). All as `normalise` spells them.
    """

    def __init__(self, turns: Mapping[Choices, str], lookalikes: Sequence[str]) -> None:
        self._turns = [(_expression(said), _replacement(plain)) for said, plain in turns.items()]
        self._lookalike = re.compile("|".join(map(re.escape, lookalikes))) if lookalikes else None

    def plainly(self, text: str) -> str:
        for said, plain in self._turns:
            if said.search(text):
                text = self._turned(said, plain, text)
        return text

    def _turned(self, said: re.Pattern[str], plain: str, text: str) -> str:
        looks = self._within_lookalikes(text)
        return said.sub(lambda m: m[0] if m.start() in looks else m.expand(plain), text)

    def _within_lookalikes(self, text: str) -> set[int]:
        found = self._lookalike.finditer(text) if self._lookalike else ()
        return {place for word in found for place in range(*word.span())}


def _expression(said: Choices) -> re.Pattern[str]:
    gap = f"([^,.?]{{1,{LONGEST_GAP}}}?)"
    return re.compile(
        "".join(
            "(?:" + "|".join(gap.join(map(re.escape, c.split(GAP))) for c in choices) + ")"
            for choices in said
        )
    )


def _replacement(plain: str) -> str:
    first, *rest = plain.split(GAP)
    return first + "".join(f"\\g<{number}>{part}" for number, part in enumerate(rest, 1))
