"""Which of the numbers said are readings of today's temperature."""

from collections.abc import Callable, Sequence

from callbot.dialog.answers import ABNORMAL_CELSIUS, BELIEVED_CELSIUS, URGENT_CELSIUS
from callbot.dialog.understanding.answers.temperature_day import (
    DAYS,
    is_compared_with,
    is_former,
    is_likened_to,
    is_told_of_today,
    names_earlier_day,
    of_earlier_day,
)
from callbot.dialog.understanding.answers.temperature_in_words import feverish_today
from callbot.dialog.understanding.numerals.measure import Measure
from callbot.dialog.understanding.statements.assertions import Assertion, Polarity
from callbot.dialog.understanding.utterance import Utterance
from callbot.dialog.understanding.words.roles import BREAKS, Role
from callbot.dialog.understanding.words.vocabulary import Token

_RISEN_FROM = (Role.ABNORMAL, Role.EARLIER_DAY)
"""Of "up a hair from yesterday", what stands before a number."""


def readings_of_today(
    said: Utterance, counts: Callable[[Assertion], bool]
) -> list[tuple[Assertion, Measure]]:
    """Exact ones only, if there are any.

    counts: whose numbers they are.
    """
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
        and not _is_told_anew(said, a.token)
        and _believed(m)
    ]  # fmt: skip
    exact = [
        (a, m) for a, m in found
        if (m.marked or _is_plainly_fever(m) or _has_risen(said, m)) and not m.cut
    ]  # fmt: skip
    return exact or found


def _risen_past(said: Utterance, token: Token) -> bool:
    """ "Up a hair from yesterday, ninety-nine point one": a fever of whichever of the two days is
    today's at least."""
    before = [t for t in said.statement.tokens if t.end <= token.start and not t.has(*BREAKS)]
    risen = [t.has(role) for t, role in zip(before[-2:], _RISEN_FROM, strict=False)] == [True, True]
    return risen and is_likened_to(said, before[-1]) and is_hot(said, token)


def _believed(measure: Measure) -> bool:
    lowest, highest = BELIEVED_CELSIUS
    return lowest <= measure.low and measure.high <= highest


def _is_plainly_fever(measure: Measure) -> bool:
    """A bare "one oh one" is no number to be passed over for a lower one."""
    return not measure.whole and measure.low >= ABNORMAL_CELSIUS


def _has_risen(said: Utterance, measure: Measure) -> bool:
    """ "It was thirty seven one, now it's thirty eight", "三十六度八,凌晨还三十九呢": a whole
    number that is told of now, or of last night, behind another, is none to be passed over."""
    since = max((m.end for m in said.measures if m.end <= measure.start), default=None)
    told = said.statement.tokens_of(Role.NOW, Role.LAST_NIGHT)
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


def _is_told_anew(said: Utterance, token: Token) -> bool:
    """ "It was 102 on Sunday and today it's 98.2": of a day that is named right beside it, where
    another number is told of today."""
    if said.verb_last or not said.lexicon.spaced:
        return False
    tokens = said.statement.tokens
    at = tokens.index(token)
    days = (_leading(tokens[:at]), *tokens[at + 1 : at + 2])
    dated = any(day is not None and day.has(Role.WEEKDAY, Role.EARLIER_DAY) for day in days)
    leads = (_leading(tokens[: tokens.index(t)]) for t in tokens[at:] if t.has(Role.MEASURE))
    return dated and any(t is not None and t.has(Role.NOW) and t.has(Role.WHEN) for t in leads)


def _leading(before: Sequence[Token]) -> Token | None:
    """What stands before the words that lead to a number ("today it's …")."""
    leading = (Role.COMMENT, Role.AFFIRMER, Role.LIGHT)
    return next((t for t in reversed(before) if t.has(Role.NOW) or not t.has(*leading)), None)


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


def _is_limit(said: Utterance, token: Token) -> bool:
    """ "三十七度三才算发烧": where fever begins, and no reading."""
    return any(t.has(Role.LIMIT) and t.start == token.end for t in said.statement.tokens)


def is_hot(said: Utterance, token: Token) -> bool:
    return said.measure(token).low >= ABNORMAL_CELSIUS
