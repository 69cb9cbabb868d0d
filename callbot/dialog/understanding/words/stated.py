"""Words of everything that can be stated, with the parts that they play besides by how they are
spelled: what is told as done, as the resident's own, as strong, as lacking."""

import re
from collections.abc import Callable, Iterable, Iterator, Set
from functools import cached_property
from itertools import chain

from callbot.dialog.understanding.words.either import either
from callbot.dialog.understanding.words.patterns import is_frame, parts
from callbot.dialog.understanding.words.phrases import Phrases
from callbot.dialog.understanding.words.roles import ILLNESS, Mark, Role
from callbot.dialog.understanding.words.sections.grammar import Grammar
from callbot.dialog.understanding.words.sections.persons import Persons
from callbot.dialog.understanding.words.sections.section import Word
from callbot.dialog.understanding.words.vocabulary import Entry, Vocabulary

_TOLD_OF_ONESELF = (Role.OUT, Role.HOME, Role.DENIAL, Role.NEGATOR, *ILLNESS)
"""Parts of phrases that may name the resident ("i stayed with", "i feel sick")."""

LEAST_LONG = 3
"""Characters of a word that is not taken for the end of one and the start of another."""


class Stated:
    """words: of the sections that can be stated. spaced: the language parts words by spaces."""

    def __init__(
        self,
        words: list[Word],
        grammar: Grammar,
        persons: Persons,
        phrases: Phrases,
        *,
        spaced: bool,
    ) -> None:
        self._grammar = grammar
        self._persons = persons
        self._phrases = phrases
        self._spaced = spaced
        self._words = [*words, *self._long_harmless]

    def vocabulary(self) -> Vocabulary:
        persons = (Role.FAMILY, Role.OUTSIDER)
        others = [entry for entry in self._words if entry[2].role not in persons]
        done, done_frames = self._done()
        own, own_frames = self._told_of_oneself()
        begun, begun_frames = self._begun()
        entries = chain(
            self._phrases.entries(others), begun, self._named(*persons), own, done,
            self._strong(), self._concordant(),
        )  # fmt: skip
        frames = self._phrases.frames([*others, *done_frames, *own_frames, *begun_frames])
        return Vocabulary(entries, spaced=self._spaced, frames=frames)

    def _named(self, *roles: Role) -> Iterator[Entry]:
        """Persons by their bare names, which no expression could tell: each is listed."""
        return (
            ((phrase,), Mark(mark.role, self._bare_name(phrase)))
            for _, pattern, mark in self._words
            if mark.role in roles
            for phrase in self._phrases.of(pattern)
        )

    def _done(self) -> tuple[Iterator[Entry], list[Word]]:
        """Ways out and meetings that are told as over and done, and frames of such."""
        acts = (Role.OUT, Role.GO, Role.MEET)
        signs = re.compile(either(self._grammar.completed))
        frames: list[Word] = [
            ((), pattern, Mark(Role.COMPLETED))
            for _, pattern, mark in self._words
            if mark.role in acts and is_frame(pattern) and signs.search(pattern)
        ]
        return self._of_them(signs.search, Role.COMPLETED, *acts), frames

    def _strong(self) -> Iterator[Entry]:
        """Signs of illness that say in their own words how bad they are."""
        degrees = re.compile(either(self._phrases.of_all(self._grammar.intensifier)))
        return self._of_them(degrees.search, Role.INTENSIFIER, Role.SEVERE, Role.SYMPTOM)

    def _concordant(self) -> Iterator[Entry]:
        """Having stayed at home, told by a denial that no other undoes ("been nowhere")."""
        denying = set(self._grammar.concord)
        return self._of_them(_with_word_of(denying), Role.LACK, Role.HOME)

    def _told_of_oneself(self) -> tuple[Iterator[Entry], list[Word]]:
        """What names the resident in its own words, and frames of such denials.

        "Picked up my pills" tells whose they are, and not who fetched them.
        """
        if not self._spaced:
            return iter(()), []
        oneself = set(self._persons.self).difference(self._persons.name_before)
        starts = self._starts((*self._persons.self, *self._persons.everyone))
        frames: list[Word] = [
            ((), pattern, Mark(Role.OWN))
            for _, pattern, mark in self._words
            if mark.role is Role.DENIAL and is_frame(pattern) and _begins(pattern, starts)
        ]
        return self._of_them(_with_word_of(oneself), Role.OWN, *_TOLD_OF_ONESELF), frames

    def _begun(self) -> tuple[list[Entry], list[Word]]:
        """Signs of illness that begin with a denial ("no energy") or an article of their own, and
        frames of such."""
        if not self._spaced:
            return [], []
        entries: list[Entry] = []
        frames: list[Word] = []
        felt = (Role.SYMPTOM, Role.SEVERE)
        for role, beginnings in (
            (Role.LACK, (*self._grammar.negator, *self._grammar.forgone)),
            (Role.DEFINITE, self._grammar.definite),
        ):
            starts = self._starts(beginnings)
            entries += self._of_them(_starting_with(starts), role, *felt)
            frames += (
                ((), pattern, Mark(role))
                for _, pattern, mark in self._words
                if mark.role in felt and is_frame(pattern) and _begins(pattern, starts)
            )
        return entries, frames

    def _of_them(self, is_such: Callable[[str], object], role: Role, *of: Role) -> Iterator[Entry]:
        """The phrases of some roles that play another besides."""
        return (
            (tuple(filter(is_such, phrases)), Mark(role))
            for phrases, _ in self._phrases.entries(self._words, *of)
        )

    def _starts(self, words: Iterable[str]) -> tuple[str, ...]:
        """What a phrase starts with that begins with one of the words and goes on."""
        return tuple(f"{phrase} " for phrase in self._phrases.of_all(words))

    @property
    def _long_harmless(self) -> list[Word]:
        """Harmless words of languages without spaces that are too long to be parts of two others,
        so that no shorter word is found within them (老 in 老老实实, 烧 in 红烧肉)."""
        if not self._grammar.everyday:
            return []
        return [
            ((), word, Mark(Role.HARMLESS))
            for word in self._grammar.harmless
            if len(word) >= LEAST_LONG
        ]

    def _bare_name(self, phrase: str) -> str:
        """A person's name without "my" before it and particles after it; one of a single
        character keeps what stands before it ("我妈")."""
        known = self._person_words
        for end in self._persons.name_after:
            if phrase.endswith(end) and phrase.removesuffix(end) in known:
                phrase = phrase.removesuffix(end)
                break
        for start in self._persons.name_before:
            bare = phrase.removeprefix(start).strip()
            if phrase.startswith(start) and len(bare) > 1 and bare in known:
                return bare
        return phrase

    @cached_property
    def _person_words(self) -> frozenset[str]:
        return frozenset(self._phrases.of_all((*self._persons.family, *self._persons.outsider)))


def _begins(pattern: str, starts: tuple[str, ...]) -> bool:
    """Whether whatever it stands for starts with one of these ("(i am|im) very well")."""
    first = next(choices for choices in parts(pattern) if any(map(str.strip, choices)))
    return all(choice.startswith(starts) for choice in first)


def _starting_with(starts: tuple[str, ...]) -> Callable[[str], bool]:
    return lambda phrase: phrase.startswith(starts)


def _with_word_of(words: Set[str]) -> Callable[[str], bool]:
    return lambda phrase: not words.isdisjoint(phrase.split())
