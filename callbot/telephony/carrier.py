"""What every carrier offers: place a call, one ordered stream of what happens on it, hang up."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from callbot.dialog.events import Outcome
from callbot.speech.audio import Pcm


class EndReason(StrEnum):
    """Why a call is over, in one vocabulary for all carriers."""

    HUNG_UP_HERE = "hung_up_here"
    HUNG_UP_THERE = "hung_up_there"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    INVALID_NUMBER = "invalid_number"
    NETWORK_FAILED = "network_failed"


OUTCOME_UNANSWERED: dict[EndReason, Outcome] = {
    EndReason.NO_ANSWER: Outcome.NO_ANSWER,
    EndReason.BUSY: Outcome.BUSY,
    EndReason.REJECTED: Outcome.REJECTED,
    EndReason.INVALID_NUMBER: Outcome.FAILED,
    EndReason.NETWORK_FAILED: Outcome.FAILED,
    EndReason.HUNG_UP_HERE: Outcome.NO_ANSWER,
    EndReason.HUNG_UP_THERE: Outcome.NO_ANSWER,
}
"""Outcome of an attempt that ended before anyone answered."""


@dataclass(frozen=True)
class Ringing:
    """The attempt counts from here."""


@dataclass(frozen=True)
class Answered:
    """Someone, or a machine, picked up; audio flows from now on."""


@dataclass(frozen=True)
class Audio:
    """One frame of 20 ms from the far end; lost frames come as silence."""

    pcm: Pcm


@dataclass(frozen=True)
class Key:
    """A key pressed at the far end: one of 0-9 * #."""

    digit: str


@dataclass(frozen=True)
class Ended:
    """Always the last. `detail` is the carrier's own words, for the history."""

    reason: EndReason
    detail: str = ""


LegEvent = Ringing | Answered | Audio | Key | Ended


@dataclass(frozen=True)
class Dial:
    """What to dial. `attempt_id` is ours and is known to the carrier's callbacks.

    to, caller_id: E.164. ring_timeout_s: 15 to 45.
    """

    attempt_id: str
    to: str
    caller_id: str
    ring_timeout_s: float = 30.0


class Leg(Protocol):
    """One call at the carrier, from dial to end."""

    attempt_id: str

    def events(self) -> AsyncIterator[LegEvent]:
        """Everything that happens, in order, ending with Ended. For one reader."""

    def send(self, pcm: Pcm) -> None:
        """One frame of 20 ms towards the resident. The caller keeps the pace; never blocks."""

    def flush(self) -> None:
        """Drops what was sent and not yet played (the resident has interrupted)."""

    async def hang_up(self) -> None:
        """Ends the call, after what was sent has been played. Safe to call twice."""


class Carrier(Protocol):
    name: str

    async def start(self) -> None: ...

    async def place(self, dial: Dial) -> Leg:
        """Asks the carrier to ring. Raises TelephonyError, which says if a retry can help."""

    async def knows(self, attempt_id: str) -> bool | None:
        """Whether the attempt ever reached the network; None when the carrier cannot tell."""

    async def close(self) -> None: ...
