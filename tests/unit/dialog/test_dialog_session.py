"""Whatever is said to it, a conversation ends, politely, within its bounds."""

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callbot.dialog.answers import Answer, Hypothesis, Kind, Status
from callbot.dialog.events import (
    Digits,
    Flagged,
    HangUp,
    Heard,
    HungUp,
    Listen,
    Outcome,
    RecognitionFailed,
    Say,
    Severity,
    Silence,
)
from callbot.dialog.script import Script, load_script
from callbot.dialog.session import Session, Weight
from callbot.dialog.state import Phase

AT = datetime.fromisoformat("2026-11-22T09:00:00+08:00")
VARIABLES = {
    "office": "金海街道办事处",
    "office_phone": "053288880000",
    "name": "王秀英",
    "day": "3",
    "days_left": "11",
    "release_date": "12月3日",
}

WORDS = st.sampled_from(
    [
        "是我", "不是", "方便", "不方便", "三十六度五", "三十八度二", "三十九度五", "没有", "有",
        "对", "不对", "不对，是三十七度五", "有点咳嗽", "没有出门", "去了超市", "没有见过人",
        "你说什么", "等一下", "我在开会", "你是谁", "转人工", "我不想说", "我要投诉", "骗子",
        "我什么时候能出门", "今天天气不错", "嗯", "", "需要买药", "刚才说错了，是三十七度五",
        "我老伴咳嗽", "胸口疼得厉害", "三十六度五，没有不舒服，也没出门", "一个小时以后",
    ]
)  # fmt: skip
INPUTS = st.one_of(
    WORDS.map(lambda words: Heard(hypotheses=(Hypothesis(text=words),))),
    st.tuples(WORDS, WORDS, st.floats(0, 1), st.floats(0, 1)).map(
        lambda t: Heard(
            hypotheses=(
                Hypothesis(text=t[0], confidence=max(t[2], t[3])),
                Hypothesis(text=t[1], confidence=min(t[2], t[3])),
            )
        )
    ),
    st.text(alphabet="0123456789*#", min_size=1, max_size=4).map(lambda d: Digits(digits=d)),
    st.just(Silence()),
    st.just(RecognitionFailed()),
    st.just(Heard()),
)


@pytest.fixture(scope="module")
def quarantine(prompts_dir: Path) -> Script:
    return load_script(prompts_dir, "quarantine")


def new(script: Script, **given: object) -> Session:
    return Session.new(script, "zh-CN", VARIABLES, time_zone="Asia/Shanghai", **given)  # type: ignore[arg-type]


def hear(text: str) -> Heard:
    return Heard(hypotheses=(Hypothesis(text=text),))


@settings(max_examples=150, deadline=None)
@given(inputs=st.lists(INPUTS, min_size=60, max_size=60))
def test_every_conversation_ends_within_its_bounds(quarantine: Script, inputs: list) -> None:  # type: ignore[type-arg]
    session = new(quarantine)
    events = session.start(AT)
    turns = 0
    for each in inputs:
        if session.ended:
            break
        # While it lives it always listens, and has said something first.
        assert isinstance(events[-1], Listen)
        assert any(isinstance(event, Say) for event in events)
        turns += 1
        again = Session.from_json(quarantine, session.to_json())
        events = session.resume(each, AT)
        # Pure: taken up from its JSON it goes on in the very same way.
        assert again.resume(each, AT) == events
    assert session.ended
    assert isinstance(events[-1], HangUp)
    assert any(isinstance(event, Say) for event in events), "a farewell is spoken"
    assert sum(isinstance(event, HangUp) for event in events) == 1
    assert turns <= quarantine.file.limits.turns + quarantine.file.limits.silences * 10


@settings(max_examples=150, deadline=None)
@given(inputs=st.lists(INPUTS, min_size=60, max_size=60))
def test_what_was_not_understood_always_reaches_a_person(quarantine: Script, inputs: list) -> None:  # type: ignore[type-arg]
    session = new(quarantine)
    flags = [e for e in session.start(AT) if isinstance(e, Flagged)]
    for each in inputs:
        flags += [e for e in session.resume(each, AT) if isinstance(e, Flagged)]
    health = ("temperature", "symptoms", "movements", "contacts")
    unclear = [
        q
        for q in health
        if q in session.data.answers and session.data.answers[q].status is not Status.CLEAR
    ]
    if unclear or session.data.outcome is Outcome.PARTIAL:
        assert flags
    if session.data.outcome is Outcome.COMPLETED:
        assert all(question in session.data.answers for question in health)
    rules = [flag.rule for flag in flags]
    assert len(rules) == len(set(rules)), "a finding is flagged once"


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
