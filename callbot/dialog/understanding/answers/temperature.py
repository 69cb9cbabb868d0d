"""Reads a body temperature, or what was said in place of a number."""

from collections.abc import Callable
from dataclasses import replace
from itertools import dropwhile, groupby, pairwise, takewhile

from callbot.dialog.answers import BELIEVED_CELSIUS, Temperature
from callbot.dialog.understanding.numerals.measure import Measure
from callbot.dialog.understanding.statements.assertions import Assertion, Polarity, Who
from callbot.dialog.understanding.utterance import Utterance
from callbot.dialog.understanding.words.roles import (
    BREAKS,
    ILLNESS,
    INVISIBLE,
    NEGATORS,
    TERMS,
    Role,
)
from callbot.dialog.understanding.words.vocabulary import Token

ABNORMAL_CELSIUS = 37.3
"""From here on a temperature is abnormal (rules of the follow-up)."""

CHILLED_CELSIUS = 35.0
"""Nobody at home is as cold as that, so that a number below it is believed only if well heard."""

WIDEST_RANGE = 0.2
"""Of "二三" (two or three tenths) the higher is taken; a wider range must be asked again."""

_OF_HEALTH = (*ILLNESS, Role.NORMAL, Role.ABNORMAL, Role.MEASURE)

_DAYS = (Role.EARLIER_DAY, Role.NOW, Role.WHEN)


def read_temperature(said: Utterance, *, for_resident: bool = False) -> Temperature | None:
    """None when nothing certain was said. Of several readings the highest if abnormal, else the
    latest; an earlier day's do not count beside today's.

    for_resident: somebody at home answers in the place of the resident, and says "she".
    """
    readings = _readings(said, _own)
    if not readings and (for_resident or _of_child(said)):
        readings = _readings(said, _at_home)
    if _only_of_another(said):
        return None
    if readings:
        return _if_known(said, _weigh(said, readings))
    return None if _spoiled(said) else _in_words(said)


def _if_known(said: Utterance, value: Temperature | None) -> Temperature | None:
    """ "Ninety-nine, I forget the exact number": its lost fraction may make a fever of it."""
    if value is None or value.celsius is None or value.celsius >= ABNORMAL_CELSIUS:
        return value
    return None if said.statement.tokens_of(Role.FORGOTTEN) else value


def certain_celsius(said: Utterance) -> float | None:
    """A number that can be nothing but a temperature, for answers to other questions."""
    if not any(m.marked for m in said.measures):
        return None
    readings = _readings(said, _own)
    value = _weigh(said, readings) if readings else None
    return value.celsius if value else None


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
    """As in "三十六度二,又好像三十七度二,记不清了": which of the numbers it was is not known."""
    several = len({(m.low, m.high) for _, m in readings}) > 1
    hedges = said.statement.tokens_of(Role.HEDGE)
    return several and (said.statement.doubt or len(hedges) >= len(readings))


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
        if not _of_earlier_day(said, a.token) and not _ambient(said, a.token)
        and not _is_limit(said, a.token) and not _measured_before(said, a.token)
        and _believed(m)
    ]  # fmt: skip
    exact = [
        (a, m) for a, m in found
        if (m.marked or _is_fever(m) or _has_risen(said, m)) and not m.cut
    ]  # fmt: skip
    return exact or found


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


def _of_earlier_day(said: Utterance, token: Token) -> bool:
    """Unless it ends with a "now": "it was normal yesterday but thirty eight two now"."""
    days = [
        t for t in said.statement.tokens
        if t.has(*_DAYS) and t.end <= token.start
        and (token.has(Role.MEASURE) or not _is_likened_to(said, t))
    ]  # fmt: skip
    after = (t for t in said.statement.tokens if t.start >= token.end)
    clause = takewhile(lambda t: not t.has(*BREAKS, Role.CONTRAST), after)
    rest = [t for t in clause if t.has(Role.NOW) or not t.has(*INVISIBLE)]
    now = bool(rest) and all(t.has(Role.NOW) for t in rest)
    return bool(days) and days[-1].has(Role.EARLIER_DAY) and not now


def _measured_before(said: Utterance, token: Token) -> bool:
    """ "It was 98.6 last week, haven't checked since", "… I feel hot now": the day may follow
    its number."""
    following = [t for t in said.statement.tokens if t.start >= token.end]
    if _is_of_earlier_day(following):
        return True
    day = next((t for t in following if t.has(*_DAYS, Role.MEASURE)), None)
    if day is None or not day.has(Role.EARLIER_DAY):
        return False
    now = any(t.has(Role.NOW) and t.start >= day.end for t in following)
    none_today = bool(said.statement.tokens_of(Role.NOT_MEASURED)) or _feverish_today(said)
    risen = any(
        t.has(Role.MEASURE) and t.start >= day.end
        and said.measure(t).low > said.measure(token).high
        for t in following
    )  # fmt: skip
    return none_today or (now and (risen or bool(said.unread.health)))


def _is_of_earlier_day(following: list[Token]) -> bool:
    """ "三十八度四那是前天的": of what follows a number, whether it says of which day it is."""
    words = [t for t in following[:3] if t.has(Role.BUT_SO) or not t.has(*INVISIBLE, Role.EVERYDAY)]
    return len(words) > 1 and words[0].has(Role.BUT_SO) and words[1].has(Role.EARLIER_DAY)


def _day_follows(said: Utterance, token: Token) -> bool:
    """ "It was normal yesterday": the day stands behind it, and none is told of today."""
    after = (t for t in said.statement.tokens if t.start >= token.end)
    clause = takewhile(lambda t: not t.has(*BREAKS), after)
    days = [t for t in clause if t.has(*_DAYS) and not _is_likened_to(said, t)]
    now = any(t.has(Role.NOW) for t in said.statement.tokens)
    return bool(days) and days[0].has(Role.EARLIER_DAY) and not now


def _is_likened_to(said: Utterance, day: Token) -> bool:
    """Whether today is likened to an earlier day ("the same as yesterday", "跟昨天一样",
    "어제처럼"), of which nothing else is told."""
    words = said.lexicon.phrases_of(said.lexicon.temperature.compared)
    if said.verb_last:
        return said.text[day.end :].lstrip().startswith(words)
    before = said.text[: day.start].rstrip()
    return before.endswith(tuple(f" {w}" for w in words) if said.lexicon.spaced else words)


def _is_over(said: Utterance, token: Token) -> bool:
    """ "I had a fever yesterday": told in the past of an earlier day, and then no more is said."""
    tokens = [t for t in said.statement.tokens if not t.has(*BREAKS, *INVISIBLE)]
    at = next((i for i, t in enumerate(tokens) if t.start >= token.start), len(tokens))
    past = any(t.has(Role.PAST) for t in tokens[max(0, at - 1) : at])
    return past and [t.has(Role.EARLIER_DAY) for t in tokens[at + 1 :]] == [True]


def _fevers_today(said: Utterance) -> list[Assertion]:
    """Fever in words, affirmed or denied, of the resident and not of an earlier day."""
    return [
        a for a in (*said.statement.of(Role.ABNORMAL), *said.statement.of(Role.SYMPTOM))
        if a.own and (a.token.has(Role.ABNORMAL) or "fever" in a.token.codes(Role.SYMPTOM))
        and not _of_earlier_day(said, a.token) and not _of_long_ago(said, a.token)
        and not _is_over(said, a.token)
    ]  # fmt: skip


def _of_long_ago(said: Utterance, token: Token) -> bool:
    """ "上个月烧过两天": in one clause with a word for a time before the one asked about, and with
    none that says that it went on ("上个月就开始烧")."""
    before = reversed([t for t in said.statement.tokens if t.end <= token.start])
    clause = list(takewhile(lambda t: not t.has(*BREAKS), before))
    goes_on = any(t.has(Role.NOW, Role.AFFIRMER) for t in clause)
    return any(t.has(Role.LONG_AGO) for t in clause) and not goes_on


def _feverish_today(said: Utterance) -> bool:
    fevers = _fevers_today(said)
    return (
        any(a.polarity is Polarity.PRESENT for a in fevers)
        or _above_normal(said)
        or any(_had_after_all(said, a) for a in fevers)
    )


def _had_after_all(said: Utterance, denied: Assertion) -> bool:
    """ "I never had a fever before but I have one now"."""
    such = said.lexicon.phrases_of(said.lexicon.temperature.some_such)
    breaks = BREAKS if said.verb_last else ()
    turns = [t.end for t in said.statement.tokens if t.has(Role.CONTRAST, *breaks)]
    return any(end > denied.token.end and said.text[end:].strip().startswith(such) for end in turns)


def _above_normal(said: Utterance) -> bool:
    """ "More than normal", and nothing that denies it."""
    tokens = [t for t in said.statement.tokens if not t.has(*INVISIBLE) or t.has(Role.NORMAL)]
    return any(
        one.has(Role.ABOVE) and after.has(Role.NORMAL) and not _of_earlier_day(said, one)
        and not (before and before.has(*NEGATORS))
        for before, one, after in zip((None, *tokens), tokens, tokens[1:], strict=False)
    )  # fmt: skip


def _ambient(said: Utterance, token: Token) -> bool:
    """ "外面三十四度": of the weather, the room or the water."""
    between = (Role.ALL, Role.LIGHT, Role.AFFIRMER, Role.EVERYDAY, Role.HARMLESS)
    before = reversed([t for t in said.statement.tokens if t.end <= token.start])
    named = next((t for t in before if t.has(Role.AMBIENT) or not t.has(*between)), None)
    return named is not None and named.has(Role.AMBIENT)


def _is_limit(said: Utterance, token: Token) -> bool:
    """ "三十七度三才算发烧": where fever begins, and no reading."""
    return any(t.has(Role.LIMIT) and t.start == token.end for t in said.statement.tokens)


def _weigh(said: Utterance, readings: list[tuple[Assertion, Measure]]) -> Temperature | None:
    last = readings[-1][1]
    if _undecided(said, readings):
        return None
    if last.cut or ((last.whole or last.low < CHILLED_CELSIUS) and _damaged(said, last)):
        return None
    bounded = [(a, m) for a, m in readings if _bound(said, a.token)]
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
    """Of "thirty-nine last night, thirty-seven now" what was lost of the lower does not matter.

    Numbers side by side ("37, 38") are a range.
    """
    highest = max(numbers, default=0.0)
    apart = all(highest - measure.low >= 2 for measure in lost)
    return Temperature(celsius=highest) if highest >= ABNORMAL_CELSIUS and apart else None


def _value(said: Utterance, token: Token, measure: Measure) -> Temperature | None:
    """A measure's worth; None where the part that was not said decides between well and ill."""
    bound = _bound(said, token)
    if bound is Role.BELOW:
        return Temperature(reported="normal") if measure.high <= ABNORMAL_CELSIUS else None
    if bound is Role.ABOVE or measure.more:
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
    if leads and any(t.has(Role.MEASURE) for t in tokens[at + 2 : at + 3]):
        # "37.7, just shy of 38": where such a word leads its number, it is said of the next one.
        after = ()
    for near in (*tokens[max(0, at - 1) : at], *after):
        for role in (Role.BELOW, Role.ABOVE):
            if near.has(role):
                return role
    return None


def _spoiled(said: Utterance) -> bool:
    """A number was said as the temperature, but cannot be believed, or was not all heard."""
    return any(
        a.own and a.polarity is not Polarity.ABSENT and not _of_earlier_day(said, a.token)
        for a in said.statement.of(Role.MEASURE)
    )


def _only_earlier(said: Utterance) -> bool:
    """ "今天没有,昨天三十六度五": the "not" is said of measuring."""
    measures = said.statement.of(Role.MEASURE)
    return bool(measures) and all(_of_earlier_day(said, a.token) for a in measures)


def _in_words(said: Utterance) -> Temperature | None:
    statement = said.statement
    if _feverish_today(said):
        return Temperature(reported="fever")
    taken = bool(statement.tokens_of(Role.TAKEN))
    if any(
        not _of_earlier_day(said, t)
        and not (taken and t.has(Role.DOUBT))
        and not _is_fever_not_had(said, t)
        for t in statement.tokens_of(Role.NOT_MEASURED)
    ):
        return Temperature(reported="not_measured")
    normals = [_agreed_with(said, a) for a in statement.of(Role.NORMAL) if a.own]
    normal = any(
        a.polarity is Polarity.PRESENT
        and not _of_earlier_day(said, a.token)
        and not _day_follows(said, a.token)
        for a in normals
    )
    if statement.denied and _only_earlier(said) and not normal:
        return Temperature(reported="not_measured")
    unsure = statement.doubt or said.loose or _only_supposed(said) or any(
        a.polarity is Polarity.DOUBTFUL for a in (*_fevers_today(said), *normals)
    ) or any(a.polarity is Polarity.ABSENT for a in normals)  # fmt: skip
    unsure = unsure or (said.verb_last and _affirms_after(said))
    if unsure or _left_open(said) or statement.tokens_of(Role.MEDICINE, Role.HEDGE):
        return None
    well = normal or any(a.polarity is Polarity.ABSENT for a in _fevers_today(said))
    return Temperature(reported="normal") if well else None


def _agreed_with(said: Utterance, normal: Assertion) -> Assertion:
    """ "Not elevated, no": the no is of the same mind as a phrase that is a denial itself."""
    tokens = said.statement.tokens
    after = tokens[tokens.index(normal.token) + 1 :][:1]
    agrees = bool(after) and after[0].has(Role.NOUN_NEGATOR)
    grammar = said.lexicon.grammar
    denials = said.lexicon.phrases_of((*grammar.negator, *grammar.forgone, *grammar.noun_negator))
    denies = said.lexicon.spaced and normal.token.text.startswith(tuple(f"{d} " for d in denials))
    alone = len(said.statement.tokens_of(*NEGATORS)) == 1
    return replace(normal, polarity=Polarity.PRESENT) if agrees and denies and alone else normal


def _is_fever_not_had(said: Utterance, token: Token) -> bool:
    """ "Never had a fever and don't have one now": that is no thermometer."""
    such = token.text.endswith(said.lexicon.phrases_of(said.lexicon.temperature.none_such))
    return such and any(
        a.polarity is Polarity.ABSENT and a.token.end <= token.start for a in _fevers_today(said)
    )


def _only_supposed(said: Utterance) -> bool:
    """ "I hope it's normal", "정상이었으면 좋겠어요": before it in one clause, or in its ending
    where verbs come last."""
    words = said.lexicon.supposing_words.tokens(said.text)
    supposed = [word for word in words if word.has(Role.SUPPOSING)]
    normals = [a.token for a in said.statement.of(Role.NORMAL)]
    if said.verb_last:
        return any(n.start < word.start <= n.end for word in supposed for n in normals)
    breaks = [t.start for t in said.statement.tokens if t.has(*BREAKS, Role.CONTRAST)]
    return any(
        word.end <= n.start and not any(word.end <= at < n.start for at in breaks)
        for word in supposed
        for n in normals
    )


def _affirms_after(said: Utterance) -> bool:
    """ "열 없어요, 아니 조금 있네요": a clause behind a denial that says that there is some."""
    beside = (*INVISIBLE, Role.CORRECTION, Role.NOUN_NEGATOR, Role.NOT_SO, Role.NOW, Role.SLIGHT)
    denied = False
    for broken, run in groupby(said.statement.tokens, key=lambda t: t.has(*BREAKS)):
        words = [t for t in run if not t.has(*beside)]
        told = [*dropwhile(lambda t: t.has(*NEGATORS), words)]
        affirms = not broken and bool(told) and told[0].has(Role.AFFIRMER, Role.STANDS_FOR)
        if denied and affirms and not any(t.has(*TERMS, *NEGATORS, Role.DENIAL) for t in told):
            return True
        denied = denied or any(t.has(*NEGATORS, Role.NORMAL) for t in words)
    return False


def _left_open(said: Utterance) -> bool:
    """Whether something was not read that may be a fever: not what only tells how it was measured
    ("normal, I checked it with the wife's thermometer")."""
    words = said.lexicon.measuring_words.tokens(said.text)
    told = {at for word in words if word.has(Role.HARMLESS) for at in range(word.start, word.end)}
    return any(
        not said.text[at].isspace() and at not in told
        for token in said.unread.health
        for at in range(token.start, token.end)
    )
