"""What the numbers said of a temperature come to."""

from collections.abc import Sequence
from itertools import pairwise, takewhile

from callbot.dialog.answers import ABNORMAL_CELSIUS, URGENT_CELSIUS, Temperature
from callbot.dialog.understanding.answers.temperature_day import is_former
from callbot.dialog.understanding.numerals.measure import Measure
from callbot.dialog.understanding.statements.assertions import Assertion
from callbot.dialog.understanding.utterance import Utterance
from callbot.dialog.understanding.words.roles import BREAKS, INVISIBLE, Role
from callbot.dialog.understanding.words.vocabulary import Token

CHILLED_CELSIUS = 35.0
"""Nobody at home is as cold as that, so that a number below it is believed only if well heard."""

WIDEST_RANGE = 0.2
"""Of "二三" (two or three tenths) the higher is taken; a wider range must be asked again."""


def weigh(said: Utterance, readings: list[tuple[Assertion, Measure]]) -> Temperature | None:
    """None where it stays open whether it is a fever. Of several the highest if abnormal, else the
    latest."""
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
        below = measure.high <= ABNORMAL_CELSIUS and not _is_of_unread(said, token)
        return Temperature(reported="normal") if below else None
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
    if not said.lexicon.spaced and after and _leads_fever(tokens[at + 2 :]):
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


def _leads_fever(following: Sequence[Token]) -> bool:
    """ "三十七度没到高烧": short of that is the fever, not the number."""
    clause = takewhile(lambda t: not t.has(*BREAKS), following)
    return any("fever" in t.codes(Role.SYMPTOM) or t.has(Role.ABNORMAL) for t in clause)


def _is_of_unread(said: Utterance, token: Token) -> bool:
    """ "三十七度没到发生" (of 没到发烧): what the number may not be short of, was not made out."""
    behind = [t for t in said.statement.tokens if t.start >= token.end][:2]
    return (
        len(behind) > 1
        and behind[0].has(Role.BELOW)
        and behind[1].has(Role.UNKNOWN)
        and len(behind[1].text) > 1
    )
