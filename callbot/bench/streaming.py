"""What an office pays for a streaming recogniser in a call: the answers, as the ear feeds them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import psutil

from callbot.calls.listener import Listener
from callbot.dialog.script import Script
from callbot.dialog.session import Weight
from callbot.speech.audio import (
    FRAME_MS,
    SAMPLE_RATE_HZ,
    SILENT_FRAME,
    Pcm,
    duration_s,
    frames,
    mu_law_decode,
    mu_law_encode,
)
from callbot.speech.recognizer import Hints, RecognitionStream, Recognizer
from callbot.speech.synthesizer import Prompt, Synthesizer
from callbot.speech.voice_activity import VoiceActivityDetector
from callbot.speech.vosk import VoskRecognizer

ANSWERS_A_QUESTION: Final = 4
REACTION_S: Final = 0.5
"""Between the end of a question and the answer."""
PATIENCE_S: Final = 0.6
MOST_QUIET_S: Final = 5.0
FRAME_GIVEN_EVERY_S: Final = 0.005
"""Four times as fast as on the telephone; faster, and the ear would be ahead of the recogniser."""


@dataclass(frozen=True)
class Exchange:
    """A question and its answer over the telephone, seconds and sound."""

    asked_s: float
    hints: Hints
    answer: Pcm


@dataclass(frozen=True)
class StreamingCost:
    """Of recognisers that have heard as much before. call_s: of sound in the calls, in which
    fed_s were fed; cpu_s: processor seconds for it, in the engine's processes alone."""

    call_s: float
    fed_s: float
    cpu_s: float

    @property
    def per_call_s(self) -> float:
        return self.cpu_s / self.call_s

    @property
    def per_fed_s(self) -> float:
        return self.cpu_s / self.fed_s


class _Meter:
    """A recogniser through which all sound is counted."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer
        self.name = recognizer.name
        self.fed_bytes = 0

    async def start(self) -> None:
        await self._recognizer.start()

    async def warm_up(self, locale: str) -> None:
        await self._recognizer.warm_up(locale)

    def open(self, hints: Hints) -> RecognitionStream:
        return _MeteredStream(self, self._recognizer.open(hints))

    async def close(self) -> None:
        await self._recognizer.close()


class _MeteredStream:
    def __init__(self, meter: _Meter, stream: RecognitionStream) -> None:
        self._meter = meter
        self._stream = stream
        self.went_on = stream.went_on
        self.result = stream.result
        self.close = stream.close

    def feed(self, pcm: Pcm) -> None:
        self._meter.fed_bytes += len(pcm)
        self._stream.feed(pcm)


async def spoken_exchanges(script: Script, synthesizer: Synthesizer, locale: str) -> list[Exchange]:
    """Example answers of every question, by the bot's own voice, after G.711."""
    found = []
    for question, words in script.wording(locale).questions.items():
        asked = await synthesizer.speak(Prompt(question, locale, words.ask[0]))
        for line in words.examples[:ANSWERS_A_QUESTION]:
            said = await synthesizer.speak(Prompt(question, locale, line))
            hints = Hints(locale, words.ask[0], words.examples)
            found.append(Exchange(duration_s(asked), hints, mu_law_decode(mu_law_encode(said))))
    return found


async def streaming_cost(
    exchanges: Sequence[Exchange], recognizer: VoskRecognizer
) -> StreamingCost:
    """Starts and closes it. Of every second exchange; the others come before, as calls did."""
    meter = _Meter(recognizer)
    await meter.start()
    try:
        for exchange in exchanges[1::2]:
            await _hold(exchange, meter)
        meter.fed_bytes, cpu_before_s = 0, _cpu_s(recognizer)
        call_s = 0.0
        for exchange in exchanges[::2]:
            call_s += await _hold(exchange, meter)
        return StreamingCost(
            call_s, meter.fed_bytes / 2 / SAMPLE_RATE_HZ, _cpu_s(recognizer) - cpu_before_s
        )
    finally:
        await meter.close()


async def _hold(exchange: Exchange, recognizer: Recognizer) -> float:
    """One exchange through the bot's ear, which waits out its patience; seconds of sound."""
    ear = Listener(recognizer, VoiceActivityDetector(), lambda _: Weight.UNDERSTOOD)
    ear.expect(exchange.hints, PATIENCE_S)
    try:
        for _ in range(round((exchange.asked_s + REACTION_S) * 1000 / FRAME_MS)):
            ear.hear(SILENT_FRAME)
        quiet = [SILENT_FRAME] * round(MOST_QUIET_S * 1000 / FRAME_MS)
        for frame in (*frames(exchange.answer), *quiet):
            if ear.hear(frame) is not None:
                break
            await asyncio.sleep(FRAME_GIVEN_EVERY_S)
    finally:
        await ear.close()
    return ear.now_ms / 1000


def _cpu_s(recognizer: VoskRecognizer) -> float:
    times = [psutil.Process(pid).cpu_times() for pid in recognizer.worker_pids]
    return sum(t.user + t.system for t in times)
