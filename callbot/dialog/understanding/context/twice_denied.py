"""Denials that are denied themselves: "it's not like I don't cough", "I'd be lying if I said
nobody came".

Where the verb comes last the whole phrase stands behind it, and `roundabout` says it plainly.
"""

from dataclasses import replace
from itertools import takewhile

from callbot.dialog.understanding.words.roles import BREAKS, NAMED, NEGATORS, TERMS, Mark, Role
from callbot.dialog.understanding.words.vocabulary import Token

_DENYING = (Role.DENIAL, Role.NOBODY, Role.HOME, Role.NORMAL, Role.ALONE)
"""Phrases that deny all by themselves; what is left once they are denied, nobody can tell."""

_BETWEEN = (*NAMED, Role.LIGHT, Role.IGNORED, Role.HARMLESS, Role.ADDRESSEE)


def without_denied_denials(tokens: list[Token]) -> list[Token]:
    """The tokens, with a denial affirming what it denied where a phrase before denies it.

    Before anything else that phrase is itself a denial ("it's not that I'm sick").
    """
    out = list(tokens)
    for index, token in enumerate(tokens):
        if not token.has(Role.UNDENIES):
            continue
        following = list(takewhile(lambda t: not t.has(*BREAKS), tokens[index + 1 :]))
        nobody = (i for i, t in enumerate(following) if t.has(Role.NOBODY))
        first = (i for i, t in enumerate(following) if not _passed_over(t))
        at = next(nobody, next(first, None))
        if at is None or not following[at].has(*NEGATORS, *_DENYING):
            out[index] = replace(token, marks=(Mark(Role.NEGATOR),))
            continue
        denied = following[at]
        affirms = denied.has(*NEGATORS) and not denied.has(*_DENYING, *TERMS)
        role = Role.AFFIRMER if affirms else Role.DOUBT
        out[index] = replace(token, marks=(Mark(Role.LIGHT),))
        out[index + 1 + at] = replace(denied, marks=(Mark(role),))
    return out


def _passed_over(token: Token) -> bool:
    return token.has(*_BETWEEN) and not token.has(*NEGATORS, *_DENYING, *TERMS)
