"""What is asked again, or read back, before it is believed."""

import pytest
from sessions import AT, asked, hear, new

from callbot.dialog.answers import Hypothesis, Status
from callbot.dialog.events import (
    Digits,
    Heard,
)
from callbot.dialog.script import Script


@pytest.mark.parametrize(
    ("said", "confirmed"),
    [
        ("没错", {"went_out": True}),
        ("对", {"went_out": True}),
        ("是的，去了", {"went_out": True}),
    ],
)
def test_a_yes_that_sounds_like_a_no_keeps_the_graver_answer(
    quarantine: Script, said: str, confirmed: dict[str, bool]
) -> None:
    session = new(quarantine)
    session.start(AT)
    for words in ("是我", "方便", "三十六度五", "对", "没有不舒服", "去了超市", said):
        session.resume(hear(words), AT)
    value = session.data.answers["movements"].value
    assert value is not None
    assert confirmed.items() <= value.items()


def test_a_yes_to_a_calm_read_back_that_says_otherwise_is_not_taken_as_agreement(
    quarantine: Script,
) -> None:
    session = new(quarantine)
    session.start(AT)
    for words in ("是我", "方便", "三十六度五", "对", "没有不舒服"):
        session.resume(hear(words), AT)
    unsure = Heard(hypotheses=(Hypothesis(text="没有出门", confidence=0.45),))
    assert session.resume(unsure, AT)[-1].reads_back  # type: ignore[union-attr]
    session.resume(hear("有，出去了一趟"), AT)
    pending = session.data.pending
    assert pending is not None
    assert pending.value is not None
    assert pending.value["went_out"], "read back anew with what they said"


@pytest.mark.parametrize(
    ("words", "confidence", "asked_again"),
    [
        ("三十六度", 0.5, True),
        ("三十七度", 0.5, True),
        ("三十六度", 0.9, True),
        ("三十六度", 1.0, False),
        ("三十六度整", 0.9, False),
        ("三十六度五", 0.5, False),
        ("三十八度", 0.5, False),
    ],
)
def test_a_whole_number_that_is_heard_is_asked_for_once_more_unless_it_is_a_fever(
    quarantine: Script, words: str, confidence: float, asked_again: bool
) -> None:
    session = new(quarantine)
    session.start(AT)
    for said in ("是我", "方便"):
        session.resume(hear(said), AT)
    faint = Heard(hypotheses=(Hypothesis(text=words, confidence=confidence),))
    session.resume(faint, AT)
    assert (session.data.asked == 2) is asked_again
    assert (session.data.pending is None) is asked_again
    session.resume(faint, AT)
    if asked_again:
        assert session.data.pending is not None, "twice heard it is read back"


@pytest.mark.parametrize(
    ("guesses", "asked_again"),
    [
        ({"39.1": 0.5, "99.1": 0.4}, True),
        ({"39.1": 0.42, "29.1": 0.47}, True),
        ({"98.5": 0.6, "38.5": 0.31}, True),
        ({"39.1": 0.5, "99.1": 0.2}, False),
        ({"39.1": 0.5, "39.2": 0.4}, False),
        ({"99.1": 0.6, "1999.1": 0.5}, False),
    ],
)
def test_numbers_degrees_apart_are_asked_for_once_more_before_one_is_read_back(
    quarantine: Script, guesses: dict[str, float], asked_again: bool
) -> None:
    session = new(quarantine, locale="en-US")
    session.start(AT)
    for key in ("1", "1"):
        session.resume(Digits(digits=key), AT)
    said = Heard(hypotheses=tuple(Hypothesis(text=t, confidence=c) for t, c in guesses.items()))
    session.resume(said, AT)
    assert (session.data.pending is None) is asked_again
    assert session.data.asked == 1 + asked_again
    assert "temperature" not in session.data.answers


def test_a_fever_heard_twice_beside_another_number_is_read_back(quarantine: Script) -> None:
    session = new(quarantine, locale="en-US")
    session.start(AT)
    for key in ("1", "1"):
        session.resume(Digits(digits=key), AT)
    likely = (("39.1", 0.5), ("99.1", 0.4))
    said = Heard(hypotheses=tuple(Hypothesis(text=t, confidence=c) for t, c in likely))
    session.resume(said, AT)
    session.resume(said, AT)
    assert session.data.pending is not None
    assert session.data.pending.value == {"celsius": 39.1}


@pytest.mark.parametrize(
    ("told", "agreed", "asked_again"),
    [
        ("36.3도요", {"네 36.3도요": 0.73, "네 36.4도요": 0.61}, True),
        ("36.3도요", {"네 36.3도요": 0.73, "네 36.4도요": 0.5}, False),
        ("36.3도요", {"네 36.3도요": 0.73, "네 36도요": 0.7}, False),
        ("38.3도요", {"네 38.3도요": 0.73, "네 38.4도요": 0.7}, False),
        ("36.3도요", {"네 맞아요": 0.7, "네 맞아": 0.6}, False),
    ],
)
def test_a_number_agreed_to_beside_other_tenths_is_asked_for_once_more(
    quarantine: Script, told: str, agreed: dict[str, float], asked_again: bool
) -> None:
    session = new(quarantine, locale="ko-KR")
    session.start(AT)
    for key in ("1", "1"):
        session.resume(Digits(digits=key), AT)
    session.resume(hear(told), AT)
    said = Heard(hypotheses=tuple(Hypothesis(text=t, confidence=c) for t, c in agreed.items()))
    session.resume(said, AT)
    assert ("temperature" not in session.data.answers) is asked_again
    assert session.data.pending is None
    if asked_again:
        assert session.data.question == "temperature"
        session.resume(Digits(digits="364"), AT)
        session.resume(Digits(digits="1"), AT)
        assert session.data.answers["temperature"].value == {"celsius": 36.4}


def test_that_all_is_well_is_never_believed_of_an_echo(quarantine: Script) -> None:
    session = new(quarantine)
    session.start(AT)
    for words in ("是我", "方便", "三十六度五", "是的"):
        session.resume(hear(words), AT)
    echo = Heard(hypotheses=(Hypothesis(text="没有不舒服", confidence=0.55, borne_out=False),))
    while session.data.question == "symptoms":
        session.resume(echo, AT)
    assert session.data.answers["symptoms"].status is Status.UNCLEAR
    assert session.data.answers["symptoms"].heard == "没有不舒服"


@pytest.mark.parametrize(
    ("words", "confidence", "asked_again"),
    [
        ("用是房子层，别的都没有", 0.44, True),
        ("别的都没有", 0.44, True),
        ("没有不舒服", 0.44, False),
        ("糖尿病老毛病了，别的没有", 0.9, False),
    ],
)
def test_that_there_is_nothing_else_tells_nothing_of_what_it_was_left_of(
    quarantine: Script, words: str, confidence: float, asked_again: bool
) -> None:
    session = new(quarantine)
    session.start(AT)
    for said in ("是我", "方便", "三十六度五", "对"):
        session.resume(hear(said), AT)
    faint = Heard(hypotheses=(Hypothesis(text=words, confidence=confidence),))
    session.resume(faint, AT)
    assert (session.data.question == "symptoms" and session.data.asked == 2) is asked_again
    if asked_again:
        session.resume(faint, AT)
        assert session.data.pending is None, "twice heard it is not read back either"


@pytest.mark.parametrize(
    ("question", "guesses", "asked_again"),
    [
        ("movements", {"去了医院": 0.4}, True),
        ("movements", {"去了医院": 0.5}, False),
        ("contacts", {"见过邻居": 0.4}, True),
        ("symptoms", {"有点咳嗽": 0.4}, True),
        ("symptoms", {"胸口闷": 0.4}, True),
        ("symptoms", {"胸口闷": 0.46}, False),
        ("symptoms", {"我倒没劲": 0.69}, True),
        ("symptoms", {"浑身没劲": 0.69}, False),
        ("symptoms", {"没劲": 0.8}, False),
        ("symptoms", {"没有不舒服": 0.4}, False),
        ("symptoms", {"纳肚子": 0.58, "没有不舒服": 0.55, "拉肚子": 0.53}, True),
        ("symptoms", {"没有任何不舒服": 0.63, "没有劲,可不舒服": 0.56}, False),
        ("contacts", {"外人一个没见": 0.51, "外人一个每天": 0.4}, False),
        ("contacts", {"我没没来看过我": 0.6, "我妹妹来看过我": 0.58}, True),
        ("temperature", {"三十六度一": 0.45}, True),
        ("temperature", {"三十六度一": 0.55}, False),
        ("temperature", {"三十八度一": 0.45}, True),
        ("temperature", {"三十九度三": 0.45}, False),
    ],
)
def test_what_is_hardly_heard_is_asked_again_until_it_is_heard_so_twice_but_no_fever_above_39(
    question: str, guesses: dict[str, float], asked_again: bool
) -> None:
    session = asked("zh-CN", question)
    said = Heard(hypotheses=tuple(Hypothesis(text=t, confidence=c) for t, c in guesses.items()))
    session.resume(said, AT)
    again = session.data.asked == 2
    assert again is asked_again
    if asked_again:
        assert session.data.pending is None
        session.resume(said, AT)
        assert session.data.pending is not None, "heard so twice it is read back"


@pytest.mark.parametrize(
    ("then", "confidence", "danger"),
    [
        ("没有，身体挺好", 0.7, False),
        ("没有，身体挺好", 0.5, True),
        ("头疼", 0.7, False),
        ("头疼", 0.5, True),
        ("色拉拉", 0.9, True),
        ("喘不上气", 0.3, True),
    ],
)
def test_a_danger_hardly_heard_gives_way_only_to_what_is_surely_heard(
    then: str, confidence: float, danger: bool
) -> None:
    session = asked("zh-CN", "symptoms")
    for words, sure in (("胸闷", 0.42), (then, confidence)):
        session.resume(Heard(hypotheses=(Hypothesis(text=words, confidence=sure),)), AT)
    pending = session.data.pending
    present = pending.value["present"] if pending and pending.value else []
    assert ("chest_tightness" in present) is danger


def test_other_words_hardly_heard_each_time_are_left_to_a_person() -> None:
    session = asked("zh-CN", "temperature")
    for words in ("三十六度一", "三十六度二", "三十八度三"):
        session.resume(Heard(hypotheses=(Hypothesis(text=words, confidence=0.3),)), AT)
    assert session.data.answers["temperature"].status is Status.UNCLEAR
