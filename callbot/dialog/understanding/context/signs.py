"""Words of no list that hold a sign of illness: complaints, whatever they are."""

from dataclasses import replace
from itertools import groupby

from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import ILLNESS, UNREAD, Mark, Role
from callbot.dialog.understanding.words.sections.answers import URGENT
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


_GOES_ON = (Role.EVERYDAY, *UNREAD)
"""What, behind a syllable that was read as a sign, may be the rest of a longer word."""


def without_chance_signs(tokens: list[Token]) -> list[Token]:
    """The tokens, with a sign of one syllable made a doubt where words that nobody knows stand
    before it and more follows: "鲜烧奶都挺好的" is a garbled "身上哪儿都挺好的", and no fever. What
    may be urgent stands ("上个楼喘半天")."""
    out: list[Token] = []
    for before, token, after in zip([None, *tokens], tokens, [*tokens[1:], None], strict=False):
        swallowed = (
            len(token.text) == 1
            and token.has(*ILLNESS)
            and URGENT.isdisjoint(token.codes(Role.SYMPTOM))
            and before is not None
            and before.has(Role.UNKNOWN)
            and after is not None
            and after.has(*_GOES_ON)
            and not after.has(Role.AFFIRMER, Role.LIGHT, Role.INTENSIFIER)
        )
        out.append(replace(token, marks=(Mark(Role.DOUBT),)) if swallowed else token)
    return out
