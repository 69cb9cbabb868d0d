"""Where a sentence ends in words that a recogniser wrote without signs."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from callbot.dialog.understanding.words.either import either


class LoneAnswer(NamedTuple):
    """Answers, words like "no", with words that they cannot deny, and that begin a sentence.

    within: the answers end a sentence that may begin before them ("… seen anyone").
    """

    answers: Sequence[str]
    begins: Sequence[str]
    within: bool = False


class LoneAnswers:
    """An answer at the beginning, and the sentence that goes on behind it without a sign: "no the
    cough is back", in which "no" denies nothing but what was asked.

    opening: words that may stand before either ("oh", "well"). All as `normalise` spells them.
    """

    def __init__(self, found: Sequence[LoneAnswer], opening: Sequence[str]) -> None:
        stall = f"(?:(?:{either(opening)}) )*"
        self._lone = [
            re.compile(
                ("(?<![a-z])" if lone.within else f"(?:^|[,.?] ){stall}")
                + f"(?:{either(lone.answers)})(?= {stall}(?:{either(lone.begins)})(?![a-z]))"
            )
            for lone in found
            if lone.answers and lone.begins
        ]

    def with_pauses(self, text: str) -> str:
        """The text, with a comma behind each answer that stands alone."""
        for lone in self._lone:
            text = lone.sub(r"\g<0> ,", text)
        return text


class SentenceEnds:
    """Endings of words that close a sentence or set it against the next (Korean 어요, 는데).

    endings: as they are written. Only a blank after one makes it a pause: within a word it may be
    anything. One may be a whole word ("아니요", "열이 나요 …").
    interjections: syllables that are such an end only at the beginning ("아 기침이요" is no 아기).
    """

    def __init__(self, endings: Sequence[str], interjections: Sequence[str] = ()) -> None:
        first = rf"|^({either(interjections)})" if interjections else ""
        self._end = re.compile(rf"(?:(?:(?<=[\w\s])|^)({either(endings)}){first})\s+(?=\w)")

    def with_pauses(self, text: str) -> str:
        """The text, with a comma for each blank that parts two sentences."""
        return self._end.sub(lambda m: f"{m[0].rstrip()}, ", text)
