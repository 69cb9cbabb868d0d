"""Reads whether the resident met people from outside the home, and whom.

People who live with the resident are no contacts; relatives who may live elsewhere are, when
they are said to have been met.
"""

from dataclasses import dataclass
from itertools import dropwhile, pairwise, zip_longest

from callbot.dialog.answers import Contacts
from callbot.dialog.understanding.statements.assertions import Polarity
from callbot.dialog.understanding.utterance import Utterance
from callbot.dialog.understanding.words.roles import BREAKS, NEGATORS, Role
from callbot.dialog.understanding.words.vocabulary import Token

_PERSONS = (Role.CORE, Role.FAMILY, Role.OUTSIDER)
_DEALINGS = (Role.ARRIVE, Role.OBJECT_MARKER, Role.COMPANION, Role.SAYS, Role.WHEN)
"""Beside one of these a person may have been met, though there is no word for meeting."""


@dataclass(frozen=True)
class _Meeting:
    """What one clause says of meeting: yes, no, or nothing certain (None).

    left_open: somebody came whom a denial elsewhere does not take back; or those who live with the
    resident are named, and beside them a word of no list, which may name another person
    ("孩子他二叔来了").
    """

    met: bool | None
    persons: tuple[str, ...] = ()
    left_open: bool = False


def read_contacts(said: Utterance) -> Contacts | None:
    if said.beside.word is not None:
        return Contacts(contact=said.beside.word)
    clauses = _clauses(said)
    meetings = _taken_back(said, clauses, [_meeting(said, clause) for clause in clauses])
    if any(m.met for m in meetings):
        persons = dict.fromkeys(p for m in meetings if m.met is not False for p in m.persons)
        return Contacts(contact=True, persons=tuple(persons))
    if said.statement.affirmed and not any(m.met is False for m in meetings):
        # "At work, yes": who was met there is not told.
        apart = said.statement.tokens_of(Role.HOME, Role.APART, Role.MEET, Role.LATER)
        if not apart and not said.statement.doubt:
            return Contacts(contact=True)
    left_open = said.unread.meetings or any(m.left_open for m in meetings)
    if left_open or said.statement.doubt or said.statement.taken_back or said.loose:
        return None
    if any(m.met is False for m in meetings) or said.statement.refuted:
        return Contacts(contact=False)
    if said.statement.affirmed and not said.statement.assertions and not said.statement.loose:
        return Contacts(contact=True)
    return None


def states_contacts(said: Utterance) -> bool:
    """Whether meeting somebody, or nobody, is spoken of outright."""
    if said.statement.tokens_of(Role.NOBODY):
        return True
    doubtful = {a.token for a in said.statement.of(Role.MEET) if a.polarity is Polarity.DOUBTFUL}
    return any(
        any(t.has(Role.MEET) and t not in doubtful for t in clause)
        and any(t.has(Role.OUTSIDER, Role.FAMILY) for t in clause)
        for clause in _clauses(said)
    )


def _is_unread(token: Token) -> bool:
    return token.has(Role.UNKNOWN, Role.COMPANY)


def _names(tokens: list[Token], *roles: Role) -> tuple[str, ...]:
    """Of two names side by side, the first only says which person it is ("送菜的志愿者")."""
    last = [
        t for t, after in zip_longest(tokens, tokens[1:]) if not (after and _says_who(t, after))
    ]
    return tuple(code for t in last for role in roles for code in t.codes(role))


def _says_who(one: Token, after: Token) -> bool:
    return one.has(Role.OUTSIDER) and after.has(Role.OUTSIDER) and one.end == after.start


def _clauses(said: Utterance) -> list[list[Token]]:
    """Split at pauses; where verbs come last, also at a person after one, elsewhere at an "and"
    before one ("… called and my neighbor came in")."""
    out: list[list[Token]] = [[]]
    tokens = said.statement.tokens
    for token, following in zip_longest(tokens, tokens[1:]):
        joins = token.has(Role.JOIN) and not (said.verb_last or token.has(Role.COMPANION))
        if joins and _begins(out[-1], following):
            out.append([])
            continue
        closed = said.verb_last and any(t.has(Role.MEET, *NEGATORS) for t in out[-1])
        if token.has(*BREAKS, Role.CONTRAST) or (closed and token.has(*_PERSONS)):
            out.append([])
        out[-1].append(token)
    found = [clause for clause in out if not all(t.has(*BREAKS) for t in clause)]
    return _with_afterthought(found) if said.verb_last else found


def _with_afterthought(clauses: list[list[Token]]) -> list[list[Token]]:
    """As in "영상통화만 했어요 손주들하고": of whom a sentence was told, said after its verb."""
    *before, last = clauses or [[]]
    words = [t for t in last if not t.has(*BREAKS)]
    persons = any(t.has(*_PERSONS) for t in words)
    more = persons and all(t.has(*_PERSONS, Role.JOIN, Role.COMPANION, Role.LIGHT) for t in words)
    if not before or not more or not _dealt(before[-1]):
        return clauses
    return [*before[:-1], before[-1] + words]


def _dealt(clause: list[Token]) -> bool:
    """Whether it tells of a meeting, or of keeping apart, and denies neither: who is named after a
    denial may be left out of it ("안 만났어요 딸만")."""
    denies = any(t.has(*NEGATORS, Role.NOBODY, Role.DENIAL) for t in clause)
    return not denies and any(t.has(Role.APART, Role.MEET) for t in clause)


def _came_after_all(clause: list[Token]) -> bool:
    """Whether somebody is named, comes, or is met at a time named, after a word for "nobody" or for
    keeping apart, and is not denied: "no visitors just the neighbor kid", "left it at the door and
    then came in", "마당에 놓고 가셔서 차 한잔했어요"."""
    at = next((i for i, t in enumerate(clause) if t.has(Role.NOBODY, Role.APART)), None)
    if at is None:
        return False
    after = clause[at + 1 :]
    if any(t.has(*NEGATORS, Role.NOBODY, Role.APART, Role.EXCEPT) for t in after):
        return False
    named = clause[at].has(Role.NOBODY) and any(t.has(Role.OUTSIDER, Role.FAMILY) for t in after)
    later = dropwhile(lambda t: not t.has(Role.WHEN, Role.NOW), after)
    met = any(t.has(Role.MEET) and t.has(Role.COMPLETED) for t in later)
    near = (Role.ARRIVE, Role.TOGETHER) if clause[at].has(Role.APART) else (Role.ARRIVE,)
    return named or met or any(t.has(*near) for t in after)


def _named_at_once(clause: list[Token]) -> bool:
    """As in "nobody, well, the nurse came to swab me"."""
    return any(a.has(Role.NOBODY) and b.has(Role.OUTSIDER) for a, b in pairwise(clause))


def _begins(clause: list[Token], following: Token | None) -> bool:
    """Whether a person begins a statement of what was done, after one that is complete."""
    done = any(t.has(Role.MEET, Role.APART, Role.NOBODY, Role.OUT, Role.HOME) for t in clause)
    return done and following is not None and following.has(*_PERSONS, Role.SELF, Role.THIRD)


def _taken_back(
    said: Utterance, clauses: list[list[Token]], meetings: list[_Meeting]
) -> list[_Meeting]:
    """As in "he knocked, but I never opened": who was kept away right after was not met; nor was
    whoever another met whom the resident did not ("老公见过他同事,我没有"). What then tells where
    they went instead is no meeting either ("不是来我家,是到对门的"); nor is one with somebody who
    then is said to live here ("我妈给我端饭,她跟我住一块儿")."""
    out = list(meetings)
    for index, clause in enumerate(clauses[1:], 1):
        if out[index - 1].met and (_kept_away(clauses[index - 1], clause) or _lives_here(clause)):
            out[index - 1] = _Meeting(False)
        for one, other in ((index - 1, index), (index, index - 1)):
            if _met_by_another(said, clauses[one]) and _not_self(clauses[other]):
                out[one] = _Meeting(False)
        instead = next((t for t in clause if not t.has(*BREAKS)), None)
        before = any(t.has(Role.APART) for t in clauses[index - 1])
        if before and instead is not None and instead.has(Role.BUT_SO):
            out[index] = _Meeting(False) if not _comes(clause) else out[index]
    return out


def _kept_away(before: list[Token], clause: list[Token]) -> bool:
    """Whether a clause tells of whom the one before named that they did not come near."""
    named = any(t.has(Role.OUTSIDER, Role.FAMILY) for t in clause)
    far = [t for t in clause if t.has(Role.APART)]
    outweighed = all(t.has(Role.DISTANCE) for t in far) and _came_close(before)
    return bool(far) and not named and not outweighed


def _came_close(clause: list[Token]) -> bool:
    """Whether a clause tells of a meeting that no distance kept takes back ("had coffee with", "a
    walk with my neighbor six feet apart")."""
    if any(t.has(*NEGATORS, Role.NOBODY, Role.LATER) for t in clause):
        return False
    beside = any(
        a.has(Role.COMPANION) and b.has(Role.OUTSIDER, Role.FAMILY) for a, b in pairwise(clause)
    )
    return beside or any(t.has(Role.CLOSE) for t in clause)


def _lives_opposite(before: Token, token: Token) -> bool:
    """As in "the neighbor across the hall", which tells nothing of how near they came."""
    return before.has(Role.OUTSIDER) and token.has(Role.OPPOSITE)


def _apart(clause: list[Token]) -> list[Token]:
    """What in a clause tells that nobody came near."""
    far = [
        t for before, t in zip_longest([None, *clause[:-1]], clause)
        if t is not None and t.has(Role.APART)
        and not (before is not None and _lives_opposite(before, t))
    ]  # fmt: skip
    outweighed = all(t.has(Role.DISTANCE) for t in far) and _came_close(clause)
    return [] if outweighed else far


def _lives_here(clause: list[Token]) -> bool:
    """The same, that they live with the resident ("她跟我住一块儿")."""
    others = any(t.has(*_PERSONS, *NEGATORS) for t in clause)
    return not others and any(t.has(Role.LIVES_HERE) for t in clause)


def _met_by_another(said: Utterance, clause: list[Token]) -> bool:
    """Whether somebody met somebody named after them, and after the verb if that comes first."""
    meets = [a for a in said.statement.of(Role.MEET) if a.token in clause]
    if not meets or meets[0].own or _comes(clause):
        return False
    by = next(t for t in clause if t is meets[0].token or (said.verb_last and t.has(*_PERSONS)))
    after = clause[clause.index(by) + 1 :]
    return any(t.has(Role.OUTSIDER, Role.FAMILY) for t in after)


def _not_self(clause: list[Token]) -> bool:
    """As in "我没有", "我可没见": a denial of one's own that names nobody else."""
    named = any(t.has(*_PERSONS) for t in clause)
    denied = any(t.has(*NEGATORS, Role.NOBODY, Role.DENIAL) for t in clause)
    return denied and not named and any(t.has(Role.SELF) for t in clause)


def _comes(clause: list[Token]) -> bool:
    return any(t.has(Role.ARRIVE) for t in clause)


def _meeting(said: Utterance, clause: list[Token]) -> _Meeting:
    starts = {token.start for token in clause}
    meets = [a for a in said.statement.of(Role.MEET) if a.token.start in starts]
    if _came_after_all(clause):
        met = any(a.polarity is Polarity.PRESENT and a.token.has(Role.CLOSE) for a in meets)
        named = _names(clause, Role.OUTSIDER) if met and _named_at_once(clause) else ()
        return _Meeting(True, named) if named else _Meeting(None, left_open=True)
    if far := _apart(clause):
        # "My friend came by, we stayed six feet apart" may be a meeting all the same.
        near = all(t.has(Role.DISTANCE) for t in far) and _comes(clause)
        return _Meeting(None, left_open=True) if near else _Meeting(False)
    excepted = _excepted(said, clause)
    if excepted is not None:
        outside = _names(excepted, Role.OUTSIDER, Role.FAMILY)
        return _Meeting(bool(outside), outside)
    if _kept_company(said, clause) or _spoke_to_thing(clause):
        return _Meeting(False)
    persons = _names(clause, Role.OUTSIDER, Role.FAMILY)
    core = any(t.has(Role.CORE) for t in clause)
    if any(a.polarity is Polarity.DOUBTFUL for a in meets):
        return _Meeting(None, left_open=bool(persons))
    if any(t.has(Role.NOBODY) for t in clause):
        return _Meeting(False)
    if not persons and _among_people(said, clause):
        return _Meeting(None, left_open=True)
    if said.verb_last and not persons and _by_oneself(clause):
        return _Meeting(False)
    if any(a.polarity is Polarity.PRESENT for a in meets):
        if any(_lives_opposite(*pair) for pair in pairwise(clause)) and not _came_close(clause):
            # "I saw the mailman across the street": there, or the one who lives there?
            return _Meeting(None, persons, left_open=True)
        if not persons and not core and _is_of_things(said, clause):
            return _Meeting(None, left_open=True)
        met = bool(persons) or not core
        # "晚上对象过来住": who comes to stay lives elsewhere; "老伴回来了" comes home.
        stays = any(t.has(Role.ARRIVE) and not t.has(Role.GO) for t in clause)
        left_open = not met and (stays or any(map(_is_unread, clause)))
        return _Meeting(met, persons, left_open=left_open)
    if meets:
        return _Meeting(False)
    if clause[-1].start in said.elaborated and _tells_how_they_are(clause):
        return _Meeting(None)
    if any(t.has(Role.FORGONE) for t in clause):
        # "No, I put off my sister's visit".
        return _Meeting(None)
    if persons and said.tells_more(clause):
        # "Nobody, the caretaker slides my post under the door": met or not?
        return _Meeting(None, left_open=True)
    return _without_verb(clause, core=core)


def _among_people(said: Utterance, clause: list[Token]) -> bool:
    """As in "no, went to church": who was there is not told."""
    went = any(
        a.own and a.polarity is Polarity.PRESENT and a.token in clause
        for a in said.statement.of(Role.OUT, Role.GO)
    )
    return went and any(t.has(Role.CROWD) for t in clause)


def _is_of_things(said: Utterance, clause: list[Token]) -> bool:
    """As in "没有,只见过显示器", "没有,东西都用电梯送上来": what is met may be no person."""
    if not said.statement.refuted:
        return False
    told = said.text[clause[0].start : clause[-1].end]
    seen = clause[-1].has(Role.UNKNOWN) and any(t.has(Role.ONLY) for t in clause)
    topic = any(t.has(Role.ALL) for t in clause) and not any(sign in told for sign in said.aspect)
    return seen or topic


def _tells_how_they_are(clause: list[Token]) -> bool:
    """As in "没有,学生都停课了": what is told of all of them is no visit."""
    person = next((i for i, t in enumerate(clause) if t.has(Role.OUTSIDER, Role.FAMILY)), None)
    if person is None or any(t.has(*_DEALINGS) for t in clause):
        return False
    after = [t for t in clause[person + 1 :] if not t.has(*BREAKS, Role.LIGHT)]
    return len(after) > 1 and after[0].has(Role.ALL)


def _by_oneself(clause: list[Token]) -> bool:
    """As in "혼자 미역국 먹었어요": what may be done in company was done alone, and nobody came."""
    return any(t.has(Role.ALONE) for t in clause) and not _comes(clause)


def _without_verb(clause: list[Token], *, core: bool) -> _Meeting:
    """As in “就老伴”, "邻居", "没有外人": persons, but no word for meeting.

    One who lives here but comes from elsewhere ("媳妇从外地回来") may bring what is feared.
    """
    outside = _names(clause, Role.OUTSIDER)
    family = _names(clause, Role.FAMILY)
    if any(t.has(*NEGATORS) for t in clause):
        if any(t.has(Role.LIVES_HERE) for t in clause):
            # "女儿不跟我们住" tells of no meeting, nor of none.
            return _Meeting(None)
        return _Meeting(False if outside or family or core else None)
    at_home = any(t.has(Role.HOME) for t in clause) and not outside
    alone = any(t.has(Role.ALONE) for t in clause)
    joined = any(t.has(Role.JOIN) and after.has(Role.OUTSIDER) for t, after in pairwise(clause))
    if alone and joined:
        # "Us two and the neighbors".
        return _Meeting(None, left_open=True)
    if at_home or alone:
        return _Meeting(False)
    if any(t.has(Role.LATER) for t in clause):
        return _Meeting(None)
    if family and not outside and _names_those_at_home(clause):
        return _Meeting(False)
    if outside or family:
        return _Meeting(True, (*outside, *family))
    travelled = any(t.has(Role.PLACE, Role.TRANSPORT) for t in clause)
    return _Meeting(False if core and not travelled else None)


def _names_those_at_home(clause: list[Token]) -> bool:
    """As in "就我和女儿两个": who is counted with oneself, and no others, lives here."""
    words = [t for t in clause if not t.has(*BREAKS)]
    only = bool(words) and words[0].has(Role.ONLY)
    return only and any(
        one.has(Role.SELF) and two.has(Role.JOIN) for one, two in pairwise(words[1:])
    )


def _excepted(said: Utterance, clause: list[Token]) -> list[Token] | None:
    """As in “除了快递员没见过别人”: the persons between "but for" and the denial.

    Where verbs come last, so does "but for": "택배 아저씨 말고는 없어요".
    """
    at = next((i for i, t in enumerate(clause) if t.has(Role.EXCEPT)), None)
    if at is None:
        return None
    end = next((i for i, t in enumerate(clause) if i > at and t.has(*NEGATORS)), len(clause))
    beside = clause[:at] if said.verb_last else clause[at + 1 : end]
    return beside if any(t.has(*_PERSONS) for t in beside) else None


def _kept_company(said: Utterance, clause: list[Token]) -> bool:
    """As in "nobody but the TV", "텔레비전 말고는": what is excepted is nobody to be met."""
    at = next((i for i, t in enumerate(clause) if t.has(Role.EXCEPT)), None)
    if at is None or any(t.has(*_PERSONS, Role.MEET, Role.ARRIVE) for t in clause):
        return False
    beside = reversed(clause[:at]) if said.verb_last else clause[at + 1 :]
    first = next((t for t in beside if not t.has(Role.LIGHT, Role.IGNORED)), None)
    return first is not None and first.has(Role.THING)


def _spoke_to_thing(clause: list[Token]) -> bool:
    """As in "nobody, I talk to my plants": what is met is nobody to be met."""
    if any(t.has(*_PERSONS, Role.ARRIVE, Role.COMPANION) for t in clause):
        return False
    words = [t for t in clause if not t.has(Role.LIGHT, Role.IGNORED)]
    return any(a.has(Role.MEET) and b.has(Role.THING) for a, b in pairwise(words))
