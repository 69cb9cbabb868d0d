"""A denial that holds from a time on: "not since I got home from the airport last week", "nobody's
been since the nurse left this morning".

What is named behind the word is of no time asked about if it is how the resident came to be at
home, or long ago; else it may well be the last way out, or the last visitor.
"""

from collections.abc import Set
from dataclasses import replace
from itertools import pairwise, takewhile

from callbot.dialog.understanding.words.roles import (
    BREAKS,
    ILLNESS,
    INVISIBLE,
    NEGATORS,
    Mark,
    Role,
)
from callbot.dialog.understanding.words.vocabulary import Token

_WAYS = (Role.OUT, Role.GO, Role.PLACE, Role.TRANSPORT, Role.OUTING)
_MEETINGS = (Role.MEET, Role.CROWD, Role.OUTSIDER, Role.FAMILY, Role.COMPANY)
_NO_WAY = (Role.HOME, Role.OUT, Role.GO)
_NO_MEETING = (Role.NOBODY, Role.APART, Role.ALONE, Role.MEET)


def denied_since(tokens: list[Token], homecoming: Set[str]) -> list[Token]:
    """The tokens, with those behind such a denial made words without meaning, or the denial left
    open. homecoming: words of how one came to be at home, and of when, before the time asked about.
    """
    at = next((i for i, t in enumerate(tokens) if t.has(Role.SINCE)), None)
    if at is None or not homecoming:
        return tokens
    before = list(takewhile(lambda t: not t.has(*BREAKS), reversed(tokens[:at])))
    after = list(takewhile(lambda t: not t.has(*BREAKS, Role.CONTRAST), tokens[at + 1 :]))
    acts = _denied([*before, tokens[at]])
    if not after or acts is None:
        return tokens
    led_home = [t for t in after if not homecoming.isdisjoint((t.text, *t.text.split()))]
    dated = any(t.has(Role.LONG_AGO) for t in after) or any(t.has(Role.PAST) for t in led_home)
    told = [t for t in after if t.has(*_WAYS, *_MEETINGS, Role.UNKNOWN) and t not in led_home]
    at_whose = [b for a, b in pairwise(after) if a.has(Role.OBJECT_MARKER, Role.GO)]
    last = [t for t in told if t.has(*acts, Role.UNKNOWN) or t in at_whose]
    since = tokens[at].has(*_NO_WAY, *_NO_MEETING)
    alone = not since and all(t.has(*NEGATORS, *INVISIBLE) for t in before)
    may_be_now = any(t.has(Role.NOW) for t in after)
    may_be_now |= not dated and (bool(last) or (alone and not led_home))
    known = dated or (bool(led_home) and not told)
    void = [t for t in after if known or may_be_now or t.has(*acts)]
    marks = {t.start: (Mark(Role.LIGHT),) for t in void if not t.has(*NEGATORS, Role.ASSENT)}
    if may_be_now:
        marks[tokens[at].start] = (Mark(Role.DOUBT),)
    return [replace(t, marks=marks.get(t.start, t.marks)) for t in tokens]


def _denied(clause: list[Token]) -> tuple[Role, ...] | None:
    """The acts that a clause with the word denies: all of them if it names none; None if it denies
    nothing, or an illness."""
    denies = any(
        t.has(*NEGATORS, *_NO_WAY, *_NO_MEETING) and not t.has(Role.NOUN_NEGATOR) for t in clause
    )
    if not denies or any(t.has(*ILLNESS) for t in clause):
        return None
    ways = any(t.has(*_NO_WAY) for t in clause)
    meetings = any(t.has(*_NO_MEETING) for t in clause)
    if ways == meetings:
        return (*_WAYS, *_MEETINGS)
    return _WAYS if ways else _MEETINGS
