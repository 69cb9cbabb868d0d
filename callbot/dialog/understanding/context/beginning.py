"""Since when something is so, in words that were not understood: "从左软开始发烧" tells of no place
that was left (of 从昨晚开始发烧)."""

from dataclasses import replace
from itertools import pairwise, takewhile

from callbot.dialog.understanding.words.roles import BREAKS, NEGATORS, UNREAD, Mark, Role
from callbot.dialog.understanding.words.sections.grammar import Grammar
from callbot.dialog.understanding.words.vocabulary import Token

LONGEST_TIME = 2
"""Characters, beside times that are known, of one that is not (昨晚, 半夜): with more of them
somebody may come back from a place."""

_DENYING = (*NEGATORS, Role.DENIAL, Role.HOME, Role.NOBODY, Role.ALONE, Role.APART)

_TIME = (Role.WHEN, Role.DAY, Role.EARLIER_DAY, Role.PAST)


def begun_at_times(tokens: list[Token], grammar: Grammar) -> list[Token]:
    """The tokens, with "from" before such a time made a word without meaning; what is denied from
    then on is left open ("从左碗起没出门"): it may have been so before."""
    out = _lasting_since(tokens, grammar)
    for index, token in enumerate(tokens):
        if token.text not in grammar.time_from:
            continue
        between = list(takewhile(lambda t: t.text not in grammar.time_begun, tokens[index + 1 :]))
        end = index + 1 + len(between)
        if end < len(tokens) and _may_be_time(between):
            told = takewhile(lambda t: not t.has(*BREAKS), tokens[end:])
            denied = any(t.has(*_DENYING) for t in told)
            out[index] = replace(token, marks=(Mark(Role.DOUBT if denied else Role.LIGHT),))
    return out


def _lasting_since(tokens: list[Token], grammar: Grammar) -> list[Token]:
    """ "前天开始的,先是嗓子干疼": what began on an earlier day is not told as past."""
    begun = {one.start for one, after in pairwise(tokens) if after.text in grammar.time_begun}
    return [
        replace(t, marks=tuple(m for m in t.marks if m.role is not Role.PAST))
        if t.start in begun and t.has(Role.PAST) and len(t.marks) > 1
        else t
        for t in tokens
    ]


def _may_be_time(between: list[Token]) -> bool:
    strange = [t for t in between if not t.has(*_TIME)]
    length = sum(len(t.text) for t in strange)
    unread = (*UNREAD, Role.EVERYDAY, Role.HARMLESS)
    return bool(between) and length <= LONGEST_TIME and all(t.has(*unread) for t in strange)
