"""Golden conversations: data in tests/dialogues, played word for word."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from callbot.dialog.answers import Hypothesis
from callbot.dialog.events import (
    CallbackRequested,
    Digits,
    Event,
    Flagged,
    HangUp,
    Heard,
    HungUp,
    Input,
    Listen,
    RecognitionFailed,
    Say,
    Silence,
    TimeUp,
)
from callbot.dialog.script import Script, load_script
from callbot.dialog.session import Session

DIALOGUES = sorted((Path(__file__).parents[2] / "dialogues").glob("*.yaml"))

VARIABLES = {
    "office": "金海街道办事处",
    "office_phone": "053288880000",
    "name": "王秀英",
    "day": "3",
    "days_left": "11",
    "release_date": "12月3日",
}


@pytest.fixture(scope="module")
def scripts(prompts_dir: Path) -> dict[str, Script]:
    return {name: load_script(prompts_dir, name) for name in ("quarantine", "heatwave-check")}


def given(turn: dict[str, Any]) -> Input:
    if "hears" in turn:
        return Heard(hypotheses=(Hypothesis(text=turn["hears"]),))
    if "keys" in turn:
        return Digits(digits=turn["keys"])
    plain: dict[str, Input] = {
        "silence": Silence(),
        "hangs_up": HungUp(),
        "recognition_failed": RecognitionFailed(),
        "time_up": TimeUp(),
    }
    return next(plain[key] for key in turn if key in plain)


def said(events: tuple[Event, ...]) -> list[str]:
    return [event.prompt for event in events if isinstance(event, Say)]


@pytest.mark.parametrize("path", DIALOGUES, ids=lambda path: path.stem)
def test_conversation(path: Path, scripts: dict[str, Script], morning: datetime) -> None:
    golden = yaml.safe_load(path.read_text(encoding="utf-8"))
    script = scripts[golden["script"]]
    session = Session.new(script, golden["locale"], VARIABLES, time_zone="Asia/Shanghai")

    events = session.start(morning)
    assert said(events) == golden["opening"]
    for number, turn in enumerate(golden["turns"], start=1):
        assert isinstance(events[-1], Listen), f"nothing is listened for before turn {number}"
        # Between turns the session is JSON: another process could go on with it.
        session = Session.from_json(script, session.to_json())
        events = session.resume(given(turn), morning)
        assert said(events) == turn["says"], f"turn {number}"
        flags = [event.rule for event in events if isinstance(event, Flagged)]
        assert flags == turn.get("flags", []), f"turn {number}"

    assert events[-1] == HangUp(outcome=golden["outcome"])
    answers = {
        question: {"status": answer.status.value}
        | ({} if answer.value is None else {"value": answer.value})
        for question, answer in session.data.answers.items()
    }
    assert answers == golden["answers"]
    callbacks = [event.at for event in events if isinstance(event, CallbackRequested)]
    wanted = golden.get("callback_at")
    assert callbacks == ([datetime.fromisoformat(wanted)] if wanted else [])
