"""Cries for help that the recogniser wrote as other words, and calm words that sound like one."""

import pytest

from callbot.dialog.answers import Hypothesis, Intent, Kind, Symptoms
from callbot.dialog.understanding import Lexicon, danger_by_sound
from callbot.dialog.understanding.words.sections.answers import SymptomCode


@pytest.mark.parametrize(
    ("kind", "heard"),
    [
        (Kind.SYMPTOMS, "我没事,我爸叫不行了"),
        (Kind.OPEN, "快拍九湖村"),
        (Kind.YES_NO, "快教救护车我爸到地上没反应轮"),
        (Kind.SYMPTOMS, "传播上起来"),
        (Kind.MOVEMENTS, "没有,我偷不过起来了"),
        (Kind.SYMPTOMS, "我全部上去,躺都躺不平整"),
        (Kind.SYMPTOMS, "我传步上去"),
    ],
)
def test_a_cry_for_help_is_found_at_any_question(kind: Kind, heard: str, chinese: Lexicon) -> None:
    found = danger_by_sound(kind, [Hypothesis(text=heard, confidence=0.6)], chinese)
    assert found is not None
    assert found.intent is Intent.EMERGENCY


def test_a_sign_that_cannot_wait_is_found_across_other_words(chinese: Lexicon) -> None:
    heard = [Hypothesis(text="左胸脚这疼", confidence=0.6)]
    found = danger_by_sound(Kind.SYMPTOMS, heard, chinese)
    assert found is not None
    assert found.value == Symptoms(present=("chest_pain",))


@pytest.mark.parametrize(
    ("kind", "heard"),
    [
        (Kind.OPEN, "奶粉快没了"),
        (Kind.OPEN, "够了够了,菜都吃不过来"),
        (Kind.MOVEMENTS, "这几天光收拾屋子了"),
        (Kind.CONTACTS, "外甥前天来住了一夜"),
        (Kind.SYMPTOMS, "有点不太舒服"),
        (Kind.SYMPTOMS, "头疼得厉害"),
        (Kind.SYMPTOMS, "没有喘不上气"),
        (Kind.SYMPTOMS, "没有传播上起来"),
        (Kind.SYMPTOMS, "没有全部上去"),
        (Kind.OPEN, "东西全部上去了"),
    ],
)
def test_what_only_resembles_danger_or_is_denied_is_none(
    kind: Kind, heard: str, chinese: Lexicon
) -> None:
    assert danger_by_sound(kind, [Hypothesis(text=heard, confidence=0.9)], chinese) is None


@pytest.mark.parametrize(
    ("heard", "sign"),
    [
        ("순쉬기가 흠들어요", "shortness_of_breath"),
        ("소미 차요", "shortness_of_breath"),
        ("가숨이 아파요", "chest_pain"),
        ("까슴이 답답해요", "chest_tightness"),
        ("으식이 흐려요", "confusion"),
        ("할머니가 쑤러졌어요", "confusion"),
    ],
)
def test_a_sign_that_cannot_wait_is_found_in_korean(
    heard: str, sign: SymptomCode, korean: Lexicon
) -> None:
    found = danger_by_sound(Kind.SYMPTOMS, [Hypothesis(text=heard, confidence=0.6)], korean)
    assert found is not None
    assert isinstance(found.value, Symptoms)
    assert sign in (*found.value.present, *found.value.household)


@pytest.mark.parametrize("heard", ["구금차 좀 불러 주세요", "살여 주세요"])
def test_a_cry_for_help_is_found_in_korean(heard: str, korean: Lexicon) -> None:
    found = danger_by_sound(Kind.OPEN, [Hypothesis(text=heard, confidence=0.6)], korean)
    assert found is not None
    assert found.intent is Intent.EMERGENCY


@pytest.mark.parametrize(
    ("kind", "heard"),
    [
        (Kind.SYMPTOMS, "색소폰을 불었는데 숨이 하나도 안 차더라고요"),
        (Kind.SYMPTOMS, "송이 버섯이 차요"),
        (Kind.SYMPTOMS, "가슴은 안 아파요"),
        (Kind.CONTACTS, "고물 장수 소리가 나도 안 나가 봤어 아무도 못 봤지"),
        (Kind.CONTACTS, "파리 한 마리 안 와요"),
        (Kind.YES_NO, "할머니가 말씀을 잘 못 하세요"),
        (Kind.MOVEMENTS, "좀이 쑤셔도 집에 있었어요"),
    ],
)
def test_korean_that_only_resembles_danger_or_denies_it_is_none(
    kind: Kind, heard: str, korean: Lexicon
) -> None:
    assert danger_by_sound(kind, [Hypothesis(text=heard, confidence=0.9)], korean) is None


def test_what_is_hardly_heard_is_no_cry(chinese: Lexicon) -> None:
    assert (
        danger_by_sound(Kind.OPEN, [Hypothesis(text="快拍九湖村", confidence=0.2)], chinese) is None
    )
