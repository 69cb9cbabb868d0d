"""Cells of a roster to values: phone numbers, dates, languages, times of day, words."""

import re
import unicodedata
from datetime import date, time, timedelta
from zoneinfo import available_timezones

import phonenumbers

from callbot.campaigns.roster.file import Cell
from callbot.campaigns.rules.window import Preferred
from callbot.models import Relation

REGION = "CN"
"""Where a number without a country code belongs."""


def _mobile_pattern() -> re.Pattern[str]:
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(REGION)
    assert metadata is not None and metadata.mobile is not None
    return re.compile(str(metadata.mobile.national_number_pattern), re.ASCII)


_MOBILE = _mobile_pattern()
"""Mobile numbers as the library knows them, written plainly."""

OLDEST_DAYS = 90
"""An exposure longer ago is a slip of the pen: the period is 14 days."""

EXCEL_EPOCH = date(1899, 12, 30)
FIRST_SERIAL, LAST_SERIAL = 36526, 73050
"""1 January 2000 and 31 December 2099, as a spreadsheet counts days."""

LONGEST_NAME = 60
LONGEST_TEXT = 300

LANGUAGES: dict[str, tuple[str, ...]] = {
    "zh-CN": (
        *("普通话", "中文", "汉语", "国语", "华语", "中国语", "中国话", "중국어"),
        *("zh", "zh-cn", "zh_cn", "cn", "chinese", "mandarin", "putonghua"),
    ),
    "en-US": ("英语", "英文", "영어", "en", "en-us", "en_us", "english"),
    "ko-KR": (
        *("韩语", "韩国语", "韩文", "朝鲜语", "朝语", "朝鲜文", "한국어", "조선어"),
        *("ko", "ko-kr", "ko_kr", "kr", "korean"),
    ),
}
_LOCALES = {word: locale for locale, words in LANGUAGES.items() for word in words}

TIMES_OF_DAY = {
    "上午": Preferred(time(8), time(12)),
    "下午": Preferred(time(14), time(18)),
    "晚上": Preferred(time(18), time(21)),
}


class WrongValue(Exception):
    """A cell that cannot be taken: what is wrong, and what to do."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy


def text(cell: Cell) -> str:
    """A cell as a person reads it: whole numbers without `.0`, no line breaks, no padding."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    written = str(cell)
    if not written.isprintable():
        written = "".join(c for c in written if c.isprintable() or c.isspace())
    plain = " ".join(written.split())
    # A spreadsheet's mark for "this is text", also put there when a roster is written as text.
    return plain[1:] if plain[:1] == "'" and plain[1:2] in _FORMULA_SIGNS else plain


_FORMULA_SIGNS = ("=", "+", "-", "@")


def short_text(cell: Cell) -> str:
    words = text(cell)
    if len(words) > LONGEST_TEXT:
        raise WrongValue(f"longer than {LONGEST_TEXT} characters", "shorten it")
    return words


def name(cell: Cell) -> str:
    words = unicodedata.normalize("NFKC", text(cell))
    # Offices pad names of two characters to the width of three.
    words = re.sub(r"(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])", "", words)
    if not words:
        raise WrongValue("no name", "enter the resident's name")
    if len(words) > LONGEST_NAME:
        raise WrongValue(f"longer than {LONGEST_NAME} characters", "enter the name alone")
    if not any(c.isalpha() for c in words) or words.startswith("="):
        raise WrongValue("not a name", "enter the resident's name")
    return words


def phone(cell: Cell) -> str:
    """E.164."""
    written = unicodedata.normalize("NFKC", text(cell))
    if _MOBILE.fullmatch(written):
        # Nearly all of a roster, and to take such a number apart is slow.
        return f"+{phonenumbers.country_code_for_region(REGION)}{written}"
    if not written:
        raise WrongValue("no phone number", "enter the number, or leave the resident out")
    if (isinstance(cell, float) and not cell.is_integer()) or re.search(r"\d[eE]\+?\d", written):
        raise WrongValue(
            "rounded by the spreadsheet", "format the column as text and enter the number again"
        )
    numbers = [part for part in re.split(r"[/、,;|或\n]", written) if len(_digits(part)) >= 7]
    if len(numbers) > 1:
        raise WrongValue("more than one number", "keep the one to call; put others in the notes")
    if re.search(r"[^\d+()\-.\s–—]", written):
        raise WrongValue("holds more than a number", "enter digits only")
    try:
        number = phonenumbers.parse(written, REGION)
    except phonenumbers.NumberParseException as error:
        raise WrongValue("not a phone number", "correct the number") from error
    if not phonenumbers.is_valid_number(number):
        count = len(_digits(written))
        raise WrongValue(
            f"no such number ({count} digits)",
            "a mobile number has 11 digits; a landline needs its area code; abroad, + and country",
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _digits(written: str) -> str:
    return re.sub(r"\D", "", written)


def exposure_date(cell: Cell, today: date) -> date:
    """A day up to today and at most 90 days ago."""
    day = _date(cell, today)
    if day > today:
        raise WrongValue(
            f"{day} is in the future (today is {today})", "correct the date, or import it that day"
        )
    if day < today - timedelta(days=OLDEST_DAYS):
        raise WrongValue(f"{day} is more than {OLDEST_DAYS} days ago", "check the year")
    return day


def _date(cell: Cell, today: date) -> date:
    if isinstance(cell, date):
        return cell
    if isinstance(cell, bool):
        raise WrongValue("not a date", "write it like 2026-11-20")
    if isinstance(cell, int | float) and FIRST_SERIAL <= cell <= LAST_SERIAL:
        return EXCEL_EPOCH + timedelta(days=int(cell))
    written = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text(cell)))
    if not written:
        raise WrongValue("no date", "enter the day of return or last contact")
    # A time of day may follow.
    written = re.sub(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$", "", written)
    for pattern in _DATES:
        if (match := pattern.fullmatch(written)) is not None:
            return _calendar_date(match.groupdict(), today)
    if re.fullmatch(r"[0-9]{5}", written) and FIRST_SERIAL <= int(written) <= LAST_SERIAL:
        return EXCEL_EPOCH + timedelta(days=int(written))
    raise WrongValue("not a date", "write it like 2026-11-20 or 11月20日")


_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<year>\d{4}|\d{2}) ?年 ?(?P<month>\d{1,2}) ?月 ?(?P<day>\d{1,2}) ?[日号]?",
        r"(?P<month>\d{1,2}) ?月 ?(?P<day>\d{1,2}) ?[日号]?",
        r"(?P<year>\d{4}) ?[-/.] ?(?P<month>\d{1,2}) ?[-/.] ?(?P<day>\d{1,2})",
        r"(?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
        r"(?P<year>20\d{2})(?P<month>\d{2})(?P<day>\d{2})",
    )
)


def _calendar_date(parts: dict[str, str | None], today: date) -> date:
    month, day = int(parts["month"] or 0), int(parts["day"] or 0)
    year = parts.get("year")
    try:
        if year is not None:
            return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
        return _nearest(month, day, today)
    except ValueError as error:
        raise WrongValue("no such day in the calendar", "correct the date") from error


def _nearest(month: int, day: int, today: date) -> date:
    """The day nearest to today: in January, 12月28日 was last year."""
    candidates = []
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            candidates.append(date(year, month, day))
        except ValueError:
            continue  # 29 February in most years
    if not candidates:
        raise ValueError
    return min(candidates, key=lambda candidate: abs(candidate - today))


def locale(cell: Cell) -> str:
    word = unicodedata.normalize("NFKC", text(cell)).casefold()
    if word not in _LOCALES:
        known = ", ".join(words[0] for words in LANGUAGES.values())
        raise WrongValue("a language we do not speak", f"use one of: {known}")
    return _LOCALES[word]


def preferred(cell: Cell) -> Preferred:
    """`9:00-11:30`, or a word for a part of the day."""
    written = unicodedata.normalize("NFKC", text(cell)).replace(" ", "")
    if written in TIMES_OF_DAY:
        return TIMES_OF_DAY[written]
    match = re.fullmatch(r"(\d{1,2}):(\d{2})[-~到至—–](\d{1,2}):(\d{2})", written)
    try:
        if match is not None:
            hours = [int(group) for group in match.groups()]
            starts, ends = time(hours[0], hours[1]), time(hours[2], hours[3])
            if starts < ends:
                return Preferred(starts, ends)
    except ValueError:
        pass
    raise WrongValue("not a time of day", "write it like 9:00-11:30, or 上午, 下午, 晚上")


YES = ("是", "√", "✓", "有", "重点", "예", "yes", "y", "1", "true")
NO = ("否", "×", "无", "非重点", "아니오", "no", "n", "0", "x", "false", "-")
ONCE = ("1", "1次", "一次", "每日1次", "每日一次", "每天一次", "once", "daily")
TWICE = ("2", "2次", "两次", "二次", "每日2次", "每日两次", "每天两次", "twice", "twicedaily")
RELATIONS = {
    Relation.FAMILY: (
        *("家人", "家属", "亲属", "父亲", "母亲", "父母", "儿子", "女儿", "子女", "配偶", "丈夫"),
        *("妻子", "가족", "family", "spouse", "parent", "child"),
    ),
    Relation.LANDLORD: ("房东", "집주인", "landlord"),
    Relation.NEIGHBOUR: ("邻居", "이웃", "neighbour", "neighbor"),
    Relation.COLLEAGUE: ("同事", "单位", "동료", "colleague", "employer"),
    Relation.OTHER: ("其他", "朋友", "기타", "other", "friend"),
}
_RELATIONS = {word: relation for relation, words in RELATIONS.items() for word in words}


def _word(cell: Cell) -> str:
    return unicodedata.normalize("NFKC", text(cell)).casefold().replace(" ", "")


def yes_or_no(cell: Cell) -> bool:
    word = _word(cell)
    if word not in YES and word not in NO:
        raise WrongValue("neither yes nor no", "write 是 or 否")
    return word in YES


def twice_daily(cell: Cell) -> bool:
    word = _word(cell)
    if word not in ONCE and word not in TWICE:
        raise WrongValue("not a number of calls a day", "write 1 or 2")
    return word in TWICE


def time_zone(cell: Cell) -> str:
    name = text(cell)
    if name not in available_timezones():
        raise WrongValue("unknown time zone", "write it like Asia/Shanghai")
    return name


def relation(cell: Cell) -> Relation:
    """What the second contact is to the resident; unknown words are `other`."""
    return _RELATIONS.get(_word(cell), Relation.OTHER)
