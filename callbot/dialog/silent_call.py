"""A call without sound, turn by turn: typed in a terminal, or played from a file."""

from datetime import datetime

from callbot.dialog.events import Event, Input, Listen
from callbot.dialog.script import Script
from callbot.dialog.session import Session


class SilentCall:
    """events: all that happened so far. listen: what is listened for now, if anything is.

    Between turns the session is JSON: another process could go on with it.
    """

    def __init__(self, script: Script, session: Session) -> None:
        self._script = script
        self.session = session
        self.events: list[Event] = []
        self.listen: Listen | None = None

    def start(self, now: datetime) -> tuple[Event, ...]:
        return self._taken(self.session.start(now))

    def give(self, given: Input, now: datetime) -> tuple[Event, ...]:
        self.session = Session.from_json(self._script, self.session.to_json())
        return self._taken(self.session.resume(given, now))

    def _taken(self, events: tuple[Event, ...]) -> tuple[Event, ...]:
        self.events += events
        self.listen = next((e for e in reversed(events) if isinstance(e, Listen)), None)
        return events
