"""Words of everything that can be stated, with the parts that they play besides by how they are
spelled: what is told as done, as the resident's own, as strong, as lacking."""

from functools import cached_property

from callbot.dialog.understanding.words.patterns import is_frame, parts
from callbot.dialog.understanding.words.phrases import Phrases
from callbot.dialog.understanding.words.roles import ILLNESS, Mark, Role
from callbot.dialog.understanding.words.sections.grammar import Grammar
from callbot.dialog.understanding.words.sections.persons import Persons
from callbot.dialog.understanding.words.sections.section import Word
from callbot.dialog.understanding.words.vocabulary import Vocabulary

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
        named = [
            (phrase, Mark(mark.role, self._bare_name(phrase)))
            for _, pattern, mark in self._words
            if mark.role in persons
            for phrase in self._phrases.of(pattern)
        ]
        others = [entry for entry in self._words if entry[2].role not in persons]
        done, done_frames = self._done()
        own, own_frames = self._told_of_oneself()
        begun = self._begun()
        listed = self._phrases.entries([*others, *begun])
        entries = (*listed, *named, *own, *done, *self._strong(), *self._concordant())
        frames = self._phrases.frames([*others, *done_frames, *own_frames, *begun])
        return Vocabulary(entries, spaced=self._spaced, frames=frames)

    def _done(self) -> tuple[list[tuple[str, Mark]], list[Word]]:
        """Ways out and meetings that are told as over and done, and frames of such."""
        acts = (Role.OUT, Role.GO, Role.MEET)
        signs = self._grammar.completed
        done = [
            (phrase, Mark(Role.COMPLETED))
            for phrase, _ in self._phrases.entries(self._words, *acts)
            if any(sign in phrase for sign in signs)
        ]
        frames: list[Word] = [
            ((), pattern, Mark(Role.COMPLETED))
            for _, pattern, mark in self._words
            if mark.role in acts and is_frame(pattern)
            if any(sign in pattern for sign in signs)
        ]
        return done, frames

    def _strong(self) -> list[tuple[str, Mark]]:
        """Signs of illness that say in their own words how bad they are."""
        degrees = self._phrases.of_all(self._grammar.intensifier)
        return [
            (phrase, Mark(Role.INTENSIFIER))
            for phrase, mark in self._phrases.entries(self._words, Role.SEVERE, Role.SYMPTOM)
            if any(degree in phrase for degree in degrees)
        ]

    def _concordant(self) -> list[tuple[str, Mark]]:
        """Having stayed at home, told by a denial that no other undoes ("been nowhere")."""
        denying = set(self._grammar.concord)
        return [
            (phrase, Mark(Role.LACK))
            for phrase, _ in self._phrases.entries(self._words, Role.HOME)
            if not denying.isdisjoint(phrase.split())
        ]

    def _told_of_oneself(self) -> tuple[list[tuple[str, Mark]], list[Word]]:
        """What names the resident in its own words, and frames of such denials.

        "Picked up my pills" tells whose they are, and not who fetched them.
        """
        if not self._spaced:
            return [], []
        oneself = set(self._persons.self).difference(self._persons.name_before)
        own = [
            (phrase, Mark(Role.OWN))
            for phrase, _ in self._phrases.entries(self._words, *_TOLD_OF_ONESELF)
            if not oneself.isdisjoint(phrase.split())
        ]
        frames: list[Word] = [
            ((), pattern, Mark(Role.OWN))
            for _, pattern, mark in self._words
            if mark.role is Role.DENIAL and is_frame(pattern)
            if self._begins(pattern, (*self._persons.self, *self._persons.everyone))
        ]
        return own, frames

    def _begun(self) -> list[Word]:
        """Signs of illness that begin with a denial ("no energy") or an article of their own."""
        begun = (
            (Role.LACK, (*self._grammar.negator, *self._grammar.forgone)),
            (Role.DEFINITE, self._grammar.definite),
        )
        felt = [w for w in self._words if self._spaced and w[2].role in (Role.SYMPTOM, Role.SEVERE)]
        return [
            (place, phrase, Mark(role))
            for role, beginnings in begun
            for place, pattern, _ in felt
            for phrase in ((pattern,) if is_frame(pattern) else self._phrases.of(pattern))
            if self._begins(phrase, beginnings)
        ]

    def _begins(self, pattern: str, words: tuple[str, ...]) -> bool:
        """Whether whatever it stands for begins with one of these words, and goes on ("i am very
        well" with one for the resident)."""
        begin = tuple(f"{phrase} " for phrase in self._phrases.of_all(words))
        first = next(choices for choices in parts(pattern) if any(map(str.strip, choices)))
        return all(choice.startswith(begin) for choice in first)

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
