"""Where a sentence ends in words that a recogniser wrote without signs."""

import re
from collections.abc import Sequence

from callbot.dialog.understanding.words.either import either


class LoneAnswers:
    """An answer at the beginning, and the sentence that goes on behind it without a sign: "no the
    cough is back", in which "no" denies nothing but what was asked.

    answers: words like "no". begins: words that it cannot deny, and that begin a sentence. opening:
    words that may stand before it ("oh", "well"). All as `normalise` spells them.
    """

    def __init__(
        self, answers: Sequence[str], begins: Sequence[str], opening: Sequence[str]
    ) -> None:
        before, lone, after = map(either, (opening, answers, begins))
        begin = f"(?:^|[,.?] )(?:(?:{before}) )*(?:{lone})(?= (?:{after})(?![a-z]))"
        self._lone = re.compile(begin) if answers and begins else None

    def with_pauses(self, text: str) -> str:
        """The text, with a comma behind each answer that stands alone."""
        return self._lone.sub(r"\g<0> ,", text) if self._lone else text


class SentenceEnds:
    """Endings of words that close a sentence or set it against the next (Korean 어요, 는데).

    endings: as they are written. Only a blank after one makes it a pause: within a word it may be
    anything. One may be a whole word ("아니요", "열이 나요 …").
    """

    def __init__(self, endings: Sequence[str]) -> None:
        self._end = re.compile(rf"(?:(?<=[\w\s])|^)({either(endings)})\s+(?=\w)")

    def with_pauses(self, text: str) -> str:
        """The text, with a comma for each blank that parts two sentences."""
        return self._end.sub(r"\1, ", text)
