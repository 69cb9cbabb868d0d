"""Forms of dialect and of quick speech, written as the words that a lexicon lists."""

import re
from collections.abc import Iterator, Mapping, Set

from callbot.dialog.understanding.words.either import either
from callbot.dialog.understanding.words.patterns import GAP, parts

_CLIPPED = re.compile(r"\b([a-z]{2,}in)\b")


class Variants:
    """Made once for a lexicon.

    forms: phrase → how the lexicon writes it, both as `normalise` spells them. spaced: they are
    only found as whole words. known: words of the lexicon; "nothin" is "nothing" where only that
    is known.
    """

    def __init__(self, forms: Mapping[str, str], known: Set[str], *, spaced: bool) -> None:
        self._forms = dict(forms)
        self._known = known if spaced else frozenset()
        edge = r"\b" if spaced else ""
        self._found = re.compile(f"{edge}(?:{either(forms)}){edge}")

    def standard(self, text: str) -> str:
        if self._known:
            text = _CLIPPED.sub(self._with_g, text)
        return self._found.sub(lambda m: self._forms[m[0]], text)

    def _with_g(self, clipped: re.Match[str]) -> str:
        word = clipped[0]
        return word if word in self._known or f"{word}g" not in self._known else f"{word}g"


def carried_over(said: str, standard: str) -> Iterator[tuple[str, str]]:
    """A form as it stands in the lexicon, once for each word of the brackets that end it if the
    standard form repeats that word: `ive no (been|seen)`, `havent ~`."""
    if GAP not in standard:
        yield said, standard
        return
    *_, words, _ = parts(said)
    before = said[: said.rindex("(")]
    for word in words:
        yield before + word, standard.replace(GAP, word)
