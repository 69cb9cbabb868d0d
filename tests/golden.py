"""Golden conversations: plays the resident's part of a file and writes down all that happens.

`python tests/golden.py [FILE…]` writes the bot's part of the files anew, all of them when none is
named; what changed is then read before it is committed. See tests/dialogues/README.md.
"""

import sys
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from lexicons_read import lexicon_at

from callbot.dialog.answers import Hypothesis
from callbot.dialog.events import (
    AnswerRecorded,
    CallbackRequested,
    Digits,
    Event,
    Flagged,
    HangUp,
    Heard,
    HungUp,
    Input,
    Listen,
    Misheard,
    OptedOut,
    RecognitionFailed,
    Say,
    Silence,
    TimeUp,
    Transfer,
    TransferFailed,
)
from callbot.dialog.script import Script, load_script
from callbot.dialog.session import Session
from callbot.dialog.silent_call import SilentCall
from callbot.dialog.state import Member

ROOT = Path(__file__).parent.parent
DIALOGUES = ROOT / "tests" / "dialogues"
MORNING = "2026-11-22T09:00:00+08:00"
VARIABLES = {
    "office": "金海街道办事处",
    "office_phone": "053288880000",
    "name": "王秀英",
    "day": "3",
    "days_left": "11",
    "release_date": "12月3日",
}
DOINGS: dict[str, Input] = {
    "silence": Silence(),
    "hangs_up": HungUp(),
    "recognition_failed": RecognitionFailed(),
    "time_up": TimeUp(),
    "transfer_failed": TransferFailed(),
}

Line = dict[str, Any]


def load(path: Path) -> dict[str, Any]:
    golden: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return golden


@cache
def script(name: str) -> Script:
    return load_script(ROOT / "prompts", name, lexicon_at)


def play(golden: dict[str, Any]) -> list[Line]:
    """The whole conversation: the resident's lines as in the file, everything else as it comes."""
    return _Conversation(golden).lines


class _Conversation:
    def __init__(self, golden: dict[str, Any]) -> None:
        self._script = script(golden["script"])
        self._at = datetime.fromisoformat(golden.get("at", MORNING))
        self.call = SilentCall(self._script, self._session(golden))
        self.lines: list[Line] = []
        self._keep(self.call.start(self._at))
        for line in golden["call"]:
            given = _input(line)
            if given is None:
                continue
            assert self.call.listen is not None, f"nothing is listened for before {line}"
            self.lines.append({**line, "at": self._place(self.call.listen)})
            self._keep(self.call.give(given, self._at))

    def _session(self, golden: dict[str, Any]) -> Session:
        variables = VARIABLES | {"name": golden.get("name", VARIABLES["name"])}
        broken = golden.get("resumes")
        return Session.new(
            self._script,
            golden["locale"],
            variables,
            time_zone="Asia/Shanghai",
            resumes=_Conversation(load(DIALOGUES / broken)).call.session.data if broken else None,
            members=[Member(**member) for member in golden.get("members", [])],
            can_transfer=golden.get("can_transfer", False),
        )

    def _place(self, listen: Listen) -> str:
        """The question that is listened to, as it stands in the file."""
        waits = listen.silence_s == self._script.file.limits.wait_seconds
        return listen.question + (".confirm" if listen.confirming else ".wait" if waits else "")

    def _keep(self, events: tuple[Event, ...]) -> None:
        self.lines += [_written(event) for event in events if not isinstance(event, Listen)]


def _input(line: Line) -> Input | None:
    """What the resident does in a line of the file; None for a line that is not theirs."""
    if "resident" in line:
        words = line["resident"]
        readings = words if isinstance(words, list) else [words]
        confidences = line.get("confidence", [1.0] * len(readings))
        only_prompted = line.get("only_prompted", [])
        hypotheses = tuple(
            Hypothesis(text=text, confidence=confidence, borne_out=text not in only_prompted)
            for text, confidence in zip(readings, confidences, strict=True)
        )
        return Heard(hypotheses=hypotheses, goes_on=line.get("goes_on", False))
    if "keys" in line:
        return Digits(digits=line["keys"])
    return DOINGS[line["does"]] if "does" in line else None


def _written(event: Event) -> Line:
    match event:
        case Say():
            return {"bot": event.text}
        case AnswerRecorded():
            answer = event.answer
            value = {} if answer.value is None else {"value": answer.value}
            member = {"of": answer.member} if answer.member else {}
            return {"noted": answer.question, **member, "as": answer.status.value, **value}
        case Flagged():
            return _flagged(event)
        case Misheard():
            return {"misheard": event.question, "why": event.reason}
        case CallbackRequested():
            return {"calls_back": event.at and event.at.isoformat(), "words": event.words}
        case OptedOut():
            return {"opted_out": True}
        case Transfer():
            return {"puts_through": True}
        case HangUp():
            return {"ends": event.outcome.value}
    raise AssertionError(f"no line for {event.type}")


def _flagged(event: Flagged) -> Line:
    line: Line = {"flagged": event.rule, "severity": event.severity.value, "why": event.reason}
    if event.member:
        line["of"] = event.member
    if event.evidence:
        line["evidence"] = event.evidence
    if event.promised_at:
        line["promised"] = event.promised_at.isoformat()
    return line


def written(golden: dict[str, Any]) -> str:
    """The file's text."""
    head = {key: value for key, value in golden.items() if key != "call"}
    text = "".join(f"{_flow({key: value})}\n" for key, value in head.items()) + "call:\n"
    for line in golden["call"]:
        flow = _flow(line)
        text += f"  - {flow if len(line) == 1 else '{' + flow + '}'}\n"
    return text


def _flow(line: Line) -> str:
    """One line, in braces' style without the braces."""
    dumped = yaml.safe_dump(
        line, default_flow_style=True, allow_unicode=True, sort_keys=False, width=sys.maxsize
    )
    return str(dumped.strip()[1:-1])


def files() -> Iterator[Path]:
    yield from sorted(DIALOGUES.glob("**/*.yaml"))


def main() -> None:
    for path in [Path(name) for name in sys.argv[1:]] or files():
        golden = load(path)
        path.write_text(written({**golden, "call": play(golden)}), encoding="utf-8")


if __name__ == "__main__":
    main()
