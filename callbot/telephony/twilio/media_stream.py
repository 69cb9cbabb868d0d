"""One Media Streams socket: sound both ways, keys, and marks that tell what has been played."""

import asyncio
import logging
from collections import deque
from enum import StrEnum
from itertools import count
from typing import Final, Protocol

from callbot.speech.audio import FRAME_BYTES, FRAME_MS, SILENT_FRAME, Pcm
from callbot.telephony.carrier import SOUNDLESS_S, Audio, Key
from callbot.telephony.event_stream import EventStream
from callbot.telephony.twilio import messages
from callbot.telephony.twilio.messages import Malformed

SEND_TIMEOUT_S: Final = 5.0
"""A socket that takes nothing for so long is half-closed."""

UNSENT_FRAMES: Final = 1500
"""Frames that may wait for the socket: 30 s. Beyond it the newest are dropped."""

MARK_GRACE_S: Final = 1.5
"""Beyond the time in which the sound before a mark must have been played; some marks never come."""

LONGEST_GAP_FRAMES: Final = 50
"""Lost sound is made up for with silence, up to a second of it."""

LISTENED_S: Final = 0.5
"""Between two looks at whether sound has come."""

MALFORMED_ALLOWED: Final = 50
"""Messages that are passed over before the socket is closed on whoever sends them."""

log = logging.getLogger(__name__)


class SocketClosed(Exception):
    """The other side is gone, politely or not."""


class MediaSocket(Protocol):
    async def receive(self) -> str:
        """The next message. Raises SocketClosed."""

    async def send(self, text: str) -> None:
        """Raises SocketClosed."""

    async def close(self, code: int) -> None:
        """Safe to call twice, and on a socket that is gone."""


class StreamEnd(StrEnum):
    STOPPED = "stopped"
    """Twilio said so: the resident hung up, or the call went elsewhere."""

    LOST = "lost"
    """The socket broke."""

    SOUNDLESS = "without sound"
    """No sound came for SOUNDLESS_S, though the socket was open."""

    CLOSED_HERE = "closed here"


class MediaStream:
    """happened: where sound and keys are posted. `run` is the only reader of the socket.

    sounded: whether any sound has come.
    """

    def __init__(self, socket: MediaSocket, stream_sid: str, happened: EventStream) -> None:
        self._socket = socket
        self._sid = stream_sid
        self._happened = happened
        self._unsent: deque[str] = deque()
        self._something = asyncio.Event()
        self._marks: dict[str, asyncio.Event] = {}
        self._mark_names = count(1)
        self._playing_until_s = 0.0
        self._partial: Pcm = b""
        self._heard_until_ms: int | None = None
        self._closed_here = False
        self._sound_came = False
        self.sounded = False
        self.dropped = 0
        self.malformed = 0

    # -- towards the resident ------------------------------------------------------------------

    def send(self, pcm: Pcm) -> None:
        """One frame. Never blocks."""
        if len(self._unsent) >= UNSENT_FRAMES:
            self.dropped += 1
            return
        self._post(messages.media(self._sid, pcm))
        now_s = asyncio.get_running_loop().time()
        self._playing_until_s = max(now_s, self._playing_until_s) + FRAME_MS / 1000

    def clear(self) -> None:
        """Drops what was not yet played, here and at Twilio.

        Twilio returns the marks that were waiting; others do not, so nobody waits for them.
        """
        self._unsent.clear()
        self._post(messages.clear(self._sid))
        self._playing_until_s = 0.0
        for returned in self._marks.values():
            returned.set()

    async def played_out(self) -> None:
        """Returns when all that was sent has been played, or must have been."""
        name = str(next(self._mark_names))
        returned = self._marks[name] = asyncio.Event()
        self._post(messages.mark(self._sid, name))
        left_s = max(0.0, self._playing_until_s - asyncio.get_running_loop().time())
        try:
            async with asyncio.timeout(left_s + MARK_GRACE_S):
                await returned.wait()
        except TimeoutError:
            log.warning("a mark never returned", extra={"stream": self._sid})
        finally:
            self._marks.pop(name, None)

    async def close(self) -> None:
        self._closed_here = True
        await self._socket.close(1000)

    # -- the socket ----------------------------------------------------------------------------

    async def run(self) -> StreamEnd:
        """Until the stream is over; the socket is closed then."""
        writing = asyncio.create_task(self._write(), name="media writer")
        reading = asyncio.create_task(self._read(), name="media reader")
        listening = asyncio.create_task(self._listen(), name="media listener")
        tasks = (writing, reading, listening)
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            stopped = reading.done() and not reading.cancelled() and reading.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for returned in self._marks.values():
                returned.set()
            await self._socket.close(1000)
        if self._closed_here:
            return StreamEnd.CLOSED_HERE
        if stopped:
            return StreamEnd.STOPPED
        return StreamEnd.LOST if listening.cancelled() else StreamEnd.SOUNDLESS

    def _post(self, message: str) -> None:
        self._unsent.append(message)
        self._something.set()

    async def _write(self) -> None:
        while True:
            await self._something.wait()
            self._something.clear()
            while self._unsent:
                try:
                    async with asyncio.timeout(SEND_TIMEOUT_S):
                        await self._socket.send(self._unsent.popleft())
                except (TimeoutError, SocketClosed):
                    return

    async def _listen(self) -> None:
        """Until no sound has come for too long, by looks: a stall of ours is but one of them."""
        soundless_s = 0.0
        while soundless_s < SOUNDLESS_S:
            self._sound_came = False
            await asyncio.sleep(LISTENED_S)
            soundless_s = 0.0 if self._sound_came else soundless_s + LISTENED_S

    async def _read(self) -> bool:
        """True when Twilio said that the stream is over, false when it broke."""
        while True:
            try:
                text = await self._socket.receive()
            except SocketClosed:
                return False
            try:
                message = messages.parse(text)
            except Malformed:
                self.malformed += 1
                if self.malformed == 1:
                    log.warning("malformed media message", extra={"stream": self._sid})
                if self.malformed > MALFORMED_ALLOWED:
                    await self._socket.close(1007)
                    return False
                continue
            match message:
                case messages.Media():
                    self._hear(message)
                case messages.Dtmf():
                    self._happened.post(Key(message.digit))
                case messages.Mark():
                    if message.name in self._marks:
                        self._marks[message.name].set()
                case messages.Stop():
                    return True
                case _:
                    pass

    def _hear(self, heard: messages.Media) -> None:
        """Cuts what arrives into frames; gaps in its time become silence, repetitions nothing."""
        self._sound_came = self.sounded = True
        expected_ms = self._heard_until_ms
        if expected_ms is not None:
            if heard.timestamp_ms < expected_ms - FRAME_MS // 2:
                return
            lost = (heard.timestamp_ms - expected_ms) // FRAME_MS
            for _ in range(min(lost, LONGEST_GAP_FRAMES)):
                self._happened.post(Audio(SILENT_FRAME))
        self._heard_until_ms = heard.timestamp_ms + len(heard.pcm) // 16
        pcm = self._partial + heard.pcm
        whole = len(pcm) - len(pcm) % FRAME_BYTES
        for at in range(0, whole, FRAME_BYTES):
            self._happened.post(Audio(pcm[at : at + FRAME_BYTES]))
        self._partial = pcm[whole:]
