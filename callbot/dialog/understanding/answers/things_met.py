"""What is met and is nobody to be met: pets, plants, the television."""

from itertools import pairwise

from callbot.dialog.understanding.utterance import Utterance
from callbot.dialog.understanding.words.roles import NEGATORS, PERSONS, Role
from callbot.dialog.understanding.words.vocabulary import Token

_IN_PASSING = (
    Role.LIGHT, Role.IGNORED, Role.ALL, Role.HABIT, Role.FOCUS, Role.HOME, Role.ONLY, Role.AMBIENT,
    Role.EVERYDAY, Role.HARMLESS, Role.CONTRAST, Role.SELF,
)  # fmt: skip
"""Between a word for meeting and what is met, and before it: how often, how many, where."""


def kept_company(said: Utterance, clause: list[Token]) -> bool:
    """As in "nobody but the TV", "텔레비전 말고는": what is excepted is nobody to be met."""
    at = next((i for i, t in enumerate(clause) if t.has(Role.EXCEPT)), None)
    if at is None or any(t.has(*PERSONS, Role.ARRIVE) for t in clause):
        return False
    denied = not said.verb_last and any(t.has(*NEGATORS, Role.DENIAL) for t in clause[at:])
    if not denied and any(t.has(Role.MEET) for t in clause):
        return False
    beside = reversed(clause[:at]) if said.verb_last else clause[at + 1 :]
    first = next((t for t in beside if not t.has(Role.LIGHT, Role.IGNORED)), None)
    return first is not None and first.has(Role.THING)


def spoke_to_thing(clause: list[Token]) -> bool:
    """As in "nobody, I talk to my plants", "猫倒是天天见", "天天跟鹦鹉斗嘴": what is met is nobody
    to be met."""
    if any(t.has(*PERSONS) for t in clause):
        return False
    words = [t for t in clause if not t.has(Role.LIGHT, Role.IGNORED) or t.has(Role.CLOSING)]
    often = [t for t in words if not t.has(Role.ALL, Role.HABIT)]
    told = [
        t for t in words if not t.has(*_IN_PASSING, Role.CLOSING) or t.has(Role.MEET, Role.THING)
    ]
    if any(t.has(Role.COMPANION) for t in clause):
        near = any(a.has(Role.COMPANION) and b.has(Role.THING) for a, b in pairwise(told))
        return (
            near
            and not any(t.has(Role.UNKNOWN, Role.COMPANY) for t in clause)
            and not _describes(words)
        )
    met_it = any(a.has(Role.THING) and b.has(Role.MEET) for a, b in pairwise(often))
    return met_it or (
        any(a.has(Role.MEET) and not _came_for(a) and b.has(Role.THING) for a, b in pairwise(told))
        and not _describes(words)
    )


def _came_for(act: Token) -> bool:
    """As in "the vet came for the cat": the thing is why somebody came, and not whom they met."""
    return act.has(Role.ARRIVE) and act.text.isascii()


def _describes(words: list[Token]) -> bool:
    """As in "喂猫的大姐": a thing that only tells which person is meant."""
    return any(a.has(Role.THING) and b.has(Role.CLOSING) for a, b in pairwise(words))
