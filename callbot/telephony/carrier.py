"""What every carrier offers: calls out and in, one ordered stream of what happens on each.

A carrier is held to this by `tests/integration/telephony/carrier_conformance.py`.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from callbot.speech.audio import Pcm

SOUNDLESS_S: Final = 8.0
"""An answered call from which no sound comes for so long is dead, whatever its signalling says: the
leg ends it, as UNHEARD or, when there was sound before, NETWORK_FAILED."""


class EndReason(StrEnum):
    """Why a call is over, in one vocabulary for all carriers."""

    HUNG_UP_HERE = "hung_up_here"
    HUNG_UP_THERE = "hung_up_there"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    INVALID_NUMBER = "invalid_number"
    NETWORK_FAILED = "network_failed"
    UNHEARD = "unheard"
    """Picked up, and no sound ever came: SOUNDLESS_S after the answer."""

    TRANSFERRED = "transferred"


@dataclass(frozen=True)
class Ringing:
    """The attempt counts from here."""


@dataclass(frozen=True)
class Answered:
    """Someone, or a machine, picked up; audio flows from now on."""


@dataclass(frozen=True)
class Machine:
    """The carrier has heard that a machine picked up. After Answered, at most once; not every
    carrier listens for machines."""


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
    """Always the last.

    detail: the network's code and words as it said them, such as `486 Busy here`; what we say
    beside them, or in their place, is English and has its Chinese in a `reasons.zh-CN.yaml`. Rows,
    pages and reports show it: no telephone number may stand in it (see `network_words`).
    """

    reason: EndReason
    detail: str = ""


LegEvent = Ringing | Answered | Machine | Audio | Key | Ended


@dataclass(frozen=True)
class Dial:
    """What to dial. `attempt_id` is ours and is known to the carrier's callbacks.

    to, caller_id: E.164. ring_timeout_s: 15 to 45.
    """

    attempt_id: str
    to: str
    caller_id: str
    ring_timeout_s: float = 30.0


class Found(StrEnum):
    """What a carrier can say of an attempt that somebody lost sight of."""

    NEVER_PLACED = "never_placed"
    """It surely never reached the network: no phone rang, and it may be dialled again."""

    UNDER_WAY = "under_way"
    ENDED = "ended"
    CANNOT_TELL = "cannot_tell"
    """The phone may have rung."""


@dataclass(frozen=True)
class Trace:
    """What became of an attempt. `ended` is how, if it is over and the carrier remembers.

    answered: somebody, or a machine, picked up.
    """

    found: Found
    ended: Ended | None = None
    answered: bool = False


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

    async def transfer(self, to: str) -> None:
        """Joins the resident with another phone (E.164) and leaves the call, after what was sent
        has been played; Ended(TRANSFERRED) follows.

        Raises TelephonyError if the carrier will not; the call then goes on as before.
        """


class Incoming(Protocol):
    """Somebody rings us, and nobody has answered yet.

    caller, called: E.164; caller is "" when the number is withheld. attempt_id: made up by the
    carrier for this call, known to no row.
    """

    attempt_id: str
    caller: str
    called: str

    async def answer(self) -> Leg:
        """Picks up. The leg's first event is Answered, or Ended if the caller was faster."""

    async def reject(self) -> None:
        """Does not pick up; the caller hears that the line is busy."""


OnIncoming = Callable[[Incoming], Awaitable[None]]
"""Answers or rejects, and leads the call to its end. One that returns, or raises, without having
done either has rejected."""


class Carrier(Protocol):
    """name: of its folder."""

    name: str

    async def start(self, on_incoming: OnIncoming | None = None) -> None:
        """Ready to place and take calls on return; without a handler all incoming are rejected.

        Raises TelephonyError. Can be called again after `close`.
        """

    async def place(self, dial: Dial) -> Leg:
        """Asks the carrier to ring. Raises TelephonyError, permanent only if this number can never
        be reached: nobody calls it any more then. Its words become the attempt's detail.

        Never asks a second time by itself. An attempt id is taken once: the same one again is
        refused as permanent. Cancelled, it lets no phone ring on for a call that nobody leads.
        """

    async def trace(self, dial: Dial, placed_at: datetime) -> Trace:
        """What became of an attempt placed by this process or an earlier one; never raises, also
        of a carrier that does not run.

        placed_at: just before the carrier was asked.
        """

    async def close(self) -> None:
        """Ends every call, and what `start` began. Safe to call twice."""
