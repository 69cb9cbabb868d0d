"""The phrases that a lexicon's patterns stand for, spelled as what is heard."""

from collections.abc import Iterable, Iterator
from itertools import chain, filterfalse

from callbot.dialog.understanding.words.patterns import is_frame
from callbot.dialog.understanding.words.roles import Mark, Role
from callbot.dialog.understanding.words.sections.section import Word
from callbot.dialog.understanding.words.spelling import Spelling
from callbot.dialog.understanding.words.vocabulary import Choices, Entry, Vocabulary


class Phrases:
    """Made once for a lexicon.

    patterns: all of its sections. They are spelled together: one by one takes a hundred
    times as long. Frames, which are found as one expression, have no phrases.
    """

    def __init__(self, patterns: Iterable[str], spelling: Spelling) -> None:
        written = dict.fromkeys(patterns)
        framed = [*filter(is_frame, written)]
        listed = [*filterfalse(is_frame, written)]
        self._spelling = spelling
        self._spelled = dict(zip(listed, spelling.phrases(listed), strict=True))
        self._framed = dict(zip(framed, spelling.parts(framed), strict=True))
        self._joined: dict[tuple[str, ...], tuple[str, ...]] = {}

    def of(self, pattern: str) -> tuple[str, ...]:
        if pattern not in self._spelled:
            self._spelled[pattern] = self._spelling.phrases([pattern])[0]
        return self._spelled[pattern]

    def of_all(self, patterns: Iterable[str]) -> tuple[str, ...]:
        """Of several. They are asked for at each utterance, and joined at the first."""
        asked = tuple(patterns)
        if asked not in self._joined:
            self._joined[asked] = tuple(chain.from_iterable(map(self.of, asked)))
        return self._joined[asked]

    def _parts(self, frame: str) -> Choices:
        spelled = self._framed.get(frame)
        return self._spelling.parts([frame])[0] if spelled is None else spelled

    def entries(self, words: Iterable[Word], *roles: Role) -> Iterator[Entry]:
        """The phrases of each pattern with its mark; of the roles given, or of all."""
        return (
            (self.of(pattern), mark)
            for _, pattern, mark in words
            if (not roles or mark.role in roles) and not is_frame(pattern)
        )

    def frames(self, words: Iterable[Word]) -> Iterator[tuple[Choices, Mark]]:
        return ((self._parts(p), mark) for _, p, mark in words if is_frame(p))

    def vocabulary(self, words: Iterable[Word]) -> Vocabulary:
        given = list(words)
        spaced = self._spelling.spaced
        return Vocabulary(self.entries(given), spaced=spaced, frames=self.frames(given))
