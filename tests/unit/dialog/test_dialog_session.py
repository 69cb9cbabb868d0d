"""What a conversation keeps, flags and takes up again."""

import pytest
from sessions import AT, hear, new

from callbot.dialog.answers import Answer, Hypothesis, Kind, Status
from callbot.dialog.events import (
    Flagged,
    Heard,
    HungUp,
    Listen,
    Say,
    Severity,
)
from callbot.dialog.script import Script
from callbot.dialog.state import Phase


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


def test_a_name_misheard_in_some_hypotheses_is_nobody_elses(quarantine: Script) -> None:
    session = new(quarantine)
    session.start(AT)
    heard = (("对我是老王", 0.55), ("对我是老黄", 0.5))
    hypotheses = tuple(Hypothesis(text=text, confidence=sure) for text, sure in heard)
    session.resume(Heard(hypotheses=hypotheses), AT)
    assert session.data.question == "permission"


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
