"""The Mandarin voice's front end: figures, readings, symbols."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbot.telephony.simulated.mandarin_model import assets
from callbot.telephony.simulated.mandarin_numbers import cardinal, spell_out
from callbot.telephony.simulated.mandarin_text import MandarinText


@pytest.fixture(scope="module")
def front_end() -> MandarinText:
    return MandarinText(assets() / "baker_mapper.json")


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("36.5", "三十六点五"),
        ("37度2", "三十七度二"),
        ("体温38.05度", "体温三十八点零五度"),
        ("G123", "G幺二三"),
        ("13800001111", "幺三八零零零零幺幺幺幺"),
        ("打120", "打幺二零"),
        ("住302室", "住三零二室"),
        ("2个人，12天", "两个人，十二天"),
        ("105和1005", "一百零五和一千零五"),
        ("2020年3月5日", "二零二零年三月五日"),
        ("晚上10:30，2:05", "晚上十点三十分，两点零五分"),
        ("95%", "百分之九十五"),
        ("没有", "没有"),
    ],
)
def test_figures_are_read_as_people_say_them(written: str, spoken: str) -> None:
    assert spell_out(written) == spoken


@given(st.integers(min_value=0, max_value=99_999))
def test_a_count_can_be_read_back_to_its_number(number: int) -> None:
    assert _value(cardinal(number)) == number


def _value(said: str) -> int:
    """The number a count stands for, by another way than it was made."""
    total = section = digit = 0
    for character in said:
        if character in "零一二三四五六七八九":
            digit = "零一二三四五六七八九".index(character)
        elif character == "万":
            total, section, digit = (section + digit) * 10_000, 0, 0
        else:
            section += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[character]
            digit = 0
    return total + section + digit


@pytest.mark.parametrize(
    ("words", "symbols"),
    [
        ("三十六度五", "s an1 #0 sh iii2 #0 l iou4 #0 d u4 #0 ^ u3"),
        ("嗯", "^ en4"),
        ("小孩儿", "x iao3 #0 h ai2 er5"),
        ("儿子", "^ er2 #0 z ii5"),
        ("我女儿", "^ uo3 #0 n v3 #0 ^ er2"),
        ("一块儿", "^ i1 #0 k uai4 er5"),
        ("咳嗽了", "k e2 #0 s ou5 #0 l e5"),
        ("你好", "n i2 #0 h ao3"),
        ("不是", "b u2 #0 sh iii4"),
        ("坐G车", "z uo4 #0 j i4 #0 ch e1"),
        ("去重庆", "q v4 #0 ch ong2 #0 q ing4"),
    ],
)
def test_words_become_the_sounds_of_speech(
    front_end: MandarinText, words: str, symbols: str
) -> None:
    assert front_end.symbols(words) == ["sil", *symbols.split(), "sil", "eos"]


def test_commas_part_phrases(front_end: MandarinText) -> None:
    assert len(front_end.phrases("三十六度五，没有不舒服。")) == 2


@pytest.mark.parametrize("text", ["", "……", "，。", "😀"])
def test_what_cannot_be_spoken_has_no_phrases(front_end: MandarinText, text: str) -> None:
    assert front_end.phrases(text) == []


@given(st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x9FA5), max_size=30))
def test_any_text_can_be_given_to_the_voice(text: str) -> None:
    front_end = MandarinText(assets() / "baker_mapper.json")
    for phrase in front_end.phrases(text):
        assert all(0 <= symbol <= 218 for symbol in phrase)


@given(st.from_regex(re.compile(r"[A-Za-z]{1,2}\d{1,12}(\.\d{1,3})?"), fullmatch=True))
def test_no_figure_is_left_in_a_code(code: str) -> None:
    assert not re.search(r"\d", spell_out(code))
