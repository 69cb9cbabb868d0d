"""What one clause says of meeting people: that somebody was met, nobody, or nothing certain."""

from dataclasses import dataclass
from itertools import dropwhile, pairwise, takewhile, zip_longest

from callbot.dialog.understanding.answers.nearness import (
    came_after_all,
    came_close,
    comes,
    kept_apart,
    lives_opposite,
    we_talked,
)
from callbot.dialog.understanding.answers.things_met import kept_company, spoke_to_thing
from callbot.dialog.understanding.statements.assertions import Assertion, Polarity
from callbot.dialog.understanding.utterance import Utterance
from callbot.dialog.understanding.words.roles import BREAKS, NEGATORS, PERSONS, Role
from callbot.dialog.understanding.words.vocabulary import Token

_DEALINGS = (Role.ARRIVE, Role.OBJECT_MARKER, Role.COMPANION, Role.SAYS, Role.WHEN)
"""Beside one of these a person may have been met, though there is no word for meeting."""

_IN_PASSING = (
    Role.LIGHT, Role.IGNORED, Role.ALL, Role.HABIT, Role.FOCUS, Role.HOME, Role.ONLY, Role.AMBIENT,
    Role.EVERYDAY, Role.HARMLESS, Role.CONTRAST, Role.SELF,
)  # fmt: skip
"""Between a word for meeting and what is met, and before it: how often, how many, where."""


@dataclass(frozen=True)
class Meeting:
    """What one clause says of meeting: yes, no, or nothing certain (None).

    left_open: somebody came whom a denial elsewhere does not take back; or those who live with the
    resident are named, and beside them a word of no list, which may name another person
    ("孩子他二叔来了"). bare: persons are named, and no word for meeting.
    """

    met: bool | None
    persons: tuple[str, ...] = ()
    left_open: bool = False
    bare: bool = False


def meeting(said: Utterance, clause: list[Token]) -> Meeting:
    """What one clause says of meeting anybody."""
    starts = {token.start for token in clause}
    meets = [a for a in said.statement.of(Role.MEET) if a.token.start in starts]
    if came_after_all(clause, verb_last=said.verb_last):
        met = any(a.polarity is Polarity.PRESENT and a.token.has(Role.CLOSE) for a in meets)
        named = _names(clause, Role.OUTSIDER) if met and _named_at_once(clause) else ()
        together = met and said.verb_last
        return Meeting(True, named) if named or together else Meeting(None, left_open=True)
    if far := kept_apart(clause):
        # "My friend came by, we stayed six feet apart" may be a meeting all the same, and so may
        # what "I don't open the door except to my neighbor" tells.
        near = all(t.has(Role.DISTANCE) for t in far) and (comes(clause) or we_talked(clause))
        near = near or (not said.verb_last and bool(_excepted(said, clause)))
        return Meeting(None, left_open=True) if near else Meeting(False)
    excepted = _excepted(said, clause)
    if excepted is not None:
        named = _names(excepted, Role.OUTSIDER, Role.FAMILY)
        outside = tuple(person for person in named if not _is_housemate(said, person))
        return Meeting(bool(outside), outside)
    if kept_company(said, clause) or spoke_to_thing(clause):
        return Meeting(False)
    return _by_verbs(said, clause, meets)


def _by_verbs(said: Utterance, clause: list[Token], meets: list[Assertion]) -> Meeting:
    """What a clause says by its words for meeting, for being alone, and for nobody."""
    named = _names(clause, Role.OUTSIDER, Role.FAMILY)
    persons = tuple(person for person in named if not _is_housemate(said, person))
    core = any(t.has(Role.CORE) for t in clause) or len(persons) < len(named)
    if any(a.polarity is Polarity.DOUBTFUL for a in meets):
        return Meeting(None, left_open=bool(persons))
    if any(t.has(Role.ALONE) for t in clause) and any(t.has(Role.LIVES_APART) for t in clause):
        # "Only family, from down the road".
        return Meeting(None, left_open=True)
    if any(t.has(Role.NOBODY) for t in clause):
        if _visited_instead(said, clause):
            return Meeting(None, left_open=True)
        return Meeting(True, persons) if _and_nobody_else(said, clause) else Meeting(False)
    besides = said.verb_last and _besides_those_at_home(said, clause)
    if besides and persons and any(a.polarity is Polarity.PRESENT for a in meets):
        # "남편 말고 친구를 만났어요".
        return Meeting(True, persons)
    if besides or _not_alone(clause):
        return Meeting(None, left_open=True)
    if not persons and _among_people(said, clause):
        return Meeting(None, left_open=True)
    denied = said.verb_last or said.statement.refuted
    if denied and not persons and _by_oneself(clause):
        return Meeting(False)
    if any(a.polarity is Polarity.PRESENT for a in meets):
        return _met_somebody(said, clause, persons, core=core)
    if meets:
        return Meeting(False)
    return _by_persons(said, clause, persons, core=core)


def _by_persons(
    said: Utterance, clause: list[Token], persons: tuple[str, ...], *, core: bool
) -> Meeting:
    """What a clause without any such word says of the persons it names."""
    if clause[-1].start in said.elaborated and _tells_how_they_are(clause):
        return Meeting(None)
    if any(t.has(Role.FORGONE) for t in clause):
        # "No, I put off my sister's visit".
        return Meeting(None)
    if any(t.has(Role.LIVES_APART) for t in clause):
        # "Nobody, my son doesn't live here"; "婆婆不住这儿,昨天来带娃的": whether she came?
        more = said.unread.all_told or clause[-1].start in said.elaborated
        return Meeting(None, left_open=not more and bool(persons or core))
    if persons and any(t.has(Role.FETCHED) for t in clause):
        # "My neighbor does my shopping": whether they met is not told.
        return Meeting(None, left_open=True)
    if persons and said.tells_more(clause):
        # "Nobody, the caretaker slides my post under the door": met or not?
        return Meeting(None, left_open=True)
    found = _without_verb(said, clause, core=core)
    if found.met and _is_garbled(said, clause):
        return Meeting(None, persons, left_open=True)
    more = not said.verb_last and clause[-1].start in said.elaborated
    if found.met and more and not dealt_with(said, clause):
        # "没有,邻居给了碗饺子": met, or only told of?
        return Meeting(None, persons, left_open=True, bare=True)
    return found


def _is_garbled(said: Utterance, clause: list[Token]) -> bool:
    """As in "美天国外人", where "没见过外人" was said: right before a person, who is all that was
    read, stands a word that nobody knows, or only the end of a verb ("每天过外人"); what was done
    may be denied by it."""
    if said.lexicon.spaced or said.verb_last or any(t.has(*_DEALINGS) for t in clause):
        return False
    words = [t for t in clause if not t.has(*BREAKS, Role.IGNORED)]
    last = next((i for i, t in enumerate(words) if t.has(Role.OUTSIDER, Role.FAMILY)), 0)
    if not last or not all(t.has(Role.LIGHT) for t in words[last + 1 :]):
        return False
    before = words[last - 1]
    if before.has(Role.UNKNOWN):
        return not dealt_with(said, clause)
    ending = before.has(Role.LIGHT) and before.text in said.lexicon.grammar.aspect
    return ending and all(t.has(Role.EVERYDAY, Role.LIGHT) for t in words[: last - 1])


def dealt_with(said: Utterance, clause: list[Token]) -> bool:
    """As in "送了点鸡蛋", "跟他讲了讲价", "家教老师来上课": something was done, or somebody came to
    do it, in words of no list. What ends in 了 tells how things are ("保姆回老家了")."""
    aspect, coming = said.lexicon.grammar.aspect, said.lexicon.contacts.coming
    if any(sign in t.text for t in clause[:-1] for sign in aspect):
        return True
    words = [t for t in clause if not t.has(Role.LIGHT, Role.UNKNOWN)]
    return any(
        t.has(Role.OUTSIDER, Role.FAMILY)
        and (
            "".join(after.text for after in words[at + 1 :]).startswith(coming)
            or (at > 0 and words[at - 1].text.startswith(coming))
        )
        for at, t in enumerate(words)
    )


def _and_nobody_else(said: Utterance, clause: list[Token]) -> bool:
    """As in "my nurse came and nobody else": who was met is told before an "and"."""
    at = next((i for i, t in enumerate(clause) if t.has(Role.NOBODY)), 0)
    before = clause[:at]
    met = {a.token for a in said.statement.of(Role.MEET) if a.polarity is Polarity.PRESENT}
    return (
        bool(before)
        and before[-1].has(Role.JOIN)
        and any(t.has(Role.OUTSIDER, Role.FAMILY) for t in before)
        and any(t in met for t in before)
    )


def _visited_instead(said: Utterance, clause: list[Token]) -> bool:
    """As in "no visitors no I visited": whom the resident met, told behind a word for "nobody"."""
    at = next((i for i, t in enumerate(clause) if t.has(Role.NOBODY)), 0)
    met = {a.token for a in said.statement.of(Role.MEET) if a.polarity is Polarity.PRESENT}
    after = clause[at + 1 :]
    if any(t.has(*NEGATORS, Role.NOBODY) for t in after[1:]):
        return False
    return any(who.has(Role.SELF, Role.EVERYONE) and act in met for who, act in pairwise(after))


def _not_alone(clause: list[Token]) -> bool:
    """As in "I wasn't on my own", "it's not just us": who else was there is not told. In Chinese a
    denial before it is an answer of its own ("没有就我一个人")."""
    told = [t for t in clause if t.text.isascii() and not t.has(Role.LIGHT, Role.IGNORED)]
    return any(
        one.has(*NEGATORS) and not one.has(Role.NOUN_NEGATOR) and after.has(Role.ALONE)
        for one, after in pairwise(told)
    )


def _besides_those_at_home(said: Utterance, clause: list[Token]) -> bool:
    """As in "가족 외에 만난 사람 있어요": those at home are excepted, and nothing is denied of the
    others."""
    excepting = said.lexicon.phrases_of(said.lexicon.grammar.except_)
    others = (Role.MEET, Role.AFFIRMER, Role.STANDS_FOR, Role.OUTSIDER, Role.FAMILY)
    return (
        any(t.has(Role.ALONE) and t.text.endswith(excepting) for t in clause)
        and not any(t.has(*NEGATORS, Role.DENIAL, Role.LATER) for t in clause)
        and any(t.has(*others) and not t.has(Role.ALONE) for t in clause)
    )


def _met_somebody(
    said: Utterance, clause: list[Token], persons: tuple[str, ...], *, core: bool
) -> Meeting:
    """What a clause says that affirms a meeting: with people from outside, with those at home, or
    with nobody at all."""
    if any(lives_opposite(*pair) for pair in pairwise(clause)) and not came_close(clause):
        # "I saw the mailman across the street": there, or the one who lives there?
        return Meeting(None, persons, left_open=True)
    if not persons and not core and _is_of_things(said, clause):
        return Meeting(None, left_open=True)
    met = bool(persons) or not core or any(t.has(Role.VISITS) for t in clause)
    # "晚上对象过来住": who comes to stay lives elsewhere; "老伴回来了" comes home.
    stays = any(t.has(Role.ARRIVE) and not t.has(Role.GO) for t in clause)
    # "Met my girl in the park": who lives here is not met so.
    elsewhere = any(a.has(Role.OBJECT_MARKER) and b.has(Role.CORE) for a, b in pairwise(clause))
    elsewhere = elsewhere and any(t.has(Role.PLACE) for t in clause)
    left_open = not met and (stays or elsewhere or any(map(_is_unread, clause)))
    return Meeting(met, persons, left_open=left_open)


def _named_at_once(clause: list[Token]) -> bool:
    """As in "nobody, well, the nurse came to swab me"."""
    return any(a.has(Role.NOBODY) and b.has(Role.OUTSIDER) for a, b in pairwise(clause))


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
    done = any(sign in told for sign in said.lexicon.grammar.aspect)
    return seen or (not done and any(t.has(Role.ALL) for t in clause))


def _tells_how_they_are(clause: list[Token]) -> bool:
    """As in "没有,学生都停课了": what is told of all of them is no visit."""
    person = next((i for i, t in enumerate(clause) if t.has(Role.OUTSIDER, Role.FAMILY)), None)
    if person is None or any(t.has(*_DEALINGS) for t in clause):
        return False
    after = [t for t in clause[person + 1 :] if not t.has(*BREAKS, Role.LIGHT)]
    return len(after) > 1 and after[0].has(Role.ALL)


def _by_oneself(clause: list[Token]) -> bool:
    """As in "혼자 미역국 먹었어요", "no, just me taking care of them": what may be done in company
    was done alone, and nobody came."""
    return any(t.has(Role.ALONE) for t in clause) and not comes(clause)


def _without_verb(said: Utterance, clause: list[Token], *, core: bool) -> Meeting:
    """As in “就老伴”, "邻居", "没有外人": persons, but no word for meeting.

    One who lives here but comes from elsewhere ("媳妇从外地回来") may bring what is feared.
    """
    outside = _names(clause, Role.OUTSIDER)
    family = _names(clause, Role.FAMILY)
    if any(t.has(*NEGATORS) for t in clause):
        if any(t.has(Role.LIVES_HERE) for t in clause):
            # "女儿不跟我们住" tells of no meeting, nor of none.
            return Meeting(None)
        return Meeting(False if outside or family or core else None)
    at_home = any(t.has(Role.HOME) for t in clause) and not outside
    alone = any(t.has(Role.ALONE) for t in clause)
    if not (family or core or alone) and _sat_with_resident(clause):
        return Meeting(None, left_open=True)
    if at_home and not alone and said.lexicon.spaced and _did_at_home(clause):
        return Meeting(None, left_open=True)
    told = [t for t in clause if not t.has(Role.WHEN, Role.NOW)]
    joined = any(t.has(Role.JOIN) and after.has(Role.OUTSIDER) for t, after in pairwise(told))
    if alone and joined:
        # "Us two and the neighbors".
        return Meeting(None, left_open=True)
    if at_home or alone:
        return Meeting(False)
    if any(t.has(Role.LATER) for t in clause):
        return Meeting(None)
    if family and not outside and _names_those_at_home(clause):
        return Meeting(False)
    if outside or family:
        return Meeting(True, (*outside, *family), bare=True)
    travelled = any(t.has(Role.PLACE, Role.TRANSPORT) for t in clause)
    aside = said.lexicon.spaced and _names_in_passing(clause)
    return Meeting(False if core and not travelled and not aside else None)


def _did_at_home(clause: list[Token]) -> bool:
    """As in "my brother sang in my kitchen": whether he lives here is not told."""
    told = dropwhile(lambda t: not t.has(Role.FAMILY), clause)
    deed = list(takewhile(lambda t: not t.has(Role.HOME), told))
    within = len(deed) < len(clause) - clause.index(deed[0]) if deed else False
    return within and any(t.has(Role.HARMLESS) and not t.has(Role.LIGHT) for t in deed)


def _sat_with_resident(clause: list[Token]) -> bool:
    """As in "she sat here with me": who that is was not told."""
    beside = any(a.has(Role.COMPANION) and b.has(Role.RECIPIENT) for a, b in pairwise(clause))
    return beside and any(t.has(Role.THIRD) for t in clause)


def _names_in_passing(clause: list[Token]) -> bool:
    """As in "ask my wife", "you sound just like my third wife": nothing is told of who lives
    here."""
    before = takewhile(lambda t: not t.has(Role.CORE), clause)
    dull = (*BREAKS, Role.LIGHT, Role.SELF, Role.ONLY, Role.CONTRAST, Role.COMMENT, Role.CLOSING)
    return any(t.has(Role.HARMLESS, Role.UNKNOWN) and not t.has(*dull) for t in before)


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
    return beside if any(t.has(*PERSONS) for t in beside) else None


def _is_housemate(said: Utterance, person: str) -> bool:
    """As in "부모님하고 같이 사는데 부모님 말고는 안 만났어요"."""
    return any(
        t.text.startswith(person) and len(t.text) > len(person)
        for t in said.statement.tokens_of(Role.ALONE)
    )


def _names(tokens: list[Token], *roles: Role) -> tuple[str, ...]:
    """Of two names side by side, the first only says which person it is ("送菜的志愿者")."""
    last = [
        t for t, after in zip_longest(tokens, tokens[1:]) if not (after and _says_who(t, after))
    ]
    return tuple(code for t in last for role in roles for code in t.codes(role))


def _says_who(one: Token, after: Token) -> bool:
    return one.has(Role.OUTSIDER) and after.has(Role.OUTSIDER) and one.end == after.start


def _is_unread(token: Token) -> bool:
    return token.has(Role.UNKNOWN, Role.COMPANY)
