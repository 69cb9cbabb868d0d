"""The bot's speech: every frame once, in order, and silence at once when it is interrupted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np

from callbot.calls.playout import Playout
from callbot.speech.audio import FRAME_SAMPLES, SILENT_FRAME, Pcm

FAST = 50.0


def tone(level: int, frames: int) -> Pcm:
    return np.full(FRAME_SAMPLES * frames, level, dtype="<i2").tobytes()


class Line:
    def __init__(self) -> None:
        self.sent: list[int] = []
        self.recorded: list[Pcm] = []
        self.flushes = 0
        self.moved = asyncio.Event()
        self.playout = Playout(self._send, self._flush, self._record, pace=FAST)

    def _send(self, pcm: Pcm) -> None:
        self.sent.append(int(np.frombuffer(pcm, dtype="<i2")[0]))

    def _record(self, pcm: Pcm) -> None:
        self.recorded.append(pcm)
        self.moved.set()

    async def has_sent(self, frames: int) -> None:
        while len(self.sent) < frames:
            self.moved.clear()
            await self.moved.wait()

    async def has_recorded(self, frames: int) -> None:
        while len(self.recorded) < frames:
            self.moved.clear()
            await self.moved.wait()

    def _flush(self) -> None:
        self.flushes += 1


@asynccontextmanager
async def playing() -> AsyncIterator[Line]:
    line = Line()
    task = asyncio.create_task(line.playout.run())
    try:
        yield line
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_prompts_are_played_whole_and_in_order() -> None:
    async with playing() as line:
        line.playout.play(tone(1, 10), text="one")
        line.playout.play(tone(2, 5), text="two", question="q")
        await line.playout.finished()
        assert line.sent == [1] * 10 + [2] * 5
        one, two = line.playout.spoken
        assert one.end_ms is not None
        assert two.end_ms is not None
        assert one.end_ms - one.start_ms == 200
        assert two.start_ms == one.end_ms, "without a gap"
        assert not one.interrupted


async def test_an_interruption_drops_what_was_not_said_and_says_where() -> None:
    async with playing() as line:
        # Eight seconds at this pace: a busy machine has not played all of it when it goes on here.
        line.playout.play(tone(1, 20_000), text="long")
        line.playout.play(tone(2, 50), text="never begun")
        await line.has_sent(20)
        line.playout.interrupt()
        sent = len(line.sent)
        assert not line.playout.speaking
        assert line.flushes == 1
        await asyncio.sleep(0.02)
        assert len(line.sent) == sent, "silent from then on"
        long, never = line.playout.spoken
        assert long.interrupted
        assert never.interrupted
        assert long.end_ms == never.start_ms == never.end_ms


async def test_silence_is_recorded_so_that_offsets_hold() -> None:
    async with playing() as line:
        await line.has_recorded(25)
        line.playout.play(tone(7, 4), text="late")
        await line.playout.finished()
        start = line.playout.spoken[0].start_ms // 20
        assert set(line.recorded[:start]) == {SILENT_FRAME}
        assert line.recorded[start : start + 4] == [tone(7, 1)] * 4
