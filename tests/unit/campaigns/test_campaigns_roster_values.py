"""Cells of a roster as offices type them."""

from datetime import date, time

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callbot.campaigns.roster import values
from callbot.campaigns.roster.file import Cell
from callbot.campaigns.roster.values import WrongValue
from callbot.campaigns.rules.window import Preferred
from callbot.models import mask_phone

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("13800000001", "+8613800000001"),
        (13800000001, "+8613800000001"),
        (13800000001.0, "+8613800000001"),
        ("13800000001.0", None),
        ("138-0000-0001", "+8613800000001"),
        ("138 0000 0001", "+8613800000001"),
        ("+86 138 0000 0001", "+8613800000001"),
        ("0086 138 0000 0001", "+8613800000001"),
        ("8613800000001", "+8613800000001"),
        (
            "１３８００００００００１".replace("００００００００", "０００００００"),
            "+8613800000001",
        ),
        ("'+8613800000001", "+8613800000001"),
        ("0532-88880000", "+8653288880000"),
        ("（0532）88880000", "+8653288880000"),
        ("+82 2-312-3456", "+8223123456"),
        ("1380000000", None),
        ("138000000011", None),
        ("88880000", None),
        ("1.38E+10", None),
        ("13800000001/13800000002", None),
        ("13800000001转2", None),
        ("无", None),
        ("", None),
        (None, None),
        (True, None),
        (0.5, None),
    ],
)
def test_a_phone_number_in_any_form_becomes_one_form_or_is_refused(
    cell: Cell, number: str | None
) -> None:
    if number is None:
        with pytest.raises(WrongValue):
            values.phone(cell)
    else:
        assert values.phone(cell) == number


@given(st.from_regex(r"1[0-9]{9,11}", fullmatch=True))
def test_a_plain_mobile_number_is_taken_exactly_when_the_library_of_numbers_knows_it(
    written: str,
) -> None:
    number = phonenumbers.parse(written, "CN")
    known = phonenumbers.is_valid_number(number)
    try:
        taken = values.phone(written)
    except WrongValue:
        assert not known
    else:
        assert known
        assert taken == phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (date(2026, 11, 20), date(2026, 11, 20)),
        (46346, date(2026, 11, 20)),
        (46346.0, date(2026, 11, 20)),
        ("46346", date(2026, 11, 20)),
        ("2026-11-20", date(2026, 11, 20)),
        ("2026/11/20", date(2026, 11, 20)),
        ("2026.11.20", date(2026, 11, 20)),
        ("20261120", date(2026, 11, 20)),
        ("2026-11-20 14:30:00", date(2026, 11, 20)),
        ("2026年11月20日", date(2026, 11, 20)),
        ("２０２６年１１月２０日", date(2026, 11, 20)),
        ("26年11月20号", date(2026, 11, 20)),
        ("11月20日", date(2026, 11, 20)),
        ("11/20", date(2026, 11, 20)),
        ("11.20", date(2026, 11, 20)),
    ],
)
def test_a_date_is_read_in_every_usual_form(cell: Cell, day: date) -> None:
    assert values.exposure_date(cell, TODAY) == day


def test_a_day_without_a_year_is_the_nearest_one_also_across_new_year() -> None:
    assert values.exposure_date("12月28日", date(2027, 1, 5)) == date(2026, 12, 28)


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("2026-02-30", "no such day"),
        ("13月1日", "no such day"),
        ("2月29日", "no such day"),
        ("2026-11-23", "future"),
        ("11月25日", "future"),
        ("2025-11-20", "days ago"),
        ("1926-11-20", "days ago"),
        ("昨天", "not a date"),
        (7, "not a date"),
        ("", "no date"),
        (None, "no date"),
        (True, "not a date"),
    ],
)
def test_an_impossible_date_is_refused_with_the_reason(cell: Cell, problem: str) -> None:
    with pytest.raises(WrongValue, match=problem):
        values.exposure_date(cell, TODAY)


@pytest.mark.parametrize(
    ("cell", "locale"),
    [
        ("普通话", "zh-CN"),
        ("中文", "zh-CN"),
        ("英语", "en-US"),
        (" English ", "en-US"),
        ("ＥＮ", "en-US"),
        ("韩语", "ko-KR"),
        ("한국어", "ko-KR"),
        ("朝鲜语", "ko-KR"),
        ("ko", "ko-KR"),
    ],
)
def test_a_language_is_known_by_its_usual_names(cell: str, locale: str) -> None:
    assert values.locale(cell) == locale


def test_an_unknown_language_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(WrongValue) as wrong:
        values.locale("法语")
    assert "普通话, 英语, 韩语" in wrong.value.remedy


@pytest.mark.parametrize(
    ("cell", "window"),
    [
        ("9:00-11:30", Preferred(time(9), time(11, 30))),
        ("９：００～１１：３０", Preferred(time(9), time(11, 30))),
        ("上午", Preferred(time(8), time(12))),
        ("11:30-9:00", None),
        ("25:00-26:00", None),
        ("随时", None),
    ],
)
def test_a_preferred_time_is_a_span_or_a_part_of_the_day(
    cell: str, window: Preferred | None
) -> None:
    if window is None:
        with pytest.raises(WrongValue):
            values.preferred(cell)
    else:
        assert values.preferred(cell) == window


def test_a_name_padded_to_the_width_of_three_is_the_same_name() -> None:
    assert values.name("施　磊") == values.name("施 磊") == "施磊"
    assert values.name(" Emily  Brooks ") == "Emily Brooks"


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.text(max_size=30),
    st.integers(-(10**15), 10**15),
    st.floats(),
    st.dates(),
)


@settings(derandomize=True, max_examples=400)
@given(cell=CELLS)
def test_whatever_stands_in_a_cell_it_is_taken_or_refused_with_a_remedy(cell: Cell) -> None:
    for parse in (
        values.name,
        values.phone,
        values.locale,
        values.preferred,
        values.short_text,
        lambda cell: values.exposure_date(cell, TODAY),
    ):
        try:
            parse(cell)
        except WrongValue as wrong:
            assert wrong.problem
            assert wrong.remedy


@pytest.mark.parametrize(
    ("phone", "masked"),
    [("+8613800000001", "+86138****0001"), ("12345", "*2345"), ("123", "***"), ("", "")],
)
def test_a_masked_number_tells_people_apart_but_cannot_be_dialled(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked
