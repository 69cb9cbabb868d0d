"""Whisper as a recogniser: a few worker processes, one fair queue for every call and locale."""

import asyncio
import contextlib
import logging
import os
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from callbot.errors import ModelMissing, SpeechError
from callbot.speech.audio import Pcm, duration_s
from callbot.speech.recognizer import Alternative, Hints, Utterance
from callbot.speech.whisper_cut import cut_model
from callbot.speech.whisper_files import check_whisper_files, install_whisper_base
from callbot.workers.process import WorkerProcess

log = logging.getLogger(__name__)

ENGINE: Final = "whisper"
DECODE_TIMEOUT_S: Final = 10.0
"""For one utterance at work; a worker silent for longer is killed."""
QUEUE_TIMEOUT_S: Final = 15.0
MOST_WORKERS_BY_DEFAULT: Final = 2
"""Each holds the models (340 MB with three languages) and keeps a core busy while it decodes."""

SPEAKING_FOR_EACH_WORKER: Final = 3
"""When more speak at once, their utterances will soon wait: what is decoded now is hurried already.
Of forty in conversation about eight speak, of eight two."""


@dataclass(eq=False)
class Job:
    """worker: who has this sound encoded: decoded it before, or does so now."""

    pcm: Pcm
    hints: Hints
    thorough: bool = False
    worker: WorkerProcess | None = None
    done: asyncio.Future[Utterance] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    def is_for(self, worker: WorkerProcess) -> bool:
        return self.worker in (None, worker) or self.worker.pid is None


class JobQueue:
    """Jobs in the order they are wanted in.

    A second, thorough decoding comes before first ones: somebody has waited for it since the first,
    and it is the shorter. It waits for the worker that has the sound encoded; another would encode
    it again, which is most of the work.
    """

    def __init__(self) -> None:
        self._first: deque[Job] = deque()
        self._second: deque[Job] = deque()

    @property
    def anybody_waits(self) -> bool:
        return any(not job.done.done() for job in (*self._first, *self._second))

    def put(self, job: Job) -> None:
        (self._second if job.thorough else self._first).append(job)

    def take(self, worker: WorkerProcess) -> Job | None:
        """What the worker is to do next, if anything; what nobody waits for any more is left."""
        for jobs in (self._second, self._first):
            for job in [*jobs]:
                if job.done.done():
                    jobs.remove(job)
                elif job.is_for(worker):
                    jobs.remove(job)
                    return job
        return None

    def fail(self, error: SpeechError) -> None:
        for job in (*self._first, *self._second):
            if not job.done.done():
                job.done.set_exception(error)
        self._first.clear()
        self._second.clear()


class WhisperRecognizer:
    """Serves every locale given with the same workers.

    model_dir: the model's folder. With `packaged`, the installed packages are joined into it
    when needed and its hash is checked; otherwise it is the office's own conversion, taken as
    it is. workers: 0 is one for each core, at most two.
    """

    name = ENGINE

    def __init__(
        self,
        locales: Sequence[str],
        model_dir: Path,
        workers: int = 0,
        *,
        packaged: bool = True,
    ) -> None:
        self.locales = tuple(locales)
        self._model_dir = model_dir
        self._packaged = packaged
        count = workers or min(os.cpu_count() or 1, MOST_WORKERS_BY_DEFAULT)
        self._workers = [
            WorkerProcess(
                "callbot.speech.whisper_worker",
                [str(model_dir)],
                most_threads=2,
                fault=SpeechError,
            )
            for _ in range(count)
        ]
        self._busy = 0
        self._listening = 0
        self._waiting = JobQueue()
        self._work = asyncio.Condition()
        self._pumps: list[asyncio.Task[None]] = []
        self._starting = asyncio.Lock()
        self.closed = False

    @property
    def worker_pids(self) -> list[int]:
        return [worker.pid for worker in self._workers if worker.pid is not None]

    async def start(self) -> None:
        """Loads and verifies the model. Starting what has started does nothing."""
        async with self._starting:
            if self._pumps:
                return
            await asyncio.to_thread(self._prepare)
            started = await asyncio.gather(
                *(worker.start() for worker in self._workers), return_exceptions=True
            )
            failures = [error for error in started if isinstance(error, BaseException)]
            if failures:
                await asyncio.gather(*(worker.close() for worker in self._workers))
                raise ModelMissing(f"Whisper cannot be loaded: {failures[0]}") from failures[0]
            self._pumps = [
                asyncio.create_task(self._pump(worker), name=ENGINE) for worker in self._workers
            ]

    def _prepare(self) -> None:
        """The files are on disk, whole and cut to each language, before the workers look."""
        if self._packaged:
            install_whisper_base(self._model_dir)
        else:
            check_whisper_files(self._model_dir)
        for language in sorted({locale.partition("-")[0] for locale in self.locales}):
            # A model that cannot be cut is used whole.
            with contextlib.suppress(ValueError, OSError):
                cut_model(self._model_dir, language)

    async def warm_up(self, locale: str) -> None:
        await asyncio.gather(
            *(
                worker.request({"op": "warm_up", "locale": locale}, timeout_s=QUEUE_TIMEOUT_S)
                for worker in self._workers
            )
        )

    def open(self, hints: Hints) -> "WhisperStream":
        self._listening += 1
        return WhisperStream(self, hints)

    def closes(self) -> None:
        """A stream of its own is told nothing more."""
        self._listening -= 1

    async def close(self) -> None:
        self.closed = True
        for pump in self._pumps:
            pump.cancel()
        for pump in self._pumps:
            with contextlib.suppress(asyncio.CancelledError):
                await pump
        self._pumps = []
        self._waiting.fail(SpeechError("Whisper was stopped"))
        await asyncio.gather(*(worker.close() for worker in self._workers))

    async def decode(self, pcm: Pcm, hints: Hints) -> Utterance:
        """Waits its turn. Cancelling it takes it out of the queue."""
        return await self.run(Job(pcm, hints))

    async def run(self, job: Job) -> Utterance:
        if not self._pumps:
            raise SpeechError("Whisper is not running")
        if all(worker.resting for worker in self._workers):
            raise SpeechError("Whisper's workers die as soon as they are started")
        async with self._work:
            self._waiting.put(job)
            self._work.notify_all()
        try:
            return await asyncio.wait_for(job.done, QUEUE_TIMEOUT_S)
        except TimeoutError:
            raise SpeechError(f"Whisper did not answer within {QUEUE_TIMEOUT_S:g} s") from None

    async def _pump(self, worker: WorkerProcess) -> None:
        """One job after another."""
        while True:
            # A worker being restarted leaves the queue to the others.
            await worker.wait_until_up()
            job = await self._next_for(worker)
            if job is None:
                continue
            job.worker = worker
            self._busy += 1
            try:
                utterance = await self._decode_on(worker, job)
            except SpeechError as error:
                if not job.done.done():
                    job.done.set_exception(error)
            except BaseException:
                job.done.cancel()
                raise
            else:
                if not job.done.done():
                    job.done.set_result(utterance)
            finally:
                self._busy -= 1

    async def _next_for(self, worker: WorkerProcess) -> Job | None:
        """None when the worker died while it had nothing to do."""
        async with self._work:
            while True:
                if worker.pid is None:
                    # Who is up takes what there is.
                    self._work.notify_all()
                    return None
                job = self._waiting.take(worker)
                if job is not None:
                    return job
                await self._work.wait()

    @property
    def _crowded(self) -> bool:
        return self._listening > SPEAKING_FOR_EACH_WORKER * len(self._workers)

    async def _decode_on(self, worker: WorkerProcess, job: Job) -> Utterance:
        reply = await worker.request(
            {
                "op": "decode",
                "locale": job.hints.locale,
                "question": job.hints.question,
                "examples": job.hints.examples,
                "thorough": job.thorough,
                "alone": self._busy == 1 and self._listening <= 1,
                "hurried": self._waiting.anybody_waits or self._crowded,
            },
            job.pcm,
            timeout_s=DECODE_TIMEOUT_S,
        )
        unprompted = reply.header["unprompted"]
        return Utterance(
            alternatives=tuple(Alternative(t, c) for t, c in reply.header["alternatives"]),
            audio_s=duration_s(job.pcm),
            rejected=tuple(reply.header["rejected"]),
            unprompted=None if unprompted is None else tuple(unprompted),
        )


class WhisperStream:
    """Keeps the sound; Whisper decodes all of it each time it is asked."""

    def __init__(self, recognizer: WhisperRecognizer, hints: Hints) -> None:
        self._recognizer = recognizer
        self._hints = hints
        self._sound = bytearray()
        self._latest: tuple[int, bool, Utterance] | None = None
        self._decoding: asyncio.Task[Utterance] | None = None
        self._worker: WorkerProcess | None = None
        self._closed = False

    def feed(self, pcm: Pcm) -> None:
        self._sound += pcm

    def went_on(self) -> None:
        """Whatever was fed is decoded when asked for."""

    async def result(self, *, thorough: bool = False) -> Utterance:
        """Asked twice of the same sound, decodes once."""
        if self._closed:
            raise SpeechError("the stream was closed")
        fed = self._latest[0] if thorough and self._latest else len(self._sound)
        if self._latest is None or self._latest[:2] != (fed, thorough):
            sound = bytes(self._sound[:fed])
            job = Job(sound, self._hints, thorough, self._worker if thorough else None)
            self._decoding = asyncio.create_task(self._recognizer.run(job))
            try:
                self._latest = fed, thorough, await self._decoding
                self._worker = job.worker
            except asyncio.CancelledError:
                waiter = asyncio.current_task()
                if self._closed and waiter and not waiter.cancelling():
                    raise SpeechError("the stream was closed") from None
                raise
        return self._latest[2]

    async def close(self) -> None:
        """A result still queued is dropped; for who waits for it, it fails."""
        if not self._closed:
            self._closed = True
            self._recognizer.closes()
        if self._decoding:
            self._decoding.cancel()
        self._sound.clear()
