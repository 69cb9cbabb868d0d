"""From any state and through any sequence of inputs a conversation ends within its bounds."""

from datetime import datetime

import pytest
from golden import DOINGS, MORNING, VARIABLES, script
from hypothesis import given, settings
from hypothesis import strategies as st

from callbot.dialog.answers import Hypothesis, Status
from callbot.dialog.events import (
    AnswerRecorded,
    Digits,
    Event,
    Flagged,
    HangUp,
    Heard,
    HungUp,
    Input,
    Listen,
    OptedOut,
    Outcome,
    Say,
    TimeUp,
)
from callbot.dialog.session import Session
from callbot.dialog.state import Member, SessionState

AT = datetime.fromisoformat(MORNING)
WORDS = [
    "是我", "不是", "方便", "不方便", "三十六度五", "三十八度二", "三十九度五", "三十五度",
    "没有", "有", "对", "不对", "不对，是三十七度五", "有点咳嗽", "没有出门", "去了超市",
    "没有见过人", "他有点咳嗽", "你说什么", "等一下", "我在开会", "你是谁", "转人工", "我不想说",
    "我要投诉", "我是李四", "王秀英", "我什么时候能出门", "我养老金什么时候发", "今天天气不错",
    "嗯", "", "需要买药", "一个小时以后", "刚才说错了，是三十七度五", "胸口疼",
    "三十六度五，没有不舒服，也没出门", "我是她女儿", "可以回答", "下午三点", "晚上十点",
    "三十六度五，我要投诉",
]  # fmt: skip
HYPOTHESIS = st.builds(
    Hypothesis, text=st.sampled_from(WORDS), confidence=st.sampled_from([0.2, 0.5, 0.55, 1.0])
)
HEARD = st.builds(
    Heard,
    hypotheses=st.lists(HYPOTHESIS, max_size=2).map(tuple),
    goes_on=st.sampled_from([False, False, True]),
)
KEYS = st.text(alphabet="0123456789*", min_size=1, max_size=3).map(lambda d: Digits(digits=d))
GOES_ON = st.one_of(
    HEARD, HEARD, KEYS, st.sampled_from([DOINGS["silence"], DOINGS["recognition_failed"]])
)
MEMBERS = (Member(id="2", name="张建国"), Member(id="3", name="张小明"))
HEALTH = ("temperature", "symptoms", "movements", "contacts")
WORDS_TO_STOP = ("以后别再打了", "不要再给我打电话")


def start(*, can_transfer: bool = False) -> tuple[Session, list[Event]]:
    session = Session.new(
        script("quarantine"),
        "zh-CN",
        VARIABLES,
        time_zone="Asia/Shanghai",
        members=MEMBERS,
        can_transfer=can_transfer,
    )
    return session, list(session.start(AT))


def after(inputs: list[Input]) -> tuple[Session, list[Event]]:
    """The session as it stands after the inputs, through its JSON, and all events so far."""
    session, events = start()
    for each in inputs:
        if session.ended:
            break
        events += session.resume(each, AT)
    return Session.from_json(session.script, session.to_json()), events


@settings(max_examples=40)
@given(inputs=st.lists(GOES_ON, min_size=150, max_size=150), transfers=st.booleans())
def test_no_sequence_of_inputs_outlasts_the_bounds(inputs: list[Input], transfers: bool) -> None:
    session, events = start(can_transfer=transfers)
    limits = session.script.file.limits
    asked = [events]
    for each in inputs:
        if session.ended:
            break
        now = list(session.resume(each, AT))
        assert session.ended or any(isinstance(event, Listen) for event in now)
        assert SessionState.model_validate_json(session.to_json()) == session.data
        asked.append(now)
    assert session.ended
    assert session.data.turns <= limits.turns
    assert len(asked) <= limits.turns + 2 * limits.turns * limits.silences
    wordings = [e for turn in asked for e in turn if isinstance(e, Listen) and not e.confirming]
    assert max(listen.asked for listen in wordings) <= limits.asks


@settings(max_examples=40)
@given(inputs=st.lists(GOES_ON, max_size=40))
def test_every_question_ends_answered_flagged_refused_or_not_asked(inputs: list[Input]) -> None:
    session, events = after(inputs)
    if not session.ended:
        events += session.resume(HungUp(), AT)
    flagged = {(e.member, e.rule) for e in events if isinstance(e, Flagged)}
    outcome = session.data.outcome
    for sheet, member in ((session.data, ""), *((m, m.id) for m in session.data.members)):
        for question in HEALTH:
            answer = sheet.answers.get(question)
            if answer is None:
                continue
            if answer.status is Status.UNCLEAR:
                assert (member, f"unclear_{question}") in flagged
            elif answer.status is Status.REFUSED:
                assert (member, "refused_answer") in flagged
            else:
                assert answer.status is Status.CLEAR
                assert answer.value is not None
    if outcome is Outcome.COMPLETED:
        assert session.data.answers.keys() >= set(HEALTH)
        assert all({"temperature", "symptoms"} <= m.answers.keys() for m in session.data.members)
    if outcome is Outcome.PARTIAL:
        assert ("", "unfinished") in flagged


@settings(max_examples=30)
@given(inputs=st.lists(GOES_ON, max_size=25), words=st.sampled_from(WORDS_TO_STOP))
def test_the_stop_word_stops_in_every_state(inputs: list[Input], words: str) -> None:
    session, _ = after(inputs)
    if session.ended:
        return
    events = session.resume(Heard(hypotheses=(Hypothesis(text=words),)), AT)
    assert any(isinstance(event, OptedOut) for event in events)
    assert any(isinstance(event, Say) for event in events), "it is confirmed aloud"
    assert events[-1] == HangUp(outcome=Outcome.OPTED_OUT)


@settings(max_examples=30)
@given(inputs=st.lists(GOES_ON, max_size=25), last=st.sampled_from([HungUp(), TimeUp()]))
def test_what_was_heard_is_kept_however_the_call_ends(inputs: list[Input], last: Input) -> None:
    session, events = after(inputs)
    if session.ended:
        return
    pending = session.data.pending
    ending = session.resume(last, AT)
    assert ending[-1] == HangUp(outcome=Outcome.PARTIAL)
    assert any(isinstance(event, Say) for event in ending) is isinstance(last, TimeUp)
    if pending is not None and pending.question in HEALTH:
        kept = [e.answer for e in (*events, *ending) if isinstance(e, AnswerRecorded)]
        assert any(a.question == pending.question and a.value == pending.value for a in kept)


@settings(max_examples=30)
@given(inputs=st.lists(GOES_ON, max_size=12))
def test_nothing_about_health_is_said_before_somebody_has_said_who_they_are(
    inputs: list[Input],
) -> None:
    session, events = after([i for i in inputs if i != Digits(digits="1")])
    listened = [e.question for e in events if isinstance(e, Listen)]
    if any(question in HEALTH for question in listened):
        answers = session.data.answers
        who = [answers[q] for q in ("identity", "family") if q in answers]
        assert any(answer.value == {"yes": True} for answer in who)


@pytest.mark.parametrize("words", WORDS_TO_STOP)
def test_a_wait_and_a_read_back_are_stopped_too(words: str) -> None:
    for before in (["等一下"], ["三十八度二"], ["三十八度二", "等一下"]):
        said = ["是我本人", "方便", *before]
        session, _ = after([Heard(hypotheses=(Hypothesis(text=w),)) for w in said])
        events = session.resume(Heard(hypotheses=(Hypothesis(text=words),)), AT)
        assert events[-1] == HangUp(outcome=Outcome.OPTED_OUT)
