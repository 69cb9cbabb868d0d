"""Finding a lexicon's words in a text: the longest word at each place, from left to right."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from callbot.dialog.understanding.words.expressions import (
    Expression,
    frame_expression,
    gap_expression,
)
from callbot.dialog.understanding.words.patterns import GAP
from callbot.dialog.understanding.words.roles import Mark, Role

PAUSES = {",": "pause", ".": "stop", "?": "asking"}

_GAP_CHARACTERS = r"[^,.?]{0,6}?"
_GAP_WORDS = r"(?: [^ ,.?]+){0,4}? ?"


Choices = tuple[tuple[str, ...], ...]
"""Of a pattern: what can stand in each of its parts."""


@dataclass(frozen=True)
class Token:
    """A stretch of the text, `start` to `end`, and the parts its word can play."""

    start: int
    end: int
    text: str
    marks: tuple[Mark, ...]

    @cached_property
    def roles(self) -> frozenset[Role]:
        return frozenset(mark.role for mark in self.marks)

    def has(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)

    def codes(self, role: Role) -> tuple[str, ...]:
        return tuple(mark.code for mark in self.marks if mark.role is role)


Entry = tuple[Sequence[str], Mark]
"""Phrases that play one part in a sentence."""

Marked = dict[str, tuple[Mark, ...]]
"""Phrases with their marks, in the order in which they were given."""


def mark_all(marked: Marked, phrases: Sequence[str], mark: Mark) -> None:
    """Gives each of the phrases one more mark. Most patterns share no phrase with another."""
    if marked.keys().isdisjoint(phrases):
        marked.update(dict.fromkeys(phrases, (mark,)))
        return
    for phrase in phrases:
        before = marked.get(phrase, ())
        if mark not in before:
            marked[phrase] = (*before, mark)


class Vocabulary:
    """Words with their marks, ready to be found.

    entries: phrases as `normalise` spells them. spaced: words are separated by spaces, and are
    only found whole (English). frames: patterns with more phrases than are listed, as the choices
    of their parts, with their marks.
    """

    def __init__(
        self,
        entries: Iterable[Entry],
        *,
        spaced: bool,
        frames: Iterable[tuple[Choices, Mark]] = (),
    ) -> None:
        self._spaced = spaced
        self._words: Marked = {}
        gapped: Marked = {}
        for written, mark in entries:
            phrases = written
            if GAP in "".join(written):
                phrases = [p.rstrip(GAP + " ") if GAP in p else p for p in written]
                mark_all(gapped, [phrase for phrase in phrases if GAP in phrase], mark)
                phrases = [phrase for phrase in phrases if GAP not in phrase]
            mark_all(self._words, phrases, mark)
        self._lengths = _lengths(self._words)
        tails: dict[tuple[str, tuple[Mark, ...]], list[str]] = {}
        for phrase, marks in gapped.items():
            head, tail = phrase.split(GAP, 1)
            tails.setdefault((head, marks), []).append(tail)
        gap = _GAP_WORDS if spaced else _GAP_CHARACTERS
        self._expressions = [
            (gap_expression(head, ends, gap), marks) for (head, marks), ends in tails.items()
        ]
        framed: dict[Choices, dict[Mark, None]] = {}
        for choices, mark in frames:
            framed.setdefault(choices, {})[mark] = None
        self._expressions += [
            (frame_expression(choices, gap, spaced=spaced), tuple(given))
            for choices, given in framed.items()
        ]
        self._begun: dict[str, list[int]] = {}
        for place, (expression, _) in enumerate(self._expressions):
            for beginning in dict.fromkeys(filter(None, expression.beginnings)):
                self._begun.setdefault(beginning, []).append(place)
        self._beginnings = _lengths(self._begun)

    def compile(self) -> None:
        """All its expressions, each of which else the first text would wait for that needs it."""
        for expression in self.expressions:
            _ = expression.compiled

    @property
    def expressions(self) -> Iterable[Expression]:
        return (expression for expression, _ in self._expressions)

    @property
    def words(self) -> Iterable[str]:
        return self._words

    def marks(self, word: str) -> tuple[Mark, ...]:
        return self._words.get(word, ())

    def tokens(self, text: str, known: Sequence[Token] = ()) -> list[Token]:
        """The whole text as tokens; `known` are stretches already read (numbers)."""
        found: list[Token] = []
        starts = {token.start: token for token in known}
        next_known = sorted(starts)
        at = unread = 0
        while at < len(text):
            limit = next((start for start in next_known if start > at), len(text))
            token = starts.get(at) or self._at(text, at, limit)
            if token is None:
                at += 1
                continue
            found += _gap(text, unread, at)
            found.append(token)
            at = unread = token.end
        return found + _gap(text, unread, len(text))

    def best_cover(self, text: str) -> list[Token]:
        """The whole text as tokens, cut so that the fewest characters stay unread, and then into
        the fewest words, the longest first: where words run together, the longest at a place may
        take a syllable from the next ("고기" of "없고 기력이")."""
        best: list[tuple[int, int, Token | None]] = [(0, 0, None)]
        for at in range(len(text) - 1, -1, -1):
            unread, words, _ = best[-1]
            choice: tuple[int, int, Token | None] = (unread + 1, words, None)
            for token in self._all_at(text, at):
                unread, words, _ = best[len(text) - token.end]
                if (unread, words + 1) < choice[:2]:
                    choice = (unread, words + 1, token)
            best.append(choice)
        found: list[Token] = []
        at = start = 0
        while at < len(text):
            word = best[len(text) - at][2]
            if word is None:
                at += 1
                continue
            found += [*_gap(text, start, at), word]
            at = start = word.end
        return found + _gap(text, start, len(text))

    def _all_at(self, text: str, at: int) -> list[Token]:
        """The words that begin at a place, the longest first."""
        longest = self._at(text, at, len(text))
        if longest is None:
            return []
        shorter = (text[at : at + n] for n in self._lengths.get(text[at], ()))
        return [longest] + [
            Token(at, at + len(word), word, self._words[word])
            for word in shorter
            if word in self._words and len(word) < len(longest.text) and at + len(word) <= len(text)
        ]

    def _at(self, text: str, at: int, limit: int) -> Token | None:
        character = text[at]
        if character in PAUSES and not _inside_number(text, at):
            return Token(at, at + 1, character, (Mark(Role(PAUSES[character])),))
        if self._spaced and at and text[at - 1].isalnum():
            return None
        best: Token | None = None
        for length in self._lengths.get(character, ()):
            end = at + length
            word = text[at:end]
            if end <= limit and word in self._words and self._ends(text, end):
                best = Token(at, end, word, self._words[word])
                break
        for expression, marks in self._beginning_at(text, at, limit):
            match = expression.compiled.match(text, at, limit)
            if match and self._ends(text, match.end()) and (not best or match.end() > best.end):
                best = Token(at, match.end(), match[0], marks)
        return best

    def _beginning_at(
        self, text: str, at: int, limit: int
    ) -> Iterator[tuple[Expression, tuple[Mark, ...]]]:
        """The expressions that may match at a place, in the order in which they were given."""
        places: set[int] = set()
        for length in self._beginnings.get(text[at], ()):
            if at + length <= limit:
                places.update(self._begun.get(text[at : at + length], ()))
        return (self._expressions[place] for place in sorted(places))

    def _ends(self, text: str, end: int) -> bool:
        return not self._spaced or end == len(text) or not text[end].isalnum()


def _lengths(phrases: Iterable[str]) -> dict[str, list[int]]:
    """How long the phrases are that begin with a character, the longest first."""
    lengths: dict[str, set[int]] = {}
    for first, length in {(phrase[0], len(phrase)) for phrase in phrases}:
        lengths.setdefault(first, set()).add(length)
    return {first: sorted(found, reverse=True) for first, found in lengths.items()}


def _gap(text: str, start: int, end: int) -> list[Token]:
    if text[start:end].strip():
        return [Token(start, end, text[start:end], (Mark(Role.UNKNOWN),))]
    return []


def _inside_number(text: str, at: int) -> bool:
    return text[at] == "." and text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit()
