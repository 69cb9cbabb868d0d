"""Numbers among the words of an utterance: which may be a temperature, which name a train."""

import re

from callbot.dialog.understanding.numerals.measure import Measure
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import Mark, Role
from callbot.dialog.understanding.words.vocabulary import Token

_TRANSPORT_NUMBER = re.compile(
    r"(?<![a-z0-9°])(?:[gdcktzs]\d{1,4}|(?:[a-z]{2}|[a-z]\d|\d[a-z])\d{3,4})(?![0-9a-z.])"
)

NEAR_CELSIUS = (30.0, 46.0)
"""Whole numbers that may be a temperature, or one that was misheard."""


def measures_apart(text: str, lexicon: Lexicon) -> tuple[Measure, ...]:
    """The numbers of a text, without bare ones that are syllables of a longer word
    ("요양보호사 오는 날")."""
    measures = lexicon.number_reader.measures(text)
    bare = [m for m in measures if not m.marked]
    words = lexicon.statements.tokens(text) if bare and not lexicon.spaced else []
    known = [w for w in words if not w.has(Role.UNKNOWN)]
    return tuple(
        m for m in measures
        if m.marked or not any(w.start < m.start < w.end for w in known)
    )  # fmt: skip


def number_tokens(text: str, measures: tuple[Measure, ...], lexicon: Lexicon) -> list[Token]:
    """Trains and flights, and what may be a temperature, as tokens; a code of the latter is its
    place among the measures."""
    known = _transport_numbers(text, lexicon)
    return known + [
        Token(m.start, m.end, text[m.start : m.end], (Mark(Role.MEASURE, str(index)),))
        for index, m in enumerate(measures)
        if _may_be_temperature(m) and not any(t.start < m.end and m.start < t.end for t in known)
    ]


def is_cut(measure: Measure, tokens: list[Token], lexicon: Lexicon) -> bool:
    """Whether what follows a number without a fraction has the sound of one ("三十七度起冷")."""
    after = next((t for t in tokens if t.start == measure.end), None)
    if not measure.whole or after is None or not (after.has(Role.UNKNOWN) or len(after.text) == 1):
        return False
    sound = lexicon.numeral_mishearings.get(after.text[0], "")
    return lexicon.number_reader.spoken_digits(sound).isdigit()


def _may_be_temperature(measure: Measure) -> bool:
    """A bare number far from any temperature is none, or no number at all (Korean 일이)."""
    lowest, highest = NEAR_CELSIUS
    return measure.marked or not measure.whole or lowest <= measure.low <= highest


def _transport_numbers(text: str, lexicon: Lexicon) -> list[Token]:
    """Trains and flights: `G123`, `g幺二三`, `MU5123`."""
    digits = lexicon.number_reader.spoken_digits(text)
    return [
        Token(m.start(), m.end(), text[m.start() : m.end()], (Mark(Role.TRANSPORT, m[0].upper()),))
        for m in _TRANSPORT_NUMBER.finditer(digits)
    ]
