"""A simulated resident's voice from a folder of recordings, in place of synthesis."""

import re
import wave
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from callbot.errors import BadInput, SpeechError
from callbot.speech.audio import Samples
from callbot.telephony.simulated.loudness import Sound, to_telephone

_AGAIN = re.compile(r"\.\d+$")
_DEFAULT = "default"


@dataclass(frozen=True)
class RecordedVoice:
    """`<question>.wav`, `<question>.2.wav` when asked again, `default.wav` at any other question.

    What it speaks are the names of its files (see `recording_for`), not words.
    """

    folder: Path

    def __post_init__(self) -> None:
        if not self.names():
            raise BadInput(f"{self.folder}: no WAV files; name them <question>.wav or default.wav")

    @property
    def key(self) -> str:
        """Changes when a recording is replaced."""
        stamps = [f"{path.name} {path.stat().st_mtime_ns}" for path in self.folder.glob("*.wav")]
        return f"recorded-{self.folder.resolve()}-{sorted(stamps)}"

    def names(self) -> list[str]:
        return sorted(path.stem for path in self.folder.glob("*.wav"))

    def speak(self, text: str) -> Samples:
        path = self.folder / f"{text}.wav"
        try:
            return to_telephone(*_read_wav(path))
        except (wave.Error, EOFError, OSError) as error:
            raise SpeechError(f"{path}: not a WAV file of 16-bit samples: {error}") from error


def recording_for(names: Collection[str], questions: list[str], asked: int) -> str | None:
    """The recording for the first of the questions that has one, else the default, else None.

    asked: 1 the first time; the last recording of a question is repeated.
    """
    for question in questions:
        versions = sorted((_version(name), name) for name in names if _question(name) == question)
        if versions:
            return versions[min(asked, len(versions)) - 1][1]
    return _DEFAULT if _DEFAULT in names else None


def _question(name: str) -> str:
    return _AGAIN.sub("", name)


def _version(name: str) -> int:
    """2 for `<question>.2`, 1 for `<question>`."""
    again = _AGAIN.search(name)
    return int(again[0][1:]) if again else 1


def _read_wav(path: Path) -> tuple[Sound, int]:
    """The first channel, and its rate in Hz."""
    with wave.open(str(path), "rb") as file:
        if file.getsampwidth() != 2:
            raise wave.Error(f"{8 * file.getsampwidth()} bits a sample")
        frames = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
        return frames[:: file.getnchannels()] / 32768, file.getframerate()
