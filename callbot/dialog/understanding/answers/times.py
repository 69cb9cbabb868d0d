"""Times that a resident names for a call back."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TypeVar

from callbot.dialog.understanding.numerals.measure import Numerals
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.normalise import normalise
from callbot.dialog.understanding.words.sections.callback import CallbackTimes

EARLIEST_HOUR = 8
"""A bare "三点" is the next three o'clock at which people want to be called: the afternoon's."""

T = TypeVar("T")


def callback_time(words: str, lexicon: Lexicon, now: datetime) -> datetime | None:
    """The time named, always after `now`; None when none is named.

    now: aware, local to the resident. A part of the day with no hour is its usual hour.
    """
    numerals = lexicon.number_reader
    text = numerals.spelled_out(normalise(words, spaced=lexicon.spaced))
    times = lexicon.callback
    return _clock_time(text, times, numerals, now) or _delay(text, times, numerals, now)


def _clock_time(
    text: str, times: CallbackTimes, numerals: Numerals, now: datetime
) -> datetime | None:
    days = _longest(text, times.days)
    part = _longest(text, times.parts)
    clock = _hour_and_minute(text, times, numerals)
    if clock is None and part is None and (days is None or days == 0):
        return None
    usual, added = part or (10, 0)
    hour, minute = clock or (usual, 0)
    if clock and part and hour < 12:
        hour += added
    elif clock and part is None and hour < EARLIEST_HOUR:
        hour += 12
    if hour > 23:
        return None
    at = now.replace(hour=hour, minute=minute, second=0, microsecond=0) + timedelta(days=days or 0)
    if at > now:
        return at
    if clock and part is None and hour < 12 and at + timedelta(hours=12) > now:
        return at + timedelta(hours=12)
    return at + timedelta(days=1)


def _hour_and_minute(text: str, times: CallbackTimes, numerals: Numerals) -> tuple[int, int] | None:
    if match := re.search(r"(?<!\d)(\d{1,2}):(\d{2})(?!\d)", text):
        return int(match[1]), int(match[2])
    for match in _hours(times.clock, times.half, times.quarter, tuple(times.hours)).finditer(text):
        if _amount(times).match(text, match.start("hour" if match["hour"] else "lone")):
            continue
        hour = times.hours.get(match["hour"] or match["lone"])
        hour = numerals.number(match["hour"] or match["lone"]) if hour is None else hour
        if hour is None or hour > 24:
            continue
        minute = numerals.number(match["minute"]) if match["minute"] else 0
        if match["half"]:
            minute = 30
        elif match["quarter"]:
            minute = 15
        return hour % 24, minute or 0
    return None


@lru_cache(maxsize=16)
def _hours(
    clock: tuple[str, ...], half: tuple[str, ...], quarter: tuple[str, ...], named: tuple[str, ...]
) -> re.Pattern[str]:
    number = _number(named)
    lone = [word for word in clock if word.endswith(" ")]
    after = [word for word in clock if not word.endswith(" ")]
    before = f"(?:{_any(lone)})(?P<lone>{number})|" if lone else "(?P<lone>(?!))|"
    return re.compile(
        f"(?:{before}(?P<hour>{number}) ?(?:{_any(after)}))"
        f" ?(?:(?P<half>{_any(half)})|(?P<quarter>{_any(quarter)})"
        f"|(?P<minute>{_number(())})(?! ?(?:am|pm)))?"
    )


def _delay(text: str, times: CallbackTimes, numerals: Numerals, now: datetime) -> datetime | None:
    match = _amount(times).search(text)
    fixed = _longest(text, times.delays)
    number = None
    if match:
        number = times.hours.get(match["number"]) or numerals.number(match["number"])
    if fixed is not None and (number is None or _within_word(text, match, times.delays)):
        return now + timedelta(minutes=fixed)
    if match and number:
        return now + timedelta(minutes=number * times.units[match["unit"]])
    return None


def _amount(times: CallbackTimes) -> re.Pattern[str]:
    """A number of minutes, hours or days."""
    units = _any(_longest_first(times.units))
    return re.compile(f"(?P<number>{_number(tuple(times.hours))}) ?(?P<unit>{units})")


def _within_word(text: str, match: re.Match[str] | None, words: Iterable[str]) -> bool:
    """Whether a fixed delay covers the number ("一个半小时"), and so counts in its place."""
    return match is not None and any(
        found.start() <= match.start() and match.end() <= found.end()
        for word in words
        for found in re.finditer(re.escape(word), text)
    )


def _number(named: tuple[str, ...]) -> str:
    words = _any(_longest_first(named)) + "|" if named else ""
    return rf"(?:{words}\d{{1,2}}|[零一二两三四五六七八九十]{{1,3}}|[일이삼사오육칠팔구십]{{1,3}})"


def _longest(text: str, words: Mapping[str, T]) -> T | None:
    """What the longest of the words found in the text stands for."""
    for word in _longest_first(words):
        if re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", text):
            return words[word]
    return None


def _longest_first(words: Iterable[str]) -> list[str]:
    return sorted(words, key=len, reverse=True)


def _any(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, words)) or "(?!)"
