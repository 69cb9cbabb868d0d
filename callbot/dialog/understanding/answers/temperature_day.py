"""Of which day a temperature is told: those of an earlier day do not count beside today's."""

from itertools import pairwise, takewhile

from callbot.dialog.understanding.utterance import Utterance
from callbot.dialog.understanding.words.roles import BREAKS, INVISIBLE, PERSONS, Role
from callbot.dialog.understanding.words.vocabulary import Token

DAYS = (Role.EARLIER_DAY, Role.NOW, Role.WHEN)

_TELLS = (Role.NORMAL, Role.ABNORMAL, Role.MEASURE, Role.WELL, Role.NOT_MEASURED)
"""What tells how it was on a day, or that nothing is known of it."""


def of_earlier_day(said: Utterance, token: Token) -> bool:
    """Unless it ends with a "now": "it was normal yesterday but thirty eight two now".

    A number right behind a day that today is likened to is that day's ("than yesterday's 38.1"),
    unless it is told of now ("it's up from yesterday it's 99.4").
    """
    days = [
        t for t in said.statement.tokens
        if t.has(*DAYS) and t.end <= token.start
        and not _is_only_compared(said, t, token) and not _is_of_another(said, t, token)
        and not _is_done_with(said, t, token)
    ]  # fmt: skip
    after = (t for t in said.statement.tokens if t.start >= token.end)
    clause = takewhile(lambda t: not t.has(*BREAKS, Role.CONTRAST), after)
    rest = [t for t in clause if t.has(Role.NOW) or not t.has(*INVISIBLE)]
    now = bool(rest) and all(t.has(Role.NOW) for t in rest)
    if not days or now or _is_told_apart(said, days[-1], token):
        return False
    return days[-1].has(Role.EARLIER_DAY)


def _is_told_apart(said: Utterance, day: Token, token: Token) -> bool:
    """ "어제는 정상이었는데 39.2도예요": how it was that day is told in a clause of its own, which
    the next is set against; not "어제는 쟀는데 36.5도였어요"."""
    between = [t for t in said.statement.tokens if day.end <= t.start and t.end <= token.start]
    clause = list(takewhile(lambda t: not t.has(*BREAKS), between))
    spoken = "".join(t.text for t in clause)
    against = said.verb_last and spoken.endswith(said.lexicon.grammar.trailing)
    told = any(t.has(*_TELLS) or "fever" in t.codes(Role.SYMPTOM) for t in clause)
    return against and told and len(clause) < len(between)


def _is_of_another(said: Utterance, day: Token, token: Token) -> bool:
    """ "我孙女昨天三十八度多,我是三十六度二": the day is told of somebody else, and a new clause
    begins with the resident."""
    tokens = [t for t in said.statement.tokens if t.end <= token.start]
    before = takewhile(lambda t: not t.has(*BREAKS), reversed(tokens[: tokens.index(day)]))
    after = tokens[tokens.index(day) + 1 :]
    turned = any(one.has(*BREAKS) and own.has(Role.SELF) for one, own in pairwise(after))
    return turned and any(t.has(*PERSONS) for t in before)


def names_earlier_day(following: list[Token]) -> bool:
    """ "三十八度四那是前天的": of what follows a number, whether it says of which day it is."""
    words = [t for t in following[:3] if t.has(Role.BUT_SO) or not t.has(*INVISIBLE, Role.EVERYDAY)]
    return len(words) > 1 and words[0].has(Role.BUT_SO) and words[1].has(Role.EARLIER_DAY)


def day_follows(said: Utterance, token: Token) -> bool:
    """ "It was normal yesterday": the day stands behind it, and none is told of today."""
    after = (t for t in said.statement.tokens if t.start >= token.end)
    clause = takewhile(lambda t: not t.has(*BREAKS), after)
    days = [t for t in clause if t.has(*DAYS) and not is_likened_to(said, t)]
    now = any(t.has(Role.NOW) for t in said.statement.tokens)
    return bool(days) and days[0].has(Role.EARLIER_DAY) and not now


def is_compared_with(said: Utterance, token: Token) -> bool:
    """ "36.8, lower than the 38.1 yesterday": an earlier day's, to liken today's to."""
    following = [t for t in said.statement.tokens if t.start >= token.end]
    of_day = bool(following) and following[0].has(Role.EARLIER_DAY)
    return of_day and not said.verb_last and is_likened_to(said, token)


def is_former(said: Utterance, token: Token, *, undated: bool) -> bool:
    """ "36.9 today, down from 38.4": a number that another is told to have risen or fallen from,
    if that one is told of now. A time of today behind it makes it today's ("down from 102 last
    night"). undated: whether it is former where no day is told of either."""
    if said.verb_last or not said.lexicon.spaced:
        return False
    words = said.lexicon.phrases_of(said.lexicon.temperature.former)
    before = f" {said.text[: token.start]}".rstrip().removesuffix(" a")
    led = before.endswith(tuple(f" {w}" for w in words))
    tokens = said.statement.tokens
    after = takewhile(
        lambda t: not t.has(*BREAKS, Role.MEASURE), [t for t in tokens if t.start >= token.end]
    )
    days = [t for t in after if t.has(*DAYS)]
    if not led or (days and not days[0].has(Role.EARLIER_DAY)):
        return False
    now = any(t.has(Role.NOW) for t in tokens if t.end <= token.start)
    return undated or now or bool(days)


def _is_only_compared(said: Utterance, day: Token, token: Token) -> bool:
    """Whether a day is only what today is likened to, or whose number is; and nothing after it is
    that day's."""
    if any(
        t.end == day.start and is_compared_with(said, t)
        for t in said.statement.tokens_of(Role.MEASURE)
    ):
        return True
    between = [t for t in said.statement.tokens if day.end <= t.start < token.start]
    apart = not said.verb_last and said.lexicon.spaced and any(t.has(*BREAKS) for t in between)
    told_of_day = token.has(Role.MEASURE) and not apart and not _turns_to_now(said, day, token)
    return is_likened_to(said, day) and not told_of_day


def _is_done_with(said: Utterance, day: Token, number: Token) -> bool:
    """Whether a day had its number before it, and the next is told in the present ("not a hundred
    and one like last week, it's down to 98.2")."""
    if said.verb_last or not said.lexicon.spaced or not day.has(Role.EARLIER_DAY):
        return False
    before = [t for t in said.statement.tokens if t.end <= day.start and not t.has(*INVISIBLE)]
    between = said.text[day.end : number.start].replace(",", " ").split()
    present = {word.split()[0] for word in said.lexicon.temperature.of_now}
    return bool(before) and before[-1].has(Role.MEASURE) and not present.isdisjoint(between)


def _turns_to_now(said: Utterance, day: Token, number: Token) -> bool:
    """Whether the words right before a number say that it is told of now."""
    between = said.text[day.end : number.start].rstrip()
    words = said.lexicon.phrases_of(said.lexicon.temperature.of_now)
    return between.endswith(tuple(f" {w}" for w in words) if said.lexicon.spaced else words)


def is_likened_to(said: Utterance, day: Token) -> bool:
    """Whether today is likened to an earlier day ("the same as yesterday", "跟昨天一样",
    "어제처럼"), of which nothing else is told."""
    words = said.lexicon.phrases_of(said.lexicon.temperature.compared)
    if said.verb_last:
        return said.text[day.end :].lstrip().startswith(words)
    before = f" {said.text[: day.start]}".rstrip().removesuffix(" the")
    return before.endswith(tuple(f" {w}" for w in words) if said.lexicon.spaced else words)


def is_told_of_today(said: Utterance, number: Token) -> bool:
    """ "37.1 today": the day stands right behind it."""
    return any(t.start == number.end and t.has(Role.NOW) for t in said.statement.tokens)


def is_over(said: Utterance, token: Token) -> bool:
    """ "I had a fever yesterday": told in the past of an earlier day, and then no more is said."""
    tokens = [t for t in said.statement.tokens if not t.has(*BREAKS, *INVISIBLE)]
    at = next((i for i, t in enumerate(tokens) if t.start >= token.start), len(tokens))
    past = any(t.has(Role.PAST) for t in tokens[max(0, at - 1) : at])
    return past and [t.has(Role.EARLIER_DAY) for t in tokens[at + 1 :]] == [True]


def of_long_ago(said: Utterance, token: Token) -> bool:
    """ "上个月烧过两天": in one clause with a word for a time before the one asked about, and with
    none that says that it went on ("上个月就开始烧")."""
    before = reversed([t for t in said.statement.tokens if t.end <= token.start])
    clause = list(takewhile(lambda t: not t.has(*BREAKS), before))
    goes_on = any(t.has(Role.NOW, Role.AFFIRMER) for t in clause)
    return any(t.has(Role.LONG_AGO) for t in clause) and not goes_on
