"""What happens on one leg, in order, from the carrier's side to the one who reads it."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Final

from callbot.telephony.carrier import Audio, Ended, LegEvent

_UNREAD_AUDIO: Final = 250
"""Frames kept for a reader that has fallen behind: 5 s."""


class EventStream:
    """Events in by `post`, out by `read` or `hand_to`; nothing is taken after Ended."""

    def __init__(self) -> None:
        self.dropped = 0
        self._events: deque[LegEvent] = deque()
        self._unread_audio = 0
        self._arrival = asyncio.Event()
        self._over = asyncio.Event()
        self._reader: Callable[[LegEvent], None] | None = None

    @property
    def over(self) -> bool:
        """Ended was posted; it may not have been read yet."""
        return self._over.is_set()

    async def wait_over(self) -> None:
        await self._over.wait()

    def post(self, event: LegEvent) -> None:
        """Never blocks: when the reader is slow, the oldest sound is dropped, and nothing else."""
        if self.over:
            return
        if isinstance(event, Ended):
            self._over.set()
        if self._reader is not None:
            self._reader(event)
            return
        if isinstance(event, Audio):
            if self._unread_audio >= _UNREAD_AUDIO:
                self._drop_oldest_audio()
            self._unread_audio += 1
        self._events.append(event)
        self._arrival.set()

    def hand_to(self, reader: Callable[[LegEvent], None]) -> None:
        """In place of `read`: gives each event on as it is posted, first those that wait already.

        No task has to wake for it. The reader must not block.
        """
        while self._events:
            reader(self._events.popleft())
        self._reader = reader

    async def read(self) -> AsyncIterator[LegEvent]:
        """Up to and with Ended. For one reader at a time; another goes on where one stopped."""
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

    def _drop_oldest_audio(self) -> None:
        oldest = next(event for event in self._events if isinstance(event, Audio))
        self._events.remove(oldest)
        self._unread_audio -= 1
        self.dropped += 1
