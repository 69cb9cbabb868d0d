"""Where a conversation leaves what is kept of it: rows and sound, or nothing if it is a trial."""

from typing import Protocol

from callbot.dialog.events import Event, Outcome
from callbot.speech.audio import Pcm


class CallJournal(Protocol):
    """Methods return at once; `close()` waits until everything is stored. See calls.journal."""

    def event(self, event: Event, *, script_version: str) -> None: ...

    def turn(
        self,
        *,
        speaker: str,
        question: str,
        text: str,
        start_ms: int,
        end_ms: int,
        response_ms: int | None = None,
        interrupted: bool = False,
    ) -> None: ...

    def session(self, state: str) -> None: ...

    def recording_failed(self, problem: str) -> None: ...

    def closed(self, outcome: Outcome) -> None: ...

    async def close(self) -> None: ...


class CallRecorder(Protocol):
    """Takes frames of both sides. `problem`: why nothing, or not all, was kept."""

    @property
    def problem(self) -> str: ...

    def resident(self, frame: Pcm) -> None: ...

    def bot(self, frame: Pcm) -> None: ...

    async def close(self) -> None: ...
