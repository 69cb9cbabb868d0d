"""Times named for a call back."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from callbot.dialog.understanding import Lexicon, callback_time

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("locale", "said", "at"),
    [
        ("zh-CN", "下午三点", "23 15:00"),
        ("zh-CN", "三点再打", "23 15:00"),
        ("zh-CN", "九点", "23 21:00"),
        ("zh-CN", "一个小时以后", "23 11:30"),
        ("zh-CN", "一个半小时以后", "23 12:00"),
        ("zh-CN", "过二十分钟再打", "23 10:50"),
        ("zh-CN", "明天上午", "24 10:00"),
        ("zh-CN", "明天下午两点半", "24 14:30"),
        ("zh-CN", "晚上七点一刻", "23 19:15"),
        ("zh-CN", "早上八点", "24 08:00"),
        ("zh-CN", "后天", "25 10:00"),
        ("en-US", "in half an hour", "23 11:00"),
        ("en-US", "in twenty minutes", "23 10:50"),
        ("en-US", "at three pm", "23 15:00"),
        ("en-US", "tomorrow morning", "24 09:00"),
        ("en-US", "after 4", "23 16:00"),
        ("ko-KR", "내일 오전", "24 10:00"),
        ("ko-KR", "오후 세 시 반", "23 15:30"),
        ("ko-KR", "한 시간 뒤에", "23 11:30"),
        ("ko-KR", "삼십 분 후에", "23 11:00"),
    ],
)
def test_a_named_time_is_understood(
    lexicons: dict[str, Lexicon], locale: str, said: str, at: str
) -> None:
    got = callback_time(said, lexicons[locale], NOW)
    assert got is not None
    assert got.strftime("%d %H:%M") == at
    assert got > NOW


def test_no_time_is_made_up(lexicons: dict[str, Lexicon]) -> None:
    assert callback_time("我在忙", lexicons["zh-CN"], NOW) is None
    assert callback_time("I'm busy", lexicons["en-US"], NOW) is None
