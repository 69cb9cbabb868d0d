"""Where residents' lines are spoken before any phone rings; they are kept on disk."""

import asyncio
import hashlib
import itertools
import multiprocessing
import os
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Final

import numpy as np

from callbot.errors import ConfigurationError, SpeechError
from callbot.speech.audio import Samples
from callbot.speech.synthesizer import Synthesizer
from callbot.telephony.simulated.english_voice import EnglishVoice
from callbot.telephony.simulated.korean_voice import KoreanVoice
from callbot.telephony.simulated.loudness import pcm
from callbot.telephony.simulated.mandarin_voice import MandarinVoice
from callbot.telephony.simulated.recorded_voice import RecordedVoice
from callbot.telephony.simulated.repertoire import Repertoire
from callbot.telephony.simulated.residents import SimulatedResident, recordings_folder
from callbot.telephony.simulated.voices import EspeakVoice, Speaker, Voice
from callbot.whole_file import keep_whole

Progress = Callable[[int, int], None]
"""Called with the lines done and the lines in all."""

_FORMAT: Final = 1
"""Goes up when a change of the voices' code changes their sound, so that old files are not used."""

_PROCESSES: Final = 2
"""Two speak 1.9 times as fast as one on two cores; each takes 280 MB while at work, in Korean
430."""

_Line = tuple[str, Voice | EspeakVoice, str]
"""Whose it is, by phone number, in which voice, and its words."""


class Studio:
    """Synthesis with a cache: `data_dir`/simulated-voices holds every line ever spoken."""

    def __init__(self, data_dir: Path, synthesizer: Synthesizer | None = None) -> None:
        """synthesizer: the bot's own; speaks `voice: espeak`. Started by the caller."""
        self._folder = data_dir / "simulated-voices"
        self._synthesizer = synthesizer

    async def record(
        self, residents: Iterable[SimulatedResident], progress: Progress | None = None
    ) -> list[Repertoire]:
        """Everything each resident can say, spoken.

        Raises SpeechError, ModelMissing, or ConfigurationError when a voice needs the synthesizer
        and none was given.
        """
        repertoires = [(resident, self.voice(resident)) for resident in residents]
        wanted: defaultdict[type, list[_Line]] = defaultdict(list)
        for resident, voice in repertoires:
            wanted[type(voice)] += ((resident.phone, voice, w) for w in _lines_of(resident, voice))
        sounds: dict[str, dict[str, Samples]] = {r.phone: {} for r, _ in repertoires}
        done = itertools.count(1)
        in_all = sum(map(len, wanted.values()))

        async def take(pool: _Pool, phone: str, voice: Voice | EspeakVoice, line: str) -> None:
            sounds[phone][line] = await self._spoken(pool, voice, line)
            if progress:
                progress(next(done), in_all)

        # One kind after another: no process holds the models of two.
        for lines in wanted.values():
            async with _Pool() as pool:
                try:
                    async with asyncio.TaskGroup() as tasks:
                        for line in lines:
                            tasks.create_task(take(pool, *line))
                except* (SpeechError, OSError, BrokenProcessPool) as group:
                    raise _as_speech_error(group.exceptions[0]) from group
        return [Repertoire(resident, sounds[resident.phone]) for resident, _ in repertoires]

    def voice(self, resident: SimulatedResident) -> Voice | EspeakVoice:
        """The voice that a resident's description asks for, as this resident's own."""
        folder = recordings_folder(resident)
        if folder is not None:
            return RecordedVoice(folder)
        speaker = Speaker.of(resident.phone)
        if resident.voice == "neural" and resident.locale == "zh-CN":
            return MandarinVoice(self._folder, speaker)
        if resident.voice == "neural" and resident.locale == "en-US":
            return EnglishVoice(speaker)
        if resident.voice == "neural" and resident.locale == "ko-KR":
            return KoreanVoice.of(resident.phone)
        if self._synthesizer is None:
            raise ConfigurationError(
                f"the voice of {resident.phone} needs the synthesizer espeak, which is not running"
            )
        return EspeakVoice(self._synthesizer, resident.locale, speaker)

    async def _spoken(self, pool: "_Pool", voice: Voice | EspeakVoice, line: str) -> Samples:
        digest = hashlib.sha256(f"{_FORMAT}\0{voice.key}\0{line}".encode()).hexdigest()
        kept = self._folder / digest[:2] / f"{digest}.pcm"
        if kept.exists():
            return np.fromfile(kept, dtype="<i2")
        if isinstance(voice, EspeakVoice):
            speech = await voice.speak(line)
        else:
            loop = asyncio.get_running_loop()
            speech = await loop.run_in_executor(pool.executor, voice.speak, line)
        await asyncio.to_thread(keep_whole, kept, pcm(speech))
        return speech


class _Pool:
    """Processes that are started only when a line has to be spoken, and gone afterwards."""

    def __init__(self) -> None:
        self._executor: ProcessPoolExecutor | None = None

    @property
    def executor(self) -> Executor:
        if self._executor is None:
            spawn = multiprocessing.get_context("spawn")
            self._executor = ProcessPoolExecutor(_PROCESSES, spawn, initializer=_quieten)
        return self._executor

    async def __aenter__(self) -> "_Pool":
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._executor is not None:
            await asyncio.to_thread(self._executor.shutdown, cancel_futures=True)


def _quieten() -> None:
    """The model runtimes greet on standard error, past Python's logging."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def _lines_of(resident: SimulatedResident, voice: Voice | EspeakVoice) -> list[str]:
    return voice.names() if isinstance(voice, RecordedVoice) else resident.all_words()


def _as_speech_error(error: BaseException) -> SpeechError:
    if isinstance(error, SpeechError):
        return error
    if isinstance(error, OSError):
        return SpeechError(f"a simulated voice cannot be kept on disk: {error}")
    return SpeechError("a simulated voice's process died; free some memory and start again")
