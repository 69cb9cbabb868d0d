"""Times of day: within the hours in which a phone may ring, and as they are said."""

from datetime import datetime, time

import pytest
from golden import script

from callbot.dialog.spoken_time import rounded, within_hours


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}:00+08:00")


@pytest.mark.parametrize(
    ("wanted", "kept"),
    [
        ("22T07:59", "22T08:00"),
        ("22T08:00", "22T08:00"),
        ("22T12:30", "22T12:30"),
        ("22T20:55", "22T20:55"),
        ("22T21:00", "23T08:00"),
        ("22T23:30", "23T08:00"),
    ],
)
def test_a_time_is_kept_within_the_hours(wanted: str, kept: str) -> None:
    assert within_hours(at(wanted), time(8), time(21)) == at(kept)


@pytest.mark.parametrize(
    ("exact", "round_"),
    [("22T10:00", "22T10:00"), ("22T10:01", "22T10:05"), ("22T10:59", "22T11:00")],
)
def test_a_time_is_rounded_up(exact: str, round_: str) -> None:
    assert rounded(at(exact)) == at(round_)
    assert rounded(at(round_).replace(second=1)) > at(round_)


@pytest.mark.parametrize(
    ("locale", "when", "words"),
    [
        ("zh-CN", "22T15:00", "今天下午三点"),
        ("zh-CN", "22T12:30", "今天中午十二点半"),
        ("zh-CN", "23T08:05", "明天早上八点5分"),
        ("zh-CN", "24T19:30", "后天晚上七点半"),
        ("zh-CN", "27T14:00", "11月27日下午两点"),
        ("en-US", "22T15:00", "today at three in the afternoon"),
        ("en-US", "23T10:30", "tomorrow at half past ten in the morning"),
        ("ko-KR", "22T16:00", "오늘 오후 네 시"),
        ("ko-KR", "23T10:30", "내일 오전 열 시 반"),
    ],
)
def test_a_time_is_said_as_people_say_it(locale: str, when: str, words: str) -> None:
    wording = script("quarantine").wording(locale)
    assert wording.spoken_times is not None
    assert wording.spoken_times.say(at(when), at("22T09:00"), wording.date_format) == words
