"""Twilio's end of one media stream: plays what we send, frame by frame, and sends what is said.

Its clock is the phone's sound: with each frame that comes from there, one of ours is played.
"""

import asyncio
import base64
import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any, Final

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from callbot.rehearsal.transport import LATE_S, Transport
from callbot.rehearsal.twilio_stand_in.call import RemoteCall, new_sid
from callbot.speech.audio import FRAME_MS, Pcm, mu_law_decode, mu_law_encode
from callbot.telephony.carrier import Audio, Ended, Key, Leg, LegEvent, Machine

FRAME_BYTES: Final = 160
"""Of μ-law."""

_NEW_SENTENCE_S: Final = 0.5
"""A frame this long after its turn is no late one, but the first of what is said next."""


class Arrivals:
    """Which frames of a sentence came too late to be played in their turn."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._due_s = 0.0

    def came(self, now_s: float) -> None:
        late_s = now_s - self._due_s
        if late_s > _NEW_SENTENCE_S:
            late_s = 0.0
        self._transport.frames += 1
        self._transport.missing += late_s > LATE_S
        # Who comes late is played late, and so is all that follows.
        self._due_s = max(now_s, self._due_s) + FRAME_MS / 1000

    def forgotten(self) -> None:
        """What came is not played."""
        self._due_s = 0.0


class TwilioStream:
    """leg: to the phone. machine_heard: called when the network says that a machine picked up."""

    def __init__(
        self,
        socket: ClientConnection,
        call: RemoteCall,
        leg: Leg,
        transport: Transport,
        machine_heard: Callable[[], Awaitable[None]],
        *,
        loses_marks: bool,
    ) -> None:
        self._socket = socket
        self._call = call
        self._leg = leg
        self._machine_heard = machine_heard
        self._loses_marks = loses_marks
        self._sid = new_sid("MZ")
        self._sequence = 0
        self._chunk = 0
        self._to_play: deque[tuple[str, Any]] = deque()
        self._arrivals = Arrivals(transport)
        self._closed = asyncio.Event()

    async def run(
        self,
        account_sid: str,
        parameters: dict[str, str],
        events: AsyncIterator[LegEvent],
    ) -> None:
        """Until the phone hangs up, we close the socket, or the call goes elsewhere."""
        await self._socket.send(json.dumps({"event": "connected", "protocol": "Call"}))
        start = {
            "accountSid": account_sid,
            "streamSid": self._sid,
            "callSid": self._call.sid,
            "tracks": ["inbound"],
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            "customParameters": parameters,
        }
        await self._tell("start", start)
        listening = asyncio.create_task(self._listen(), name="media listener")
        try:
            with suppress(ConnectionClosed):
                await self._carry(events)
                await self._tell("stop", {"accountSid": account_sid, "callSid": self._call.sid})
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    # -- from the phone ------------------------------------------------------------------------

    async def _carry(self, events: AsyncIterator[LegEvent]) -> None:
        async for event in events:
            match event:
                case Audio():
                    await self._play_one()
                    await self._say(event.pcm)
                case Key():
                    await self._tell("dtmf", {"track": "inbound_track", "digit": event.digit})
                case Machine():
                    await self._machine_heard()
                case Ended():
                    return
                case _:
                    pass
            if self._closed.is_set() or self._call.left:
                return

    async def _say(self, pcm: Pcm) -> None:
        timestamp_ms = self._chunk * FRAME_MS
        self._chunk += 1
        said = {
            "track": "inbound",
            "chunk": str(self._chunk),
            "timestamp": str(timestamp_ms),
            "payload": base64.b64encode(mu_law_encode(pcm)).decode(),
        }
        await self._tell("media", said)

    async def _play_one(self) -> None:
        while self._to_play:
            kind, what = self._to_play.popleft()
            if kind == "media":
                self._leg.send(mu_law_decode(what))
                return
            await self._return_mark(what)

    # -- from us -------------------------------------------------------------------------------

    async def _listen(self) -> None:
        with suppress(ConnectionClosed):
            async for text in self._socket:
                await self._told(json.loads(text))
        self._closed.set()

    async def _told(self, message: dict[str, Any]) -> None:
        assert message["streamSid"] == self._sid
        match message["event"]:
            case "media":
                coded = base64.b64decode(message["media"]["payload"])
                assert len(coded) == FRAME_BYTES
                self._arrivals.came(asyncio.get_running_loop().time())
                self._to_play.append(("media", coded))
            case "mark":
                self._to_play.append(("mark", message["mark"]["name"]))
            case other:
                assert other == "clear"
                await self._clear()

    async def _clear(self) -> None:
        self._call.clears += 1
        waiting = [what for kind, what in self._to_play if kind == "mark"]
        self._to_play.clear()
        self._arrivals.forgotten()
        self._leg.flush()
        for name in waiting:
            await self._return_mark(name)

    async def _return_mark(self, name: str) -> None:
        if not self._loses_marks:
            await self._tell("mark", {"name": name})

    async def _tell(self, event: str, part: dict[str, Any]) -> None:
        self._sequence += 1
        message = {
            "event": event,
            "sequenceNumber": str(self._sequence),
            "streamSid": self._sid,
            event: part,
        }
        await self._socket.send(json.dumps(message))
