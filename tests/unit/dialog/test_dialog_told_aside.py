"""What is told beside the answer to another question: read back in place of its own question only
where it was surely told, else asked for as always, and never lost."""

import pytest
from sessions import AT, asked, hears, noted
from test_dialog_read_backs import YES

from callbot.dialog.answers import Hypothesis, Movements, Status
from callbot.dialog.events import Heard
from callbot.dialog.session import Session

NOT_SURELY = {
    "zh-CN": ("没有,吃的下去得香", "没有，我出去过"),
    "en-US": ("No, walked over to the flimmerdock", "No, I went to the supermarket"),
    "ko-KR": ("아니요, 어제 나갔어요", "아니요, 마트에 갔어요"),
}
"""Of a way out: in words that do not say where to, or that nobody knows; and plain ones."""

DENIED = {"zh-CN": "没出门", "en-US": "No, I stayed at home.", "ko-KR": "안 나갔어요"}


def told_at(locale: str, question: str, *guesses: Hypothesis) -> Session:
    """The question after one that was answered so."""
    session = asked(locale, question)
    session.resume(Heard(hypotheses=guesses), AT)
    while session.data.question == question:
        hears(session, YES[locale][0])
    return session


@pytest.mark.parametrize(
    ("locale", "question", "words", "confidence", "read_back"),
    [
        ("zh-CN", "symptoms", "没有，昨天去了超市", 1.0, True),
        ("zh-CN", "symptoms", "没有，昨天去了超市", 0.55, False),
        ("zh-CN", "symptoms", "没有,吃的下去得香", 1.0, False),
        ("zh-CN", "symptoms", "没有，去了哇哩乌", 1.0, False),
        ("zh-CN", "movements", "没出门，邻居来看过我", 1.0, True),
        ("zh-CN", "movements", "没出门，邻居来看过我", 0.55, False),
        ("zh-CN", "temperature", "三十六度五，我嗓子疼", 1.0, True),
        ("zh-CN", "temperature", "三十六度五，我嗓子疼", 0.55, False),
        ("zh-CN", "temperature", "三十六度五，我胸口疼", 0.55, True),
        ("en-US", "symptoms", "No, I went to the supermarket", 1.0, True),
        ("en-US", "symptoms", "No, I went to the supermarket", 0.55, False),
        ("en-US", "symptoms", "No, walked over to the flimmerdock", 1.0, False),
        ("ko-KR", "symptoms", "아니요, 마트에 갔어요", 1.0, True),
        ("ko-KR", "symptoms", "아니요, 마트에 갔어요", 0.55, False),
        ("ko-KR", "movements", "안 나갔어요, 이웃을 만났어요", 1.0, True),
        ("ko-KR", "movements", "안 나갔어요, 이웃을 만났어요", 0.55, False),
    ],
)
def test_only_what_was_surely_told_is_read_back_in_place_of_its_question(
    locale: str, question: str, words: str, confidence: float, read_back: bool
) -> None:
    session = told_at(locale, question, Hypothesis(text=words, confidence=confidence))
    assert (session.data.pending is not None) is read_back
    assert bool(session.data.told_early) is not read_back


def test_what_was_only_prompted_is_asked_for_all_the_same() -> None:
    words = Hypothesis(text="没有，昨天去了超市", confidence=1.0, borne_out=False)
    session = asked("zh-CN", "symptoms")
    session.resume(Heard(hypotheses=(words,)), AT)
    assert "movements" in session.data.told_early
    assert "movements" not in session.data.volunteered


@pytest.mark.parametrize("locale", DENIED)
def test_a_denial_of_what_was_not_surely_told_is_read_back_once(locale: str) -> None:
    session = told_at(locale, "symptoms", Hypothesis(text=NOT_SURELY[locale][0], confidence=1.0))
    assert noted(hears(session, DENIED[locale]), "movements") == []
    assert session.data.pending is not None
    (recorded,) = noted(hears(session, YES[locale][0]), "movements")
    assert recorded.answer.status is Status.CLEAR
    assert recorded.answer.parsed() == Movements(went_out=False)


@pytest.mark.parametrize("locale", DENIED)
def test_what_was_not_surely_told_is_kept_where_its_question_is_not_understood(locale: str) -> None:
    plain = Hypothesis(text=NOT_SURELY[locale][1], confidence=0.55)
    session = told_at(locale, "symptoms", plain)
    events = [event for _ in range(3) for event in hears(session, "blorp blorp")]
    (recorded,) = noted(tuple(events), "movements")
    assert recorded.answer.status is Status.UNCLEAR
    told = recorded.answer.parsed()
    assert isinstance(told, Movements)
    assert told.went_out


def test_what_changes_an_earlier_answer_and_was_not_surely_told_is_asked_again() -> None:
    session = asked("zh-CN", "movements")
    hears(session, "没出门")
    unsure = Hypothesis(text="没见外人，昨天去了超市", confidence=0.55)
    session.resume(Heard(hypotheses=(unsure,)), AT)
    hears(session, "对")
    assert (session.data.question, session.data.pending) == ("movements", None)
    assert session.data.answers["movements"].status is Status.UNCLEAR


def test_danger_told_by_sound_alone_is_no_need_to_be_read_back() -> None:
    """Of 不用，什么都有, heard as what sounds like 气不够用."""
    session = asked("zh-CN", "needs")
    hears(session, "五勇,全部高勇", 0.39)
    assert session.data.pending is None
    assert session.data.question == "needs"
