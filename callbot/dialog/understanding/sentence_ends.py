"""Where a sentence ends in words that a recogniser wrote without signs."""

import re
from collections.abc import Sequence


class SentenceEnds:
    """Endings of words that close a sentence or set it against the next (Korean 어요, 는데).

    endings: as they are written. Only a blank after one makes it a pause: within a word it may be
    anything.
    """

    def __init__(self, endings: Sequence[str]) -> None:
        longest_first = sorted(set(endings), key=len, reverse=True)
        listed = "|".join(map(re.escape, longest_first))
        self._end = re.compile(f"(?<=\\w)({listed})\\s+(?=\\w)") if endings else None

    def with_pauses(self, text: str) -> str:
        """The text, with a comma for each blank that parts two sentences."""
        return self._end.sub(r"\1, ", text) if self._end else text
