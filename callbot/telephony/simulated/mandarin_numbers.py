"""Reads figures in Mandarin the way people say them: 36.5 as 三十六点五, G123 as G幺二三."""

import re
from typing import Final

_DIGITS: Final = "零一二三四五六七八九"
_UNITS: Final = ("", "十", "百", "千")
_DIALLED_FROM: Final = 5
"""A run of this many digits is a phone or an identity number, said digit by digit."""

_SERVICE_NUMBERS: Final = frozenset({"110", "119", "120", "122"})
_COUNTED_IN_TWOS: Final = "个天次位点颗盒袋包瓶周岁口遍趟家"
"""Before these, two is 两."""

_ROOM: Final = "室房"

_CLOCK = re.compile(r"(\d{1,2})[:：](\d{2})")
_CODE = re.compile(r"([A-Za-z])(\d+)")
_YEAR = re.compile(r"(\d{4})(?=年)")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)[%％]")
_DECIMAL = re.compile(r"(\d+)\.(\d+)")
_WHOLE = re.compile(r"\d+")


def spell_out(text: str) -> str:
    """The text with every figure in characters; letters stay. Pure."""
    text = _CLOCK.sub(_clock, text)
    text = _CODE.sub(lambda m: m[1] + dialled(m[2]), text)
    text = _YEAR.sub(lambda m: digit_by_digit(m[1]), text)
    text = _PERCENT.sub(lambda m: "百分之" + m[1], text)
    text = _DECIMAL.sub(lambda m: cardinal(int(m[1])) + "点" + digit_by_digit(m[2]), text)
    return _WHOLE.sub(_whole, text)


def digit_by_digit(digits: str) -> str:
    return "".join(_DIGITS[int(digit)] for digit in digits)


def dialled(digits: str) -> str:
    """As phone, room and train numbers are said: one is 幺."""
    return digit_by_digit(digits).replace("一", "幺")


def cardinal(number: int) -> str:
    """0 to 99999 as a count; 15 is 十五, 105 is 一百零五, 12000 is 一万二千."""
    if number >= 10_000:
        rest = number % 10_000
        gap = "零" if 0 < rest < 1_000 else ""
        return cardinal(number // 10_000) + "万" + gap + (cardinal(rest) if rest else "")
    if number == 0:
        return _DIGITS[0]
    said = ""
    digits = str(number)
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        if digit != "0":
            said += _DIGITS[int(digit)] + _UNITS[place]
        elif said and not said.endswith("零"):
            said += "零"
    said = said.rstrip("零")
    return said.removeprefix("一") if said.startswith("一十") else said


def _clock(match: re.Match[str]) -> str:
    hour, minute = int(match[1]), int(match[2])
    said = ("两" if hour == 2 else cardinal(hour)) + "点"
    if minute == 0:
        return said
    return said + ("零" if minute < 10 else "") + cardinal(minute) + "分"


def _whole(match: re.Match[str]) -> str:
    digits = match[0]
    if len(digits) >= _DIALLED_FROM or digits in _SERVICE_NUMBERS:
        return dialled(digits)
    if digits.startswith("0") and len(digits) > 1:
        return digit_by_digit(digits)
    following = match.string[match.end() : match.end() + 1]
    if len(digits) > 2 and following and following in _ROOM:
        return dialled(digits)
    if digits == "2" and following and following in _COUNTED_IN_TWOS:
        return "两"
    return cardinal(int(digits))
