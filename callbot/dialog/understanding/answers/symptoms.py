"""Reads which symptoms the resident has, has not, and which the people at home have."""

from collections.abc import Iterable
from itertools import pairwise

from callbot.dialog.answers import ABNORMAL_CELSIUS, Symptoms
from callbot.dialog.understanding.answers.medicine import takes_medicine
from callbot.dialog.understanding.answers.temperature import certain_celsius
from callbot.dialog.understanding.statements.assertions import Assertion, Polarity, Who
from callbot.dialog.understanding.statements.clauses import between_pauses
from callbot.dialog.understanding.utterance import Utterance
from callbot.dialog.understanding.words.roles import INVISIBLE, Role
from callbot.dialog.understanding.words.sections.answers import URGENT
from callbot.dialog.understanding.words.vocabulary import Token

ALWAYS_URGENT = frozenset({"cyanosis"})
"""Any sign of these is."""


def read_symptoms(said: Utterance) -> Symptoms | None:
    """None when it stays open whether the resident is well."""
    statement = said.statement
    spoken = statement.of(Role.SYMPTOM, Role.SEVERE)
    household = _codes(a for a in spoken if a.who in (Who.HOUSEHOLD, Who.BOTH) and _holds(a))
    own = [a for a in spoken if a.own]
    present = list(_codes(a for a in own if _holds(a)))
    celsius = certain_celsius(said)
    if celsius is not None and celsius >= ABNORMAL_CELSIUS and "fever" not in present:
        present.insert(0, "fever")
    absent = _codes(
        a for a in own if a.polarity is Polarity.ABSENT and not set(_of(a)) & set(present)
    )
    found = Symptoms(present=tuple(present), absent=absent, household=household)
    if present or (household and not _open(said, own, vague=False)):
        return found
    denies = bool(absent) or _denies(said)
    return found if denies and not said.complaining and not _open(said, own) else None


def states_symptoms(said: Utterance) -> bool:
    """Whether a symptom is told or all of them denied outright, so that it counts at any question.

    One that is denied by its name ("36.8, no fever") says nothing of the others, nor does pain or
    another complaint of one kind ("三十六度七,不疼", where 不烫 was said).
    """
    told = said.statement.of(Role.SYMPTOM, Role.SEVERE)
    return any(a.polarity is Polarity.PRESENT for a in told) or _denies_complaint(said, Role.UNWELL)


def severe(said: Utterance) -> bool:
    """Signs that cannot wait, of the resident or of somebody at home, now."""
    return any(
        _holds(a) and a.who is not Who.OTHER and not a.past
        and (a.token.has(Role.SEVERE) or ALWAYS_URGENT & set(_of(a))
             or (a.intense and URGENT & set(_of(a))))
        for a in said.statement.of(Role.SEVERE, Role.SYMPTOM)
    )  # fmt: skip


def _open(said: Utterance, own: list[Assertion], *, vague: bool = True) -> bool:
    """Something was said that may be an illness and could not be read.

    vague: "还行" counts as such, and so do complaints of those at home and who is left out of "all
    are well". A mere "my roommate has" counts at any rate.
    """
    spoken_of = (Who.SELF, Who.HOUSEHOLD, Who.BOTH) if vague else (Who.SELF, Who.BOTH)
    complaints = [a for a in said.statement.of(Role.COMPLAINT) if a.who in spoken_of]
    denied = any(a.polarity is Polarity.ABSENT for a in own)
    evasive = {
        t for t in said.statement.tokens_of(Role.MEDICINE, *((Role.VAGUE,) if vague else ()))
        if not (denied and t.has(Role.FAIR)) and (vague or _is_own(said, t))
    }  # fmt: skip
    abnormal = [a for a in said.statement.of(Role.ABNORMAL) if a.who in spoken_of]
    return (
        said.statement.loose
        or said.statement.doubt
        or said.beside.another
        or (vague and _excepts_somebody(said))
        or _ended_lately(said)
        or _is_not_over(said)
        or _numbered(said)
        or any(a.polarity is Polarity.DOUBTFUL for a in own)
        or (vague and any(map(_may_be_felt_at_home, said.statement.of(Role.SYMPTOM, Role.SEVERE))))
        or (said.verb_last and any(map(_was_felt, own)))
        or any(a.polarity is not Polarity.ABSENT for a in (*complaints, *abnormal))
        or bool(evasive and not _denies(said))
        or (vague and takes_medicine(said))
    )


def _is_own(said: Utterance, token: Token) -> bool:
    """Whether it may be told of the resident: not in "孙子发烧了,贴了退热贴"."""
    clause = next(c for c in between_pauses(list(said.statement.tokens)) if token in c)
    told = said.statement.of(Role.SYMPTOM, Role.SEVERE)
    behind = any(a.who is Who.HOUSEHOLD and a.token.end <= token.start for a in told)
    return not behind or any(t.has(Role.SELF) for t in clause)


def _ended_lately(said: Utterance) -> bool:
    """As in "not any more, it stopped an hour ago": of what was felt since the last call, no word
    tells what it was."""
    over = any(t.has(Role.DENIAL) and t.has(Role.RECOVERED) for t in said.statement.tokens)
    return over and bool(said.statement.tokens_of(Role.LAST_NIGHT))


def _is_not_over(said: Utterance) -> bool:
    """As in "I'm not better", "haven't recovered": no word tells what is still there."""
    tokens = [t for t in said.statement.tokens if not t.has(*INVISIBLE)]
    return any(
        one.has(Role.NEGATOR) and not one.has(Role.NOUN_NEGATOR) and after.has(Role.RECOVERED)
        for one, after in pairwise(tokens)
    )


def _numbered(said: Utterance) -> bool:
    """As in "I'm okay, a hundred and two though": a number that may be a fever, or an age."""
    return any(
        a.own and a.polarity is not Polarity.ABSENT
        and said.measure(a.token).low >= ABNORMAL_CELSIUS
        for a in said.statement.of(Role.MEASURE)
    )  # fmt: skip


def _excepts_somebody(said: Utterance) -> bool:
    """As in "everyone's fine except my son", "아들 빼고 다 건강해요": that one may be ill."""
    tokens = [t for t in said.statement.tokens if not t.has(*INVISIBLE)]
    at_home = (Role.SELF, Role.CORE, Role.FAMILY, Role.THIRD)
    return any(
        (one if said.verb_last else after).has(*at_home)
        and (after if said.verb_last else one).has(Role.EXCEPT)
        for one, after in pairwise(tokens)
    )


def _denies(said: Utterance) -> bool:
    return said.statement.denied or _denies_complaint(said)


def _denies_complaint(said: Utterance, kind: Role = Role.COMPLAINT) -> bool:
    return any(a.own and a.polarity is Polarity.ABSENT for a in said.statement.of(kind))


def _holds(assertion: Assertion) -> bool:
    return assertion.polarity is Polarity.PRESENT and not (assertion.past and assertion.bare)


def _may_be_felt_at_home(assertion: Assertion) -> bool:
    """As in "没有孩子咳我不咳": denied, or told behind an answer of its own?"""
    return assertion.who is Who.HOUSEHOLD and assertion.polarity is Polarity.DOUBTFUL


def _was_felt(assertion: Assertion) -> bool:
    """As in "어제 토했고 다른 건 없어요": it was there, and nothing says that it is over."""
    felt = assertion.token.has(Role.SYMPTOM, Role.SEVERE)
    return felt and assertion.past and assertion.polarity is Polarity.PRESENT


def _of(assertion: Assertion) -> tuple[str, ...]:
    return (*assertion.token.codes(Role.SYMPTOM), *assertion.token.codes(Role.SEVERE))


def _codes(assertions: Iterable[Assertion]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for a in assertions for code in _of(a)))
