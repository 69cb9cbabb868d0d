"""A denial, and what it denies in another sentence (Korean): "기침이요? 없어", "없어요, 외출은"."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from callbot.dialog.understanding.words.roles import (
    BREAKS,
    ILLNESS,
    INVISIBLE,
    NEGATORS,
    TERMS,
    Mark,
    Role,
)
from callbot.dialog.understanding.words.sections.grammar import Grammar
from callbot.dialog.understanding.words.vocabulary import Token

_DENYING = (*NEGATORS, Role.HOME, Role.NOBODY)

_NOUNS = (Role.OUT, Role.MEET, Role.OUTSIDER, *ILLNESS)
"""What may be named behind a denial of it."""

_BESIDE = (*INVISIBLE, Role.HARMLESS, Role.ALL)


def in_order(tokens: list[Token], grammar: Grammar) -> list[Token]:
    """The tokens, with a question that is denied right behind it in one sentence with its denial,
    and without what is only named behind a denial that says all.

    A sign of illness must have a particle there: "없어요, 기침은", not "없어요, 기침", which may
    be an answer that put the first one right.
    """
    clauses = [list(run) for _, run in groupby(tokens, key=lambda t: t.has(*BREAKS))]
    light: set[int] = set()
    for before, pause, after in zip(clauses, clauses[1:], clauses[2:], strict=False):
        if not pause[0].has(*BREAKS) or not any(map(_denies, (before, after))):
            continue
        if pause[-1].has(Role.ASKING) and _only_names(before) and _denies(after):
            light |= {t.start for t in pause}
        elif _denies(before) and after is clauses[-1] and _adds_name(after, grammar):
            light |= {t.start for t in after}
    return [replace(t, marks=(Mark(Role.LIGHT),)) if t.start in light else t for t in tokens]


def _denies(clause: Sequence[Token]) -> bool:
    """Whether a clause is a denial and nothing else, and not a mere "no"."""
    told = [t for t in clause if not t.has(*_BESIDE) or t.has(*_DENYING)]
    return (
        len(told) == 1
        and told[0].has(*_DENYING)
        and not told[0].has(Role.NOUN_NEGATOR, Role.TIGHT_NEGATOR, Role.RECOVERED)
    )


def _only_names(clause: Sequence[Token]) -> bool:
    told = [t for t in clause if not t.has(*_BESIDE) or t.has(*TERMS)]
    return len(told) == 1 and told[0].has(*TERMS)


def _adds_name(clause: Sequence[Token], grammar: Grammar) -> bool:
    """Whether a clause is the name of what was denied, without "only"."""
    named, *behind = clause
    if not named.has(*_NOUNS) or named.has(Role.COMPLETED) or any(t.has(Role.ONLY) for t in behind):
        return False
    ends = "".join(t.text for t in clause).endswith((*grammar.topic, *grammar.as_well))
    bare = named.has(Role.OUT, Role.MEET) and not named.has(*ILLNESS)
    return all(t.has(Role.LIGHT) for t in behind) and (ends or bare)
