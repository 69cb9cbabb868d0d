"""A leg whose far end is a browser: its microphone speaks, its loudspeaker hears the bot."""

import asyncio
import json
from collections.abc import AsyncIterator, MutableMapping
from typing import Any, Final, Protocol

from callbot.errors import TelephonyError
from callbot.speech.audio import FRAME_BYTES, Pcm
from callbot.telephony.carrier import Answered, Audio, Ended, EndReason, Key, LegEvent
from callbot.telephony.event_stream import EventStream

UNSENT_FRAMES: Final = 250
"""Sound kept for a slow connection: 5 s; what comes after it is dropped."""

KEYS: Final = frozenset("0123456789*#")

BadMessage = ValueError


class SoundSocket(Protocol):
    """A WebSocket: text is JSON, bytes are sound."""

    async def receive(self) -> MutableMapping[str, Any]:
        """As ASGI gives it: `type`, and `text` or `bytes`."""

    async def send_text(self, data: str) -> None: ...

    async def send_bytes(self, data: bytes) -> None: ...


class BrowserLeg:
    """A Leg. Answered from the beginning; over when either side hangs up or the page is left.

    Sound goes both ways as frames of 20 ms (speech.audio). Texts to the browser are what `tell`
    is given, and `{"flush": true}`; from it `{"key": "1"}`.
    """

    attempt_id = "trial"

    def __init__(self) -> None:
        self._happened = EventStream()
        self._happened.post(Answered())
        self._unsent: asyncio.Queue[bytes | str | None] = asyncio.Queue()

    # -- for the conversation ------------------------------------------------------------------

    def events(self) -> AsyncIterator[LegEvent]:
        return self._happened.read()

    def send(self, pcm: Pcm) -> None:
        if len(pcm) != FRAME_BYTES:
            raise ValueError(f"a frame is {FRAME_BYTES} bytes, not {len(pcm)}")
        if self._unsent.qsize() < UNSENT_FRAMES:
            self._unsent.put_nowait(pcm)

    def flush(self) -> None:
        self.tell({"flush": True})

    async def hang_up(self) -> None:
        self._end(EndReason.HUNG_UP_HERE)

    async def transfer(self, to: str) -> None:  # noqa: ARG002
        raise TelephonyError("nobody can be put through to from a browser", permanent=True)

    # -- for the socket ------------------------------------------------------------------------

    def tell(self, message: dict[str, Any]) -> None:
        self._unsent.put_nowait(json.dumps(message, ensure_ascii=False))

    def close(self) -> None:
        """Nothing more is sent after what waits to be."""
        self._unsent.put_nowait(None)

    async def write(self, socket: SoundSocket) -> None:
        """Returns when the leg is closed."""
        while (message := await self._unsent.get()) is not None:
            if isinstance(message, str):
                await socket.send_text(message)
            else:
                await socket.send_bytes(message)

    async def read(self, socket: SoundSocket) -> None:
        """Returns when the browser has gone. Raises BadMessage for what no page of ours sends."""
        sound = bytearray()
        try:
            while (message := await socket.receive())["type"] == "websocket.receive":
                sound += message.get("bytes") or b""
                while len(sound) >= FRAME_BYTES:
                    self._happened.post(Audio(bytes(sound[:FRAME_BYTES])))
                    del sound[:FRAME_BYTES]
                if message.get("text"):
                    self._happened.post(Key(_key(message["text"])))
        finally:
            self._end(EndReason.HUNG_UP_THERE)

    def _end(self, reason: EndReason) -> None:
        self._happened.post(Ended(reason))


def _key(text: str) -> str:
    message = json.loads(text)
    key = message.get("key") if isinstance(message, dict) else None
    if not isinstance(key, str) or key not in KEYS:
        raise BadMessage("not a key of a telephone")
    return key
