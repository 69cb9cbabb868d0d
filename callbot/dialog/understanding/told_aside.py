"""Whether words that answer another question tell of a matter plainly enough to be read back.

People agree to what they hear, so a word misheard must not put a question in place of the one that
is due: in "没有,吃的下去得香", of 没有，吃得下睡得香, 下去 is a way out, and nobody took it.
"""

import re

from callbot.dialog.answers import AnyValue, Contacts, Kind, Movements
from callbot.dialog.understanding.contradiction import as_calm
from callbot.dialog.understanding.reading import read
from callbot.dialog.understanding.utterance import utterance
from callbot.dialog.understanding.words.heard import spell
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import PERSONS, UNREAD, Role

_CLAUSE = re.compile(r"[^,.?]+(?:\.\d+)?")

_WHERE_OR_WHO_WENT = (Role.PLACE, Role.TRANSPORT, Role.SELF, Role.HOME)


def is_told_plainly(value: AnyValue, heard: str, lexicon: Lexicon) -> bool:
    """Whether a clause says it by itself, in words that are all in some list: of a way out where
    to, where from ("不在家") or who went, of a meeting with whom."""
    kind = Kind(value.kind)
    for clause in _CLAUSE.findall(spell(heard, lexicon)):
        tokens = utterance(clause, lexicon).statement.tokens
        named = (token.has(*_needed(value)) for token in tokens) if _needed(value) else (True,)
        whole = not any(token.has(*UNREAD) for token in tokens)
        if whole and any(named) and as_calm(read(kind, clause, lexicon, None).value, value):
            return True
    return False


def _needed(value: AnyValue) -> tuple[Role, ...]:
    match value:
        case Movements():
            return _WHERE_OR_WHO_WENT
        case Contacts():
            return PERSONS
    return ()
