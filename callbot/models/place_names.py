"""Names of places in the order in which a clerk looks for them."""

import re
from typing import Final

from pypinyin import lazy_pinyin

_DIGITS: Final = "〇一二三四五六七八九"
_NUMERAL: Final = re.compile("[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九]")


def in_order(name: str) -> tuple[tuple[int, str], ...]:
    """A key to sort by: as the name is spelled, and by number (第二网格 before 第十二网格)."""
    counted = _NUMERAL.sub(lambda match: str(_number(match[0])), name)
    parts = re.findall(r"\d+|\D+", counted)
    return tuple(
        (int(part), "") if part.isdecimal() else (0, "".join(lazy_pinyin(part))) for part in parts
    )


def _number(numeral: str) -> int:
    """Of a numeral below a hundred."""
    tens, ten, ones = numeral.rpartition("十")
    return (_DIGITS.index(tens) if tens else 1) * 10 * bool(ten) + max(
        0, _DIGITS.find(ones or "〇")
    )
