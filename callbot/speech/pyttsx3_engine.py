"""The bot's voice: pyttsx3 with espeak-ng, in one worker process."""

import asyncio
import importlib.metadata
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from callbot.errors import ConfigurationError
from callbot.speech.audio import Pcm
from callbot.speech.synthesizer import Prompt
from callbot.speech.worker import WorkerProcess

START_TIMEOUT_S: Final = 20.0
SPEAK_TIMEOUT_S: Final = 20.0
"""For one sentence, waiting for those before it included; a sentence takes about 0.03 s."""

SOUND_VERSION: Final = "1"
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
        self._folder = tempfile.TemporaryDirectory(prefix="callbot-speech-")
        self._worker = WorkerProcess(
            "callbot.speech.pyttsx3_worker", [self._folder.name], start_timeout_s=START_TIMEOUT_S
        )

    @property
    def worker_pid(self) -> int | None:
        return self._worker.pid

    async def start(self) -> None:
        """Raises SpeechError when the engine cannot be loaded."""
        await self._worker.start()

    async def speak(self, prompt: Prompt) -> Pcm:
        """Raises ConfigurationError for a locale without a voice, SpeechError for the rest."""
        voice = self.voice(prompt.locale)
        reply = await self._worker.request(
            {"op": "speak", "text": prompt.text, "voice": voice.id, "rate_wpm": voice.rate_wpm},
            timeout_s=SPEAK_TIMEOUT_S,
        )
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
        versions = (
            f"{package} {importlib.metadata.version(package)}"
            for package in ("pyttsx3", "espeakng-loader")
        )
        return "; ".join((*versions, voice.id, str(voice.rate_wpm), SOUND_VERSION))

    async def close(self) -> None:
        await self._worker.close()
        await asyncio.to_thread(self._folder.cleanup)
