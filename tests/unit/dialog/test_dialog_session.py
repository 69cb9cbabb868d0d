"""What a conversation keeps, flags and takes up again."""

from datetime import datetime

import pytest
from golden import MORNING, VARIABLES, script

from callbot.dialog.answers import Answer, Hypothesis, Kind, Status
from callbot.dialog.events import (
    Digits,
    Flagged,
    Heard,
    HungUp,
    Listen,
    Say,
    Severity,
)
from callbot.dialog.script import Script
from callbot.dialog.session import Session, Weight
from callbot.dialog.state import Phase

AT = datetime.fromisoformat(MORNING)


@pytest.fixture(scope="module")
def quarantine() -> Script:
    return script("quarantine")


def new(script: Script, locale: str = "zh-CN", **given: object) -> Session:
    return Session.new(script, locale, VARIABLES, time_zone="Asia/Shanghai", **given)  # type: ignore[arg-type]


def hear(text: str) -> Heard:
    return Heard(hypotheses=(Hypothesis(text=text),))


def test_urgent_findings_come_at_once_and_others_at_the_end(quarantine: Script) -> None:
    session = new(quarantine)
    session.start(AT)
    for words in ("是我", "方便", "三十九度五"):
        session.resume(hear(words), AT)
    events = session.resume(hear("对"), AT)
    flagged = [event for event in events if isinstance(event, Flagged)]
    assert [flag.severity for flag in flagged] == [Severity.URGENT]
    assert flagged[0].evidence == "「三十九度五」"
    assert isinstance(events[-1], Listen), "the call goes on"


def test_not_measured_twice_in_a_row_is_flagged(quarantine: Script) -> None:
    yesterday = Answer(
        question="temperature",
        kind=Kind.TEMPERATURE,
        status=Status.CLEAR,
        value={"celsius": None, "reported": "not_measured"},
    )
    for previous, flagged in (({}, False), ({"temperature": yesterday}, True)):
        session = new(quarantine, previous=previous)
        session.start(AT)
        events: tuple[object, ...] = ()
        for words in (
            "是我",
            "方便",
            "没有量",
            "对",
            "没有不舒服",
            "没有出门",
            "没有见过人",
            "不用",
        ):
            events = session.resume(hear(words), AT)
        rules = {event.rule for event in events if isinstance(event, Flagged)}
        assert ("not_measured_twice" in rules) is flagged


def test_a_broken_call_is_taken_up_where_it_broke_off(quarantine: Script) -> None:
    first = new(quarantine)
    first.start(AT)
    for words in ("是我", "方便", "三十六度五", "对", "没有不舒服"):
        first.resume(hear(words), AT)
    first.resume(HungUp(), AT)

    second = new(quarantine, resumes=first.data)
    opening = [event.prompt for event in second.start(AT) if isinstance(event, Say)]
    assert opening == ["greeting", "resumed", "identity"], "who picks up is asked anew"
    second.resume(hear("是我"), AT)
    after = second.resume(hear("方便"), AT)
    assert [event.question for event in after if isinstance(event, Listen)] == ["movements"]


def test_asking_is_the_machine_s_only_way_on(quarantine: Script) -> None:
    session = new(quarantine)
    assert session.state is Phase.READY
    session.start(AT)
    assert session.state is Phase.ASKING
    session.resume(HungUp(), AT)
    assert session.ended
    assert session.resume(hear("是我"), AT) == ()


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


def test_a_name_misheard_in_some_hypotheses_is_nobody_elses(quarantine: Script) -> None:
    session = new(quarantine)
    session.start(AT)
    heard = (("对我是老王", 0.55), ("对我是老黄", 0.5))
    hypotheses = tuple(Hypothesis(text=text, confidence=sure) for text, sure in heard)
    session.resume(Heard(hypotheses=hypotheses), AT)
    assert session.data.question == "permission"


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
        ("permission", "지금은 바빠요", Weight.BEGUN),
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
        ("movements", "안 나갔어요", Weight.BEGUN),
        ("movements", "아니요, 안 나갔어요", Weight.UNDERSTOOD),
        ("movements", "아니요, 누워만 있었어요", Weight.LEADING),
        ("movements", "아니요, 누워만 있었어요. 안 나갔어요", Weight.UNDERSTOOD),
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


def test_a_resident_who_rings_back_hears_who_rang_and_is_asked_who_speaks(
    quarantine: Script,
) -> None:
    events = new(quarantine, rang_back=True).start(AT)
    assert [e.prompt for e in events if isinstance(e, Say)] == ["called_back", "identity"]


def test_a_resident_who_rings_back_is_no_machine_whatever_they_say(quarantine: Script) -> None:
    machine = "您拨打的电话暂时无法接听"
    ours, theirs = new(quarantine), new(quarantine, rang_back=True)
    for session in (ours, theirs):
        session.start(AT)
        session.resume(hear(machine), AT)
    assert (ours.ended, theirs.ended) == (True, False)


@pytest.mark.parametrize(
    ("words", "counts"),
    [
        ("别再打电话了", True),
        ("你打错了", True),
        ("我在开会", True),
        ("我是王秀英", True),
        ("是我", False),
        ("喂，你好", False),
        ("你是谁啊", False),
        ("嗯", False),
    ],
)
def test_only_what_needs_no_question_counts_when_spoken_into_the_opening(
    quarantine: Script, words: str, counts: bool
) -> None:
    session = new(quarantine)
    session.start(AT)
    assert session.stands_alone((Hypothesis(text=words, confidence=0.9),)) is counts


@pytest.mark.parametrize(
    ("words", "confidence", "asked_again"),
    [
        ("三十六度", 0.5, True),
        ("三十七度", 0.5, True),
        ("三十六度", 0.9, True),
        ("三十七度，早上亮灯", 0.9, True),
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


def test_an_offer_to_answer_for_the_resident_is_always_decoded_twice(quarantine: Script) -> None:
    session = new(quarantine)
    session.start(AT)
    offer = (Hypothesis(text="我是他女儿，我替他回答"),)
    assert session.weigh(offer) is Weight.DOUBTFUL
    session.resume(hear("他不在家"), AT)
    assert session.weigh((Hypothesis(text="可以回答"),)) is Weight.DOUBTFUL
    assert session.weigh((Hypothesis(text="不能回答"),)) is not Weight.DOUBTFUL


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
