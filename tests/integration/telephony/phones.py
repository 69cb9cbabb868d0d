"""The phones of a network under test, and how a test meets them."""

from enum import StrEnum
from typing import Protocol

from callbot.telephony.carrier import Carrier, OnIncoming


class Phone(StrEnum):
    """What the phone at the far end does when it is rung."""

    LISTENS = "listens"
    """Picks up, says nothing, never hangs up by itself."""

    SPEAKS = "speaks"
    """Picks up and, once it has heard us, speaks for about a second."""

    PRESSES = "presses"
    """Picks up and, once it has heard us, presses 3, 6, #."""

    HANGS_UP = "hangs_up"
    """Picks up and, once it has heard us, hangs up."""

    MACHINE = "machine"
    """An answering machine picks up, and is heard at once."""

    RINGS = "rings"
    """Is never picked up: rings until the ring time-out."""

    BUSY = "busy"
    REJECTS = "rejects"
    NOBODYS = "nobodys"
    """A number that does not exist."""


class Caller(Protocol):
    """Somebody at the far end who rings us."""

    async def answered(self) -> bool:
        """Waits until the carrier has picked up or refused."""


class FarEnd(Protocol):
    """pace: of its time; 1.0 is real time. tells_machines: whether the network itself says that a
    machine has picked up."""

    carrier: Carrier
    pace: float
    tells_machines: bool

    async def phone(self, does: Phone) -> str:
        """The number (E.164) of a phone that does this."""

    def picked_up(self, attempt_id: str) -> None:
        """Told when a test has seen Answered, before it says a word."""

    async def heard_s(self, attempt_id: str) -> float:
        """Seconds of our sound that the far end heard, without gaps, since it picked up; after the
        call's end."""

    async def ring_in(self) -> Caller:
        """A phone that LISTENS rings us."""

    async def restarted(self, on_incoming: OnIncoming | None) -> None:
        """Closes the carrier and starts it with this handler."""

    def open_things(self) -> dict[str, int]:
        """Sockets, ports, threads, entries in tables, calls on either side: what must not grow from
        call to call."""
