"""Reads a body temperature in figures, or what was said in place of one."""

from collections.abc import Callable
from itertools import dropwhile, pairwise, takewhile

from callbot.dialog.answers import BELIEVED_CELSIUS, Temperature
from callbot.dialog.understanding.answers.temperature_day import (
    DAYS,
    is_compared_with,
    is_former,
    is_likened_to,
    is_told_of_today,
    names_earlier_day,
    of_earlier_day,
)
from callbot.dialog.understanding.answers.temperature_in_words import (
    feverish_today,
    fevers_told,
    temperature_in_words,
)
from callbot.dialog.understanding.numerals.measure import Measure
from callbot.dialog.understanding.statements.assertions import Assertion, Polarity, Who
from callbot.dialog.understanding.utterance import Utterance
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import BREAKS, ILLNESS, INVISIBLE, Role
from callbot.dialog.understanding.words.vocabulary import Token

ABNORMAL_CELSIUS = 37.3
"""From here on a temperature is abnormal (rules of the follow-up)."""

URGENT_CELSIUS = 39.0
"""Above this a temperature is urgent (rules of the follow-up)."""

CHILLED_CELSIUS = 35.0
"""Nobody at home is as cold as that, so that a number below it is believed only if well heard."""

WIDEST_RANGE = 0.2
"""Of "二三" (two or three tenths) the higher is taken; a wider range must be asked again."""

_RISEN_FROM = (Role.ABNORMAL, Role.EARLIER_DAY)
"""Of "up a hair from yesterday", what stands before a number."""

_OF_HEALTH = (*ILLNESS, Role.NORMAL, Role.ABNORMAL, Role.MEASURE)


def read_temperature(said: Utterance, *, for_resident: bool = False) -> Temperature | None:
    """None when nothing certain was said. Of several readings the highest if abnormal, else the
    latest; an earlier day's do not count beside today's.

    for_resident: somebody at home answers in the place of the resident, and says "she".
    """
    readings = [(a, m) for a, m in _readings(said, _own) if not _belongs_elsewhere(said, a.token)]
    if not readings and (for_resident or _of_child(said)):
        readings = _readings(said, _at_home)
    if _only_of_another(said):
        return None
    if readings:
        return _if_known(said, _weigh(said, readings))
    return None if _spoiled(said) or _fever_behind_day(said) else temperature_in_words(said)


def _if_known(said: Utterance, value: Temperature | None) -> Temperature | None:
    """ "Ninety-nine, I forget the exact number": its lost fraction may make a fever of it."""
    if value is None or value.celsius is None or value.celsius >= ABNORMAL_CELSIUS:
        return value
    if is_disbelieved(said.text, said.lexicon):
        told = temperature_in_words(said)
        return told if told == Temperature(reported="not_measured") else None
    forgotten = said.statement.tokens_of(Role.FORGOTTEN)
    return None if forgotten or _feverish_since(said) or _fever_behind_day(said) else value


def is_disbelieved(text: str, lexicon: Lexicon) -> bool:
    """Whether a number in the text is told to be none of theirs: "三十六度五,哦那是室温",
    "삼십육도라고 적으라 하대요 근데 실은 안 쟀어"."""
    return any(phrase in text for phrase in lexicon.phrases_of(lexicon.temperature.disbelieved))


def _feverish_since(said: Utterance) -> bool:
    """ "It was 36.7 this morning but I've been burning up since", "… 지금은 훌쩍 올랐어요": the
    number is of before."""
    last = max(m.end for m in said.measures)
    after = [t for t in said.statement.tokens if t.start >= last]
    turn = next((t.start for t in after if t.has(Role.CONTRAST)), None)
    since = last if any(t.has(Role.NOW) for t in after) else turn
    return since is not None and any(a.token.start >= since for a in fevers_told(said))


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
        and (before.has(Role.NORMAL) or (before.has(Role.MEASURE) and not _is_hot(said, before)))
    ]  # fmt: skip
    return any(
        any(t.has(Role.CONTRAST) for t in tokens if day.end <= t.start < fever.start)
        or set(said.lexicon.grammar.was).isdisjoint(said.text[day.end : fever.start].split())
        for day in days
        for fever in said.statement.tokens_of(Role.MEASURE)
        if day.end <= fever.start and _is_hot(said, fever)
    )


def _is_hot(said: Utterance, token: Token) -> bool:
    return said.measure(token).low >= ABNORMAL_CELSIUS


def certain_celsius(said: Utterance) -> float | None:
    """A number that can be nothing but a temperature, for answers to other questions."""
    if not any(m.marked or _is_told_as_temperature(said, m) for m in said.measures):
        return None
    readings = _readings(said, _own)
    value = _weigh(said, readings) if readings else None
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
    persons = said.statement.tokens_of(Role.CORE, Role.FAMILY, Role.OUTSIDER)
    alone = bool(persons) and all(t.has(Role.CHILD) for t in persons)
    return (
        alone
        and not said.statement.denied
        and not said.statement.tokens_of(Role.NOT_MEASURED)
        and not any(a.own for a in said.statement.of(*_OF_HEALTH))
    )


def _only_of_another(said: Utterance) -> bool:
    """ "儿子量的三十六度五,我没量": it may be the number of whoever measured it."""
    tokens = [t for t in said.statement.tokens if not t.has(*INVISIBLE)]
    measured = next((t.start for t in tokens if t.has(Role.MEASURE)), 0)
    others = said.statement.tokens_of(Role.CORE, Role.FAMILY, Role.OUTSIDER)
    return any(t.start < measured for t in others) and any(
        one.has(Role.SELF) and after.has(Role.NOT_MEASURED) and one.start > measured
        for one, after in pairwise(tokens)
    )


def _undecided(said: Utterance, readings: list[tuple[Assertion, Measure]]) -> bool:
    """As in "三十六度二,又好像三十七度二,记不清了", "98.4 or 99.4": which of the numbers it was is
    not known."""
    several = len({(m.low, m.high) for _, m in readings}) > 1
    if any(_leaves_open(said, one, other) for one, other in pairwise(m for _, m in readings)):
        return True
    hedges = said.statement.tokens_of(Role.HEDGE)
    return several and (said.statement.doubt or len(hedges) >= len(readings))


def _may_be_over(said: Utterance, readings: list[tuple[Assertion, Measure]]) -> bool:
    """ "36.9, down from 38.4": whether that was today is not told."""
    former = [m for a, m in readings if is_former(said, a.token, undated=True)]
    now = [m for a, m in readings if m not in former]
    well = all(m.high < ABNORMAL_CELSIUS for m in now)
    return bool(now and well) and any(m.low >= ABNORMAL_CELSIUS for m in former)


def _leaves_open(said: Utterance, one: Measure, other: Measure) -> bool:
    """Whether an "or" between two numbers leaves open if it is a fever."""
    between = [
        t for t in said.statement.tokens
        if one.end <= t.start and t.end <= other.start and not t.has(*BREAKS, *INVISIBLE)
    ]  # fmt: skip
    low, high = sorted((one.high, other.high))
    apart = low < ABNORMAL_CELSIUS <= high and high - low > WIDEST_RANGE
    either = any(t.has(Role.OR, Role.WHETHER) for t in between)
    beside = (Role.OR, Role.WHETHER, Role.HEDGE, Role.COMMENT)
    return apart and either and all(t.has(*beside) for t in between)


def _readings(
    said: Utterance, counts: Callable[[Assertion], bool]
) -> list[tuple[Assertion, Measure]]:
    found = [
        (assertion, said.measure(assertion.token))
        for assertion in said.statement.of(Role.MEASURE)
        if counts(assertion) and assertion.polarity is Polarity.PRESENT
    ]
    found = _after_correction(said, found)
    found = [
        (a, m) for a, m in found
        if (not of_earlier_day(said, a.token) or _risen_past(said, a.token))
        and not _is_replaced(said, a.token)
        and not _ambient(said, a.token)
        and not _is_limit(said, a.token) and not _measured_before(said, a.token)
        and _believed(m)
    ]  # fmt: skip
    exact = [
        (a, m) for a, m in found
        if (m.marked or _is_fever(m) or _has_risen(said, m)) and not m.cut
    ]  # fmt: skip
    return exact or found


def _risen_past(said: Utterance, token: Token) -> bool:
    """ "Up a hair from yesterday, ninety-nine point one": a fever of whichever of the two days is
    today's at least."""
    before = [t for t in said.statement.tokens if t.end <= token.start and not t.has(*BREAKS)]
    risen = [t.has(role) for t, role in zip(before[-2:], _RISEN_FROM, strict=False)] == [True, True]
    return risen and is_likened_to(said, before[-1]) and _is_hot(said, token)


def _believed(measure: Measure) -> bool:
    lowest, highest = BELIEVED_CELSIUS
    return lowest <= measure.low and measure.high <= highest


def _is_fever(measure: Measure) -> bool:
    """A bare "one oh one" is no number to be passed over for a lower one."""
    return not measure.whole and measure.low >= ABNORMAL_CELSIUS


def _has_risen(said: Utterance, measure: Measure) -> bool:
    """ "It was thirty seven one, now it's thirty eight": a whole number that is told of now, behind
    another, is none to be passed over either."""
    since = max((m.end for m in said.measures if m.end <= measure.start), default=None)
    told = said.statement.tokens_of(Role.NOW)
    now = since is not None and any(since <= t.start < measure.start for t in told)
    return now and measure.low >= ABNORMAL_CELSIUS


def _after_correction(
    said: Utterance, found: list[tuple[Assertion, Measure]]
) -> list[tuple[Assertion, Measure]]:
    """As in “三十六,不对,三十七度六”, "36, no, 37.6": what stood before is taken back."""
    words = said.statement.tokens_of(Role.CORRECTION, Role.NOUN_NEGATOR)
    for correction in reversed(words):
        if later := [(a, m) for a, m in found if m.start > correction.start]:
            return later
    return found


def _measured_before(said: Utterance, token: Token) -> bool:
    """ "It was 98.6 last week, haven't checked since", "… I feel hot now": the day may follow
    its number."""
    following = [t for t in said.statement.tokens if t.start >= token.end]
    if names_earlier_day(following) or is_compared_with(said, token):
        return True
    days = (*DAYS, Role.WEEKDAY, Role.MEASURE)
    named = [t for t in following if t.has(*days)]
    english = said.lexicon.spaced and not said.verb_last
    if english:
        # "99.4, up a bit from yesterday" is told of today.
        named = [t for t in named if not (t.has(Role.EARLIER_DAY) and is_likened_to(said, t))]
    day = next(iter(named), None)
    if day is None or not day.has(Role.EARLIER_DAY, Role.WEEKDAY):
        return False
    now = any(t.has(Role.NOW) and t.start >= day.end for t in following)
    feverish = feverish_today(said) and not _is_dated_today(said, token)
    none_today = bool(said.statement.tokens_of(Role.NOT_MEASURED)) or feverish
    today = [t for t in following if t.has(Role.MEASURE) and t.start >= day.end]
    risen = any(said.measure(t).low > said.measure(token).high for t in today)
    # Still a fever by its own number, "102 yesterday and now 99.9" is today's to be told.
    fallen = bool(today) and said.measure(today[-1]).low >= ABNORMAL_CELSIUS
    by_day = english and day.start == token.end and any(is_told_of_today(said, t) for t in today)
    return none_today or by_day or (now and (risen or fallen or bool(said.unread.health)))


def _is_dated_today(said: Utterance, token: Token) -> bool:
    """ "今天有点高,三十七度四,昨天还三十六度七": of the days named before a number the last is
    today, in a language that names them first."""
    if said.lexicon.spaced or said.verb_last:
        return False
    before = [t for t in said.statement.tokens if t.end <= token.start and t.has(*DAYS)]
    return bool(before) and before[-1].has(Role.NOW)


def _is_replaced(said: Utterance, token: Token) -> bool:
    """ "36.9 today, down from 38.4": of a time before the number that is told of now. Of which day,
    it need not say beside another fever; beside a normal one it may have been an hour ago."""
    others = [t for t in said.statement.tokens_of(Role.MEASURE) if t != token]
    fever = any(said.measure(t).low >= ABNORMAL_CELSIUS for t in others)
    urgent = said.measure(token).low > URGENT_CELSIUS
    return bool(others) and is_former(said, token, undated=fever and not urgent)


def _ambient(said: Utterance, token: Token) -> bool:
    """ "外面三十四度": of the weather, the room or the water."""
    between = (Role.ALL, Role.LIGHT, Role.AFFIRMER, Role.EVERYDAY, Role.HARMLESS)
    before = reversed([t for t in said.statement.tokens if t.end <= token.start])
    named = next((t for t in before if t.has(Role.AMBIENT) or not t.has(*between)), None)
    return named is not None and named.has(Role.AMBIENT)


def _belongs_elsewhere(said: Utterance, token: Token) -> bool:
    """ "三十六度五那是我老婆的", "98.6 was on Monday": whose it is, or of which day, stands behind
    it, and no more is said in that clause."""
    apart = " " if said.lexicon.spaced else ""
    leads = tuple(f"{word}{apart}" for word in said.lexicon.temperature.belonging)
    if not said.text[token.end :].lstrip(" ,").startswith(leads):
        return False
    after = [t for t in said.statement.tokens if t.start >= token.end]
    clause = takewhile(lambda t: not t.has(*BREAKS), dropwhile(lambda t: t.has(*BREAKS), after))
    formal = (*INVISIBLE, Role.COMMENT, Role.EVERYDAY, Role.CLOSING, Role.AFFIRMER)
    told = [t for t in clause if t.has(Role.EARLIER_DAY) or not t.has(*formal)]
    persons, days = (Role.CORE, Role.FAMILY, Role.OUTSIDER), (Role.EARLIER_DAY, Role.WEEKDAY)
    return bool(told) and any(all(t.has(*roles) for t in told) for roles in (persons, days))


def _is_limit(said: Utterance, token: Token) -> bool:
    """ "三十七度三才算发烧": where fever begins, and no reading."""
    return any(t.has(Role.LIMIT) and t.start == token.end for t in said.statement.tokens)


def _weigh(said: Utterance, readings: list[tuple[Assertion, Measure]]) -> Temperature | None:
    last = readings[-1][1]
    if _undecided(said, readings) or _may_be_over(said, readings):
        return None
    if last.cut or ((last.whole or last.low < CHILLED_CELSIUS) and _damaged(said, last)):
        return None
    bounded = [(a, m) for a, m in readings if _bound(said, a.token) or _is_nearly(said, a.token)]
    exact = [(a, m) for a, m in readings if not m.cut and (a, m) not in bounded]
    chosen = exact or bounded
    values = [_value(said, a.token, m) for a, m in chosen]
    known = [value for value in values if value is not None]
    numbers = [value.celsius for value in known if value.celsius is not None]
    if len(known) < len(values):
        return _surely_highest(
            numbers, [m for (_, m), v in zip(chosen, values, strict=True) if v is None]
        )
    if not numbers:
        return known[-1]
    highest = max(numbers)
    if any(value.reported == "fever" for value in known) and highest < ABNORMAL_CELSIUS:
        return Temperature(reported="fever")
    return Temperature(celsius=highest if highest >= ABNORMAL_CELSIUS else numbers[-1])


def _surely_highest(numbers: list[float], lost: list[Measure]) -> Temperature | None:
    """Of "thirty-nine last night, thirty-seven now", "下午三十八度六,上午三十七度多" what was lost
    of the lower does not matter.

    Numbers side by side ("37, 38") are a range.
    """
    highest = max(numbers, default=0.0)
    # Behind a number with its fraction, what was lost of a lower whole degree is less than it.
    exact = not highest.is_integer()
    apart = all(highest - measure.low >= (1 if exact else 2) for measure in lost)
    return Temperature(celsius=highest) if highest >= ABNORMAL_CELSIUS and apart else None


def _value(said: Utterance, token: Token, measure: Measure) -> Temperature | None:
    """A measure's worth; None where the part that was not said decides between well and ill."""
    bound = _bound(said, token)
    if bound is Role.BELOW:
        return Temperature(reported="normal") if measure.high <= ABNORMAL_CELSIUS else None
    if bound is Role.ABOVE or measure.more:
        if measure.low > URGENT_CELSIUS:
            # "Over a hundred and four" is as urgent as a hundred and four.
            return Temperature(celsius=float(measure.low))
        if measure.low >= ABNORMAL_CELSIUS:
            return Temperature(reported="fever")
        if measure.more and measure.high < ABNORMAL_CELSIUS:
            return Temperature(reported="normal")
        return None
    if measure.zero and measure.high < ABNORMAL_CELSIUS:
        return Temperature(celsius=measure.low)
    if measure.high - measure.low > WIDEST_RANGE and measure.low < ABNORMAL_CELSIUS:
        return None
    lost_fraction = measure.whole and not measure.marked
    if lost_fraction and measure.low < ABNORMAL_CELSIUS < measure.low + 1:
        return None
    return Temperature(celsius=float(measure.high))


def _damaged(said: Utterance, measure: Measure) -> bool:
    """As in “三十七度舞”, “三十六都五”: what follows may be the fraction, misheard; or another
    number that it may have been ("삼십육인가 칠인가")."""
    following = [t for t in said.statement.tokens if t.start >= measure.end][:2]
    if not following or following[0].start != measure.end:
        return False
    lone = not measure.marked and len(following[0].text) == 1
    return following[0].has(Role.WHETHER) or any(
        t.has(Role.UNKNOWN) and (t.start == measure.end or (lone and len(t.text) == 1))
        for t in following
    )


def _bound(said: Utterance, token: Token) -> Role | None:
    tokens = said.statement.tokens
    at = tokens.index(token)
    after = tokens[at + 1 : at + 2]
    leads = said.lexicon.spaced and not said.verb_last
    than = tuple(f" {w}" for w in said.lexicon.temperature.compared)
    compares = any(t.text.endswith(than) for t in after)
    if leads and (compares or any(t.has(Role.MEASURE) for t in tokens[at + 2 : at + 3])):
        # "37.7, just shy of 38", "38.6 lower than yesterday": where such a word leads its number,
        # it is said of the next one.
        after = ()
    for near in (*tokens[max(0, at - 1) : at], *after):
        for role in (Role.BELOW, Role.ABOVE):
            if near.has(role):
                return role
    return None


def _is_nearly(said: Utterance, token: Token) -> bool:
    """ "Ninety-nine point nine, so nearly a hundred"."""
    before = [t for t in said.statement.tokens if t.end <= token.start and not t.has(*INVISIBLE)]
    return bool(before) and before[-1].has(Role.NEARLY)


def _spoiled(said: Utterance) -> bool:
    """A number was said as the temperature, but cannot be believed, or was not all heard."""
    return any(
        a.own and a.polarity is not Polarity.ABSENT and not of_earlier_day(said, a.token)
        for a in said.statement.of(Role.MEASURE)
    )
