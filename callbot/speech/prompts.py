"""Every prompt as sound, at hand before the first call."""

import asyncio
import hashlib
import itertools
import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, Protocol

from callbot.errors import CallbotError
from callbot.speech.audio import Pcm
from callbot.speech.recordings import read_wav
from callbot.speech.synthesizer import Prompt, Synthesizer
from callbot.whole_file import keep_whole

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
"""Told how many prompts are done, of how many."""

AT_ONCE: Final = 2
"""Prompts being made: while one is written to disk the synthesizer is at the next."""

READ_BACKS_KEPT: Final = 2000
"""Sounds of live read-backs kept in memory; the oldest goes first."""


class FingerprintedSynthesizer(Synthesizer, Protocol):
    """A synthesizer that can say whether sounds made earlier are still its own."""

    def fingerprint(self, locale: str) -> str:
        """Changes whenever the same words would sound different."""


class PromptLibrary:
    """A recording beats synthesis, memory beats disk, disk beats the engine.

    prompts_dir: recordings are `<script>/recordings/<locale>/<prompt id>.wav` in it, those that all
    scripts share `recordings/<locale>/<prompt id>.wav`. cache_dir: sounds made earlier, by hash of
    engine, voice, rate and words; when it cannot be written, calls go on.
    """

    def __init__(
        self,
        synthesizer: FingerprintedSynthesizer,
        prompts_dir: Path,
        cache_dir: Path,
    ) -> None:
        self._synthesizer = synthesizer
        self._prompts_dir = prompts_dir
        self._cache_dir = cache_dir
        self._sounds: dict[Prompt, Pcm] = {}
        self._live: dict[Prompt, Pcm] = {}
        self._cache_writable = True
        self._writing = asyncio.Lock()
        self._recorded = self._recordings()

    async def prepare(self, prompts: Iterable[Prompt], progress: Progress | None = None) -> None:
        """Afterwards each of the prompts is in memory.

        Raises BadInput naming a recording that is broken, SpeechError when a prompt cannot be
        synthesised.
        """
        wanted = list(dict.fromkeys(prompts))
        await asyncio.to_thread(self._notice_recordings)
        lacking = [prompt for prompt in wanted if prompt not in self._sounds]
        self._sounds |= await asyncio.to_thread(self._all_on_disk, lacking)
        lacking = [prompt for prompt in lacking if prompt not in self._sounds]
        made = itertools.count(len(wanted) - len(lacking))
        left = iter(lacking)

        def tell() -> None:
            if progress:
                progress(next(made), len(wanted))

        async def make() -> None:
            for prompt in left:
                self._sounds[prompt] = await self._speak(prompt)
                tell()

        tell()
        try:
            async with asyncio.TaskGroup() as making:
                for _ in range(AT_ONCE):
                    making.create_task(make())
        except* CallbotError as group:
            raise group.exceptions[0] from None

    async def sound(self, prompt: Prompt) -> Pcm:
        """At once for what was prepared; otherwise made now (a read-back of a value)."""
        prepared = self._sounds.get(prompt) or self._live.get(prompt)
        if prepared is not None:
            return prepared
        sound = await asyncio.to_thread(self._on_disk, prompt) or await self._speak(prompt)
        while len(self._live) >= READ_BACKS_KEPT:
            del self._live[next(iter(self._live))]
        self._live[prompt] = sound
        return sound

    def _notice_recordings(self) -> None:
        """Forgets sounds whose recording has come, gone or changed since they were made."""
        now = self._recordings()
        changed = {path for path, _ in now ^ self._recorded}
        self._recorded = now
        for kept in (self._sounds, self._live):
            for prompt in [p for p in kept if self._recording_path(p) in changed]:
                del kept[prompt]

    def _recordings(self) -> frozenset[tuple[Path, int]]:
        """(Path, time of change) of every recording there is."""
        return frozenset(
            (path, path.stat().st_mtime_ns)
            for pattern in ("recordings/*/*.wav", "*/recordings/*/*.wav")
            for path in self._prompts_dir.glob(pattern)
        )

    def recording(self, prompt: Prompt) -> Path | None:
        """The office's own voice for this prompt, if there is a file of its name."""
        path = self._recording_path(prompt)
        # An id is data: it must not lead out of the folder.
        inside = path.resolve().is_relative_to(self._folder(prompt).resolve())
        return path if inside and path.is_file() else None

    def _recording_path(self, prompt: Prompt) -> Path:
        return self._folder(prompt) / prompt.locale / f"{prompt.id}.wav"

    def _folder(self, prompt: Prompt) -> Path:
        return self._prompts_dir / prompt.script / "recordings"

    def _all_on_disk(self, prompts: Iterable[Prompt]) -> dict[Prompt, Pcm]:
        # One look after another in one thread: a hop into it for each takes longer than the look.
        return {prompt: sound for prompt in prompts if (sound := self._on_disk(prompt))}

    def _on_disk(self, prompt: Prompt) -> Pcm | None:
        """Recorded, or made earlier."""
        recording = self.recording(prompt)
        return read_wav(recording) if recording else _read_sound(self._cache_path(prompt))

    async def _speak(self, prompt: Prompt) -> Pcm:
        sound = await self._synthesizer.speak(prompt)
        async with self._writing:
            await asyncio.to_thread(self._keep, self._cache_path(prompt), sound)
        return sound

    def _cache_path(self, prompt: Prompt) -> Path:
        made_of = f"{self._synthesizer.fingerprint(prompt.locale)}\n{prompt.text}"
        return self._cache_dir / f"{hashlib.sha256(made_of.encode()).hexdigest()}.pcm"

    def _keep(self, path: Path, sound: Pcm) -> None:
        """A full disk costs the next start some seconds, never a call."""
        if not self._cache_writable:
            return
        try:
            keep_whole(path, sound)
        except OSError:
            self._cache_writable = False
            log.warning("prompt cache cannot be written: sounds are kept in memory only")


def _read_sound(path: Path) -> Pcm | None:
    """None when there is nothing usable: the sound is then made anew."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    return data if data and len(data) % 2 == 0 else None
