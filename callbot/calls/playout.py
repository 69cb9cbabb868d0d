"""The bot's mouth: prompts become frames at the pace of a clock, and stop at once when told."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from callbot.speech.audio import FRAME_MS, SILENT_FRAME, Pcm, frames

AHEAD_FRAMES = 2
"""Frames sent before their time, so that a busy moment of this process is not heard as a gap."""


@dataclass
class Spoken:
    """One prompt as it was played; milliseconds from the start of the call's sound.

    `end_ms` is None until it has ended; `interrupted` when the resident cut it short.
    """

    text: str
    question: str
    interruptible: bool
    start_ms: int = -1
    end_ms: int | None = None
    interrupted: bool = False


class Playout:
    """send: takes one frame towards the resident. flush: drops what is not yet played there.

    record: takes every frame of the bot's side, silence included, in order. pace: 1.0 is real
    time; 2.0 runs twice as fast.
    """

    def __init__(
        self,
        send: Callable[[Pcm], None],
        flush: Callable[[], None],
        record: Callable[[Pcm], None],
        *,
        pace: float = 1.0,
    ) -> None:
        self._send = send
        self._flush = flush
        self._record = record
        self._frame_s = FRAME_MS / 1000 / pace
        self._queue: deque[tuple[Spoken, Pcm, bool]] = deque()
        self._idle = asyncio.Event()
        self._idle.set()
        self._played = 0
        self.spoken: list[Spoken] = []

    @property
    def position_ms(self) -> int:
        return self._played * FRAME_MS

    @property
    def speaking(self) -> bool:
        return bool(self._queue)

    @property
    def interruptible(self) -> bool:
        return not self._queue or self._queue[0][0].interruptible

    def play(self, pcm: Pcm, *, text: str, question: str = "", interruptible: bool = True) -> None:
        """Queues one prompt behind those already queued."""
        cut = frames(pcm)
        if not cut:
            return
        entry = Spoken(text, question, interruptible)
        self.spoken.append(entry)
        self._queue.extend((entry, frame, i == len(cut) - 1) for i, frame in enumerate(cut))
        self._idle.clear()

    def interrupt(self) -> None:
        """Stops speaking now; what was said so far stays in `spoken`."""
        if not self._queue:
            return
        unheard = {id(entry) for entry, _, _ in self._queue}
        for entry in self.spoken:
            if id(entry) in unheard:
                entry.interrupted = True
                entry.end_ms = self.position_ms
                if entry.start_ms < 0:
                    entry.start_ms = self.position_ms
        self._queue.clear()
        self._flush()
        self._idle.set()

    async def finished(self) -> None:
        """Waits until everything queued has been sent."""
        await self._idle.wait()

    async def run(self) -> None:
        """Plays until cancelled. Deadlines come from the start, so the pace never drifts."""
        loop = asyncio.get_running_loop()
        start = loop.time()
        while True:
            due = start + (self._played - AHEAD_FRAMES) * self._frame_s
            delay = due - loop.time()
            if delay > 0:
                await asyncio.sleep(delay)
            self._tick()
            if self._played % 50 == 0:
                # After a stall the loop catches up; others get their turn in between.
                await asyncio.sleep(0)

    def _tick(self) -> None:
        frame = SILENT_FRAME
        if self._queue:
            entry, frame, last = self._queue.popleft()
            if entry.start_ms < 0:
                entry.start_ms = self.position_ms
            self._send(frame)
            if last:
                entry.end_ms = self.position_ms + FRAME_MS
        self._record(frame)
        self._played += 1
        if not self._queue:
            self._idle.set()
