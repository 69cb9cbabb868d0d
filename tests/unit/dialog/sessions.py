"""Sessions of one call, and what is heard in them."""

from datetime import datetime

from golden import MORNING, VARIABLES, script

from callbot.dialog.answers import Hypothesis
from callbot.dialog.events import AnswerRecorded, Event, Heard
from callbot.dialog.script import Script
from callbot.dialog.session import Session
from callbot.dialog.state import SessionState

AT = datetime.fromisoformat(MORNING)


def new(script: Script, locale: str = "zh-CN", **given: object) -> Session:
    return Session.new(script, locale, VARIABLES, time_zone="Asia/Shanghai", **given)  # type: ignore[arg-type]


def hear(text: str) -> Heard:
    return Heard(hypotheses=(Hypothesis(text=text),))


def hears(session: Session, words: str, confidence: float = 1.0) -> tuple[Event, ...]:
    return session.resume(Heard(hypotheses=(Hypothesis(text=words, confidence=confidence),)), AT)


def noted(events: tuple[Event, ...], question: str) -> list[AnswerRecorded]:
    return [e for e in events if isinstance(e, AnswerRecorded) and e.answer.question == question]


def asked(locale: str, question: str) -> Session:
    """A conversation in which a question has just been asked."""
    state = SessionState(
        script="quarantine",
        script_version="",
        locale=locale,
        office_locale="zh-CN",
        time_zone="Asia/Shanghai",
        variables=VARIABLES,
    )
    session = Session(script("quarantine"), state)
    session.start(AT)
    session._go_to(question)
    return session
