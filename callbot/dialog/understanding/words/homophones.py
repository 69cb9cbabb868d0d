"""Words that a recogniser wrote as others of the same sound.

Used only where no hypothesis makes sense as it is spelled, never for yes and no. Two syllables
must sound exactly alike but for the tone; from three on, one may differ in the sounds that
southern speakers do not tell apart.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property

FUZZY_FROM_SYLLABLES = 3

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
                if near and sum(a != b for a, b in zip(near[0], window, strict=True)) == 1:
                    return near[1]
        return ""


def is_han(text: str) -> bool:
    return bool(_HAN.match(text))


def syllables(text: str) -> tuple[str, ...]:
    """One for each Chinese character, without its tone, and every other character as it is."""
    # Loading the readings takes a fifth of a second that most utterances need not spend.
    from pypinyin import lazy_pinyin

    sounds: list[str] = []
    for run in _RUNS.findall(text):
        sounds += lazy_pinyin(run) if is_han(run) else run
    return tuple(sounds)


def blurred(syllable: str) -> str:
    """As southern speakers say it."""
    for sharp, blunt in _ALIKE:
        syllable = syllable.replace(sharp, blunt)
    return syllable
