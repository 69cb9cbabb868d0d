"""Reads whether the resident met people from outside the home, and whom.

People who live with the resident are no contacts; relatives who may live elsewhere are, when
they are said to have been met.
"""

from itertools import pairwise, zip_longest

from callbot.dialog.answers import Contacts
from callbot.dialog.understanding.answers.meeting import Meeting, dealt_with, meeting
from callbot.dialog.understanding.answers.movement_clauses import saw_the_place
from callbot.dialog.understanding.answers.nearness import came_close, comes
from callbot.dialog.understanding.answers.things_met import spoke_to_thing
from callbot.dialog.understanding.context.in_turn import yes_of_a_day
from callbot.dialog.understanding.statements.assertions import Polarity
from callbot.dialog.understanding.utterance import Utterance
from callbot.dialog.understanding.words.roles import BREAKS, NEGATORS, PERSONS, Role
from callbot.dialog.understanding.words.vocabulary import Token

_BEGIN = (*PERSONS, Role.SELF, Role.EVERYONE, Role.THIRD)


def read_contacts(said: Utterance) -> Contacts | None:
    if said.beside.word is not None:
        return Contacts(contact=said.beside.word)
    clauses = _clauses(said)
    meetings = _taken_back(said, clauses, [meeting(said, clause) for clause in clauses])
    if any(m.met for m in meetings):
        persons = dict.fromkeys(p for m in meetings if m.met is not False for p in m.persons)
        return Contacts(contact=True, persons=tuple(persons))
    if said.statement.affirmed and not any(m.met is False for m in meetings):
        # "At work, yes": who was met there is not told.
        apart = said.statement.tokens_of(Role.HOME, Role.APART, Role.MEET, Role.LATER)
        if not apart and not said.statement.doubt:
            return Contacts(contact=True)
    if yes_of_a_day(said.statement.tokens):
        return Contacts(contact=True)
    left_open = said.unread.meetings or any(m.left_open for m in meetings)
    left_open = left_open or _begins_with_yes_and_person(said)
    left_open = left_open or any(saw_the_place(said, clause) for clause in clauses)
    if left_open or said.statement.doubt or said.statement.taken_back or said.loose:
        return None
    if any(m.met is False for m in meetings) or said.statement.refuted:
        return Contacts(contact=False)
    return None


def _begins_with_yes_and_person(said: Utterance) -> bool:
    """As in "yes, my son, he comes every day and nobody's going to stop him"."""
    words = [t for t in said.statement.tokens if not t.has(*BREAKS, Role.IGNORED)]
    who = words[1:2] if words and words[0].has(Role.ASSENT) else []
    return any(t.has(Role.OUTSIDER, Role.FAMILY) for t in who)


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
        if token.has(*BREAKS, Role.CONTRAST) or (closed and token.has(*PERSONS)):
            out.append([])
        out[-1].append(token)
    found = [c for c in out if not all(t.has(*BREAKS, Role.CONTRAST) for t in c)]
    return _with_afterthought(found) if said.verb_last else found


def _with_afterthought(clauses: list[list[Token]]) -> list[list[Token]]:
    """As in "영상통화만 했어요 손주들하고": of whom a sentence was told, said after its verb."""
    *before, last = clauses or [[]]
    words = [t for t in last if not t.has(*BREAKS)]
    persons = any(t.has(*PERSONS) for t in words)
    more = persons and all(t.has(*PERSONS, Role.JOIN, Role.COMPANION, Role.LIGHT) for t in words)
    if not before or not more or not _dealt(before[-1]):
        return clauses
    return [*before[:-1], before[-1] + words]


def _dealt(clause: list[Token]) -> bool:
    """Whether it tells of a meeting, or of keeping apart, and denies neither: who is named after a
    denial may be left out of it ("안 만났어요 딸만")."""
    denies = any(t.has(*NEGATORS, Role.NOBODY, Role.DENIAL) for t in clause)
    return not denies and any(t.has(Role.APART, Role.MEET) for t in clause)


def _begins(clause: list[Token], following: Token | None) -> bool:
    """Whether a person begins a statement of what was done, after one that is complete."""
    done = any(t.has(Role.MEET, Role.APART, Role.NOBODY, Role.OUT, Role.HOME) for t in clause)
    return done and following is not None and following.has(*_BEGIN)


def _taken_back(
    said: Utterance, clauses: list[list[Token]], meetings: list[Meeting]
) -> list[Meeting]:
    """As in "he knocked, but I never opened": who was kept away right after was not met; nor was
    whoever another met whom the resident did not ("老公见过他同事,我没有"). What then tells where
    they went instead is no meeting either ("不是来我家,是到对门的"); nor is one with somebody who
    then is said to live here ("我妈给我端饭,她跟我住一块儿")."""
    out = list(meetings)
    if not said.verb_last:
        out = [_told_of_only(said, m, clauses[at], clauses[at + 1 :]) for at, m in enumerate(out)]
        for at, clause in enumerate(clauses[2:], 2):
            # "有人来过,说是查水表的,我没开门".
            told = out[at - 2].met and _says_who(clauses[at - 1])
            if told and _kept_away(clauses[at - 2], clause):
                out[at - 2] = out[at - 1] = Meeting(False)
    for index, clause in enumerate(clauses[1:], 1):
        before = clauses[index - 1]
        if out[index - 1].met and (
            _kept_away(before, clause)
            or _lives_here(clause)
            or (not out[index - 1].persons and _met_things_only(clause))
        ):
            # "老婆来看我了,我们分开住的": far from each other, or only in where they live?
            visits = any(t.has(Role.VISITS) for t in before) and not out[index - 1].persons
            out[index - 1] = Meeting(None, left_open=True) if visits else Meeting(False)
        if _lives_apart(clause) and _met_at_home(said, before):
            out[index - 1] = Meeting(True)
        for one, other in ((index - 1, index), (index, index - 1)):
            if _met_by_another(said, clauses[one]) and _not_self(clauses[other]):
                out[one] = Meeting(False)
        instead = next((t for t in clause if not t.has(*BREAKS)), None)
        far = any(t.has(Role.APART) for t in before)
        if far and instead is not None and instead.has(Role.BUT_SO):
            out[index] = Meeting(False) if not comes(clause) else out[index]
    return out


def _says_who(clause: list[Token]) -> bool:
    words = [t for t in clause if not t.has(*BREAKS)]
    return any(a.has(Role.SAYS) and b.has(Role.BUT_SO) for a, b in pairwise(words[:2]))


def _told_of_only(
    said: Utterance, told: Meeting, clause: list[Token], after: list[list[Token]]
) -> Meeting:
    """As in "房东收租都改转账了,没照面": who is named without a word for meeting was not met, if a
    later clause that names nobody keeps them away, and is left open if one denies anything ("听见
    邻居吵,没出去看"); "just the neighbor, nobody else" stands."""
    first = next((t for t in clause if not t.has(*BREAKS)), None)
    alone = first is not None and first.has(Role.ONLY, Role.CONTRAST, Role.AFFIRMER, Role.ASSENT)
    later = [c for c in after if not any(t.has(*PERSONS) for t in c)]
    if not told.bare or alone:
        return told
    if any(t.has(Role.APART) and not t.has(Role.DISTANCE) for c in later for t in c):
        return Meeting(False)
    denies = any(t.has(*NEGATORS, Role.NOBODY) for c in later for t in c)
    if denies and not dealt_with(said, clause):
        return Meeting(None, told.persons, left_open=True)
    return told


def _kept_away(before: list[Token], clause: list[Token]) -> bool:
    """Whether a clause tells of whom the one before named that they did not come near."""
    named = any(t.has(Role.OUTSIDER, Role.FAMILY) for t in clause)
    # "A customer came in and I rang him up": by what means is another matter.
    came = comes(before)
    far = [t for t in clause if t.has(Role.APART) and not (came and t.has(Role.RANG))]
    outweighed = all(t.has(Role.DISTANCE) for t in far) and came_close(before)
    return bool(far) and not named and not outweighed


def _lives_here(clause: list[Token]) -> bool:
    """The same, that they live with the resident ("她跟我住一块儿")."""
    others = any(t.has(*PERSONS, *NEGATORS) for t in clause)
    return not others and any(t.has(Role.LIVES_HERE) for t in clause)


def _lives_apart(clause: list[Token]) -> bool:
    """As in "我们离了的", "我俩不住一块儿": whoever was named before lives elsewhere."""
    others = any(t.has(*PERSONS) for t in clause)
    return not others and any(t.has(Role.LIVES_APART) for t in clause)


def _met_at_home(said: Utterance, clause: list[Token]) -> bool:
    """Whether somebody who may live with the resident is named, and was met."""
    met = {a.token for a in said.statement.of(Role.MEET) if a.polarity is Polarity.PRESENT}
    done = any(sign in t.text for t in clause for sign in said.lexicon.grammar.aspect)
    beside = done and any(
        one.has(Role.COMPANION) and after.has(Role.CORE, Role.FAMILY)
        for one, after in pairwise(clause)
    )
    named = any(t.has(Role.CORE, Role.FAMILY) for t in clause)
    return beside or (named and any(t in met for t in clause))


def _met_by_another(said: Utterance, clause: list[Token]) -> bool:
    """Whether somebody met somebody named after them, and after the verb if that comes first; or
    one of the family met somebody ("我爸碰见过人")."""
    meets = [a for a in said.statement.of(Role.MEET) if a.token in clause]
    if comes(clause):
        return False
    if not said.verb_last and _tells_of_relative(clause):
        return True
    if not meets or meets[0].own:
        return False
    by = next(t for t in clause if t is meets[0].token or (said.verb_last and t.has(*PERSONS)))
    after = clause[clause.index(by) + 1 :]
    return any(t.has(Role.OUTSIDER, Role.FAMILY) for t in after)


def _tells_of_relative(clause: list[Token]) -> bool:
    """As in "我爸碰见过人", "我姐跟她同事吃过饭": begins with one of the family, and tells what
    they did, alone or with another."""
    words = [t for t in clause if not t.has(*BREAKS, Role.LIGHT) or t.has(Role.COMPANION)]
    own = any(t.has(Role.SELF, Role.EVERYONE) for t in words)
    if own or not words or not words[0].has(Role.CORE, Role.FAMILY):
        return False
    beside = any(t.has(Role.COMPANION) for t in words[1:])
    others = any(t.has(Role.OUTSIDER) for t in words[1:])
    return others if beside else not others and any(t.has(Role.MEET) for t in words[1:])


def _not_self(clause: list[Token]) -> bool:
    """As in "我没有", "我可没见": a denial of one's own that names nobody else."""
    named = any(t.has(*PERSONS) for t in clause)
    denied = any(t.has(*NEGATORS, Role.NOBODY, Role.DENIAL, Role.HOME) for t in clause)
    return denied and not named and any(t.has(Role.SELF) for t in clause)


def _met_things_only(clause: list[Token]) -> bool:
    """As in "接触了,接触的都是空气": says what was met each time, and that this is nobody."""
    return any(t.has(Role.FOCUS, Role.HABIT) for t in clause) and spoke_to_thing(clause)
