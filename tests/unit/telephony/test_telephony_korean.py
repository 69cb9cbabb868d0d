"""How simulated residents read Korean: figures, pronunciation, and the sounds of their model."""

import pytest

from callbot.telephony.simulated.korean_numbers import cardinal, spell_out
from callbot.telephony.simulated.korean_pronunciation import Syllable, pronounced
from callbot.telephony.simulated.korean_sounds import symbols


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("36.5도", "삼십육 점 오도"),
        ("38도 2부", "삼십팔도 이부"),
        ("119에 전화했어요", "일일구에 전화했어요"),
        ("KTX 101", "케이티엑스 백일"),
        ("3명", "세명"),
        ("3월", "삼월"),
        ("13명", "십삼명"),
        ("010-1234", "공일공-천이백삼십사"),
        ("", ""),
    ],
)
def test_figures_and_letters_are_said_in_words(written: str, said: str) -> None:
    assert spell_out(written) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "영"),
        (15, "십오"),
        (105, "백오"),
        (2026, "이천이십육"),
        (10_000, "만"),
        (12_345, "만이천삼백사십오"),
        (110_000, "십일만"),
        (120_010_000, "일억이천일만"),
    ],
)
def test_numbers_are_counted_by_ten_thousands(number: int, said: str) -> None:
    assert cardinal(number) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("없어요", "업써요"),
        ("않아요", "아나요"),
        ("싫어요", "시러요"),
        ("읽어요", "일거요"),
        ("밖에", "바께"),
        ("같이", "가치"),
        ("굳이", "구지"),
        ("좋고", "조코"),
        ("그렇게", "그러케"),
        ("못해요", "모태요"),
        ("못 와요", "모 돠요"),
        ("앉고", "안꼬"),
        ("약국", "약꾹"),
        ("못 쉬겠어요", "몯 쒸게써요"),
        ("할 거예요", "할 꺼예요"),
        ("맞습니다", "맏씀니다"),
        ("정리", "정니"),
        ("협력", "혐녁"),
        ("설날", "설랄"),
        ("난로", "날로"),
        ("희망", "히망"),
        ("의사", "의사"),
        ("계세요", "게세요"),
        ("삼십육 도 오", "삼심뉵 또 오"),
        ("안 나갔어요", "안 나가써요"),
        ("꽃", "꼳"),
        ("…", ""),
    ],
)
def test_hangul_is_said_by_the_rules_of_standard_pronunciation(written: str, said: str) -> None:
    spoken = "".join((" " if s.after_blank else "") + str(s) for s in pronounced(written))
    assert spoken == said


def test_a_syllable_is_its_letters() -> None:
    for letter in ("가", "힣", "닭", "읽", "없", "워"):
        assert str(Syllable.of(letter)) == letter
    assert Syllable.of("닭") == Syllable("ㄷ", "ㅏ", "ㄺ")


def test_phrases_are_parted_by_their_marks() -> None:
    said = symbols("아니요, 집에만 있었어요.")
    assert [mark for mark in said if mark in ",.?!"] == [",", "."]
    assert symbols("네?") == symbols("네") + "?"
    assert symbols("……") == symbols("") == symbols("?!") == ""


def test_stops_are_voiced_between_vowels_and_tense_ones_held() -> None:
    assert symbols("바보") == "pabo"
    assert symbols("오빠") == "oʔpa"
    assert symbols("입구") == "ipku"
