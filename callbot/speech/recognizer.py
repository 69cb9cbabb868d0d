"""The recogniser's protocol: audio goes in as it comes, alternatives come out when asked."""

from dataclasses import dataclass, field
from typing import Protocol

from callbot.speech.audio import Pcm


@dataclass(frozen=True)
class Hints:
    """What is known before the resident speaks.

    locale: for example zh-CN. question: the words just asked. examples: answers as people give
    them, from the script's data; engines that take a prompt are given both, for the question
    alone does nothing (measured).
    """

    locale: str
    question: str = ""
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Alternative:
    """One reading of what was said; confidence from 0 to 1, comparable within one engine."""

    text: str
    confidence: float


@dataclass(frozen=True)
class Utterance:
    """What was made out, best first; no alternatives when nothing was.

    audio_s: seconds of sound decoded. unprompted: what an engine that takes a prompt makes of the
    same sound without it, in its own spelling, best first; None where that was not decoded.
    """

    alternatives: tuple[Alternative, ...]
    audio_s: float
    rejected: tuple[str, ...] = field(default=())
    """Readings thrown away as the prompt's echo or the engine's known inventions."""
    unprompted: tuple[str, ...] | None = field(default=None)


class RecognitionStream(Protocol):
    """One utterance of one call. Not for use by two tasks at once."""

    def feed(self, pcm: Pcm) -> None:
        """More sound, 16-bit mono at 8000 Hz. Never blocks."""

    def went_on(self) -> None:
        """More is being said after a result: another will be asked for. Never blocks."""

    async def result(self, *, thorough: bool = False) -> Utterance:
        """Everything fed so far, decoded. May be asked again after more was fed.

        thorough: the sound of the latest result once more, decoded harder, for an engine that
        can; worth its price when nothing sensible was made out. Raises SpeechError when the
        engine broke or did not answer in time.
        """

    async def close(self) -> None: ...


class Recognizer(Protocol):
    """An engine with its model loaded, shared by the calls of one locale."""

    name: str

    async def start(self) -> None:
        """Loads and verifies the model. Raises ModelMissing, saying how to get it."""

    async def warm_up(self, locale: str) -> None:
        """Makes ready for a language that calls will be held in, beside whatever is decoded.

        Returns before it is ready; without it the first utterance waits. Raises SpeechError.
        """

    def open(self, hints: Hints) -> RecognitionStream: ...

    async def close(self) -> None: ...
