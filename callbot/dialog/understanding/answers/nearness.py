"""How near somebody came: who kept apart, who came all the same, what no distance takes back."""

from itertools import dropwhile, pairwise, zip_longest

from callbot.dialog.understanding.words.roles import NEGATORS, Role
from callbot.dialog.understanding.words.vocabulary import Token


def came_after_all(clause: list[Token], *, verb_last: bool) -> bool:
    """Whether somebody is named, comes, or is met at a time named, after a word for "nobody" or for
    keeping apart, and is not denied: "no visitors just the neighbor kid", "left it at the door and
    then came in", "마당에 놓고 가셔서 차 한잔했어요", "안 만났고 회식만 했어요"."""
    at = next((i for i, t in enumerate(clause) if t.has(Role.NOBODY, Role.APART)), None)
    if at is None:
        return False
    after = clause[at + 1 :]
    # Where verbs come last, "but for" stands behind what it leaves out of the denial.
    undone = (*NEGATORS, Role.NOBODY, Role.APART, *(() if verb_last else (Role.EXCEPT,)))
    if any(t.has(*undone) for t in after):
        return False
    named = clause[at].has(Role.NOBODY) and any(t.has(Role.OUTSIDER, Role.FAMILY) for t in after)
    later = dropwhile(lambda t: not t.has(Role.WHEN, Role.NOW), after)
    met = any(t.has(Role.MEET) and t.has(Role.COMPLETED) for t in later)
    met = met or (verb_last and any(t.has(Role.CLOSE) for t in after))
    # "Not a visitor all week till yesterday".
    ended = any(
        a.has(Role.UNTIL) and b.has(Role.PAST, Role.NOW, Role.LAST_NIGHT)
        for a, b in pairwise(after)
    )
    near = (Role.ARRIVE, Role.TOGETHER) if clause[at].has(Role.APART) else (Role.ARRIVE,)
    return named or met or ended or any(t.has(*near) for t in after)


def kept_apart(clause: list[Token]) -> list[Token]:
    """What in a clause tells that nobody came near."""
    far = [
        t for before, t in zip_longest([None, *clause[:-1]], clause)
        if t is not None and t.has(Role.APART)
        and not (before is not None and lives_opposite(before, t))
    ]  # fmt: skip
    outweighed = all(t.has(Role.DISTANCE) for t in far) and came_close(clause)
    return [] if outweighed else far


def lives_opposite(before: Token, token: Token) -> bool:
    """As in "the neighbor across the hall", which tells nothing of how near they came."""
    return before.has(Role.OUTSIDER) and token.has(Role.OPPOSITE)


def came_close(clause: list[Token]) -> bool:
    """Whether a clause tells of a meeting that no distance kept takes back ("had coffee with", "a
    walk with my neighbor six feet apart")."""
    if any(t.has(*NEGATORS, Role.NOBODY, Role.LATER) for t in clause):
        return False
    beside = any(
        a.has(Role.COMPANION) and b.has(Role.OUTSIDER, Role.FAMILY) for a, b in pairwise(clause)
    )
    return beside or any(t.has(Role.CLOSE) for t in clause)


def comes(clause: list[Token]) -> bool:
    return any(t.has(Role.ARRIVE) for t in clause)


def we_talked(clause: list[Token]) -> bool:
    """As in "we talked six feet apart"."""
    return any(a.has(Role.EVERYONE) and b.has(Role.MEET) for a, b in pairwise(clause))
