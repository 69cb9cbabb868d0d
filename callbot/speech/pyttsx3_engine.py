"""The bot's voice: pyttsx3 with espeak-ng, in one worker process."""

import asyncio
import importlib.metadata
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from callbot.errors import ConfigurationError, SpeechError
from callbot.speech.audio import Pcm
from callbot.speech.synthesizer import Prompt
from callbot.workers.process import WorkerProcess

START_TIMEOUT_S: Final = 20.0
SPEAK_TIMEOUT_S: Final = 20.0
"""For one sentence at work; it takes about 0.03 s. Waiting for those before it does not count:
hundreds may be asked for at once, and a process that is silent for so long is killed."""

AT_THE_WORKER: Final = 2
"""One at work and the next, so that it need not wait for us."""

SOUND_VERSION: Final = "2"
"""Counted up when trimming or levelling changes, so that old sounds are not taken from disk."""


@dataclass(frozen=True)
class EspeakVoice:
    """An espeak-ng voice and how fast it speaks, in words a minute as espeak-ng counts them."""

    id: str
    rate_wpm: int


# Plain and slow enough for the old, so that a long question stays under 12 s.
VOICES: Final[Mapping[str, EspeakVoice]] = {
    "zh": EspeakVoice("sit/cmn", 185),
    "ko": EspeakVoice("ko", 170),
    "en": EspeakVoice("gmw/en", 165),
}


class Pyttsx3Synthesizer:
    """Speaks one sentence after another; safe to ask from many tasks at once.

    rate_wpm, when given, is used for every locale.
    """

    name = "pyttsx3"

    def __init__(self, rate_wpm: int | None = None) -> None:
        self._rate_wpm = rate_wpm
        self._folder: Path | None = None
        self._worker: WorkerProcess | None = None
        self._starting = asyncio.Lock()
        self._turn = asyncio.Semaphore(AT_THE_WORKER)

    @property
    def worker_pid(self) -> int | None:
        return self._worker.pid if self._worker else None

    async def start(self) -> None:
        """Raises SpeechError when the engine cannot be loaded, or has nowhere to write."""
        async with self._starting:
            if self._worker is None:
                await self._start()

    async def _start(self) -> None:
        try:
            self._folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="callbot-speech-"))
        except OSError as error:
            raise SpeechError(f"no folder for the synthesizer's files: {error.strerror}") from error
        worker = WorkerProcess(
            "callbot.speech.pyttsx3_worker",
            [str(self._folder)],
            start_timeout_s=START_TIMEOUT_S,
            fault=SpeechError,
        )
        try:
            await worker.start()
        except SpeechError:
            await self.close()
            raise
        self._worker = worker

    async def speak(self, prompt: Prompt) -> Pcm:
        """Waits for a start under way, and for its turn.

        Raises ConfigurationError for a locale without a voice, SpeechError for the rest.
        """
        voice = self.voice(prompt.locale)
        async with self._starting:
            worker = self._worker
        if worker is None:
            raise SpeechError("the synthesizer is not running")
        asked = {"op": "speak", "text": prompt.text, "voice": voice.id, "rate_wpm": voice.rate_wpm}
        async with self._turn:
            reply = await worker.request(asked, timeout_s=SPEAK_TIMEOUT_S)
        return reply.payload

    def voice(self, locale: str) -> EspeakVoice:
        voice = VOICES.get(locale.partition("-")[0])
        if voice is None:
            raise ConfigurationError(
                f"no voice for {locale}: espeak-ng voices are set for {', '.join(VOICES)}"
            )
        return EspeakVoice(voice.id, self._rate_wpm or voice.rate_wpm)

    def fingerprint(self, locale: str) -> str:
        """Changes whenever the same words would sound different."""
        voice = self.voice(locale)
        return "; ".join((*_engine_versions(), voice.id, str(voice.rate_wpm), SOUND_VERSION))

    async def close(self) -> None:
        if self._worker:
            await self._worker.close()
            self._worker = None
        if self._folder:
            await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)
            self._folder = None


@cache
def _engine_versions() -> tuple[str, ...]:
    packages = ("pyttsx3", "espeakng-loader")
    return tuple(f"{package} {importlib.metadata.version(package)}" for package in packages)
