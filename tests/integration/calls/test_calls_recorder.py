"""Recording: both sides in one file, whole after each write, never a reason to lose a call."""

import asyncio
import wave
from pathlib import Path

import numpy as np

from callbot.calls.recorder import Recorder
from callbot.speech.audio import FRAME_SAMPLES, Pcm


def frame(level: int) -> Pcm:
    return np.full(FRAME_SAMPLES, level, dtype="<i2").tobytes()


def sides(path: Path) -> np.ndarray:
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").reshape(-1, 2).T


async def test_left_is_the_resident_and_right_the_bot(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "day" / "call.wav")
    for _ in range(10):
        recorder.resident(frame(100))
    for _ in range(7):
        recorder.bot(frame(-200))
    await recorder.close()
    left, right = sides(recorder.path)
    assert (left == 100).all()
    assert len(left) == 10 * FRAME_SAMPLES
    assert (right[: 7 * FRAME_SAMPLES] == -200).all()
    assert (right[7 * FRAME_SAMPLES :] == 0).all(), "the shorter side is filled with silence"


async def test_the_file_is_whole_while_the_call_still_runs(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "call.wav")
    for _ in range(150):
        recorder.resident(frame(100))
        recorder.bot(frame(5))
    for _ in range(100):
        await asyncio.sleep(0.01)
        if recorder.path.exists() and recorder.path.stat().st_size > 44:
            break
    left, _ = sides(recorder.path)
    assert len(left) >= 100 * FRAME_SAMPLES
    await recorder.close()


async def test_a_full_disk_is_told_and_nothing_is_raised() -> None:
    # Every write to this device fails for want of space.
    recorder = Recorder(Path("/dev/full"))
    for _ in range(250):
        recorder.resident(frame(100))
        recorder.bot(frame(5))
        await asyncio.sleep(0)
    await recorder.close()
    assert "space" in recorder.problem
