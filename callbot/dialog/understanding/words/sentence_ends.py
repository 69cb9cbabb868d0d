"""Where a sentence ends in words that a recogniser wrote without signs."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from callbot.dialog.answers import Kind
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
    asides: those that are one wherever they are written by themselves after a word of more than one
    syllable ("없어 아 기침은 하지"); not where they begin one of `turns` ("아 맞다").
    going_on: words before which none has ended ("있지 않아요").
    familiar: endings that are one before `others`, words for all else ("기침을 해 다른 건 없어").
    """

    def __init__(
        self,
        endings: Sequence[str],
        interjections: Sequence[str] = (),
        asides: Sequence[str] = (),
        turns: Sequence[str] = (),
        going_on: Sequence[str] = (),
        familiar: Sequence[str] = (),
        others: Sequence[str] = (),
    ) -> None:
        first = rf"|^({either(interjections)})" if interjections else ""
        on = rf"(?!{either(going_on)})" if going_on else ""
        self._end = re.compile(rf"(?:(?:(?<=[\w\s])|^)({either(endings)}){first})\s+{on}(?=\w)")
        led = {turn[len(aside) :] for aside in asides for turn in turns if turn.startswith(aside)}
        spaced = sorted(r"\s*".join(map(re.escape, rest)) for rest in led if rest)
        goes_on = rf"(?!{'|'.join(spaced)})" if spaced else ""
        alone = rf"(?<=[\w,.?]{{2}}\s)({either(asides)})\s+(?=\w){goes_on}"
        self._aside = re.compile(alone) if asides else None
        told = rf"(?<=[\w\s])({either(familiar)})\s+(?={either(others)})"
        self._told = re.compile(told) if familiar and others else None

    def with_pauses(self, text: str) -> str:
        """The text, with a comma for each blank that parts two sentences."""
        parted = self._end.sub(_with_pause, text)
        for ends in (self._aside, self._told):
            parted = ends.sub(_with_pause, parted) if ends else parted
        return parted


class TurnEndings:
    """What the end of the last word tells of whether somebody goes on.

    answering: words that answer and are no statement ("네", "맞아요"). closing: endings that close
    a sentence. going_on: those behind which one goes on, though they may look like the former.
    reasons: those of the closing that give a reason. settling: by kind of question, words with
    which a statement answers it outright.
    """

    def __init__(
        self,
        answering: Sequence[str],
        closing: Sequence[str],
        going_on: Sequence[str],
        reasons: Sequence[str] = (),
        settling: Mapping[Kind, Sequence[str]] | None = None,
    ) -> None:
        self.answering = frozenset(answering)
        self._reasons = re.compile(rf"(?:{either(reasons)})$") if reasons else None
        self._settling = {
            kind: re.compile(f"(?:{either(words)})") for kind, words in (settling or {}).items()
        }
        self._closing = re.compile(rf"(?:{either(closing)})$")
        self._going_on = re.compile(rf"(?:{either(going_on)})$")

    def answers(self, sentence: str) -> bool:
        return all(word in self.answering for word in sentence.split())

    def states(self, sentence: str) -> bool:
        return self.closes(sentence) and not self.answers(sentence)

    def closes(self, sentence: str) -> bool:
        return not self.goes_on(sentence) and self._closing.search(sentence) is not None

    def goes_on(self, sentence: str) -> bool:
        return self._going_on.search(sentence) is not None

    def gives_reason(self, sentence: str) -> bool:
        return self._reasons is not None and self._reasons.search(sentence) is not None

    def settles(self, sentence: str, kind: Kind) -> bool:
        """Whether it answers a question of the kind outright, however it is written in blanks."""
        settling = self._settling.get(kind)
        return settling is None or settling.search("".join(sentence.split())) is not None


def _with_pause(end: re.Match[str]) -> str:
    return f"{end[0].rstrip()}, "
