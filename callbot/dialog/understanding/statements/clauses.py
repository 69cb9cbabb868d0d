"""Where an utterance falls into clauses."""

from dataclasses import dataclass
from itertools import dropwhile, pairwise

from callbot.dialog.understanding.words.roles import (
    BREAKS,
    ILLNESS,
    INVISIBLE,
    NEGATORS,
    TERMS,
    Role,
)
from callbot.dialog.understanding.words.vocabulary import Token


@dataclass
class Clause:
    """Words between two pauses; `contrasts` when it opens with a word like "but"."""

    tokens: list[Token]
    contrasts: bool = False


def clauses(tokens: list[Token]) -> list[Clause]:
    """Splits at pauses, and before words of contrast; what is said in place of what was denied
    ("不是头痛,是喉咙痛", "没去超市就去了药店") is no part of the list before it."""
    found = [Clause([])]
    for token in tokens:
        if token.has(*BREAKS):
            found.append(Clause([], contrasts=token.has(Role.STOP)))
        elif token.has(Role.CONTRAST):
            found.append(Clause([token], contrasts=True))
        elif not token.has(*INVISIBLE):
            found[-1].tokens.append(token)
        elif _tells_instead(token, found[-1].tokens):
            found.append(Clause([], contrasts=True))
        elif token.has(Role.ONLY, Role.BUT_SO) and not found[-1].tokens:
            # "没有发烧,就拉肚子": no part of the list before it.
            found[-1].contrasts = True
    return [clause for clause in found if clause.tokens]


def _is_put_right(clause: list[Token]) -> bool:
    """Whether something was named, and said not to be what is meant ("不是咳嗽是…")."""
    named = dropwhile(lambda t: not t.has(Role.NOT_SO), clause)
    return any(t.has(*ILLNESS, Role.MEASURE) for t in named)


def clause_spans(tokens: list[Token]) -> list[tuple[int, int]]:
    """Where what stands between two pauses begins and ends."""
    breaks = [-1, *(i for i, t in enumerate(tokens) if t.has(*BREAKS)), len(tokens)]
    return [(one + 1, after) for one, after in pairwise(breaks) if after > one + 1]


def between_pauses(tokens: list[Token]) -> list[list[Token]]:
    return [tokens[start:stop] for start, stop in clause_spans(tokens)]


def _tells_instead(token: Token, before: list[Token]) -> bool:
    """Whether it begins what there is in place of what was denied before it, without a pause:
    "没去超市就去了药店", "不是咳嗽是嗓子疼"."""
    only = token.has(Role.ONLY) and _is_denial(before)
    return only or (token.has(Role.BUT_SO) and _is_put_right(before))


def _is_denial(clause: list[Token]) -> bool:
    """Whether something has been named and denied."""
    denied = dropwhile(lambda t: not t.has(*NEGATORS), clause)
    return any(t.has(*TERMS) for t in denied)
