"""Sessions of one call, and what is heard in them."""

from datetime import datetime

from golden import MORNING, VARIABLES

from callbot.dialog.answers import Hypothesis
from callbot.dialog.events import Heard
from callbot.dialog.script import Script
from callbot.dialog.session import Session

AT = datetime.fromisoformat(MORNING)


def new(script: Script, locale: str = "zh-CN", **given: object) -> Session:
    return Session.new(script, locale, VARIABLES, time_zone="Asia/Shanghai", **given)  # type: ignore[arg-type]


def hear(text: str) -> Heard:
    return Heard(hypotheses=(Hypothesis(text=text),))
