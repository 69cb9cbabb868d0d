"""Every believable temperature, in every way people say it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbot.dialog.answers import Hypothesis, Kind, Temperature
from callbot.dialog.understanding import Lexicon, understand

TENTHS = range(340, 426)
CHINESE = "零一二三四五六七八九"
KOREAN = "영일이삼사오육칠팔구"
NATIVE = ["", "하나", "둘", "셋", "넷", "다섯", "여섯", "일곱", "여덟", "아홉"]
ENGLISH = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


def _chinese(tenths: int) -> list[str]:
    tens, units, tenth = (int(d) for d in str(tenths))
    whole = CHINESE[tens] + "十" + (CHINESE[units] if units else "")
    said = CHINESE[tenth]
    forms = [
        f"{whole}度{said}", f"{whole}点{said}", f"{whole}点{said}度", f"{whole}度点{said}",
        f"{tenths // 10}度{tenth}", f"{tenths / 10}", f"{tenths / 10}度", f"{tenths / 10}℃",
        f"{CHINESE[tens]}{CHINESE[units]}点{said}", f"{CHINESE[tens]}{CHINESE[units]}{said}",
        f"我量的是{whole}度{said}", f"呃,{whole}度{said}吧", f" {whole} 度 {said} ",
    ]  # fmt: skip
    if tenth == 5:
        forms.append(f"{whole}度半")
    if tenth == 0:
        forms += [f"{whole}度", f"{whole}度整", f"{tenths // 10}度"]
    if units and tenth:
        forms.append(f"{whole}{said}")
    return forms


def _korean(tenths: int) -> list[str]:
    tens, units, tenth = (int(d) for d in str(tenths))
    whole = KOREAN[tens] + "십" + (KOREAN[units] if units else "")
    native = {3: "서른", 4: "마흔"}[tens] + NATIVE[units]
    said = KOREAN[tenth]
    forms = [
        f"{whole}점{said}", f"{whole} 점 {said} 도", f"{whole}도 {said}부요",
        f"{tenths / 10}도예요",
        f"{tenths / 10}이에요", f"{native} 점 {said}", f"체온은 {whole}점{said}입니다",
        f"{KOREAN[tens]}{KOREAN[units]}점{said}",
    ]  # fmt: skip
    if tens == 3 and units:
        forms += [f"30{units}.{tenth}도요", f"30{units}점 {said}도예요"]
    if tens == 3 and units >= 5:
        forms += [
            f"3.{units}.{tenth}도",
            f"30.{units}.{tenth}도요",
            f"30{KOREAN[units]} 점 {said} 도",
        ]
    if tenth == 5:
        forms.append(f"{whole}도 반")
    if tenth == 0:
        forms += [f"{whole}도요", f"{tenths // 10}도"]
    return forms


def _english(tenths: int) -> list[str]:
    tens, units, tenth = (int(d) for d in str(tenths))
    whole = {3: "thirty", 4: "forty"}[tens] + (f" {ENGLISH[units]}" if units else "")
    said = ENGLISH[tenth]
    forms = [
        f"{whole} point {said}", f"it's {whole} point {said} degrees", f"{tenths / 10}",
        f"{whole.replace(' ', '-')} point {said}", f"{tenths / 10} degrees celsius",
        f"{tenths // 10} point {tenth}", f"{ENGLISH[tens]} {ENGLISH[units]} point {said}",
    ]  # fmt: skip
    if tenth == 5:
        forms.append(f"{whole} and a half")
    if tenth == 0:
        forms.append(f"{whole} degrees")
    return forms


FORMS = {"zh-CN": _chinese, "ko-KR": _korean, "en-US": _english}


@pytest.mark.parametrize("locale", FORMS)
@pytest.mark.parametrize("tenths", TENTHS)
def test_every_tenth_of_a_degree_is_understood_in_every_form(
    lexicons: dict[str, Lexicon], locale: str, tenths: int
) -> None:
    for said in FORMS[locale](tenths):
        got = understand(Kind.TEMPERATURE, [Hypothesis(text=said)], lexicons[locale])
        assert got.value == Temperature(celsius=tenths / 10), said


@pytest.mark.parametrize("fahrenheit", [97.0, 98.6, 99.5, 100.4, 101.3, 103.1])
def test_fahrenheit_is_converted_where_it_is_plainly_meant(
    lexicons: dict[str, Lexicon], fahrenheit: float
) -> None:
    got = understand(Kind.TEMPERATURE, [Hypothesis(text=f"{fahrenheit}")], lexicons["en-US"])
    assert got.value == Temperature(celsius=round((fahrenheit - 32) / 1.8, 1))


@given(number=st.floats(0, 200).map(lambda x: round(x, 1)), locale=st.sampled_from(sorted(FORMS)))
def test_no_temperature_outside_the_believed_range_is_ever_accepted(
    lexicons: dict[str, Lexicon], number: float, locale: str
) -> None:
    got = understand(Kind.TEMPERATURE, [Hypothesis(text=f"{number}")], lexicons[locale])
    if isinstance(got.value, Temperature) and got.value.celsius is not None:
        assert 34.0 <= got.value.celsius <= 42.5


@given(
    text=st.text(max_size=40),
    kind=st.sampled_from(list(Kind)),
    locale=st.sampled_from(sorted(FORMS)),
)
def test_any_text_at_all_is_understood_or_unclear_but_never_an_error(
    lexicons: dict[str, Lexicon], text: str, kind: Kind, locale: str
) -> None:
    understand(kind, [Hypothesis(text=text)], lexicons[locale])


WORDS = ["没有", "发烧", "咳嗽", "有点", "我", "老伴", "三十八度", "二", ",", "不", "但是", "好了"]
WORDS += ["昨天", "也", "都没有", "不对", "三十六度五", "没量", "头", "疼", "去了", "超市", "邻居"]


@given(words=st.lists(st.sampled_from(WORDS), max_size=12), kind=st.sampled_from(list(Kind)))
def test_any_order_of_known_words_is_read_without_error(
    lexicons: dict[str, Lexicon], words: list[str], kind: Kind
) -> None:
    understand(kind, [Hypothesis(text="".join(words))], lexicons["zh-CN"])
