"""Phrases found by their sound, across the words that a text was read as.

For what must not be missed: unlike `homophones`, which mends words that make no sense, this looks
wherever a phrase may have been said, and forgives one syllable of four and more that differs in its
beginning or in its end only. Of a clause of its own it may forgive two ("我全部上去" for
我喘不上气).
"""

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import combinations, takewhile

from callbot.dialog.understanding.words.homophones import blurred, is_han, syllables

LEAST_SYLLABLES = 3
NEAR_FROM_SYLLABLES = 4
MOST_SYLLABLES = 7
"""Longer phrases say at greater length what shorter ones say."""

_INITIALS = ("zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcsyw")

_ANYTHING = "*"

_SPEAKER = "我"
"""Who a clause may begin with, besides what is told."""

Sound = tuple[str, ...]


class NearHomophones:
    """Made once for a lexicon; of phrases that sound alike the first in order stands for all.

    phrases: found where one syllable is misheard, too. strict: found only where all sound right,
    and of four syllables and more. clauses: of phrases, those found where two are misheard, if they
    are all that a clause says.
    """

    def __init__(
        self, phrases: Iterable[str], strict: Iterable[str] = (), clauses: Iterable[str] = ()
    ) -> None:
        self._clauses = sorted({p for p in clauses if _fits(p, NEAR_FROM_SYLLABLES)})
        self._loose = sorted({p for p in phrases if _fits(p, LEAST_SYLLABLES)})
        self._strict = sorted({p for p in strict if _fits(p, NEAR_FROM_SYLLABLES)})

    @cached_property
    def _by_sound(self) -> dict[Sound, str]:
        phrases = [*reversed(self._strict), *reversed(self._loose)]
        # All in one go: one by one takes four times as long.
        sounds = iter(syllables(",".join(phrases)))
        return {tuple(takewhile(lambda s: s != ",", sounds)): phrase for phrase in phrases}

    @cached_property
    def _by_most_of_it(self) -> dict[Sound, dict[str, str]]:
        """By the blurred sound with one syllable left open: phrases by the syllable that is."""
        loose = set(self._loose)
        found: dict[Sound, dict[str, str]] = {}
        for sound, phrase in self._by_sound.items():
            if phrase in loose and len(sound) >= NEAR_FROM_SYLLABLES:
                for at, syllable in enumerate(sound):
                    found.setdefault(_open(sound, at), {}).setdefault(syllable, phrase)
        return found

    @cached_property
    def _by_half_of_it(self) -> dict[Sound, list[tuple[Sound, str]]]:
        """By the blurred sound with two syllables left open: clauses with their whole sound."""
        found: dict[Sound, list[tuple[Sound, str]]] = {}
        for phrase in self._clauses:
            sound = tuple(map(blurred, syllables(phrase)))
            for pair in combinations(range(len(sound)), 2):
                found.setdefault(_open(sound, *pair), []).append((sound, phrase))
        return found

    @cached_property
    def _lengths(self) -> list[int]:
        return sorted({len(phrase) for phrase in (*self._loose, *self._strict)}, reverse=True)

    def respell(self, text: str, words: Sequence[tuple[int, int]]) -> str:
        """The text with what sounds nearly like a phrase spelled as that phrase, the longest first.

        words: stretches, start to end, that surely are words: no syllable of one is taken for
        another, and no phrase that was not heard right begins or ends within one ("奶粉快没了" is
        no "人快没了").
        """
        sound = syllables(text) if self._lengths and text else ()
        if len(sound) != len(text):
            return text
        edges = {at for start, end in words for at in range(start + 1, end)}
        sure = {at for start, end in words for at in range(start, end)}
        out, at = "", 0
        while at < len(text):
            phrase = self._at(sound, at, edges, sure) or self._clause(text, sound, at, sure)
            out += phrase or text[at]
            at += len(phrase) or 1
        return out

    def _at(self, sound: Sound, at: int, edges: set[int], sure: set[int]) -> str:
        for length in self._lengths:
            window = sound[at : at + length]
            if len(window) < length:
                continue
            if phrase := self._by_sound.get(window):
                return phrase
            if edges.isdisjoint((at, at + length)) and (phrase := self._nearly(window, at, sure)):
                return phrase
        return ""

    def _clause(self, text: str, sound: Sound, start: int, sure: set[int]) -> str:
        """The phrase that the clause which begins here is, with two syllables misheard."""
        if not _begins_clause(text, start):
            return ""
        end = next((i for i in range(start, len(text)) if not is_han(text[i])), len(text))
        if not NEAR_FROM_SYLLABLES <= end - start <= MOST_SYLLABLES:
            return ""
        heard = tuple(map(blurred, sound[start:end]))
        for pair in combinations(range(len(heard)), 2):
            if sure.isdisjoint(start + at for at in pair):
                for said, phrase in self._by_half_of_it.get(_open(heard, *pair), ()):
                    if all(_alike(heard[at], said[at]) for at in pair):
                        return phrase
        return ""

    def _nearly(self, window: Sound, start: int, sure: set[int]) -> str:
        for at, heard in enumerate(window):
            if start + at not in sure:
                known = self._by_most_of_it.get(_open(window, at), {})
                for said, phrase in known.items():
                    if _alike(heard, said):
                        return phrase
        return ""


def _fits(phrase: str, least: int) -> bool:
    return least <= len(phrase) <= MOST_SYLLABLES and is_han(phrase)


def _begins_clause(text: str, at: int) -> bool:
    before = text[:at].removesuffix(_SPEAKER)
    return not before or not is_han(before[-1])


def _open(sound: Sound, *at: int) -> Sound:
    return tuple(_ANYTHING if i in at else blurred(s) for i, s in enumerate(sound))


def _alike(heard: str, said: str) -> bool:
    one, other = parted(blurred(heard)), parted(blurred(said))
    return one[0] == other[0] or one[1] == other[1]


def parted(syllable: str) -> tuple[str, str]:
    """Its beginning and its end."""
    initial = next((i for i in _INITIALS if syllable.startswith(i)), "")
    return initial, syllable.removeprefix(initial)
