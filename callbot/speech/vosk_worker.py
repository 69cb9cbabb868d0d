"""`python -m callbot.speech.vosk_worker MODEL_DIR [GRAMMAR_JSON]`: utterances to readings.

Requests: `open` and `feed` (one way), `final` (answered, ends the utterance), `drop` (one way).
"""

import json
import sys
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
CHUNK_BYTES: Final = SAMPLE_RATE_HZ * 2 // 10
"""Of 0.1 s, in which sound is decoded whenever it is: the readings shall not depend on that."""
MOST_LIVE: Final = 2
"""Utterances that are decoded while they are spoken. All others are when they have ended, which
takes a tenth of their length: one more recogniser at work is one more that knows little of the
graph, and decodes for seven times as long."""


class Recognizers:
    """Vosk's recognisers of one model, used again and again.

    A model that composes its graph while it searches, as small ones do, keeps what it composed in
    the recogniser; composed anew for each utterance, that is most of the work. Each holds about
    90 MB of it before long. Adapting to a speaker is not kept: it ends with each final result.
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
        self._free.append(recognizer)


class Decoding:
    """One utterance under way: its recogniser, and the pieces Vosk's own end-pointing cut."""

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

    def feed(self, pcm: Pcm, *, last: bool = False) -> None:
        sound = samples(pcm)
        if self._resampler:
            sound = self._resampler.resample_chunk(np.array(sound), last=last)
        if len(sound) and self._recognizer.AcceptWaveform(sound.astype("<i2").tobytes()):
            self._segments.append(segment(self._recognizer.Result(), ALTERNATIVES))

    def final(self) -> list[Alternative]:
        """To be asked once; the recogniser is free for another utterance then."""
        # With nothing new since a piece was cut, Vosk would not end, and go on adapting.
        self.feed(LAST_SOUND, last=True)
        self._segments.append(segment(self._recognizer.FinalResult(), ALTERNATIVES))
        self._recognizers.give_back(self._recognizer)
        return joined(self._segments, ALTERNATIVES)


class Utterance:
    """From its first sound to its readings. live: it is decoded while it is spoken."""

    def __init__(self, recognizers: Recognizers) -> None:
        self._recognizers = recognizers
        self._decoding: Decoding | None = None
        self._waiting = bytearray()

    @property
    def live(self) -> bool:
        return self._decoding is not None

    @property
    def has_chunk(self) -> bool:
        return len(self._waiting) >= CHUNK_BYTES

    def hear(self, pcm: Pcm) -> None:
        self._waiting += pcm

    def decode_chunk(self) -> None:
        """The next of what waits, or less if there is less."""
        if self._decoding is None:
            self._decoding = Decoding(self._recognizers)
        chunk = bytes(self._waiting[:CHUNK_BYTES])
        del self._waiting[:CHUNK_BYTES]
        self._decoding.feed(chunk)

    def readings(self) -> Header:
        while self._waiting:
            self.decode_chunk()
        found = self._decoding.final() if self._decoding else []
        return {"alternatives": [[a.text, a.confidence] for a in found]}

    def drop(self) -> None:
        """Nobody wants its readings."""
        if self._decoding:
            self._decoding.final()


class Utterances:
    """What is asked for, and what is done next: who has ended and waits for an answer comes first,
    then who speaks and began first.
    """

    def __init__(self, model_dir: Path, phrases: list[str]) -> None:
        vosk.SetLogLevel(-1)
        # By path only: a model's name would send Vosk to the network.
        model = vosk.Model(str(model_dir))
        grammar = None
        if phrases:
            known = model.vosk_model_find_word
            grammar = grammar_json(phrases, lambda word: known(word) >= 0)
        self._recognizers = Recognizers(model, model_rate_hz(model_dir), grammar)
        self._open: dict[int, Utterance] = {}
        # A damaged graph that loaded in silence fails here, before a call depends on it.
        probe = Decoding(self._recognizers)
        probe.feed(SILENCE_WARM_UP)
        probe.final()

    def open(self, header: Header, _: bytes) -> None:
        self._open[header["stream"]] = Utterance(self._recognizers)

    def feed(self, header: Header, pcm: bytes) -> None:
        self._open[header["stream"]].hear(pcm)

    def final(self, header: Header, _: bytes) -> Frame:
        return Frame(self._open.pop(header["stream"]).readings())

    def drop(self, header: Header, _: bytes) -> None:
        utterance = self._open.pop(header["stream"], None)
        if utterance is not None:
            utterance.drop()

    def work_ahead(self) -> bool:
        """One chunk of those who are still speaking; False when there is none."""
        live = sum(utterance.live for utterance in self._open.values())
        for utterance in self._open.values():
            if utterance.has_chunk and (utterance.live or live < MOST_LIVE):
                utterance.decode_chunk()
                return True
        return False


def main(model_dir: Path, phrases: list[str]) -> None:
    channel = Channel.of_this_process()
    give_way(BEHIND_THE_SOUND)
    utterances = Utterances(model_dir, phrases)
    channel.serve(
        {
            "open": utterances.open,
            "feed": utterances.feed,
            "final": utterances.final,
            "drop": utterances.drop,
        },
        ready={"model": str(model_dir)},
        work_ahead=utterances.work_ahead,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), json.loads(sys.argv[2]) if len(sys.argv) > 2 else [])
