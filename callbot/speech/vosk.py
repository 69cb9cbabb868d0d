"""Vosk as a recogniser: sound streams to worker processes while it is spoken."""

import asyncio
import itertools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from callbot.errors import ModelMissing, SpeechError
from callbot.speech.audio import SAMPLE_RATE_HZ, Pcm, duration_s
from callbot.speech.models import check_vosk_folder
from callbot.speech.recognizer import Alternative, Hints, Utterance
from callbot.workers.process import WorkerProcess
from callbot.workers.protocol import Frame

ENGINE: Final = "vosk"
RESULT_TIMEOUT_S: Final = 10.0
LOAD_TIMEOUT_S: Final = 120.0
"""A model of 1.3 GB from a slow disk."""
CHUNK_BYTES: Final = SAMPLE_RATE_HZ * 2 // 10
"""Sound is handed over in pieces of 0.1 s: smaller ones cost too much."""


class VoskRecognizer:
    """One locale's model in `processes` worker processes, each good for ten who speak at once.

    grammar: phrases of words that alone may be recognised; empty means free speech. It costs a
    fourth (0.02 processor seconds a second of speech against 0.09), but a model without
    [unk], such as the Korean one, then makes one of its phrases of anything said: not for answers
    about health. Alternatives cost nothing measurable. Confidence is
    a share of belief among the alternatives of one utterance (see vosk_readings.segment). Text is
    as the model spells it: Korean models give morphemes with spaces between.
    """

    name = ENGINE

    def __init__(
        self, locale: str, model_dir: Path, processes: int = 1, *, grammar: Sequence[str] = ()
    ) -> None:
        self.locale = locale
        self._model_dir = model_dir
        arguments = [str(model_dir)]
        if grammar:
            arguments.append(json.dumps(list(grammar), ensure_ascii=False))
        self._lanes = [_Lane(arguments) for _ in range(max(1, processes))]
        self._starting = asyncio.Lock()
        self._started = False

    @property
    def worker_pids(self) -> list[int]:
        return [lane.worker.pid for lane in self._lanes if lane.worker.pid is not None]

    async def start(self) -> None:
        """Raises ModelMissing naming the file that is missing or damaged."""
        async with self._starting:
            if self._started:
                return
            await asyncio.to_thread(check_vosk_folder, self._model_dir, False)
            started = await asyncio.gather(
                *(lane.worker.start() for lane in self._lanes), return_exceptions=True
            )
            failures = [error for error in started if isinstance(error, BaseException)]
            if failures:
                await self.close()
                raise ModelMissing(
                    f"{self._model_dir}: Vosk cannot load this model: {failures[0]}; "
                    "unpack it again"
                ) from failures[0]
            self._started = True

    async def warm_up(self, locale: str) -> None:
        """Its model is loaded when it has started."""

    def open(self, hints: Hints) -> "VoskStream":  # noqa: ARG002 - Vosk takes no prompt
        return VoskStream(self)

    async def close(self) -> None:
        self._started = False
        await asyncio.gather(*(lane.worker.close() for lane in self._lanes))

    def least_busy(self) -> "_Lane":
        """Of those that are up, or of all when none is."""
        up = [lane for lane in self._lanes if lane.worker.pid is not None]
        return min(up or self._lanes, key=lambda lane: len(lane.streams))


class _Lane:
    """A worker process, and the numbers of the streams it works on."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self.streams: set[int] = set()
        self._numbers = itertools.count(1)
        self.worker = WorkerProcess(
            "callbot.speech.vosk_worker",
            arguments,
            start_timeout_s=LOAD_TIMEOUT_S,
            fault=SpeechError,
        )

    def enter(self) -> int:
        number = next(self._numbers)
        self.streams.add(number)
        return number

    def leave(self, number: int) -> None:
        self.streams.discard(number)


class _Session:
    """A recogniser in one life of one worker; lost when the worker dies, over after its result."""

    def __init__(self, lane: _Lane) -> None:
        self.lane = lane
        self.number = lane.enter()
        self._life = lane.worker.generation
        self.sent_bytes = 0
        lane.worker.tell({"op": "open", "stream": self.number})

    @property
    def alive(self) -> bool:
        return self.lane.worker.pid is not None and self.lane.worker.generation == self._life

    def send(self, sound: bytearray, *, everything: bool) -> None:
        """What was not sent yet, in whole chunks unless everything is wanted."""
        until = len(sound) if everything else len(sound) - len(sound) % CHUNK_BYTES
        while self.sent_bytes < until:
            piece = bytes(sound[self.sent_bytes : min(until, self.sent_bytes + CHUNK_BYTES)])
            self.lane.worker.tell({"op": "feed", "stream": self.number}, piece)
            self.sent_bytes += len(piece)

    async def result(self) -> Frame:
        """Ends it; what others were asked for before comes first."""
        return await self.lane.worker.request(
            {"op": "final", "stream": self.number}, timeout_s=RESULT_TIMEOUT_S
        )

    def drop(self) -> None:
        self.lane.leave(self.number)
        if self.alive:
            self.lane.worker.tell({"op": "drop", "stream": self.number})


class VoskStream:
    """Keeps the sound beside streaming it: a result ends Vosk's recogniser, and a worker may die;
    in both cases everything is fed again to a fresh one.
    """

    def __init__(self, recognizer: VoskRecognizer) -> None:
        self._recognizer = recognizer
        self._sound = bytearray()
        self._session: _Session | None = None
        self._latest: tuple[int, Utterance] | None = None
        self._answered = False
        self._closed = False

    def feed(self, pcm: Pcm) -> None:
        self._sound += pcm
        if not (self._closed or self._answered):
            self._stream(everything=False)

    def went_on(self) -> None:
        if self._answered and not self._closed:
            self._answered = False
            self._stream(everything=False)

    async def result(self, *, thorough: bool = False) -> Utterance:
        """Asked twice of the same sound, decodes once. There is no more thorough way: the quiet
        that has followed since the first result would change nothing."""
        if self._closed:
            raise SpeechError("the stream was closed")
        fed = len(self._sound)
        if self._latest is None or not (thorough or self._latest[0] == fed):
            self._latest = fed, await self._finish(fed)
            # Most often nothing but quiet follows, for which all would be decoded again.
            self._answered = fed > 0
        return self._latest[1]

    async def close(self) -> None:
        self._closed = True
        self._end_session()
        self._sound.clear()

    async def _finish(self, fed: int) -> Utterance:
        if not self._sound:
            return Utterance((), 0.0)
        lane = self._session.lane if self._session else self._recognizer.least_busy()
        if lane.worker.pid is None:
            await lane.worker.wait_until_up(timeout_s=RESULT_TIMEOUT_S)
        session = self._stream(everything=True)
        if session is None:
            raise SpeechError("Vosk is not running")
        try:
            reply = await session.result()
        finally:
            self._end_session()
        return Utterance(
            alternatives=tuple(Alternative(t, c) for t, c in reply.header["alternatives"]),
            audio_s=duration_s(bytes(fed)),
        )

    def _stream(self, *, everything: bool) -> _Session | None:
        """Sends what is new, in a fresh session when there is none or its worker died."""
        if self._session and not self._session.alive:
            self._end_session()
        if self._session is None:
            lane = self._recognizer.least_busy()
            if lane.worker.pid is None:
                return None
            self._session = _Session(lane)
        self._session.send(self._sound, everything=everything)
        return self._session

    def _end_session(self) -> None:
        if self._session:
            self._session.drop()
            self._session = None
