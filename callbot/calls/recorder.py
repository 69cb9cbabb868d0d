"""Both sides of a call into one file, while the call runs."""

import asyncio
import logging
from pathlib import Path

import numpy as np

from callbot import recording_file
from callbot.recording_file import RecordingFile
from callbot.speech.audio import FRAME_BYTES, SAMPLE_RATE_HZ, Pcm

log = logging.getLogger(__name__)

FLUSH_S = 2
"""Seconds of sound written at a time; a crash loses no more than this."""


class Recorder:
    """Takes frames of both sides, writes them in a thread. Never fails a call.

    `problem` says why the recording is missing or cut short, for example a full disk.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problem = ""
        self._resident = bytearray()
        self._bot = bytearray()
        self._file: RecordingFile | None = None
        self._writing: asyncio.Task[None] | None = None

    def resident(self, frame: Pcm) -> None:
        self._resident += frame
        self._flush_when_full()

    def bot(self, frame: Pcm) -> None:
        self._bot += frame
        self._flush_when_full()

    def _flush_when_full(self) -> None:
        ready = min(len(self._resident), len(self._bot))
        if ready < FLUSH_S * SAMPLE_RATE_HZ * 2:
            return
        if self._writing is not None and not self._writing.done():
            return
        self._writing = asyncio.create_task(asyncio.to_thread(self._write, *self._take(ready)))

    def _take(self, size: int) -> tuple[Pcm, Pcm]:
        left, right = bytes(self._resident[:size]), bytes(self._bot[:size])
        del self._resident[:size]
        del self._bot[:size]
        return left, right

    def _write(self, left: Pcm, right: Pcm) -> None:
        if self.problem:
            return
        stereo = np.column_stack(
            (np.frombuffer(left, dtype="<i2"), np.frombuffer(right, dtype="<i2"))
        )
        try:
            if self._file is None:
                self._file = recording_file.create(self.path)
            self._file.append(stereo.tobytes())
        except OSError as error:
            self.problem = error.strerror or "the file cannot be written"
            log.error("recording stopped: the file cannot be written", extra={"errno": error.errno})

    async def close(self) -> None:
        """Writes what is left; the shorter side is filled up with silence."""
        if self._writing is not None:
            await self._writing
        size = max(len(self._resident), len(self._bot))
        size += -size % FRAME_BYTES
        self._resident += bytes(size - len(self._resident))
        self._bot += bytes(size - len(self._bot))
        await asyncio.to_thread(self._finish, *self._take(size))

    def _finish(self, left: Pcm, right: Pcm) -> None:
        if left:
            self._write(left, right)
        if self._file is not None:
            try:
                self._file.close()
            except OSError as error:
                self.problem = self.problem or error.strerror or "the file cannot be closed"
