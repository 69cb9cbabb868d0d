"""Our end of a simulated call: what is to be played, and what has happened."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Final

from callbot.speech.audio import FRAME_BYTES, SILENT_FRAME, Pcm
from callbot.telephony.carrier import Audio, Ended, LegEvent

_UNREAD_AUDIO: Final = 250
"""Frames kept for a reader that has fallen behind: 5 s."""


class SimulatedLeg:
    """A Leg. The line takes frames to play from it and posts events to it."""

    def __init__(self, attempt_id: str) -> None:
        self.attempt_id = attempt_id
        self.hanging_up = False
        self.dropped = 0
        self._to_play: deque[Pcm] = deque()
        self._events: deque[LegEvent] = deque()
        self._unread_audio = 0
        self._arrival = asyncio.Event()
        self._over = asyncio.Event()

    # -- for the caller ------------------------------------------------------------------------

    async def events(self) -> AsyncIterator[LegEvent]:
        while True:
            while self._events:
                event = self._events.popleft()
                if isinstance(event, Audio):
                    self._unread_audio -= 1
                yield event
                if isinstance(event, Ended):
                    return
            self._arrival.clear()
            await self._arrival.wait()

    def send(self, pcm: Pcm) -> None:
        if len(pcm) != FRAME_BYTES:
            raise ValueError(f"a frame is {FRAME_BYTES} bytes, not {len(pcm)}")
        if not (self._over.is_set() or self.hanging_up):
            self._to_play.append(pcm)

    def flush(self) -> None:
        self._to_play.clear()

    async def hang_up(self) -> None:
        self.hanging_up = True
        await self._over.wait()

    # -- for the line --------------------------------------------------------------------------

    @property
    def played_out(self) -> bool:
        return not self._to_play

    def next_frame(self) -> Pcm:
        """What is played in the next 20 ms; silence when nothing was sent."""
        return self._to_play.popleft() if self._to_play else SILENT_FRAME

    def post(self, event: LegEvent) -> None:
        """Never blocks: when the reader is slow, the oldest sound is dropped, and nothing else."""
        if isinstance(event, Audio):
            if self._unread_audio >= _UNREAD_AUDIO:
                self._drop_oldest_audio()
            self._unread_audio += 1
        self._events.append(event)
        self._arrival.set()
        if isinstance(event, Ended):
            self._over.set()

    def _drop_oldest_audio(self) -> None:
        oldest = next(event for event in self._events if isinstance(event, Audio))
        self._events.remove(oldest)
        self._unread_audio -= 1
        self.dropped += 1
