"""`python -m callbot.speech.vosk_worker MODEL_DIR [GRAMMAR_JSON]`: streams of sound to readings.

Requests: `open` and `feed` (one way), `final` (answered, ends the stream), `drop` (one way).
A notice with `stream` and `partial` goes out whenever the words made out so far change.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any, Final

import numpy as np
import soxr
import vosk

from callbot.speech.audio import FRAME_BYTES, SAMPLE_RATE_HZ, Pcm, samples
from callbot.speech.recognizer import Alternative
from callbot.speech.vosk_files import model_rate_hz
from callbot.speech.vosk_readings import grammar_json, joined, segment
from callbot.workers.priority import BEHIND_THE_SOUND, give_way
from callbot.workers.protocol import Channel, Frame, Header

ALTERNATIVES: Final = 5
SILENCE_WARM_UP: Final = bytes(SAMPLE_RATE_HZ)
LAST_SOUND: Final = bytes(FRAME_BYTES)
MOST_KEPT: Final = 8
"""Recognisers between two utterances. Each holds about 90 MB of composed graph before long."""


class Recognizers:
    """Vosk's recognisers of one model, used again and again.

    A model that composes its graph while it searches, as small ones do, keeps what it composed in
    the recogniser; composed anew for each utterance, that is three quarters of the work. Adapting
    to a speaker is not kept: it ends with each final result.
    """

    def __init__(self, model: Any, rate_hz: int, grammar: str | None) -> None:
        self.rate_hz = rate_hz
        self._model = model
        self._grammar_argument = () if grammar is None else (grammar,)
        self._free: list[Any] = []

    def take(self) -> Any:
        """The one used last, which has composed most."""
        if self._free:
            return self._free.pop()
        recognizer = vosk.KaldiRecognizer(self._model, float(self.rate_hz), *self._grammar_argument)
        recognizer.SetMaxAlternatives(ALTERNATIVES)
        return recognizer

    def give_back(self, recognizer: Any) -> None:
        """After its final result."""
        if len(self._free) < MOST_KEPT:
            self._free.append(recognizer)


class Stream:
    """One utterance: a recogniser for it, and the pieces Vosk's own end-pointing cut."""

    def __init__(self, recognizers: Recognizers) -> None:
        self._recognizers = recognizers
        self._recognizer = recognizers.take()
        rate_hz = recognizers.rate_hz
        self._resampler = (
            None
            if rate_hz == SAMPLE_RATE_HZ
            else soxr.ResampleStream(SAMPLE_RATE_HZ, rate_hz, 1, dtype="int16")
        )
        self._segments: list[list[Alternative]] = []
        self.worked_s = 0.0

    def feed(self, pcm: Pcm, *, last: bool = False) -> None:
        sound = samples(pcm)
        if self._resampler:
            sound = self._resampler.resample_chunk(np.array(sound), last=last)
        if len(sound) and self._recognizer.AcceptWaveform(sound.astype("<i2").tobytes()):
            self._segments.append(segment(self._recognizer.Result(), ALTERNATIVES))

    def partial(self) -> str:
        current = str(json.loads(self._recognizer.PartialResult()).get("partial", ""))
        before = [piece[0].text for piece in self._segments if piece]
        return " ".join([*before, current]).strip()

    def final(self) -> list[Alternative]:
        """Ends the stream, to be asked once; the recogniser is free for another."""
        # With nothing new since a piece was cut, Vosk would not end, and go on adapting.
        self.feed(LAST_SOUND, last=True)
        self._segments.append(segment(self._recognizer.FinalResult(), ALTERNATIVES))
        self._recognizers.give_back(self._recognizer)
        return joined(self._segments, ALTERNATIVES)


class Streams:
    """The handlers of requests."""

    def __init__(self, channel: Channel, model_dir: Path, phrases: list[str]) -> None:
        vosk.SetLogLevel(-1)
        # By path only: a model's name would send Vosk to the network.
        model = vosk.Model(str(model_dir))
        grammar = None
        if phrases:
            known = model.vosk_model_find_word
            grammar = grammar_json(phrases, lambda word: known(word) >= 0)
        self._recognizers = Recognizers(model, model_rate_hz(model_dir), grammar)
        self._channel = channel
        self._streams: dict[int, Stream] = {}
        self._said: dict[int, str] = {}
        # A damaged graph that loaded in silence fails here, before a call depends on it.
        probe = Stream(self._recognizers)
        probe.feed(SILENCE_WARM_UP)
        probe.final()

    def open(self, header: Header, _: bytes) -> None:
        self._streams[header["stream"]] = Stream(self._recognizers)

    def feed(self, header: Header, pcm: bytes) -> None:
        stream = self._streams[header["stream"]]
        began = time.perf_counter()
        stream.feed(pcm)
        partial = stream.partial()
        stream.worked_s += time.perf_counter() - began
        if partial != self._said.get(header["stream"], ""):
            self._said[header["stream"]] = partial
            self._channel.send(Frame({"stream": header["stream"], "partial": partial}))

    def final(self, header: Header, _: bytes) -> Frame:
        stream = self._streams.pop(header["stream"])
        self._said.pop(header["stream"], None)
        began = time.perf_counter()
        found = stream.final()
        worked_s = stream.worked_s + time.perf_counter() - began
        return Frame(
            {"alternatives": [[a.text, a.confidence] for a in found], "worked_s": worked_s}
        )

    def drop(self, header: Header, _: bytes) -> None:
        stream = self._streams.pop(header["stream"], None)
        if stream is not None:
            stream.final()
        self._said.pop(header["stream"], None)


def main(model_dir: Path, phrases: list[str]) -> None:
    channel = Channel.of_this_process()
    give_way(BEHIND_THE_SOUND)
    streams = Streams(channel, model_dir, phrases)
    channel.serve(
        {
            "open": streams.open,
            "feed": streams.feed,
            "final": streams.final,
            "drop": streams.drop,
        },
        ready={"model": str(model_dir)},
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), json.loads(sys.argv[2]) if len(sys.argv) > 2 else [])
