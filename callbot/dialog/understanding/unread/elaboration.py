"""Clauses that only say more about an outright denial: "没有,推车都收起来了", "没人,门都锁着".

Most people who deny go on to tell why, or what they do instead, in any words there are. After a
denial that leaves nothing open, such a clause takes nothing back unless it begins as one that does
("就", "不过"), or holds a word for going, or for meeting, of its own.
"""

from callbot.dialog.understanding.statements.clauses import between_pauses
from callbot.dialog.understanding.words.roles import NEGATORS, UNREAD, Role
from callbot.dialog.understanding.words.vocabulary import Token

_DENIES = (*NEGATORS, Role.DENIAL, Role.HOME, Role.NOBODY, Role.ALONE, Role.APART, Role.NO_ONE)

_DENIES_ILLNESS = (*NEGATORS, Role.DENIAL)

_DENIED = (Role.OUT, Role.GO, Role.MEET, Role.OUTSIDER, Role.PLACE)

_FORMAL = (
    *_DENIES, Role.IGNORED, Role.LIGHT, Role.CLOSING, Role.SELF, Role.EVERYONE, Role.ALL, Role.NOW,
    Role.WHEN, Role.EVERYDAY, Role.HARMLESS, Role.HABIT,
)  # fmt: skip
"""What an outright denial is made of, beside what it denies."""

_LEFT_OPEN = (
    Role.EXCEPT, Role.CONTRAST, Role.SLIGHT, Role.DOUBT, Role.HEDGE, Role.SUPPOSING, Role.WHETHER,
    Role.CORRECTION, Role.STALL, Role.VAGUE, Role.WELL,
)  # fmt: skip
"""What keeps a denial from being outright. One of health denies neither ways out nor meetings."""

_TURNS = (
    Role.CONTRAST, Role.RESERVATION, Role.EXCEPT, Role.ONLY, Role.CORRECTION, Role.STALL,
    Role.AFTERWARDS, Role.NOT_SO, Role.BUT_SO, Role.AFFIRMER, Role.DOUBT,
)  # fmt: skip
"""What begins a clause that may take a denial back."""


LEAST_SENTENCE = 4
"""Characters of no list."""


def elaborating(
    tokens: list[Token],
    causal: tuple[str, ...],
    trailing: tuple[str, ...] = (),
    *,
    of_health: bool = False,
) -> frozenset[int]:
    """Where the tokens start of clauses that say more about an outright denial before them.

    causal: words of contrast that give a reason, and take nothing back ("因为"). trailing: endings
    of a denial that the next sentence may take back ("안 나갔는데"). of_health: what must be denied
    is illness.
    """
    found: set[int] = set()
    denied = False
    for clause in between_pauses(tokens):
        if denied and _turns(clause, causal):
            break
        outright = _is_outright(clause, of_health=of_health)
        if outright and not clause[-1].text.endswith(trailing):
            denied = True
        elif denied:
            found |= {token.start for token in clause}
    return frozenset(found)


def reasons_first(tokens: list[Token], causal: tuple[str, ...]) -> frozenset[int]:
    """Where the tokens start of clauses before the first outright denial, up to one that turns:
    "路都走不稳,谁敢出门", "刷了一天手机,没出去"."""
    clauses = between_pauses(tokens)
    at = next((i for i, c in enumerate(clauses) if _is_outright(c, of_health=False)), 0)
    if any(_turns(clause, causal) for clause in clauses[: at + 1]):
        return frozenset()
    return frozenset(token.start for c in clauses[:at] if _is_sentence(c) for token in c)


def _is_sentence(clause: list[Token]) -> bool:
    """Whether it says more in words of no list than a name or a place would, and begins with
    neither."""
    strange = sum(len(t.text) for t in clause if t.has(*UNREAD))
    return strange >= LEAST_SENTENCE and not clause[0].has(*UNREAD)


def _is_outright(clause: list[Token], *, of_health: bool) -> bool:
    denied = (Role.COMPLAINT,) if of_health else _DENIED
    denies = any(token.has(*(_DENIES_ILLNESS if of_health else _DENIES)) for token in clause)
    plain = all(token.has(*_FORMAL, *denied) for token in clause)
    left_open = any(
        token.has(*_LEFT_OPEN) and not (of_health and token.has(Role.WELL)) for token in clause
    )
    return denies and plain and not left_open


def _turns(clause: list[Token], causal: tuple[str, ...]) -> bool:
    """Whether a clause begins as one that takes something back, or leaves something out."""
    first = next((t for t in clause if not t.has(Role.IGNORED)), clause[0])
    reason = first.text in causal
    return (first.has(*_TURNS) and not reason) or any(t.has(Role.EXCEPT) for t in clause)
