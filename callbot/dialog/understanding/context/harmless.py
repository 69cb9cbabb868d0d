"""Words of no list, parted into what is known to be harmless and the rest."""

from dataclasses import replace
from itertools import groupby

from callbot.dialog.understanding.context.signs import IDLE
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import Mark, Role
from callbot.dialog.understanding.words.vocabulary import Token


def with_harmless(tokens: list[Token], text: str, lexicon: Lexicon) -> list[Token]:
    """The tokens, with unread ones parted into what is known to be harmless, and the rest.

    Particles and words of everyday life around them are looked at together with them: they may
    have been cut off a longer word (窗 off 窗户). In a language without spaces a single character
    beside what is left may be part of its word.
    """
    if not lexicon.grammar.harmless:
        return tokens
    out: list[Token] = []
    for idle, run in groupby(tokens, key=_idle):
        stretch = list(run)
        beside = [t for t in tokens if t.end == stretch[0].start or t.start == stretch[-1].end]
        alike = any(t.has(Role.LIKENESS) for t in beside)
        if idle and not alike and any(t.has(Role.UNKNOWN) for t in stretch):
            start = stretch[0].start
            parts = lexicon.harmless_words.tokens(text[start : stretch[-1].end])
            parts = [replace(p, start=start + p.start, end=start + p.end) for p in parts]
            stretch = _joined(parts) if lexicon.grammar.everyday else parts
        out += stretch
    return _with_names(out) if lexicon.spaced else out


def _with_names(tokens: list[Token]) -> list[Token]:
    """A word of no list right after a person may be a name ("my neighbor Rita"), or what that
    person suffers from; it is no way out and no visitor of its own."""
    out = list(tokens)
    for index, token in enumerate(tokens[1:], 1):
        alone = token.marks == (Mark(Role.UNKNOWN),) and len(token.text.split()) == 1
        if alone and tokens[index - 1].has(Role.OUTSIDER, Role.FAMILY, Role.CORE):
            out[index] = replace(token, marks=(Mark(Role.BODY),))
    return out


def _joined(parts: list[Token]) -> list[Token]:
    out: list[Token] = []
    for fragment, run in groupby(parts, key=_is_fragment):
        stretch = list(run)
        if fragment and any(t.has(Role.UNKNOWN) for t in stretch):
            text = "".join(t.text for t in stretch)
            stretch = [Token(stretch[0].start, stretch[-1].end, text, (Mark(Role.UNKNOWN),))]
        out += stretch
    return out


def _is_fragment(token: Token) -> bool:
    return token.has(Role.UNKNOWN) or (len(token.text) == 1 and token.has(*IDLE))


_MAY_BE_PART = (Role.UNKNOWN, Role.LIGHT, Role.EVERYDAY, Role.BUT_SO, Role.HABIT)
"""Of a word of no list these may be a part ("是" in "硬是")."""


def _idle(token: Token) -> bool:
    return all(mark.role in _MAY_BE_PART for mark in token.marks)
