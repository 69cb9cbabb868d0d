"""The bot's mouth: prompts become frames at the pace of a clock, and stop at once when told.

It can also hold: fall silent for a sound that may be speech, and go on if it was none.
"""

import asyncio
import math
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from callbot.speech.audio import FRAME_MS, SILENT_FRAME, Pcm, frames

AHEAD_FRAMES = 2
"""Of speech, sent before their time, so that a busy moment of this process is not heard as a gap: a
prompt begins with three frames at once."""

SILENT_FRAMES = 10
"""Of silence, made up for at one time: most of a call is that, and a wake for each frame was a
tenth of the node's work."""

REPEATED_FRAMES = 15
"""Of what was said before a hold, said again after it: 0.3 s, so that no word is left in halves."""


@dataclass
class Spoken:
    """One prompt as it was played; milliseconds from the start of the call's sound.

    `end_ms` is None until it has ended; `interrupted` when the resident cut it short. frames,
    heard: of its sound in all, and of it played so far.
    """

    text: str
    question: str
    interruptible: bool
    start_ms: int = -1
    end_ms: int | None = None
    interrupted: bool = False
    frames: int = 0
    heard: int = 0

    @property
    def said(self) -> str:
        """The words the resident can have heard: of a prompt cut short, about its first part."""
        if not self.interrupted:
            return self.text
        share = self.heard / self.frames if self.frames else 0.0
        return f"{self.text[: round(share * len(self.text))]}…"


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
        self._queue: deque[tuple[Spoken, Pcm]] = deque()
        self._latest: deque[tuple[Spoken, Pcm]] = deque(maxlen=AHEAD_FRAMES + REPEATED_FRAMES)
        self._held_at_ms: int | None = None
        self._idle = asyncio.Event()
        self._idle.set()
        self._wanted = asyncio.Event()
        self._began_s: float | None = None
        self._played = 0
        self._late_frames = 0
        self.spoken: list[Spoken] = []

    @property
    def position_ms(self) -> int:
        return self._played * FRAME_MS

    @property
    def speaking(self) -> bool:
        return bool(self._queue)

    @property
    def held(self) -> bool:
        return self._held_at_ms is not None

    @property
    def left_ms(self) -> int:
        """Of what is still to be said."""
        return len(self._queue) * FRAME_MS

    @property
    def late_ms(self) -> int:
        """By which the far end plays the latest frame later than it was meant: after a stall of
        this process it gets many at once, plays them at its own pace, and is late until a pause.
        """
        return self._late_frames * FRAME_MS

    @property
    def unheard_frames(self) -> int:
        """Of what was sent, those that the far end has not played yet while it speaks."""
        return AHEAD_FRAMES + self._late_frames

    @property
    def interruptible(self) -> bool:
        return not self._queue or self._queue[0][0].interruptible

    def play(self, pcm: Pcm, *, text: str, question: str = "", interruptible: bool = True) -> None:
        """Queues one prompt behind those already queued."""
        cut = frames(pcm)
        if not cut:
            return
        self.catch_up()
        entry = Spoken(text, question, interruptible, frames=len(cut))
        self.spoken.append(entry)
        self._queue.extend((entry, frame) for frame in cut)
        self._idle.clear()
        self._wanted.set()

    def hold(self) -> None:
        """Falls silent now, for `go_on` or `interrupt` to follow."""
        if self._queue and not self.held:
            self._held_at_ms = self.position_ms
            self._drop()
            self._take_back(AHEAD_FRAMES)

    def go_on(self) -> None:
        """Speaks on from a little before it was held; nothing happens if it was not."""
        if self.held:
            self.catch_up()
            self._held_at_ms = None
            self._take_back(REPEATED_FRAMES)
            self._wanted.set()

    def interrupt(self) -> None:
        """Stops speaking now; what was said so far stays in `spoken`."""
        if not self._queue:
            return
        if not self.held:
            self._drop()
            self._take_back(AHEAD_FRAMES)
        silent_since_ms = self.position_ms if self._held_at_ms is None else self._held_at_ms
        unheard = {id(entry) for entry, _ in self._queue}
        for entry in self.spoken:
            if id(entry) in unheard:
                entry.interrupted = True
                entry.end_ms = silent_since_ms
                if entry.start_ms < 0:
                    entry.start_ms = silent_since_ms
        self._queue.clear()
        self._latest.clear()
        self._held_at_ms = None
        self._idle.set()

    def _drop(self) -> None:
        self._flush()
        self._late_frames = 0

    def _take_back(self, frames_back: int) -> None:
        """Frames of the prompt under way return to the queue."""
        under_way = self._queue[0][0]
        for _ in range(frames_back):
            if not self._latest or self._latest[-1][0] is not under_way:
                return
            entry, frame = self._latest.pop()
            self._queue.appendleft((entry, frame))
            entry.heard -= 1

    async def finished(self) -> None:
        """Waits until everything queued has been sent."""
        await self._idle.wait()

    async def run(self) -> None:
        """Plays until cancelled. Deadlines come from the start, so the pace never drifts.

        All calls of a process start on one grid of 20 ms: the loop wakes once for the frames of
        all of them, and a carrier may send them as one.
        """
        loop = asyncio.get_running_loop()
        self._began_s = math.ceil(loop.time() / self._frame_s) * self._frame_s
        while True:
            self.catch_up()
            silent = not self._talking
            next_frame = self._played + (SILENT_FRAMES - 1 if silent else -AHEAD_FRAMES)
            due_s = self._began_s + next_frame * self._frame_s
            if silent:
                self._wanted.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout_at(due_s):
                        await self._wanted.wait()
            else:
                await asyncio.sleep(due_s - loop.time())

    def catch_up(self) -> None:
        """Plays what is due by now, if it is running: after a stall, and after silence."""
        if self._began_s is None:
            return
        passed_s = asyncio.get_running_loop().time() - self._began_s
        now = math.floor(passed_s / self._frame_s)
        while self._played <= now + (AHEAD_FRAMES if self._talking else 0):
            self._tick(now)

    @property
    def _talking(self) -> bool:
        return bool(self._queue) and not self.held

    def _tick(self, now: int) -> None:
        """One frame more. now: the frame of the call's sound whose time it is."""
        frame = SILENT_FRAME
        if self._talking:
            self._late_frames = max(self._late_frames, now - self._played)
            entry, frame = self._queue.popleft()
            if entry.start_ms < 0:
                entry.start_ms = self.position_ms
            self._send(frame)
            self._latest.append((entry, frame))
            entry.heard += 1
            if entry.heard == entry.frames:
                entry.end_ms = self.position_ms + FRAME_MS
        else:
            self._late_frames = max(0, self._late_frames - 1)
        self._record(frame)
        self._played += 1
        if not self._queue:
            self._idle.set()
