"""Words that a recogniser wrote as others of the same sound.

Used only where no hypothesis makes sense as it is spelled, never for a mere yes or no. Two
syllables must sound exactly alike but for the tone; from three on, one may differ in the sounds
that southern speakers do not tell apart.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache

FUZZY_FROM_SYLLABLES = 3

LEAST_ANSWER = 3
"""Syllables by whose sound alone a whole answer is known."""

_HAN = re.compile(r"^[\u4e00-\u9fff]+$")
_RUNS = re.compile(r"[\u4e00-\u9fff]+|[^\u4e00-\u9fff]+")
_ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in"))


class Homophones:
    """Lexicon words by their toneless sound."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted(w for w in words if len(w) > 1 and is_han(w))

    @cached_property
    def _by_sound(self) -> dict[tuple[str, ...], str]:
        return {syllables(word): word for word in self._words}

    @cached_property
    def _by_blurred_sound(self) -> dict[tuple[str, ...], tuple[tuple[str, ...], str]]:
        return {
            tuple(map(blurred, sound)): (sound, word)
            for sound, word in self._by_sound.items()
            if len(sound) >= FUZZY_FROM_SYLLABLES
        }

    def respell(self, text: str, kept: Sequence[tuple[int, int]]) -> str:
        """The text with what sounds like a word spelled as that word.

        kept: stretches, start to end, that are already words and stay as they are.
        """
        if not self._words or not text:
            return text
        sounds = syllables(text)
        if len(sounds) != len(text):
            return text
        longest = max(map(len, self._words))
        out, at = "", 0
        while at < len(text):
            found = self._word_at(sounds, at, longest, kept)
            out += found or text[at]
            at += len(found) or 1
        return out

    def _word_at(
        self, sounds: tuple[str, ...], at: int, longest: int, kept: Sequence[tuple[int, int]]
    ) -> str:
        for length in range(min(longest, len(sounds) - at), 1, -1):
            if any(start < at + length and at < end for start, end in kept):
                continue
            window = sounds[at : at + length]
            if window in self._by_sound:
                return self._by_sound[window]
            if length >= FUZZY_FROM_SYLLABLES:
                near = self._by_blurred_sound.get(tuple(map(blurred, window)))
                if near and _unlike(near[0], window) == 1:
                    return near[1]
        return ""


class WholeAnswers:
    """Answers by their toneless sound, from one pause to the next: "眉出们" for "没出门"."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases = [p for p in phrases if len(p) >= LEAST_ANSWER and is_han(p)]

    @cached_property
    def _by_sound(self) -> dict[tuple[str, ...], str]:
        return {tuple(map(blurred, syllables(phrase))): phrase for phrase in self._phrases}

    def respell(self, text: str) -> str:
        return _RUNS.sub(lambda run: self._answer(run[0]), text) if self._phrases else text

    def _answer(self, spoken: str) -> str:
        sounds = syllables(spoken)
        phrase = self._by_sound.get(tuple(map(blurred, sounds)), spoken)
        return phrase if _unlike(syllables(phrase), sounds) <= 1 else spoken


def is_han(text: str) -> bool:
    return bool(_HAN.match(text))


def syllables(text: str) -> tuple[str, ...]:
    """One for each Chinese character, without its tone, and every other character as it is."""
    # Loading the readings takes a fifth of a second that most utterances need not spend.
    from pypinyin.seg.mmseg import seg

    sounds: list[str] = []
    for run in _RUNS.findall(text):
        if is_han(run):
            for word in seg.cut(run):
                sounds += _reading(word)
        else:
            sounds += run
    return tuple(sounds)


@lru_cache(maxsize=8192)
def _reading(word: str) -> tuple[str, ...]:
    """Of a word as the readings cut them: a lexicon's 36,000 are made of 1,300, whose readings
    anew for each took a second and a half."""
    from pypinyin import lazy_pinyin

    return tuple(lazy_pinyin(word))


def _unlike(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


def blurred(syllable: str) -> str:
    """As southern speakers say it."""
    for sharp, blunt in _ALIKE:
        syllable = syllable.replace(sharp, blunt)
    return syllable
