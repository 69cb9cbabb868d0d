"""Reads a body temperature in figures, or what was said in place of one."""

from itertools import dropwhile, pairwise, takewhile

from callbot.dialog.answers import ABNORMAL_CELSIUS, Temperature
from callbot.dialog.understanding.answers.medicine import takes_medicine
from callbot.dialog.understanding.answers.temperature_day import is_likened_to, of_earlier_day
from callbot.dialog.understanding.answers.temperature_in_words import (
    fevers_told,
    temperature_in_words,
)
from callbot.dialog.understanding.answers.temperature_readings import is_hot, readings_of_today
from callbot.dialog.understanding.answers.temperature_weighing import weigh
from callbot.dialog.understanding.numerals.measure import Measure
from callbot.dialog.understanding.statements.assertions import Assertion, Polarity, Who
from callbot.dialog.understanding.statements.clauses import between_pauses
from callbot.dialog.understanding.utterance import Utterance
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import BREAKS, ILLNESS, INVISIBLE, PERSONS, Role
from callbot.dialog.understanding.words.vocabulary import Token

_OF_HEALTH = (*ILLNESS, Role.NORMAL, Role.ABNORMAL, Role.MEASURE)


def read_temperature(said: Utterance, *, for_resident: bool = False) -> Temperature | None:
    """None when nothing certain was said. Of several readings the highest if abnormal, else the
    latest; an earlier day's do not count beside today's.

    for_resident: somebody at home answers in the place of the resident, and says "she".
    """
    readings = [
        (a, m)
        for a, m in readings_of_today(said, lambda a: a.own or _taken_by_staff(said, a.token))
        if not _belongs_elsewhere(said, a.token)
    ]
    if not readings and (for_resident or _of_child(said)):
        readings = readings_of_today(said, _at_home)
    if _only_of_another(said):
        return None
    if readings:
        return _if_known(said, weigh(said, readings))
    return None if _spoiled(said) or _fever_behind_day(said) else temperature_in_words(said)


def _if_known(said: Utterance, value: Temperature | None) -> Temperature | None:
    """ "Ninety-nine, I forget the exact number": its lost fraction may make a fever of it."""
    if value is None or (value.celsius or 0) >= ABNORMAL_CELSIUS or value.reported == "fever":
        return value
    if is_disbelieved(said.text, said.lexicon):
        told = temperature_in_words(said)
        return told if told == Temperature(reported="not_measured") else None
    if _of_earlier_day_behind(said) or (_names_day_first(said) and takes_medicine(said)):
        return None
    forgotten = said.statement.tokens_of(Role.FORGOTTEN)
    return None if forgotten or _feverish_since(said) or _fever_behind_day(said) else value


def is_disbelieved(text: str, lexicon: Lexicon) -> bool:
    """Whether a number in the text is told to be none of theirs: "三十六度五,哦那是室温",
    "삼십육도라고 적으라 하대요 근데 실은 안 쟀어"."""
    return any(phrase in text for phrase in lexicon.phrases_of(lexicon.temperature.disbelieved))


def _feverish_since(said: Utterance) -> bool:
    """ "It was 36.7 this morning but I've been burning up since", "… 지금은 훌쩍 올랐어요": the
    number is of before; and in Mandarin what is felt behind it contradicts it ("…,身上滚烫")."""
    last = max(m.end for m in said.measures)
    after = [t for t in said.statement.tokens if t.start >= last]
    turn = next((t.start for t in after if t.has(Role.CONTRAST)), None)
    since = last if any(t.has(Role.NOW) for t in after) else turn
    told = [a.token for a in fevers_told(said)]
    felt = _names_day_first(said) and any(t.start >= last and t.has(Role.SYMPTOM) for t in told)
    return felt or (since is not None and any(t.start >= since for t in told))


def _fever_behind_day(said: Utterance) -> bool:
    """ "98.6 yesterday but 101.3": a fever behind an earlier day that had its number, or was
    normal, may be today's, unless it is told in the past and set against nothing ("it's 98.6
    yesterday it was 101.3")."""
    if said.verb_last or not said.lexicon.spaced:
        return False
    tokens = said.statement.tokens
    days = [
        day for before, day in pairwise(tokens)
        if day.has(Role.EARLIER_DAY)
        and (before.has(Role.NORMAL) or (before.has(Role.MEASURE) and not is_hot(said, before)))
    ]  # fmt: skip
    return any(
        any(t.has(Role.CONTRAST) for t in tokens if day.end <= t.start < fever.start)
        or set(said.lexicon.grammar.was).isdisjoint(said.text[day.end : fever.start].split())
        for day in days
        for fever in said.statement.tokens_of(Role.MEASURE)
        if day.end <= fever.start and is_hot(said, fever)
    )


def certain_celsius(said: Utterance) -> float | None:
    """A number that can be nothing but a temperature, for answers to other questions."""
    if not any(m.marked or _is_told_as_temperature(said, m) for m in said.measures):
        return None
    readings = readings_of_today(said, _own)
    value = weigh(said, readings) if readings else None
    return value.celsius if value else None


def _is_told_as_temperature(said: Utterance, measure: Measure) -> bool:
    """ "My temperature's up to a hundred and one": no age, and no house number."""
    breaks = [t.end for t in said.statement.tokens if t.has(*BREAKS) and t.end <= measure.start]
    before = said.text[max(breaks, default=0) : measure.start].split()
    return not set(said.lexicon.temperature.told_as).isdisjoint(before)


def _own(assertion: Assertion) -> bool:
    return assertion.own


def _at_home(assertion: Assertion) -> bool:
    return assertion.who is Who.HOUSEHOLD


def _of_child(said: Utterance) -> bool:
    """Whether a number is told of a child and nothing of any other person: a child in quarantine
    does not come to the telephone, and the parent tells its temperature. Not if the resident tells
    that their own was not measured."""
    persons = said.statement.tokens_of(*PERSONS)
    alone = bool(persons) and all(t.has(Role.CHILD) for t in persons)
    return (
        alone
        and not said.statement.denied
        and not said.statement.tokens_of(Role.NOT_MEASURED)
        and not any(a.own for a in said.statement.of(*_OF_HEALTH))
    )


def _only_of_another(said: Utterance) -> bool:
    """ "儿子量的三十六度五,我没量", "三十六度四,我替我爸报的,我自己没量": it may be the number of
    whoever measured it."""
    tokens = [t for t in said.statement.tokens if not t.has(*INVISIBLE)]
    measured = next((t.start for t in tokens if t.has(Role.MEASURE)), 0)
    anywhere = _names_day_first(said) and any(t.has(Role.MEASURE) for t in tokens)
    others = said.statement.tokens_of(*PERSONS)
    return any(
        one.has(Role.SELF) and after.has(Role.NOT_MEASURED) and one.start > measured
        and any(t.start < (one.start if anywhere else measured) for t in others)
        for one, after in pairwise(tokens)
    )  # fmt: skip


def _belongs_elsewhere(said: Utterance, token: Token) -> bool:
    """ "三十六度五那是我老婆的", "98.6 was on Monday": whose it is, or of which day, stands behind
    it, and no more is said in that clause."""
    apart = " " if said.lexicon.spaced else ""
    leads = tuple(f"{word}{apart}" for word in said.lexicon.temperature.belonging)
    led = said.text[token.end :].lstrip(" ,").startswith(leads)
    clause = _clause_behind(said, token)
    numbers = said.lexicon.phrases_of(said.lexicon.temperature.dated)
    *owner, whose = [t for t in clause if t.has(Role.CLOSING) or t.text not in numbers] or [token]
    owned = (
        _names_day_first(said)
        and whose.has(Role.CLOSING)
        and any(t.has(*PERSONS, Role.EARLIER_DAY) for t in owner[-1:])
    )
    if not led and not owned:
        return False
    formal = (*INVISIBLE, Role.COMMENT, Role.EVERYDAY, Role.CLOSING, Role.AFFIRMER, Role.SELF)
    told = [
        t for t in clause
        if t.has(Role.EARLIER_DAY) or not (t.has(*formal) or t.text in numbers)
    ]  # fmt: skip
    days = (Role.EARLIER_DAY, Role.WEEKDAY)
    return bool(told) and any(all(t.has(*roles) for t in told) for roles in (PERSONS, days))


def _clause_behind(said: Utterance, token: Token) -> list[Token]:
    after = [t for t in said.statement.tokens if t.start >= token.end]
    return list(takewhile(lambda t: not t.has(*BREAKS), dropwhile(lambda t: t.has(*BREAKS), after)))


def _names_day_first(said: Utterance) -> bool:
    """Whether the language names day and owner before what is theirs: "昨天的", "我妈的"."""
    return not said.lexicon.spaced and not said.verb_last


def _of_earlier_day_behind(said: Utterance) -> bool:
    """ "三十六度五,昨天的数", "三十六度五,你们上次问的时候": of which day the last number is,
    stands behind it, and that clause tells nothing else of that day."""
    if not _names_day_first(said):
        return False
    last = max((m.end for m in said.measures), default=len(said.text))
    behind = between_pauses([t for t in said.statement.tokens if t.start >= last])
    return any(_dates_number(said, clause) for clause in behind if clause)


def _dates_number(said: Utterance, clause: list[Token]) -> bool:
    text = said.text[clause[0].start : clause[-1].end]
    leading = (*INVISIBLE, Role.SELF, Role.ADDRESSEE, Role.BUT_SO)
    day = next((t for t in clause if t.has(Role.EARLIER_DAY) or not t.has(*leading)), None)
    return (
        day is not None
        and day.has(Role.EARLIER_DAY)
        and not is_likened_to(said, day)
        and (
            text == day.text
            or text.endswith(said.lexicon.phrases_of(said.lexicon.temperature.dated))
        )
    )


def _taken_by_staff(said: Utterance, token: Token) -> bool:
    """ "护士来用额温枪量了三十六度六": whoever comes to take it, it is the resident's."""
    before = reversed([t for t in said.statement.tokens if t.end <= token.start])
    clause = list(takewhile(lambda t: not t.has(*BREAKS), before))
    named = [t for t in clause if t.has(*PERSONS)]
    words = said.lexicon.temperature
    if len(named) != 1 or named[0].text not in said.lexicon.phrases_of(words.staff):
        return False
    done = said.text[named[0].end : token.start]
    return any(word in done for word in said.lexicon.phrases_of(words.taking))


def _spoiled(said: Utterance) -> bool:
    """A number was said as the temperature, but cannot be believed, or was not all heard."""
    return any(
        a.own and a.polarity is not Polarity.ABSENT and not of_earlier_day(said, a.token)
        for a in said.statement.of(Role.MEASURE)
    )
