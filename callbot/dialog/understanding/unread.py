"""Stretches of an answer that no word of the lexicon covers: they may be an illness.

A language opts in by listing the words of everyday life (`grammar.everyday`): from then on, what
is left over in an answer counts against "I am well".
"""

from dataclasses import replace

from callbot.dialog.understanding.assertions import Who, clauses, subjects
from callbot.dialog.understanding.lexicon import Lexicon
from callbot.dialog.understanding.vocabulary import Mark, Role, Token

LEAST_UNREAD = 2
"""Characters of a clause; a single one is a particle or a slip of the recogniser."""

_ELSEWHERE = (Role.OUT, Role.HOME, Role.PLACE, Role.MEET, Role.TRANSPORT, Role.NOBODY)
"""A clause with one of these tells of the day, and not of how the resident is."""


def with_signs(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """The tokens, with unread ones that hold a sign of illness made complaints ("尿血")."""
    return [_signed(token, lexicon) for token in tokens]


def _signed(token: Token, lexicon: Lexicon) -> Token:
    signs = lexicon.symptoms.sign
    if token.has(Role.UNKNOWN) and any(sign in token.text for sign in signs):
        return replace(token, marks=(Mark(Role.COMPLAINT),))
    return token


def unread(tokens: list[Token], lexicon: Lexicon) -> tuple[Token, ...]:
    """What was not read of clauses on the resident or on somebody at home."""
    if not lexicon.grammar.everyday:
        return ()
    who = subjects(tokens)
    left: list[Token] = []
    for clause in clauses(tokens):
        if any(t.has(*_ELSEWHERE) for t in clause.tokens):
            continue
        strange = [
            t for t in clause.tokens
            if t.has(Role.UNKNOWN) and who.get(t.start) is not Who.OTHER
        ]  # fmt: skip
        if sum(len(t.text) for t in strange) >= LEAST_UNREAD:
            left += strange
    return tuple(left)
