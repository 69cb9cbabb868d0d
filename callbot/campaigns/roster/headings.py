"""Which column holds what, by the headings offices use."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from callbot.campaigns.roster.file import Cell, Sheet

ROWS_SEARCHED = 15
"""Titles, dates and remarks stand above the headings in office files."""

FEWEST_HEADINGS = 2
"""Fewer known headings in a row are a title that happens to hold a word."""


class Column(StrEnum):
    """What a column can hold; the value is the heading used when a roster is written."""

    NAME = "姓名"
    PHONE = "电话"
    COMMUNITY = "社区"
    GRID = "网格"
    ADDRESS = "住址"
    EXPOSED_ON = "返回日期"
    CAME_FROM = "来自"
    TRANSPORT = "交通工具"
    LOCALE = "语言"
    PREFERRED = "方便接听时间"
    TIME_ZONE = "时区"
    TWICE_DAILY = "每日次数"
    KEY_PERSON = "重点人员"
    HOUSEHOLD = "户号"
    CONTACT_PHONE = "第二联系人电话"
    CONTACT_NAME = "第二联系人"
    CONTACT_RELATION = "第二联系人关系"
    NOTE = "备注"


REQUIRED = (Column.NAME, Column.PHONE, Column.EXPOSED_ON)

OF_EACH_NAMED = 2

SYNONYMS: dict[Column, tuple[str, ...]] = {
    Column.NAME: (
        *("姓名", "名字", "居民姓名", "人员姓名", "隔离人员", "隔离人员姓名", "이름", "성명"),
        *("name", "fullname", "residentname", "resident"),
    ),
    Column.PHONE: (
        *("电话", "手机", "手机号", "手机号码", "电话号码", "联系电话", "联系方式", "本人电话"),
        *("联系手机", "移动电话", "전화", "전화번호", "휴대폰"),
        *("phone", "phonenumber", "mobile", "mobilephone", "mobilenumber", "tel", "telephone"),
    ),
    Column.COMMUNITY: (
        *("社区", "小区", "所属社区", "所在社区", "居委会", "社区名称", "村居", "지역"),
        *("community", "neighbourhood", "neighborhood"),
    ),
    Column.GRID: ("网格", "所属网格", "网格号", "网格编号", "网格名称", "grid", "gridno"),
    Column.ADDRESS: (
        *("住址", "地址", "现住址", "家庭住址", "详细地址", "居住地址", "居家地址", "隔离地址"),
        *("门牌号", "주소", "address", "homeaddress"),
    ),
    Column.EXPOSED_ON: (
        *("返回日期", "返回时间", "抵达日期", "抵达时间", "到达日期", "到达时间", "返青日期"),
        *("最后接触日期", "最后接触时间", "末次接触日期", "末次接触时间", "返乡日期", "入境日期"),
        *("开始隔离日期", "隔离开始日期", "귀국일", "입국일"),
        *("exposedon", "exposuredate", "lastexposure", "arrival", "arrivaldate", "returndate"),
        *("arrivedon", "returnedon"),
    ),
    Column.CAME_FROM: (
        *("来自", "出发地", "来源地", "从何处来", "来青地", "返回地", "旅居地", "何地返回"),
        *("from", "camefrom", "origin", "출발지"),
    ),
    Column.TRANSPORT: (
        *("交通工具", "车次", "航班", "航班号", "车次航班", "交通方式", "车次航班号", "교통편"),
        *("transport", "flight", "train", "travelledby"),
    ),
    Column.LOCALE: ("语言", "语种", "通话语言", "沟通语言", "언어", "language", "locale"),
    Column.PREFERRED: (
        *("方便接听时间", "方便时间", "接听时间", "preferredtime", "besttime", "calltime"),
    ),
    Column.TIME_ZONE: ("时区", "所在时区", "시간대", "timezone", "tz"),
    Column.TWICE_DAILY: (
        *("每日次数", "每天次数", "随访次数", "呼叫次数", "callsaday", "callsperday", "timesaday"),
    ),
    Column.KEY_PERSON: (
        *("重点人员", "重点人群", "重点对象", "是否重点", "是否重点人员", "重点关注", "优先"),
        *("중점관리", "keyperson", "key", "priority", "highrisk"),
    ),
    Column.HOUSEHOLD: (
        *("户号", "家庭编号", "家庭户号", "户编号", "同住户号", "가구", "household", "family"),
        *("householdno", "householdid"),
    ),
    Column.CONTACT_PHONE: (
        *("第二联系人电话", "联系人电话", "紧急联系人电话", "备用电话", "备用联系电话"),
        *("비상연락처", "secondcontactphone", "emergencyphone", "contactphone"),
    ),
    Column.CONTACT_NAME: (
        *("第二联系人", "联系人", "联系人姓名", "紧急联系人", "紧急联系人姓名", "第二联系人姓名"),
        *("secondcontact", "emergencycontact", "contactname"),
    ),
    Column.CONTACT_RELATION: (
        *("第二联系人关系", "联系人关系", "与本人关系", "紧急联系人关系", "关系"),
        *("relation", "relationship", "contactrelation"),
    ),
    Column.NOTE: ("备注", "说明", "备注说明", "비고", "note", "notes", "remark", "remarks"),
}

NEVER_KEPT = (
    "身份证",
    "身份证号",
    "身份证号码",
    "证件号",
    "证件号码",
    "护照号",
    "护照号码",
    "idnumber",
)
"""Not needed to call anyone, so not taken in."""

COUNTERS = ("序号", "编号", "号", "no", "no.", "#", "번호", "serial")

_KNOWN = {word: column for column, words in SYNONYMS.items() for word in words}


@dataclass(frozen=True)
class Headings:
    """Where the columns are, as indexes from 0. `row` is the heading row's number in the sheet."""

    row: int
    columns: dict[Column, tuple[int, ...]]
    texts: dict[int, str]
    unknown: tuple[str, ...]
    never_kept: tuple[str, ...]

    def text(self, column: Column) -> str:
        """The heading as it stands in the sheet."""
        return self.texts[self.columns[column][0]]

    @property
    def missing(self) -> tuple[Column, ...]:
        return tuple(column for column in REQUIRED if column not in self.columns)


def find_headings(sheet: Sheet) -> Headings | None:
    """The row, near the top, with the most known headings; None if there is none."""
    best: Headings | None = None
    for number, cells in enumerate(sheet.rows[:ROWS_SEARCHED], start=1):
        found = _read(number, cells)
        if best is None or len(found.columns) > len(best.columns):
            best = found
    return best if best is not None and len(best.columns) >= FEWEST_HEADINGS else None


def repeats(headings: Headings, texts: Sequence[str]) -> bool:
    """Whether a row is the headings once more, as at the top of each printed page."""
    for column, indexes in headings.columns.items():
        # Nearly every row differs at the first cell looked at.
        if all(fold(_at(texts, index)) != fold(headings.text(column)) for index in indexes):
            return False
    return True


def _at(texts: Sequence[str], index: int) -> str:
    return texts[index] if index < len(texts) else ""


def fold(text: str) -> str:
    """A heading without width, case, spaces, marks and what stands in brackets."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"\(.*?\)|【.*?】|\[.*?\]|[\s*_:/\\、,.\-]", "", plain)


def accepted(column: Column) -> str:
    """The commonest of its other headings, Chinese and English ones."""
    known = [heading for heading in SYNONYMS[column] if heading != column.value]
    english = [heading for heading in known if heading.isascii()]
    return ", ".join([*known[:OF_EACH_NAMED], *english[:OF_EACH_NAMED], "…"])


def _read(number: int, cells: Sequence[Cell]) -> Headings:
    columns: dict[Column, tuple[int, ...]] = {}
    texts: dict[int, str] = {}
    unknown, never_kept = [], []
    for index, cell in enumerate(cells):
        if not isinstance(cell, str) or not cell.strip():
            continue
        texts[index] = " ".join(cell.split())
        word = fold(cell)
        if word in _KNOWN:
            columns[_KNOWN[word]] = (*columns.get(_KNOWN[word], ()), index)
        elif word in NEVER_KEPT:
            never_kept.append(texts[index])
        elif word and word not in COUNTERS:
            unknown.append(texts[index])
    return Headings(number, columns, texts, tuple(unknown), tuple(never_kept))
