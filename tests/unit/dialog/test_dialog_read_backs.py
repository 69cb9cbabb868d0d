"""A bare yes or no to what was read back confirms it or denies it, and is nothing else."""

import pytest
from sessions import AT, asked, hears, noted

from callbot.dialog.answers import Hypothesis, Status
from callbot.dialog.events import Heard, Say
from callbot.dialog.session import Session

ANSWERS = {
    "zh-CN": {
        "temperature": ("三十八度二", "体温正常", "没量体温", "发烧了"),
        "symptoms": ("我咳嗽", "我老伴咳嗽", "没有不舒服"),
        "movements": ("去了超市", "出去了", "没有出门"),
        "contacts": ("见了邻居", "见过人", "没有见过人"),
    },
    "en-US": {
        "temperature": ("thirty-eight point two", "normal", "I did not take it", "I have a fever"),
        "symptoms": ("I have a cough", "my husband has a cough", "No, I feel fine."),
        "movements": ("I went to the supermarket", "I went out", "No, I stayed at home."),
        "contacts": ("I met my neighbour", "I met someone", "No, I met nobody."),
    },
    "ko-KR": {
        "temperature": ("삼십팔 점 이 도요", "정상이에요", "안 쟀어요", "열이 나요"),
        "symptoms": ("기침이 나요", "남편이 기침해요", "아픈 데 없어요"),
        "movements": ("마트에 갔어요", "밖에 나갔어요", "안 나갔어요"),
        "contacts": ("이웃을 만났어요", "사람을 만났어요", "아무도 안 만났어요"),
    },
}
YES = {
    "zh-CN": ("对", "对的没错", "是的", "没错", "嗯"),
    "en-US": ("Yes.", "Yes, that's right.", "Right.", "Correct."),
    "ko-KR": ("네", "맞아요", "네, 맞습니다"),
}
NO = {
    "zh-CN": ("不对", "不是", "不是这样的", "错了", "说错了", "我说错了"),
    "en-US": ("No.", "Nope.", "No, that's wrong.", "That's not right."),
    "ko-KR": ("아니요", "아니에요", "틀렸어요"),
}
AGAIN = {"zh-CN": ("有", "去了"), "en-US": ("I have",), "ko-KR": ("있어요", "갔어요")}
"""Said by somebody who answers the question once more."""

READ_BACK = [
    (locale, question, answer)
    for locale, questions in ANSWERS.items()
    for question, answers in questions.items()
    for answer in answers
]


def read_back(locale: str, question: str, answer: str) -> Session:
    """A conversation in which an answer, heard unsurely, has just been read back."""
    session = asked(locale, question)
    hears(session, answer, 0.5)
    assert session.data.pending is not None
    return session


@pytest.mark.parametrize(("locale", "question", "answer"), READ_BACK)
def test_a_bare_yes_or_no_is_nothing_else(locale: str, question: str, answer: str) -> None:
    for words in YES[locale]:
        session = read_back(locale, question, answer)
        pending = session.data.pending
        assert pending is not None
        (recorded,) = noted(hears(session, words), question)
        assert recorded.answer.status is Status.CLEAR, words
        assert recorded.answer.value == pending.value, words
    for words in NO[locale]:
        session = read_back(locale, question, answer)
        assert noted(hears(session, words), question) == [], words
        assert session.data.pending is None, words


@pytest.mark.parametrize("locale", ANSWERS)
@pytest.mark.parametrize("question", ["symptoms", "movements", "contacts"])
def test_who_answers_the_question_once_more_does_not_confirm_that_there_was_nothing(
    locale: str, question: str
) -> None:
    for words in AGAIN[locale]:
        session = read_back(locale, question, ANSWERS[locale][question][-1])
        assert noted(hears(session, words), question) == [], words


@pytest.mark.parametrize("locale", ANSWERS)
@pytest.mark.parametrize(("confidence", "wording"), [(0.8, 0), (0.2, -1)])
def test_who_is_not_heard_for_noise_is_offered_keys_at_once(
    locale: str, confidence: float, wording: int
) -> None:
    session = read_back(locale, "temperature", ANSWERS[locale]["temperature"][0])
    said = [e for e in hears(session, "嗯嗯那个", confidence) if isinstance(e, Say)]
    again = session.script.wording(locale).confirm_again
    assert said[0].text == again[wording]


@pytest.mark.parametrize(
    ("question", "answer", "read_back"),
    [
        ("symptoms", "我咳嗽", False),
        ("symptoms", "有点胸闷", True),
        ("symptoms", "都挺好的", True),
    ],
)
def test_what_the_lesser_part_of_the_guesses_tells_is_asked_again_unless_it_is_urgent(
    question: str, answer: str, read_back: bool
) -> None:
    session = asked("zh-CN", question)
    guesses = (answer, "哇哩哇啦", "叽里咕噜", "叽里呱啦")
    heard = tuple(Hypothesis(text=text, confidence=0.58) for text in guesses)
    session.resume(Heard(hypotheses=heard), AT)
    assert (session.data.pending is not None) is read_back
    assert session.data.asked == (1 if read_back else 2)


@pytest.mark.parametrize("locale", ANSWERS)
def test_every_answer_offered_for_a_read_back_is_a_yes_or_a_no(locale: str) -> None:
    question, answer = "temperature", ANSWERS[locale]["temperature"][0]
    for words in read_back(locale, question, answer).script.wording(locale).confirm_examples:
        session = read_back(locale, question, answer)
        hears(session, words)
        assert session.data.pending is None, words


@pytest.mark.parametrize(
    ("guesses", "believed"),
    [
        ({"对": 0.46, "不对": 0.26}, False),
        ({"对": 0.69, "对的": 0.2, "不对": 0.19, "有对": 0.16}, False),
        ({"是的": 0.69, "不是的": 0.15}, False),
        ({"好": 0.34, "对": 0.3, "好的": 0.11}, False),
        ({"是的没错": 0.7, "说错了": 0.29}, True),
        ({"对": 0.9, "不对": 0.26}, True),
        ({"说错了。对": 0.95}, False),
        ({"对。说错了": 0.95}, False),
    ],
)
def test_a_yes_in_noise_is_not_believed_while_a_no_is_faintly_heard(
    guesses: dict[str, float], believed: bool
) -> None:
    session = read_back("zh-CN", "temperature", "三十八度二")
    heard = tuple(Hypothesis(text=text, confidence=c) for text, c in guesses.items())
    events = session.resume(Heard(hypotheses=heard), AT)
    assert bool(noted(events, "temperature")) is believed
    assert (session.data.pending is None) is believed


@pytest.mark.parametrize(
    ("guesses", "read_back"),
    [
        ({"三十七度二": 0.8, "三十七度五": 0.47, "三十七度一": 0.45, "三十七度": 0.43}, 37.5),
        ({"三十六度五": 0.7, "三十六度七": 0.5}, 36.7),
        ({"三十六度二": 0.6, "三十八度二": 0.5}, 38.2),
        ({"三十八度二": 0.6, "三十六度二": 0.5}, 38.2),
        ({"三十六度五": 0.7}, 36.5),
    ],
)
def test_a_number_denied_and_heard_once_more_makes_way_for_another_but_no_fever_for_a_normal_one(
    guesses: dict[str, float], read_back: float
) -> None:
    heard = tuple(Hypothesis(text=text, confidence=c) for text, c in guesses.items())
    session = asked("zh-CN", "temperature")
    hears(session, heard[0].text)
    hears(session, "说错了")
    session.resume(Heard(hypotheses=heard), AT)
    pending = session.data.pending
    assert pending is not None
    assert pending.value == {"celsius": read_back}


@pytest.mark.parametrize(
    ("words", "settled"),
    [("是的，三十八度", True), ("是的，三十九度", False), ("不对，三十八度", False)],
)
def test_a_yes_with_the_number_read_back_keeps_its_fraction(words: str, settled: bool) -> None:
    session = read_back("zh-CN", "temperature", "三十八度二")
    recorded = noted(hears(session, words), "temperature")
    assert [r.answer.value for r in recorded] == ([{"celsius": 38.2}] if settled else [])


def test_a_meeting_that_half_of_the_guesses_deny_is_not_let_stand() -> None:
    session = asked("ko-KR", "contacts")
    hears(session, "이웃을 만났어요")
    guesses = (("아무도 안 만났어요", 0.55), ("야문드와 만났어요", 0.5))
    said = tuple(Hypothesis(text=text, confidence=sure) for text, sure in guesses)
    events = session.resume(Heard(hypotheses=said), AT)
    assert noted(events, "contacts") == []
    assert session.data.pending is not None
