"""Signs told beside words that were not read: asked for once more before they are read back."""

import pytest
import yaml
from golden import ROOT
from lexicons_read import lexicon_at
from sessions import asked, hears

from callbot.dialog.answers import Symptoms
from callbot.dialog.session import Session
from callbot.dialog.understanding import may_lose_sign


def read_back(session: Session) -> set[str] | None:
    """The signs that are being read back, if any are."""
    pending = session.data.pending.parsed() if session.data.pending else None
    return {*pending.present} if isinstance(pending, Symptoms) else None


@pytest.mark.parametrize(
    ("locale", "words", "confidence", "again", "signs"),
    [
        ("zh-CN", "从昨晚开始发烧,反自夜彤", 0.55, "嗓子也疼", {"fever", "sore_throat"}),
        ("zh-CN", "有点咳嗽,总子也有点疼", 0.9, "咳嗽", {"cough"}),
        ("zh-CN", "从昨晚开始发烧,上字也疼", 0.7, "嗓子疼", {"fever", "sore_throat"}),
        ("zh-CN", "咳嗽。胖液疼", 0.8, "头疼", {"cough", "headache"}),
        ("zh-CN", "头疼,还反自夜彤", 0.5, "没有不舒服", {"headache"}),
        ("ko-KR", "기침이 나요. 몽이 부엇어요", 0.6, "목이 부었어요", {"cough", "sore_throat"}),
        ("en-US", "A fever, and my roat hurts", 0.9, "my throat hurts", {"fever", "sore_throat"}),
    ],
)  # fmt: skip
def test_signs_beside_a_clause_not_read_are_read_back_with_what_is_told_when_asked_again(
    locale: str, words: str, confidence: float, again: str, signs: set[str]
) -> None:
    session = asked(locale, "symptoms")
    hears(session, words, confidence)
    assert read_back(session) is None
    assert session.data.asked == 2
    hears(session, again, 0.8)
    assert read_back(session) == signs


@pytest.mark.parametrize(
    ("words", "confidence"),
    [
        ("胸口疼。承风上起来", 0.6),
        ("从昨晚开始发烧,反自夜彤", 0.9),
        ("从昨晚开始发烧,嗓子也疼", 0.5),
        ("有点咳嗽,可能是昨晚着凉了", 0.5),
        ("腰疼,老毛病了", 0.5),
        ("流鼻涕,有点小感冒", 0.5),
    ],
)
def test_signs_are_read_back_at_once_if_urgent_or_if_nothing_beside_them_may_be_another(
    words: str, confidence: float
) -> None:
    session = asked("zh-CN", "symptoms")
    hears(session, words, confidence)
    assert read_back(session)


def test_signs_are_asked_for_again_only_once() -> None:
    session = asked("zh-CN", "symptoms")
    hears(session, "发烧,冈子也疼", 0.8)
    hears(session, "咳嗽,冈子也疼", 0.8)
    assert read_back(session) == {"fever", "cough"}


def test_signs_read_back_in_vain_are_not_read_back_again_for_words_not_understood() -> None:
    session = asked("zh-CN", "symptoms")
    hears(session, "发烧,冈子也疼", 0.8)
    hears(session, "哇哩哇啦", 0.5)
    assert read_back(session) == {"fever"}
    hears(session, "不对", 0.9)
    hears(session, "哇哩哇啦", 0.5)
    assert read_back(session) is None


@pytest.mark.parametrize("locale", ["zh-CN", "ko-KR", "en-US"])
def test_few_answers_with_signs_are_asked_for_again(locale: str) -> None:
    lexicon = lexicon_at(ROOT / "prompts" / "lexicon" / locale)
    table = (ROOT / "tests" / "utterances" / f"{locale}.yaml").read_text(encoding="utf-8")
    told = [
        row["text"]
        for row in yaml.load(table, yaml.CSafeLoader)
        if row["question"] == "symptoms" and row["expect"].get("value", {}).get("present")
    ]
    asked_again = [text for text in told if may_lose_sign(text, lexicon, surely=False)]
    assert len(asked_again) < len(told) / 20, asked_again
    surely = [text for text in told if may_lose_sign(text, lexicon, surely=True)]
    assert len(surely) < len(told) / 200, surely
