"""Korean phrases found by their sound, across the words that a text was read as.

What `near_homophones` is for Chinese: for what must not be missed. "숨쉬기가 힘들어요" is heard as
"송수기가 힘들어요": nearly the same sounds, syllable by syllable. They are compared as they are
spoken: the consonant that ends a syllable goes over to the next one, if that begins with none
("숨이" is 수미).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import combinations
from typing import Final

from callbot.dialog.understanding.words.forms.korean import is_syllable, jamo

LEAST_SYLLABLES: Final = 3
LEAST_STRICT_SYLLABLES: Final = 4
MOST_SYLLABLES: Final = 7
"""Longer phrases say at greater length what shorter ones say."""

MOST_UNLIKE: Final = 0.08
"""How far a phrase may be from what was heard, for each of its syllables (see `unlike`)."""
MOST_UNLIKE_SYLLABLE: Final = 0.38
"""And how far any one of them: further off is another syllable."""
SHORT: Final = 4
MOST_UNLIKE_SHORT: Final = 0.24
"""Of a phrase of so many syllables and fewer, in all: too many words are near."""

_INITIAL, _VOWEL, _FINAL = 0.35, 0.4, 0.25
"""What each part of a syllable weighs; together 1."""

_INITIALS: Final = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS: Final = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS: Final = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"

_SPOKEN_FINALS: Final = {
    **dict.fromkeys("ㄲㄳㅋㄺ", "ㄱ"), **dict.fromkeys("ㅅㅆㅈㅊㅌㅎ", "ㄷ"),
    **dict.fromkeys("ㅄㅍㄿ", "ㅂ"), **dict.fromkeys("ㄵㄶ", "ㄴ"),
    **dict.fromkeys("ㄼㄽㄾㅀ", "ㄹ"), "ㄻ": "ㅁ",
}  # fmt: skip
"""Finals as they are spoken where they stay: seven sounds."""

_LINKED: Final = {
    "ㄳ": ("ㄱ", "ㅅ"), "ㄵ": ("ㄴ", "ㅈ"), "ㄶ": (" ", "ㄴ"), "ㄺ": ("ㄹ", "ㄱ"),
    "ㄻ": ("ㄹ", "ㅁ"), "ㄼ": ("ㄹ", "ㅂ"), "ㄽ": ("ㄹ", "ㅅ"), "ㄾ": ("ㄹ", "ㅌ"),
    "ㄿ": ("ㄹ", "ㅍ"), "ㅀ": (" ", "ㄹ"), "ㅄ": ("ㅂ", "ㅅ"), "ㅎ": (" ", "ㅇ"),
}  # fmt: skip
"""Of finals that do not go over as they are: what stays, and what goes over."""

Sounds = tuple[str, str, str]
"""Initial, vowel and final as spoken; a blank for no final."""


def _classes(groups: Mapping[str, float]) -> dict[frozenset[str], float]:
    """How unlike two different sounds of a group are, 0 to 1; of several groups the least."""
    found: dict[frozenset[str], float] = {}
    for group, distance in groups.items():
        for pair in map(frozenset, combinations(group, 2)):
            found[pair] = min(distance, found.get(pair, 1.0))
    return found


_UNLIKE_INITIALS: Final = _classes(
    {"ㄱㄲㅋ": 0.4, "ㄷㄸㅌ": 0.4, "ㅂㅃㅍ": 0.4, "ㅅㅆ": 0.2, "ㅈㅉㅊ": 0.3, "ㅅㅆㅈㅉㅊ": 0.5,
     "ㄴㄹ": 0.5, "ㄴㅁ": 0.6, "ㅇㅎ": 0.4, "ㅎㅋ": 0.6, "ㅎㅍ": 0.6}
)  # fmt: skip
_UNLIKE_VOWELS: Final = _classes(
    {"ㅐㅔ": 0.0, "ㅒㅖ": 0.0, "ㅙㅚㅞ": 0.0, "ㅗㅜ": 0.4, "ㅓㅗ": 0.4, "ㅡㅜ": 0.4, "ㅓㅡ": 0.5,
     "ㅜㅟ": 0.4, "ㅟㅣ": 0.4, "ㅡㅣ": 0.5, "ㅢㅣ": 0.2, "ㅡㅢ": 0.3, "ㅏㅑ": 0.4, "ㅓㅕ": 0.4,
     "ㅗㅛ": 0.4, "ㅜㅠ": 0.4, "ㅐㅖ": 0.4, "ㅔㅖ": 0.3, "ㅏㅓ": 0.6, "ㅏㅘ": 0.4, "ㅓㅝ": 0.4,
     "ㅐㅙ": 0.4, "ㅔㅚ": 0.4, "ㅕㅛ": 0.5, "ㅗㅚ": 0.5}
)  # fmt: skip
_UNLIKE_FINALS: Final = _classes(
    {"ㄴㅁㅇ": 0.3, "ㄱㄷㅂ": 0.4, "ㄱㅇ": 0.6, "ㄴㄷ": 0.6, "ㅁㅂ": 0.6, " ㄷ": 0.6, " ㄹ": 0.7,
     "ㄴㄹ": 0.6}
)  # fmt: skip


@dataclass
class _Node:
    """Of the tree of phrases, syllable by syllable. phrase: the one that ends here, found within
    the distance `within`."""

    following: dict[Sounds, "_Node"] = field(default_factory=dict)
    phrase: str = ""
    within: float = 0.0


class NearHangul:
    """Made once for a lexicon.

    phrases: found where they are misheard a little, too. strict: found only where all sounds right,
    and of four syllables and more.
    """

    def __init__(self, phrases: Iterable[str], strict: Iterable[str] = ()) -> None:
        self._loose = sorted({p for p in phrases if _fits(p, LEAST_SYLLABLES)})
        self._strict = sorted({p for p in strict if _fits(p, LEAST_STRICT_SYLLABLES)})

    @cached_property
    def _tree(self) -> _Node:
        root = _Node()
        for phrase in self._loose:
            _end_of(phrase, root, within=_allowed(len(phrase)))
        for phrase in self._strict:
            _end_of(phrase, root, within=0.0)
        return root

    def respell(self, text: str, words: Sequence[tuple[int, int]]) -> str:
        """The text with what sounds nearly like a phrase spelled as that phrase, the nearest first.

        words: stretches, start to end, that surely are words: no syllable of one is taken for
        another, and no phrase that was not heard right begins within one. It may end there, before
        the endings of its last word.
        """
        if not (self._loose or self._strict):
            return text
        sounds = _spoken(text)
        inner = {at for start, end in words for at in range(start + 1, end)}
        sure = {at for start, end in words for at in range(start, end)}
        out, at = "", 0
        while at < len(text):
            phrase = self._at(sounds, at, at in inner, sure)
            out += phrase or text[at]
            at += len(phrase) or 1
        return out

    def _at(
        self, sounds: Sequence[Sounds | None], at: int, within_word: bool, sure: set[int]
    ) -> str:
        nearest: tuple[float, int, str] | None = None
        branches = [(self._tree, 0.0)]
        for length, heard in enumerate(sounds[at : at + MOST_SYLLABLES], 1):
            if heard is None:
                break
            certain = at + length - 1 in sure
            branches = [
                (node, so_far + further)
                for branch, so_far in branches
                for said, node in branch.following.items()
                if (further := unlike(heard, said)) <= (0.0 if certain else MOST_UNLIKE_SYLLABLE)
                if so_far + further <= _allowed(MOST_SYLLABLES)
            ]
            for node, distance in branches:
                if node.phrase and distance <= (0.0 if within_word else node.within):
                    found = (distance / length, -length, node.phrase)
                    nearest = found if nearest is None else min(nearest, found)
        return nearest[2] if nearest else ""


def unlike(heard: Sounds, said: Sounds) -> float:
    """How unlike two syllables are: 0 where they sound the same, 1 where nothing does."""
    if heard == said:
        return 0.0
    return (
        _INITIAL * _apart(heard[0], said[0], _UNLIKE_INITIALS)
        + _VOWEL * _apart(heard[1], said[1], _UNLIKE_VOWELS)
        + _FINAL * _apart(heard[2], said[2], _UNLIKE_FINALS)
    )


def _apart(one: str, other: str, known: Mapping[frozenset[str], float]) -> float:
    return 0.0 if one == other else known.get(frozenset((one, other)), 1.0)


def _allowed(length: int) -> float:
    return MOST_UNLIKE_SHORT if length <= SHORT else MOST_UNLIKE * length


def _end_of(phrase: str, root: _Node, *, within: float) -> None:
    """Adds a phrase; of two that sound alike the first stands for both."""
    node = root
    for sounds in _spoken(phrase):
        assert sounds is not None, "phrases are all Hangul"
        node = node.following.setdefault(sounds, _Node())
    if not node.phrase:
        node.phrase, node.within = phrase, within


def _fits(phrase: str, least: int) -> bool:
    return least <= len(phrase) <= MOST_SYLLABLES and all(map(is_syllable, phrase))


def _spoken(text: str) -> list[Sounds | None]:
    """Of each syllable, None for any other character."""
    written = [_letters(c) for c in text]
    spoken: list[Sounds | None] = []
    carried = ""
    for at, letters in enumerate(written):
        if letters is None:
            spoken.append(None)
            carried = ""
            continue
        initial, vowel, final = letters
        following = written[at + 1] if at + 1 < len(written) else None
        initial, carried = carried or initial, ""
        if following is not None and following[0] == "ㅇ" and final not in " ㅇ":
            final, carried = _LINKED.get(final, (" ", final))
        spoken.append((initial, vowel, _SPOKEN_FINALS.get(final, final)))
    return spoken


@lru_cache(maxsize=4096)
def _letters(character: str) -> Sounds | None:
    if not is_syllable(character):
        return None
    initial, vowel, final = jamo(character)
    return _INITIALS[initial], _VOWELS[vowel], _FINALS[final]
