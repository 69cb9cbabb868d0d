"""A call's recording on disk: left the resident, right the bot, 8000 Hz, 16 bit.

Residents' recordings are sealed with the office's key; those of simulated residents are plain WAV
files, which any player opens. The name tells which. A sealed file holds one token a line, each
whole in itself, so that what was written before a crash can be read.
"""

import io
import wave
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from callbot import vault
from callbot.speech.audio import SAMPLE_RATE_HZ

CHANNELS: Final = 2
SAMPLE_BYTES: Final = 2
PLAIN: Final = ".wav"
SEALED: Final = ".wav.sealed"


class RecordingFile(Protocol):
    """Grows while the call runs, and can be read at any time. Everything raises OSError."""

    def append(self, frames: bytes) -> None: ...

    def close(self) -> None: ...


def create(path: Path) -> RecordingFile:
    """Makes the file, and folders on the way to it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return _Sealed(path) if path.name.endswith(SEALED) else _Plain(path.open("wb"))


def read(path: Path) -> bytes:
    """The recording as a WAV file.

    Raises OSError when the file cannot be read, ConfigurationError when it was sealed with a key
    that is not in use.
    """
    if not path.name.endswith(SEALED):
        return path.read_bytes()
    *tokens, _broken_off = path.read_bytes().split(b"\n")
    whole = io.BytesIO()
    plain = _Plain(whole)
    for token in tokens:
        plain.append(vault.unseal(token))
    plain.end()
    return whole.getvalue()


class _Plain:
    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._wave = wave.open(file, "wb")  # noqa: SIM115
        self._wave.setnchannels(CHANNELS)
        self._wave.setsampwidth(SAMPLE_BYTES)
        self._wave.setframerate(SAMPLE_RATE_HZ)

    def append(self, frames: bytes) -> None:
        # writeframes also renews the header, so that the file is whole after each piece.
        self._wave.writeframes(frames)
        self._file.flush()

    def end(self) -> None:
        """The header as it must be; the file is left open."""
        self._wave.close()

    def close(self) -> None:
        try:
            self.end()
        finally:
            self._file.close()


class _Sealed:
    def __init__(self, path: Path) -> None:
        self._file = path.open("wb", buffering=0)

    def append(self, frames: bytes) -> None:
        self._file.write(vault.seal(frames) + b"\n")

    def close(self) -> None:
        self._file.close()
