"""Messages of Media Streams, as they are on the wire; malformed ones are refused by name.

Numbers in `sequenceNumber`, `chunk` and `timestamp` are strings there.
"""

import base64
import binascii
import json
from dataclasses import dataclass, field
from typing import Any

from callbot.speech.audio import Pcm, mu_law_decode, mu_law_encode

LONGEST_PAYLOAD_BYTES = 8000
"""A second of sound; Twilio sends 160 bytes."""

DIGITS = frozenset("0123456789*#ABCD")


class Malformed(Exception):
    """A message that is not what the protocol says; `str()` names what is wrong."""


@dataclass(frozen=True)
class Connected:
    """The socket is open."""


@dataclass(frozen=True)
class Start:
    stream_sid: str
    account_sid: str
    call_sid: str
    parameters: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Media:
    """timestamp_ms: since the stream's start."""

    pcm: Pcm
    timestamp_ms: int


@dataclass(frozen=True)
class Mark:
    name: str


@dataclass(frozen=True)
class Dtmf:
    digit: str


@dataclass(frozen=True)
class Stop:
    """The call, or the stream, is over."""


@dataclass(frozen=True)
class Unknown:
    """An event that this version of the protocol has not; to be passed over."""


Message = Connected | Start | Media | Mark | Dtmf | Stop | Unknown


def parse(text: str) -> Message:
    """Raises Malformed."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Malformed("not JSON") from error
    if not isinstance(message, dict):
        raise Malformed("not an object")
    match message.get("event"):
        case "media":
            return _media(_part(message, "media"))
        case "mark":
            return Mark(_word(_part(message, "mark"), "name"))
        case "dtmf":
            return _dtmf(_part(message, "dtmf"))
        case "start":
            return _start(_part(message, "start"))
        case "connected":
            return Connected()
        case "stop":
            return Stop()
        case str():
            return Unknown()
        case _:
            raise Malformed("no event")


def media(stream_sid: str, pcm: Pcm) -> str:
    payload = base64.b64encode(mu_law_encode(pcm)).decode("ascii")
    return json.dumps({"event": "media", "streamSid": stream_sid, "media": {"payload": payload}})


def mark(stream_sid: str, name: str) -> str:
    return json.dumps({"event": "mark", "streamSid": stream_sid, "mark": {"name": name}})


def clear(stream_sid: str) -> str:
    return json.dumps({"event": "clear", "streamSid": stream_sid})


def _part(message: dict[str, Any], name: str) -> dict[str, Any]:
    part = message.get(name)
    if not isinstance(part, dict):
        raise Malformed(f"{name} is no object")
    return part


def _word(part: dict[str, Any], name: str) -> str:
    word = part.get(name)
    if not isinstance(word, str) or not 0 < len(word) <= 200:
        raise Malformed(f"{name} is no word")
    return word


def _media(part: dict[str, Any]) -> Media:
    if part.get("track", "inbound") != "inbound":
        raise Malformed("sound of another track than the resident's")
    payload, timestamp = part.get("payload"), part.get("timestamp", "")
    if not isinstance(payload, str) or len(payload) > LONGEST_PAYLOAD_BYTES * 4 // 3 + 4:
        raise Malformed("payload is no sound")
    if not (isinstance(timestamp, str) and timestamp.isascii() and timestamp.isdigit()):
        raise Malformed("timestamp is no number")
    try:
        coded = base64.b64decode(payload, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed("payload is not base64") from error
    if not coded or len(timestamp) > 12:
        raise Malformed("media without sound, or out of all time")
    return Media(mu_law_decode(coded), int(timestamp))


def _dtmf(part: dict[str, Any]) -> Dtmf:
    digit = _word(part, "digit")
    if digit not in DIGITS:
        raise Malformed("digit is no key")
    return Dtmf(digit)


def _start(part: dict[str, Any]) -> Start:
    form = part.get("mediaFormat")
    if form != {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}:
        raise Malformed("another format than G.711 at 8000 Hz")
    given = part.get("customParameters")
    parameters = given if isinstance(given, dict) else {}
    return Start(
        _word(part, "streamSid"),
        _word(part, "accountSid"),
        _word(part, "callSid"),
        {str(name): str(value) for name, value in parameters.items()},
    )
