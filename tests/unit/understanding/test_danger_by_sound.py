"""Cries for help that the recogniser wrote as other words, and calm words that sound like one."""

import pytest

from callbot.dialog.answers import Hypothesis, Intent, Kind, Symptoms
from callbot.dialog.understanding import Lexicon, danger_by_sound


@pytest.mark.parametrize(
    ("kind", "heard"),
    [
        (Kind.SYMPTOMS, "我没事,我爸叫不行了"),
        (Kind.OPEN, "快拍九湖村"),
        (Kind.YES_NO, "快教救护车我爸到地上没反应轮"),
        (Kind.SYMPTOMS, "传播上起来"),
        (Kind.MOVEMENTS, "没有,我偷不过起来了"),
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
    ],
)
def test_what_only_resembles_danger_or_is_denied_is_none(
    kind: Kind, heard: str, chinese: Lexicon
) -> None:
    assert danger_by_sound(kind, [Hypothesis(text=heard, confidence=0.9)], chinese) is None


def test_what_is_hardly_heard_is_no_cry(chinese: Lexicon) -> None:
    assert (
        danger_by_sound(Kind.OPEN, [Hypothesis(text="快拍九湖村", confidence=0.2)], chinese) is None
    )
