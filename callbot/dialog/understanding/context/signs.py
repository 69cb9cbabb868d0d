"""Words of no list that hold a sign of illness: complaints, whatever they are."""

from dataclasses import replace
from itertools import groupby

from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import UNREAD, Mark, Role
from callbot.dialog.understanding.words.vocabulary import Token

SIGNED = "signed"
"""Code of a complaint that is only known by a sign of illness in a word of no list."""

IDLE = (*UNREAD, Role.HARMLESS)
"""Words of no list, or of one that is looked at only where nothing else is read."""


def with_signs(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """The tokens, with unread ones that hold a sign of illness made complaints ("尿血").

    A sign within a longer word that is known to be harmless is none (软 in 软件).
    """
    out: list[Token] = []
    for idle, run in groupby(tokens, key=lambda t: t.has(*IDLE)):
        stretch = list(run)
        marks = (Mark(Role.COMPLAINT, SIGNED),)
        signed = idle and _holds_sign(stretch, lexicon.symptoms.sign)
        out += [replace(t, marks=marks) if signed else t for t in stretch]
    return out


def _holds_sign(stretch: list[Token], signs: tuple[str, ...]) -> bool:
    known = {t.text for t in stretch if not t.has(Role.UNKNOWN) and len(t.text) > 1}
    text = "".join("," if t.text in known else t.text for t in stretch)
    return any(sign in text for sign in signs)


def is_signed(token: Token) -> bool:
    return SIGNED in token.codes(Role.COMPLAINT)
