"""Reads figures in Korean the way people say them: 36.5 as 삼십육 점 오, KTX as 케이티엑스."""

import re
from typing import Final

_DIGITS: Final = "영일이삼사오육칠팔구"
_UNITS: Final = ("", "십", "백", "천")
_GROUPS: Final = ("", "만", "억")
_DIALLED_FROM: Final = 5
"""A run of this many digits is a phone or an identity number, said digit by digit."""

_SERVICE_NUMBERS: Final = {"112": "일일이", "114": "일일사", "119": "일일구", "120": "일이공"}
_COUNTED: Final = "시 명 번 개 살 잔 마리 군데 가지"
_NATIVE: Final = (
    "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열", "열한", "열두",
)  # fmt: skip
"""From one to twelve: hours, people and things; degrees, minutes and days go by _DIGITS."""

_LETTERS: Final = (
    "에이", "비", "씨", "디", "이", "에프", "지", "에이치", "아이", "제이", "케이", "엘", "엠",
    "엔", "오", "피", "큐", "알", "에스", "티", "유", "브이", "더블유", "엑스", "와이", "제트",
)  # fmt: skip

_NATIVE_COUNT = re.compile(rf"(?<!\d)(1[0-2]|[1-9])(?= ?(?:{'|'.join(_COUNTED.split())}))")
_DECIMAL = re.compile(r"(\d+)\.(\d+)")
_WHOLE = re.compile(r"\d+")
_LETTER = re.compile(r"[A-Za-z]")


def spell_out(text: str) -> str:
    """The text with every figure and Latin letter in Hangul. Pure."""
    text = _NATIVE_COUNT.sub(lambda m: _NATIVE[int(m[1]) - 1], text)
    text = _DECIMAL.sub(lambda m: f"{cardinal(int(m[1]))} 점 {digit_by_digit(m[2])}", text)
    text = _WHOLE.sub(_whole, text)
    return _LETTER.sub(lambda m: _LETTERS[ord(m[0].upper()) - ord("A")], text)


def digit_by_digit(digits: str) -> str:
    return "".join(_DIGITS[int(digit)] for digit in digits)


def cardinal(number: int) -> str:
    """0 to 999999999999; 15 is 십오, 105 is 백오, 12000 is 만 이천 without the blank."""
    if number == 0:
        return _DIGITS[0]
    said = ""
    for group in range(len(_GROUPS) - 1, -1, -1):
        part = number // 10_000**group % 10_000
        if part:
            # Ten thousand is 만, not 일만.
            said += "" if (part, group) == (1, 1) and not said else _thousands(part)
            said += _GROUPS[group]
    return said


def _thousands(number: int) -> str:
    said = ""
    for place, digit in zip(range(3, -1, -1), f"{number:04}", strict=True):
        if digit == "0":
            continue
        said += ("" if digit == "1" and place else _DIGITS[int(digit)]) + _UNITS[place]
    return said


def _whole(match: re.Match[str]) -> str:
    digits = match[0]
    if digits in _SERVICE_NUMBERS:
        return _SERVICE_NUMBERS[digits]
    if len(digits) >= _DIALLED_FROM or digits.startswith("0"):
        return digit_by_digit(digits).replace("영", "공")
    return cardinal(int(digits))
