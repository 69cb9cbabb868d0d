"""How fast speech is understood and made here, and how well an office's own recordings are."""

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from callbot.bench.streaming import StreamingCost, spoken_exchanges, streaming_cost
from callbot.dialog.script import Script
from callbot.errors import BadInput
from callbot.speech.audio import Pcm, duration_s, frames
from callbot.speech.readings import sound_key
from callbot.speech.recognizer import Hints, Recognizer
from callbot.speech.recordings import read_wav
from callbot.speech.synthesizer import Prompt, Synthesizer
from callbot.speech.vosk import VoskRecognizer


@dataclass(frozen=True)
class Sample:
    """One utterance as recorded, and the words that were said."""

    pcm: Pcm
    hints: Hints
    expected: str
    name: str = ""


@dataclass(frozen=True)
class RecognitionFigures:
    """Of one engine, utterances one after another on an idle machine.

    Latency: from the last sound fed to the result, in seconds. character_error_rate: edits over
    characters said, of the best reading, from 0. right: share of best readings with no edit;
    right_in_list: of lists that hold such a reading.
    """

    engine: str
    utterances: int
    audio_s: float
    latency_p50_s: float
    latency_p95_s: float
    character_error_rate: float
    right: float
    right_in_list: float


@dataclass(frozen=True)
class SpeechFigures:
    """streaming: None when there was no engine to measure. synthesis_p50_s: a sentence."""

    recognition: tuple[RecognitionFigures, ...]
    streaming: StreamingCost | None
    synthesis_sentences: int
    synthesis_p50_s: float
    synthesis_p95_s: float


async def bench_speech(
    samples: Sequence[Sample],
    recognizer: Recognizer,
    synthesizer: Synthesizer,
    sentences: Sequence[Prompt],
    script: Script,
    streaming: VoskRecognizer | None = None,
) -> SpeechFigures:
    """Starts and closes what it is given. `streaming`: a recogniser to measure the cost of, with
    the script's answers in its locale."""
    await recognizer.start()
    try:
        recognised = await bench_recognition(samples, recognizer)
    finally:
        await recognizer.close()
    await synthesizer.start()
    try:
        times = [await _seconds_to_speak(synthesizer, prompt) for prompt in sentences]
        exchanges = (
            await spoken_exchanges(script, synthesizer, streaming.locale) if streaming else []
        )
    finally:
        await synthesizer.close()
    cost = await streaming_cost(exchanges, streaming) if streaming else None
    return SpeechFigures(
        (recognised,), cost, len(times), percentile(times, 50), percentile(times, 95)
    )


async def bench_recognition(
    samples: Sequence[Sample], recognizer: Recognizer
) -> RecognitionFigures:
    """On a recogniser that has started."""
    if not samples:
        raise BadInput("there are no utterances to measure with")
    latencies: list[float] = []
    edits = characters = right = in_list = 0
    for sample in samples:
        stream = recognizer.open(sample.hints)
        for frame in frames(sample.pcm):
            stream.feed(frame)
        began = time.perf_counter()
        heard = await stream.result()
        latencies.append(time.perf_counter() - began)
        await stream.close()
        said = sound_key(sample.expected)
        readings = [sound_key(a.text) for a in heard.alternatives] or [""]
        edits += edit_distance(said, readings[0])
        characters += len(said)
        right += readings[0] == said
        in_list += said in readings
    return RecognitionFigures(
        engine=recognizer.name,
        utterances=len(samples),
        audio_s=sum(duration_s(sample.pcm) for sample in samples),
        latency_p50_s=percentile(latencies, 50),
        latency_p95_s=percentile(latencies, 95),
        character_error_rate=edits / max(1, characters),
        right=right / len(samples),
        right_in_list=in_list / len(samples),
    )


async def _seconds_to_speak(synthesizer: Synthesizer, prompt: Prompt) -> float:
    began = time.perf_counter()
    await synthesizer.speak(prompt)
    return time.perf_counter() - began


def recorded_samples(folder: Path, hints: Hints) -> list[Sample]:
    """Every WAV file of the folder, with the words said in a .txt file of the same name.

    Raises BadInput naming the file that is missing, empty or broken.
    """
    found = []
    for path in sorted(folder.glob("*.wav")):
        words = path.with_suffix(".txt")
        if not words.is_file():
            raise BadInput(f"{words} is missing: the words said in {path.name}")
        try:
            expected = words.read_text(encoding="utf-8-sig").strip()
        except UnicodeDecodeError as error:
            raise BadInput(f"{words}: not UTF-8 text") from error
        if not sound_key(expected):
            raise BadInput(f"{words} holds no words")
        found.append(Sample(read_wav(path), hints, expected, path.name))
    if not found:
        raise BadInput(f"{folder}: no WAV files there")
    return found


def edit_distance(said: str, heard: str) -> int:
    """Insertions, deletions and substitutions of characters."""
    row = list(range(len(heard) + 1))
    for i, a in enumerate(said, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(heard, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]


def percentile(values: Sequence[float], percent: int) -> float:
    """Of the values themselves, between neighbours when it falls between; 0 of none."""
    if len(values) < 2:
        return values[0] if values else 0.0
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
