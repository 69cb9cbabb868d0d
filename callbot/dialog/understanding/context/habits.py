"""What is usually done and was not this time, in English: "I usually go to church on Wednesdays but
I skipped it", "we always have the girls over for cards but not this week"."""

from dataclasses import replace
from itertools import pairwise, zip_longest

from callbot.dialog.understanding.words.roles import BREAKS, NEGATORS, Mark, Role
from callbot.dialog.understanding.words.sections.grammar import Grammar
from callbot.dialog.understanding.words.vocabulary import Token

_ACTS = (Role.OUT, Role.GO, Role.MEET)
_TOLD = (
    *_ACTS, Role.PLACE, Role.TRANSPORT, Role.OUTDOORS, Role.ERRAND, Role.CROWD, Role.OUTSIDER,
    Role.FAMILY, Role.OUTING, Role.COMPANY, Role.ARRIVE, Role.CLOSE,
)  # fmt: skip
_STAYED = (Role.HOME, Role.NOBODY)
_DENYING = (
    *NEGATORS, Role.CONTRAST, Role.SELF, Role.EVERYONE, Role.WHEN, Role.NOW, Role.LIGHT,
    Role.STANDS_FOR,
)  # fmt: skip
_AFTER_STAYING = (*_STAYED, Role.JOIN, Role.WHEN, Role.NOW, Role.AFFIRMER)
_DATED = (Role.NOW, Role.DAY, Role.PAST, Role.COMPLETED, Role.UNKNOWN, Role.EXCEPT, *NEGATORS)
_BETWEEN = (Role.LIGHT, Role.SELF, Role.EVERYONE, Role.EARLIER_DAY)


def without_skipped(tokens: list[Token], grammar: Grammar) -> list[Token]:
    """The tokens, without what is told as a habit right before a "but" with which it was left out.

    Where nothing but that is said, nobody went out, or nobody was met, in its place.
    """
    out = list(tokens)
    for (start, stop), (begin, end) in pairwise(_clauses(tokens)):
        habit, left_out = tokens[start:stop], tokens[begin:end]
        if not _turns(left_out[0]) or not _is_left_out(left_out, grammar.forgone):
            continue
        stayed = any(t.has(*_STAYED) for t in left_out)
        at = _first_act(habit, grammar.usually, stayed=stayed)
        if at is None:
            continue
        for index in range(start, stop):
            if tokens[index].has(*_TOLD):
                out[index] = replace(tokens[index], marks=(Mark(Role.LIGHT),))
        if not stayed:
            calm = Role.NOBODY if habit[at].has(Role.MEET) else Role.HOME
            out[start + at] = replace(habit[at], marks=(Mark(calm),))
    return out


def _clauses(tokens: list[Token]) -> list[tuple[int, int]]:
    starts = [0, *(i for i, t in enumerate(tokens) if i and (t.has(*BREAKS) or _turns(t)))]
    return list(pairwise([*starts, len(tokens)]))


def _turns(token: Token) -> bool:
    """As in "but", "but not this week"."""
    return token.has(Role.CONTRAST) or all(token.has(role) for role in _STAYED)


def _is_left_out(clause: list[Token], forgone: tuple[str, ...]) -> bool:
    """Whether it says that something was not done, and of nothing that was: not "but not inside",
    nor "but I stayed in the back"."""
    told = (Role.OUT, Role.GO, Role.PLACE, Role.MEET, Role.TRANSPORT, Role.ARRIVE, Role.DOUBT)
    if any(t.has(*told) and not t.has(*_STAYED) for t in clause):
        return False
    if any(t.has(*NEGATORS) for t in clause):
        return all(t.has(*_DENYING) for t in clause)
    stayed = [b for a, b in zip_longest(clause, clause[1:]) if a.has(*_STAYED)]
    whole = all(after is None or after.has(*_AFTER_STAYING) for after in stayed)
    return whole and (bool(stayed) or any(t.text in forgone for t in clause))


def _first_act(habit: list[Token], usually: tuple[str, ...], *, stayed: bool) -> int | None:
    """Where the habit is named, if the clause tells of one alone; unless something more was said in
    its place, right behind the word for it ("I usually wear a mask at the store")."""
    words = [i for i, t in enumerate(habit) if not t.has(*BREAKS, Role.IGNORED)]
    often = next((i for i in words if habit[i].text.split()[-1] in usually), None)
    act = next((i for i in words if habit[i].has(*_ACTS)), None)
    if stayed and act is None:
        act = next((i for i in words if habit[i].has(Role.PLACE)), None)
    if often is None or act is None or any(t.has(*_DATED) for t in habit):
        return None
    resident = habit[words[0]].has(Role.SELF, Role.EVERYONE) or words[0] == often
    behind = habit[often + 1 : act]
    near = often < act and all(t.has(*_BETWEEN) for t in behind)
    return act if resident and (near or stayed) else None
