"""A call at the simulated Twilio: its state, the phone at its end, and its media stream."""

import asyncio
import base64
import json
import secrets
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from carrier_conformance import Phone, loud
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from callbot.speech.audio import frames, mu_law_decode, mu_law_encode

if TYPE_CHECKING:
    from twilio_network import TwilioNetwork

ACCOUNT_SID = "AC" + "a" * 32
AUTH_TOKEN = "b" * 32
OFFICE = "+15005550006"
PUBLIC_URL = "https://calls.example.org"
SILENCE = mu_law_encode(bytes(320))
FINAL = {"completed", "busy", "no-answer", "failed", "canceled"}


@dataclass
class RemoteCall:
    """One call, and the phone at its end."""

    sid: str
    to: str
    caller: str
    does: Phone
    webhooks: dict[str, str]
    direction: str = "outbound-api"
    status: str = "queued"
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    heard: list[bytes] = field(default_factory=list)
    heard_s: float = 0.0
    played: deque[tuple[str, Any]] = field(default_factory=deque)
    dialled_person: str = ""
    hang_up: asyncio.Event = field(default_factory=asyncio.Event)
    redirected: asyncio.Event = field(default_factory=asyncio.Event)
    accepted: asyncio.Future[bool] = field(default_factory=asyncio.Future)
    clears: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "sid": self.sid,
            "account_sid": ACCOUNT_SID,
            "api_version": "2010-04-01",
            "to": self.to,
            "from": self.caller,
            "status": self.status,
            "direction": self.direction,
            "date_created": format_datetime(self.created_at),
            "date_updated": format_datetime(self.created_at),
            "queue_time": "0",
            "uri": f"/2010-04-01/Accounts/{ACCOUNT_SID}/Calls/{self.sid}.json",
        }


class Media:
    """Twilio's end of one stream, with the phone behind it."""

    def __init__(
        self, network: "TwilioNetwork", call: RemoteCall, socket: ClientConnection
    ) -> None:
        self.sid = "MZ" + secrets.token_hex(16)
        self._network = network
        self._call = call
        self._socket = socket
        self._sequence = 0
        self._speech = deque(mu_law_encode(frame) for frame in frames(network.speech))
        if network.answers:
            self._speech.clear()
        self._we_spoke_at = -1
        self._answered_at = -1
        self._over = asyncio.Event()

    async def tell(self, event: str, **parts: Any) -> None:
        self._sequence += 1
        message = {"event": event, "sequenceNumber": str(self._sequence), "streamSid": self.sid}
        await self._socket.send(json.dumps({**message, **parts}))

    async def listen(self) -> None:
        """What we are sent: buffered, played by `play`."""
        with suppress(ConnectionClosed):
            async for text in self._socket:
                message = json.loads(text)
                assert message["streamSid"] == self.sid
                if message["event"] == "media":
                    coded = base64.b64decode(message["media"]["payload"])
                    assert len(coded) == 160
                    self._call.played.append(("media", coded))
                elif message["event"] == "mark":
                    self._call.played.append(("mark", message["mark"]["name"]))
                else:
                    assert message["event"] == "clear"
                    await self._clear()
        self._over.set()

    async def _clear(self) -> None:
        self._call.clears += 1
        waiting = [what for kind, what in self._call.played if kind == "mark"]
        self._call.played.clear()
        for name in waiting:
            await self._return_mark(name)

    async def _return_mark(self, name: str) -> None:
        if not self._network.lose_marks:
            await self.tell("mark", mark={"name": name})

    async def play(self) -> None:
        """20 ms by 20 ms, until somebody leaves."""
        loop, call = asyncio.get_running_loop(), self._call
        started_s, pressed = loop.time(), False
        tick = 0
        while not (call.hang_up.is_set() or call.redirected.is_set() or self._over.is_set()):
            await asyncio.sleep(max(0.0, started_s + tick * 0.02 - loop.time()))
            await self._play_frame(tick)
            heard_us = call.heard_s >= 0.3
            if call.does is Phone.HANGS_UP and heard_us:
                return
            if call.does is Phone.PRESSES and heard_us and not pressed:
                pressed = True
                for digit in "36#":
                    await self.tell("dtmf", dtmf={"track": "inbound_track", "digit": digit})
            if call.does is Phone.MACHINE and tick == 25:
                form = self._network.form(call, AnsweredBy="machine_start")
                await self._network.post(call.webhooks["amd"], form)
            coded = self._says(tick, heard_us)
            await self.tell(
                "media",
                media={
                    "track": "inbound",
                    "chunk": str(tick + 1),
                    "timestamp": str(tick * 20),
                    "payload": base64.b64encode(coded).decode(),
                },
            )
            tick += 1

    def _says(self, tick: int, heard_us: bool) -> bytes:
        """The resident's next 20 ms."""
        if self._call.does is not Phone.SPEAKS or not heard_us:
            return SILENCE
        if self._network.answers and self._their_turn(tick):
            answer = self._network.answers.pop(0)
            self._speech = deque(mu_law_encode(frame) for frame in frames(answer))
        if not self._speech:
            return SILENCE
        coded = self._speech.popleft()
        if not self._speech:
            self._answered_at = tick
        return coded

    def _their_turn(self, tick: int) -> bool:
        """We have spoken since the last answer, and been silent for 0.8 s."""
        return (
            not self._speech
            and self._we_spoke_at > self._answered_at
            and (tick - self._we_spoke_at >= 40)
        )

    def _measure(self, tick: int, audible: bool) -> None:
        if not audible:
            return
        if self._network.first_word_ms is None:
            self._network.first_word_ms = tick * 20.0
        if self._answered_at >= 0 and self._we_spoke_at <= self._answered_at:
            self._network.response_ms.append((tick - self._answered_at) * 20.0)
        self._we_spoke_at = tick

    async def _play_frame(self, tick: int) -> None:
        played = self._call.played
        while played and played[0][0] == "mark":
            await self._return_mark(played.popleft()[1])
        frame = played.popleft()[1] if played else SILENCE
        self._call.heard.append(frame)
        audible = loud(mu_law_decode(frame))
        self._call.heard_s += 0.02 * audible
        self._measure(tick, audible)


def start_of(call: RemoteCall, stream_sid: str, parameters: dict[Any, Any]) -> dict[str, Any]:
    return {
        "accountSid": ACCOUNT_SID,
        "streamSid": stream_sid,
        "callSid": call.sid,
        "tracks": ["inbound"],
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        "customParameters": parameters,
    }


def call_sid() -> str:
    return "CA" + secrets.token_hex(16)
