"""A trial conversation in the browser: by typing, with no telephone and no rows.

Where it stands travels with the page, sealed, so that any process can go on with it.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from callbot import vault
from callbot.dialog.answers import Answer
from callbot.dialog.events import (
    Event,
    Flagged,
    HangUp,
    HungUp,
    Input,
    Misheard,
    Outcome,
    Say,
    Severity,
    Transfer,
    TransferFailed,
)
from callbot.dialog.script import Script
from callbot.dialog.session import Session
from callbot.dialog.state import SessionState
from callbot.errors import ConfigurationError

LONGEST_SEALED = 200_000


@dataclass
class Line:
    """`who`: bot, resident, or misheard for what the dialogue made nothing of."""

    who: str
    text: str


@dataclass
class TrialTalk:
    """`version`: of the script it was begun with; another one cannot go on with it."""

    version: str
    state: dict[str, Any]
    lines: list[Line] = field(default_factory=list)
    flags: list[tuple[Severity, str]] = field(default_factory=list)
    outcome: Outcome | None = None

    @property
    def answers(self) -> list[Answer]:
        """As they stand now, of the resident and then of each member of the household."""
        state = SessionState.model_validate(self.state)
        return [answer for sheet in (state, *state.members) for answer in sheet.answers.values()]

    def seal(self) -> str:
        return vault.encrypt(
            json.dumps(
                {
                    "version": self.version,
                    "state": self.state,
                    "lines": [[line.who, line.text] for line in self.lines],
                    "flags": self.flags,
                    "outcome": self.outcome,
                },
                ensure_ascii=False,
            )
        )


def begin(
    script: Script, locale: str, variables: dict[str, str], time_zone: str, now: datetime
) -> TrialTalk:
    session = Session.new(script, locale, variables, time_zone=time_zone)
    talk = TrialTalk(script.version, {})
    _follow(talk, session, session.start(now), now)
    return talk


def unsealed(sealed: str, script: Script) -> TrialTalk | None:
    """None when it was not sealed here, or was begun with another version of the script."""
    if len(sealed) > LONGEST_SEALED:
        return None
    try:
        told = json.loads(vault.decrypt(sealed))
    except (ConfigurationError, ValueError):
        return None
    if told["version"] != script.version:
        return None
    return TrialTalk(
        told["version"],
        told["state"],
        [Line(*line) for line in told["lines"]],
        [(Severity(severity), reason) for severity, reason in told["flags"]],
        Outcome(told["outcome"]) if told["outcome"] else None,
    )


def go_on(talk: TrialTalk, script: Script, given: Input, shown: str, now: datetime) -> None:
    """given: what the resident does. shown: how it stands in the transcript."""
    session = Session(script, SessionState.model_validate(talk.state))
    talk.lines.append(Line("resident", shown))
    _follow(talk, session, session.resume(given, now), now)


def hang_up(talk: TrialTalk, script: Script, shown: str, now: datetime) -> None:
    go_on(talk, script, HungUp(), shown, now)


def _follow(talk: TrialTalk, session: Session, events: tuple[Event, ...], now: datetime) -> None:
    for event in events:
        match event:
            case Say():
                talk.lines.append(Line("bot", event.text))
            case Misheard():
                talk.lines.append(Line("misheard", event.reason))
            case Flagged():
                talk.flags.append((event.severity, event.reason))
            case HangUp():
                talk.outcome = event.outcome
            case _:
                pass
    if any(isinstance(event, Transfer) for event in events):
        # Nobody can be put through to here.
        _follow(talk, session, session.resume(TransferFailed(), now), now)
    talk.state = session.data.model_dump(mode="json")
