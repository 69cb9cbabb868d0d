"""How much what was heard so far weighs: whether more is waited for before it is answered."""

import pytest
from golden import VARIABLES
from sessions import AT, hear, new

from callbot.dialog.answers import Hypothesis
from callbot.dialog.events import (
    Digits,
)
from callbot.dialog.script import Script
from callbot.dialog.session import Session, Weight


@pytest.mark.parametrize(
    ("words", "weight"),
    [
        ("三十六度五", Weight.COMPLETE),
        ("三十六度", Weight.UNFINISHED),
        ("三十", Weight.UNFINISHED),
        ("三十六度五，没有出门", Weight.UNDERSTOOD),
        ("没有量", Weight.UNDERSTOOD),
        ("折闷都拉着哩", Weight.DOUBTFUL),
    ],
)
def test_only_a_complete_answer_cuts_waiting_short(
    quarantine: Script, words: str, weight: Weight
) -> None:
    session = new(quarantine)
    session.start(AT)
    session.resume(hear("是我"), AT)
    session.resume(hear("方便"), AT)
    before = session.to_json()
    assert session.weigh([Hypothesis(text=words, confidence=0.9)]) is weight
    assert session.to_json() == before


@pytest.mark.parametrize(
    ("words", "weight"),
    [
        ("Yes", Weight.BRIEF),
        ("Oh, hello, yes", Weight.BRIEF),
        ("No", Weight.BRIEF),
        ("Of course", Weight.BRIEF),
        ("Yes, sir", Weight.BRIEF),
        ("Yes, that's right", Weight.COMPLETE),
        ("Yes, it's a good time", Weight.COMPLETE),
        ("That is correct", Weight.COMPLETE),
    ],
)
def test_behind_a_yes_of_one_word_more_may_come(
    quarantine: Script, words: str, weight: Weight
) -> None:
    session = Session.new(quarantine, "en-US", VARIABLES, time_zone="Asia/Shanghai")
    session.start(AT)
    session.resume(hear("Yes, speaking"), AT)
    assert session.weigh([Hypothesis(text=words, confidence=0.9)]) is weight


@pytest.mark.parametrize(
    ("readings", "weight"),
    [
        (("三十六度五", "三十六度一"), Weight.DOUBTFUL),
        (("三十六度", "三十六度五"), Weight.UNFINISHED),
    ],
)
def test_a_number_said_to_its_end_is_not_waited_on_though_two_are_likely(
    quarantine: Script, readings: tuple[str, str], weight: Weight
) -> None:
    session = new(quarantine)
    session.start(AT)
    session.resume(hear("是我"), AT)
    session.resume(hear("方便"), AT)
    likely = [Hypothesis(text=text, confidence=0.4) for text in readings]
    assert session.weigh(likely) is weight


@pytest.mark.parametrize(
    ("locale", "words", "weight"),
    [
        ("ko-KR", "너프 어로 이", Weight.DOUBTFUL),
        ("ko-KR", "영어 도 교", Weight.DOUBTFUL),
        ("ko-KR", "그거 친구", Weight.DOUBTFUL),
        ("ko-KR", "삼십육 점 뭐더라", Weight.UNFINISHED),
        ("ko-KR", "체온계에 삼십", Weight.UNFINISHED),
        ("ko-KR", "삼", Weight.UNFINISHED),
        ("zh-CN", "还是跟昨天一样", Weight.DOUBTFUL),
        ("zh-CN", "我看看啊三", Weight.UNFINISHED),
        ("zh-CN", "三十六点，嗯", Weight.UNFINISHED),
        ("en-US", "I'm 78 years old", Weight.DOUBTFUL),
        ("en-US", "it says three", Weight.UNFINISHED),
        ("en-US", "thirty six point, um", Weight.UNFINISHED),
    ],
)
def test_only_a_number_that_may_go_on_is_waited_for_when_nothing_is_understood(
    quarantine: Script, locale: str, words: str, weight: Weight
) -> None:
    session = new(quarantine, locale=locale)
    session.start(AT)
    for key in ("1", "1"):
        session.resume(Digits(digits=key), AT)
    assert session.weigh([Hypothesis(text=words, confidence=0.9)]) is weight


@pytest.mark.parametrize(
    ("words", "confidence", "weight"),
    [
        ("在的我是王秀英", 0.4, Weight.COMPLETE),
        ("是我", 0.55, Weight.COMPLETE),
        ("是我", 0.45, Weight.DOUBTFUL),
    ],
)
def test_who_gives_the_name_that_was_asked_for_is_answered_at_once(
    quarantine: Script, words: str, confidence: float, weight: Weight
) -> None:
    session = new(quarantine)
    session.start(AT)
    assert session.weigh([Hypothesis(text=words, confidence=confidence)]) is weight


@pytest.mark.parametrize(
    ("words", "weight"),
    [
        ("Yeah", Weight.FAINT),
        ("No, sir", Weight.FAINT),
        ("Yeah, the hardware store", Weight.DOUBTFUL),
        ("Let's see", Weight.DOUBTFUL),
    ],
)
def test_a_word_that_was_hardly_heard_is_told_from_other_doubts(
    quarantine: Script, words: str, weight: Weight
) -> None:
    session = new(quarantine, locale="en-US")
    session.start(AT)
    for key in ("1", "1"):
        session.resume(Digits(digits=key), AT)
    assert session.weigh([Hypothesis(text=words, confidence=0.3)]) is weight


@pytest.mark.parametrize(
    ("question", "words", "weight"),
    [
        ("temperature", "Ninety-eight", Weight.BRIEF),
        ("temperature", "It was 101", Weight.BRIEF),
        ("temperature", "Ninety-eight point four", Weight.COMPLETE),
        ("temperature", "101 degrees", Weight.COMPLETE),
        ("temperature", "It went up overnight", Weight.BEGUN),
        ("temperature", "I couldn't take it", Weight.UNDERSTOOD),
        ("symptoms", "I have a cough", Weight.BEGUN),
        ("symptoms", "No", Weight.BEGUN),
        ("symptoms", "No, I feel fine", Weight.UNDERSTOOD),
        ("movements", "No, sir", Weight.BEGUN),
        ("movements", "No, I stayed at home", Weight.UNDERSTOOD),
    ],
)
def test_behind_a_mere_no_a_sign_or_a_number_without_tenths_more_may_come(
    quarantine: Script, question: str, words: str, weight: Weight
) -> None:
    session = Session.new(quarantine, "en-US", VARIABLES, time_zone="Asia/Shanghai")
    session.start(AT)
    answers = ["Yes, speaking", "Go ahead", "98.4", "Yes, that's right", "No, I feel fine"]
    for earlier in answers:
        if session.data.question == question and session.data.pending is None:
            break
        session.resume(hear(earlier), AT)
    assert session.data.question == question
    assert session.weigh([Hypothesis(text=words, confidence=0.9)]) is weight


@pytest.mark.parametrize(
    ("question", "words", "weight"),
    [
        ("identity", "네", Weight.UNDERSTOOD),
        ("identity", "네, 맞아요", Weight.BRIEF),
        ("identity", "네 제가 맞아요. 본인이에요", Weight.COMPLETE),
        ("permission", "네 말씀하세요", Weight.COMPLETE),
        ("permission", "네 괜찮은데", Weight.BRIEF),
        ("permission", "네, 괜찮아요", Weight.BRIEF),
        ("permission", "네, 지금 시간 돼요", Weight.BRIEF),
        ("permission", "네, 물어보세요", Weight.COMPLETE),
        ("permission", "아니, 누구세요", Weight.UNDERSTOOD),
        ("permission", "은궐 차나요", Weight.DOUBTFUL),
        ("permission", "시간은 많아요", Weight.BRIEF),
        ("permission", "지금은 바빠요", Weight.BEGUN),
        ("permission", "냄비를 올려놨어요. 나중에 해 주세요", Weight.UNDERSTOOD),
        ("permission", "지금 운전 중이라서요", Weight.LEADING),
        ("permission", "지금 운전 중이라서요. 나중에 해 주세요", Weight.UNDERSTOOD),
        ("temperature", "삼십육 점 칠도입니다", Weight.COMPLETE),
        ("temperature", "아침 먹기 전에 쟀는데", Weight.UNFINISHED),
        ("temperature", "어젯밤부터", Weight.UNFINISHED),
        ("temperature", "삼십육 점", Weight.UNFINISHED),
        ("temperature", "삼십육 점 뉴 도요", Weight.TOLD),
        ("temperature", "삼십육도요", Weight.DOUBTFUL),
        ("symptoms", "아니요", Weight.BEGUN),
        ("symptoms", "아픈 데 없어요", Weight.BEGUN),
        ("symptoms", "아픈 데 없어요. 밥도 잘 먹어요", Weight.UNDERSTOOD),
        ("symptoms", "아픈 데 없어요 밥도 잘 먹어요", Weight.UNDERSTOOD),
        ("symptoms", "아니요, 아픈 데 없어요", Weight.UNDERSTOOD),
        ("symptoms", "아니요 부르미 다나거려요", Weight.TOLD),
        ("symptoms", "부르미 다나거리", Weight.DOUBTFUL),
        ("movements", "안 나갔어요", Weight.LEADING),
        ("movements", "아니요, 안 나갔어요", Weight.UNDERSTOOD),
        ("movements", "아니요, 누워만 있었어요", Weight.LEADING),
        ("movements", "아니요, 누워만 있었어요. 안 나갔어요", Weight.UNDERSTOOD),
        ("contacts", "아무도 안 만났어요", Weight.LEADING),
        ("contacts", "아니요, 만난 사람 없어요", Weight.UNDERSTOOD),
        ("contacts", "아니요, 친구들하고 전화만 했어요", Weight.LEADING),
    ],
)
def test_korean_endings_tell_whether_somebody_goes_on(
    quarantine: Script, question: str, words: str, weight: Weight
) -> None:
    session = new(quarantine, locale="ko-KR")
    session.start(AT)
    for earlier in (
        *("네, 맞아요", "네, 말씀하세요", "삼십육 점 칠도입니다", "네, 맞아요"),
        *("아니요, 아픈 데 없어요", "아니요, 안 나갔어요"),
    ):
        if session.data.question == question and session.data.pending is None:
            break
        session.resume(hear(earlier), AT)
    assert session.data.question == question
    assert session.weigh([Hypothesis(text=words, confidence=0.9)]) is weight


def test_a_surer_guess_tells_that_more_is_to_come_though_another_is_believed(
    quarantine: Script,
) -> None:
    session = new(quarantine, locale="ko-KR")
    session.start(AT)
    session.resume(hear("네, 맞아요"), AT)
    believed = Hypothesis(text="네, 말씀하세요", confidence=0.6)
    surer = Hypothesis(text="지금 도마 중이라서요", confidence=0.7)
    assert session.weigh([believed]) is Weight.COMPLETE
    assert session.weigh([surer, believed]) is Weight.LEADING


@pytest.mark.parametrize(
    ("words", "weight"),
    [
        ("맞아요", Weight.UNDERSTOOD),
        ("안 나갔어요", Weight.UNDERSTOOD),
        ("부르미 다나거려요", Weight.TOLD),
        ("네 크럭습미다", Weight.UNDERSTOOD),
        ("틀려요", Weight.BRIEF),
    ],
)
def test_to_what_was_read_back_one_korean_statement_is_all_but_a_denial(
    quarantine: Script, words: str, weight: Weight
) -> None:
    session = new(quarantine, locale="ko-KR")
    session.start(AT)
    for earlier in ("네, 맞아요", "네, 말씀하세요", "삼십육 점 칠도입니다"):
        session.resume(hear(earlier), AT)
    assert session.data.pending is not None
    assert session.weigh([Hypothesis(text=words, confidence=0.9)]) is weight


def test_no_to_symptoms_is_waited_on_since_more_may_come(quarantine: Script) -> None:
    session = new(quarantine)
    session.start(AT)
    for words in ("是我", "方便", "三十六度五", "对"):
        session.resume(hear(words), AT)
    assert session.weigh([Hypothesis(text="没有", confidence=1.0)]) is Weight.UNDERSTOOD


def test_an_offer_to_answer_for_the_resident_is_always_decoded_twice(quarantine: Script) -> None:
    session = new(quarantine)
    session.start(AT)
    offer = (Hypothesis(text="我是他女儿，我替他回答"),)
    assert session.weigh(offer) is Weight.DOUBTFUL
    session.resume(hear("他不在家"), AT)
    assert session.weigh((Hypothesis(text="可以回答"),)) is Weight.DOUBTFUL
    assert session.weigh((Hypothesis(text="不能回答"),)) is not Weight.DOUBTFUL
