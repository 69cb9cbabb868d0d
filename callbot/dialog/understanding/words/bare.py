"""Names without the words that stand beside them."""

import re
from collections.abc import Sequence

from callbot.dialog.understanding.words.either import either


class Bare:
    """Made once for a lexicon: of "了趟老年活动站" the name is 老年活动站.

    before, after: what is left out, as `normalise` spells it. spaced: only as whole words.
    """

    def __init__(self, before: Sequence[str], after: Sequence[str] = (), *, spaced: bool) -> None:
        edge = r"\b" if spaced else ""
        self._before = re.compile(rf"^(?:(?:{either(before)}){edge}\s*)+")
        self._after = re.compile(rf"(?:\s*{edge}(?:{either(after)}))+$")

    def name(self, text: str) -> str:
        return self._before.sub("", self._after.sub("", text.strip())).strip()
