"""What the SIP process and the carrier in front of it tell each other, in frames of `workers`."""

from dataclasses import asdict
from enum import StrEnum
from typing import Any, Final

from callbot.errors import TelephonyError
from callbot.speech.audio import FRAME_BYTES, Pcm
from callbot.telephony.carrier import (
    Answered,
    Dial,
    Ended,
    EndReason,
    Key,
    LegEvent,
    Machine,
    Ringing,
)
from callbot.telephony.sip.stack import Endpoint
from callbot.telephony.sip.trunk import NumberFormat, Trunk
from callbot.workers.protocol import Frame, Header


class Order(StrEnum):
    """To the process; all but PLAY and CLOSE of one call, named by its attempt. The first four are
    answered."""

    PLACE = "place"
    ANSWER = "answer"
    TRANSFER = "transfer"
    PRESS = "press"
    REJECT = "reject"
    PLAY = "play"
    """20 ms of each of several calls."""

    FLUSH = "flush"
    HANG_UP = "hang_up"
    CLOSE = "close"
    """Of all calls; answered."""


class Notice(StrEnum):
    """From the process."""

    EVENT = "event"
    SOUND = "sound"
    """20 ms of each of several calls."""

    INCOMING = "incoming"
    LOG = "log"


_EVENTS: Final[dict[str, type[LegEvent]]] = {
    "ringing": Ringing,
    "answered": Answered,
    "machine": Machine,
    "key": Key,
    "ended": Ended,
}
_NAMES: Final = {kind: name for name, kind in _EVENTS.items()}

LOGGED: Final = ("attempt", "reason")
"""What may stand beside a message of the log."""

_REFUSED: Final = "refused"
_PERMANENT: Final = "permanent"


# -- the greeting -----------------------------------------------------------------------------


def greeting(trunk: Trunk, endpoint: Endpoint, lines: int) -> Frame:
    """What the process needs to begin; the trunk's password among it."""
    return Frame({"trunk": asdict(trunk), "endpoint": asdict(endpoint), "lines": lines})


def greeted(header: Header) -> tuple[Trunk, Endpoint, int]:
    trunk, endpoint = header["trunk"], header["endpoint"]
    trunk |= {"codecs": tuple(trunk["codecs"]), "numbers": NumberFormat(trunk["numbers"])}
    endpoint |= {"rtp_ports": tuple(endpoint["rtp_ports"])}
    return Trunk(**trunk), Endpoint(**endpoint), header["lines"]


# -- orders -------------------------------------------------------------------------------------


def order(what: Order, attempt_id: str = "", **values: Any) -> Header:
    return {"op": what, "attempt": attempt_id, **values}


def placing(dial: Dial) -> Header:
    return order(Order.PLACE, dial.attempt_id, dial=asdict(dial))


def refusal(error: TelephonyError) -> Header:
    """The reply to an order that the network, or we, would not follow."""
    return {_REFUSED: str(error), _PERMANENT: error.permanent}


def check(reply: Header) -> None:
    """Raises the TelephonyError that the reply carries, if any."""
    if _REFUSED in reply:
        raise TelephonyError(reply[_REFUSED], permanent=reply[_PERMANENT])


# -- notices ------------------------------------------------------------------------------------


def event(attempt_id: str, happened: LegEvent) -> Frame:
    """Of everything but sound."""
    return Frame(
        {
            "op": Notice.EVENT,
            "attempt": attempt_id,
            "event": _NAMES[type(happened)],
            "values": asdict(happened),
        }
    )


def happened(header: Header) -> LegEvent:
    values = header["values"]
    if "reason" in values:
        values |= {"reason": EndReason(values["reason"])}
    return _EVENTS[header["event"]](**values)


def sound(what: Order | Notice, batch: list[tuple[str, Pcm]]) -> Frame:
    """What is to be played, or has arrived, in several calls."""
    return Frame(
        {"op": what, "attempts": [attempt_id for attempt_id, _ in batch]},
        b"".join(pcm for _, pcm in batch),
    )


def sounded(frame: Frame) -> list[tuple[str, Pcm]]:
    return [
        (attempt_id, frame.payload[at * FRAME_BYTES : (at + 1) * FRAME_BYTES])
        for at, attempt_id in enumerate(frame.header["attempts"])
    ]
