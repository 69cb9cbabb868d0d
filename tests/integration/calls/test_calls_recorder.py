"""Recording: both sides in one file, whole after each write, never a reason to lose a call."""

import asyncio
import io
import wave
from pathlib import Path

import numpy as np
import pytest
from cryptography.fernet import Fernet

from callbot import recording_file, vault
from callbot.calls.recorder import Recorder
from callbot.errors import ConfigurationError
from callbot.speech.audio import FRAME_SAMPLES, Pcm

PATIENCE_S = 60.0


def frame(level: int) -> Pcm:
    return np.full(FRAME_SAMPLES, level, dtype="<i2").tobytes()


def sides(path: Path) -> np.ndarray:
    with wave.open(io.BytesIO(recording_file.read(path))) as file:
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").reshape(-1, 2).T


def written(path: Path, samples: int) -> bool:
    begun = path.exists() and path.stat().st_size > 44
    return begun and len(sides(path)[0]) >= samples


@pytest.fixture(autouse=True)
def _keys(tmp_path: Path) -> None:
    vault.unlock(Fernet.generate_key().decode(), tmp_path)


SUFFIXES = pytest.mark.parametrize("suffix", [recording_file.PLAIN, recording_file.SEALED])


@SUFFIXES
async def test_left_is_the_resident_and_right_the_bot(tmp_path: Path, suffix: str) -> None:
    recorder = Recorder(tmp_path / "day" / f"call{suffix}")
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


@SUFFIXES
async def test_the_file_is_whole_while_the_call_still_runs(tmp_path: Path, suffix: str) -> None:
    recorder = Recorder(tmp_path / f"call{suffix}")
    for _ in range(150):
        recorder.resident(frame(100))
        recorder.bot(frame(5))
    async with asyncio.timeout(PATIENCE_S):
        while not written(recorder.path, 100 * FRAME_SAMPLES):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
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


async def test_a_sealed_recording_can_be_read_with_its_key_alone_and_up_to_where_it_broke_off(
    tmp_path: Path,
) -> None:
    recorder = Recorder(tmp_path / f"call{recording_file.SEALED}")
    for _ in range(150):
        recorder.resident(frame(100))
        recorder.bot(frame(100))
    await recorder.close()
    sealed = recorder.path.read_bytes()
    assert frame(100) not in sealed
    # With the blank, which base64 has none of: four letters stand in one of some hundred by chance.
    assert b"WAVEfmt " not in sealed
    recorder.path.write_bytes(sealed[:-1000])
    left, _ = sides(recorder.path)
    assert len(left) >= 100 * FRAME_SAMPLES, "what was written before the power went is there"
    vault.unlock(Fernet.generate_key().decode(), tmp_path)
    with pytest.raises(ConfigurationError, match="another key"):
        recording_file.read(recorder.path)
