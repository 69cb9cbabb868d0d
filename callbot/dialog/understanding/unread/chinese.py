"""What follows an outright denial in Mandarin: a reason, a scene from home, a comment.

"没出门,刷了一天手机", "没有,推车都收起来了": words run together and have no endings, so a word of
no list tells of a way out by what was done to something (了, 过, 把), by a verb said twice, or by a
word for going beside it; topics with 都 only tell how things are.
"""

import re
from itertools import pairwise

from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import BREAKS, UNREAD, Role
from callbot.dialog.understanding.words.vocabulary import Token

_NO_ACT = (Role.LIGHT, Role.SENDING, Role.HABIT, Role.AMBIENT)
"""Beside one of the roles that may tell of a way out: how often, or where it is cold."""

LEAST_CLAUSE = 4
"""Characters of no list that are rather a clause than a place or a name."""

SAID_TWICE = re.compile(r"(.)[一了]?\1")
"""A verb said twice ("逛逛", "坐一坐")."""


def tells_after_all(told: list[Token], roles: tuple[Role, ...], lexicon: Lexicon) -> bool:
    """Whether a clause tells of a way out, or of company, by its roles: a word for going or for
    company, a sign of either within a word of no list ("蹽了趟集"), or something done to
    something ("看了场戏"). "推车都收起来了" only tells how things are.

    A word or two of no list that are all there is may be a place or a name.
    """
    strange = "".join(t.text for t in told if t.has(*UNREAD))
    aspect = lexicon.grammar.aspect
    if tells_of_place(told, aspect) and not any(sign in t.text for t in told for sign in aspect):
        return False
    if all(t.has(*UNREAD, Role.LIGHT) for t in told) and len(strange) < LEAST_CLAUSE:
        return True
    return (
        any(t.has(*roles) and not t.has(*_NO_ACT) for t in told)
        or any(one.has(Role.GO) and after.has(*UNREAD) for one, after in pairwise(told))
        or any(sign in strange for sign in lexicon.grammar.afield)
        or _does(told, aspect)
    )


def _does(told: list[Token], aspect: tuple[str, ...]) -> bool:
    """Whether a word of no list is what was done, or what it was done to ("把快件寄了", "看了场戏",
    "坐坐")."""
    if any(t.has(Role.ALL) for t in told):
        return False
    handled = any(
        one.has(Role.OBJECT_MARKER)
        and not one.text.endswith(aspect)
        and after.has(*UNREAD)
        and last.text.startswith(aspect)
        for one, after, last in zip(told, told[1:], told[2:], strict=False)
    )
    at = next((i for i, t in enumerate(told) if t.text.endswith(aspect)), len(told))
    alone = told[at:] and told[at].text.startswith(aspect)
    act, done_to = told[max(0, at - 1) : at] if alone else [], told[at + 1 :]
    strange = bool(done_to) and any(t.has(*UNREAD) for t in (*act, *done_to))
    return handled or strange or bool(SAID_TWICE.search("".join(t.text for t in told)))


def tells_of_place(clause: list[Token], aspect: tuple[str, ...]) -> bool:
    """Whether a clause only tells how things are at a place: "外面风那么大", "楼下都封了",
    "马路上全是人", "地里的苞米有人收"; what somebody did there is told with 了, 过 or a verb said
    twice."""
    words = [t for t in clause if not t.has(*BREAKS)]
    if len(words) < 2 or not words[0].has(Role.PLACE):
        return False
    if any(t.has(Role.OUT, Role.GO, Role.MEET, Role.SELF) for t in words):
        return False
    text = "".join(t.text for t in words[1:])
    weather = words[0].has(Role.AMBIENT) and not any(sign in text for sign in aspect)
    weather = weather and not SAID_TWICE.search(text)
    told = words[1].has(Role.CLOSING, Role.FOCUS)
    return weather or told or any(t.has(Role.ALL) for t in words)
