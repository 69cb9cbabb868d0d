"""What an answer leaves open."""

import re
from dataclasses import dataclass

from callbot.dialog.understanding.context.signs import is_signed
from callbot.dialog.understanding.words.roles import Role
from callbot.dialog.understanding.words.vocabulary import Token


@dataclass(frozen=True)
class Unread:
    """What an answer leaves open.

    health, outings, meetings: what was not read of clauses that may speak of how the resident is,
    of going out, of other people. ways: words for going, in clauses that neither deny it nor say
    it outright. all_told: what is affirmed in words of no list is among these wherever it matters.
    """

    health: tuple[Token, ...] = ()
    outings: tuple[Token, ...] = ()
    meetings: tuple[Token, ...] = ()
    ways: tuple[Token, ...] = ()
    all_told: bool = False


_NUMBERED = re.compile(r"\d+[a-z]?")
"""A door, a floor, a bus ("the lady from 4B")."""


def strange(tokens: list[Token], least: int, field: Role = Role.UNKNOWN) -> tuple[Token, ...]:
    """What may matter to a question, of words that bear on its `field` or are in no list."""
    found = tuple(t for t in tokens if _bears(t, field) or is_signed(t))
    long = sum(len(t.text.replace(" ", "")) for t in found) >= least
    return found if long or any(map(is_signed, found)) else ()


def _bears(token: Token, field: Role) -> bool:
    if not token.has(Role.UNKNOWN, field) or token.has(Role.HARMLESS):
        return False
    return not _NUMBERED.fullmatch(token.text.strip())
