"""Stretches of an answer that no word of the lexicon covers: they may tell what is wrong.

A language opts in by listing harmless words (`grammar.everyday`, `grammar.harmless`): from then
on, what is left over in an answer counts against "I am well", "I stayed in", "I met nobody".
"""

from dataclasses import replace
from itertools import groupby

from callbot.dialog.understanding.lexicon import Lexicon
from callbot.dialog.understanding.vocabulary import Mark, Role, Token


def with_signs(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """The tokens, with unread ones that hold a sign of illness made complaints ("尿血")."""
    return [_signed(token, lexicon) for token in tokens]


def _signed(token: Token, lexicon: Lexicon) -> Token:
    signs = lexicon.symptoms.sign
    if token.has(Role.UNKNOWN) and any(sign in token.text for sign in signs):
        return replace(token, marks=(Mark(Role.COMPLAINT),))
    return token


def with_harmless(tokens: list[Token], text: str, lexicon: Lexicon) -> list[Token]:
    """The tokens, with unread ones parted into what is known to be harmless, and the rest.

    Particles around them are looked at together with them: they may have been cut off a word.
    """
    if not lexicon.grammar.harmless:
        return tokens
    out: list[Token] = []
    for idle, run in groupby(tokens, key=_idle):
        stretch = list(run)
        if idle and any(t.has(Role.UNKNOWN) for t in stretch):
            start = stretch[0].start
            parts = lexicon.harmless_words.tokens(text[start : stretch[-1].end])
            stretch = [replace(p, start=start + p.start, end=start + p.end) for p in parts]
        out += stretch
    return out


def _idle(token: Token) -> bool:
    return all(mark.role in (Role.UNKNOWN, Role.LIGHT) for mark in token.marks)


def unread(tokens: list[Token], lexicon: Lexicon) -> str:
    """What is left over; nothing if that is too little. tokens: as `with_harmless` gives them."""
    if not (lexicon.grammar.everyday or lexicon.grammar.harmless):
        return ""
    left = "".join(t.text.replace(" ", "") for t in tokens if t.has(Role.UNKNOWN))
    return left if len(left) >= lexicon.least_unread else ""
