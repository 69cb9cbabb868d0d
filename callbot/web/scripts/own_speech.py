"""Recogniser and voice of a console that does not ring: loaded when the first trial needs them."""

import asyncio

from callbot.calls.turn_taking import PLAIN, TurnTaking, load_turn_taking
from callbot.config import Settings
from callbot.speech.engines import recognizer_for
from callbot.speech.prompts import PromptLibrary
from callbot.speech.pyttsx3_engine import Pyttsx3Synthesizer
from callbot.speech.recognizer import Recognizer
from callbot.speech.voice_activity import VoiceActivityDetectors

WORKERS = 1
"""Recogniser processes; a trial is one person speaking."""


class OwnSpeech:
    """A calls.trial.Speech, once it was started; `close()` ends its processes."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._synthesizer = Pyttsx3Synthesizer()
        self._recognizers: dict[str, Recognizer] = {}
        self._manners = load_turn_taking(settings.prompts_dir)
        self._starting = asyncio.Lock()
        self._speaks = False
        self.prompts = PromptLibrary(
            self._synthesizer, settings.prompts_dir, settings.data_dir / "cache" / "prompts"
        )
        self.detectors = VoiceActivityDetectors(spare=WORKERS)

    async def recognizer(self, locale: str) -> Recognizer:
        async with self._starting:
            if not self._speaks:
                await self._synthesizer.start()
                await asyncio.to_thread(self.detectors.build)
                self._speaks = True
            if locale not in self._recognizers:
                settings = self._settings
                recognizer = recognizer_for(
                    locale,
                    settings.asr.get(locale),
                    data_dir=settings.data_dir,
                    workers=WORKERS,
                )
                await recognizer.start()
                self._recognizers[locale] = recognizer
            return self._recognizers[locale]

    def manners(self, locale: str) -> TurnTaking:
        return self._manners.get(locale, PLAIN)

    async def close(self) -> None:
        await asyncio.gather(*(one.close() for one in set(self._recognizers.values())))
        if self._speaks:
            await self._synthesizer.close()
