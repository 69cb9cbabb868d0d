"""Whisper on CTranslate2, called directly: a short window of sound, a prompt, the n best readings.

Libraries above it pad every utterance to 30 s, which costs five times the work of a telephone
answer.
"""

import logging
import math
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final

import ctranslate2
import numpy as np
import soxr

from callbot.speech.audio import SAMPLE_RATE_HZ, Pcm, samples
from callbot.speech.log_mel import FRAMES_PER_S, MEL_SAMPLE_RATE_HZ, Floats, log_mel
from callbot.speech.readings import sift
from callbot.speech.recognizer import Alternative, Hints
from callbot.speech.whisper_cut import cut_model, kept_tokens
from callbot.speech.whisper_vocabulary import Vocabulary, load_tokenizer

log = logging.getLogger(__name__)

HYPOTHESES: Final = 5
"""Three save 0.03 s and lose the right answer from the list in 8 of 105 at 10 dB."""
ALTERNATIVES: Final = 8
"""At most so many from both decodings together."""

FRAMES_SHORT: Final = 900
"""The window of a usual answer. As good as 1000 (105 utterances: 90.5 % right either way, at 10 dB
73 and 71 %) in a tenth less time."""
FRAMES_HURRIED: Final = 700
"""The same while others wait, in a fifth less time: of 316 utterances 285 are understood, of 900
frames 288. In so short a window the decoder writes some sentences twice, which
`readings.said_once` takes back. 600 save 5 to 10 % more and lose one more answer in a hundred."""
FRAMES_LONGEST: Final = 3000
FRAMES_OF_SILENCE: Final = 100
"""The decoder needs to see the end of the speech."""

KEPT_ENCODINGS: Final = 8
"""Utterances kept encoded, since one decoded in vain is soon asked for again, thoroughly."""
NO_SPEECH: Final = 0.6
NO_SPEECH_UNLESS_CONFIDENT: Final = 0.5
"""Readings no surer than this, of sound the model takes for no speech, are its inventions."""

SHORTEST_S: Final = 0.1
WARM_UP_PCM: Final = bytes(2 * SAMPLE_RATE_HZ)
PROMPT_TOKENS: Final = 200
"""The model itself takes at most 223 before it forgets the beginning. The scripts' prompts have
fewer than 100; cut to 70, 2 to 4 in 100 answers are lost."""
TOKENS_PER_S: Final = 12
TOKENS_AT_LEAST: Final = 24


@dataclass(frozen=True)
class Decoded:
    """unprompted: readings made without the prompt, None where none were (see `Utterance`)."""

    alternatives: tuple[Alternative, ...]
    rejected: tuple[str, ...]
    unprompted: tuple[str, ...] | None = None


@dataclass(frozen=True)
class _Model:
    """Whisper with the words of one language."""

    vocabulary: Vocabulary
    whisper: ctranslate2.models.Whisper


@dataclass(frozen=True)
class _Readings:
    """Of one decoding, best first; believed are only sure ones of what is likely no speech."""

    all: list[Alternative]
    no_speech: float

    @property
    def believed(self) -> list[Alternative]:
        if self.no_speech > NO_SPEECH:
            return [a for a in self.all if a.confidence > NO_SPEECH_UNLESS_CONFIDENT]
        return self.all


@dataclass
class _Work:
    """An utterance encoded, and what was found in it so far.

    unprompted: what was found without the prompt; None until it was decoded so.
    """

    model: _Model
    encoded: ctranslate2.StorageView
    longest: int
    prompted: bool
    found: _Readings
    unprompted: _Readings | None = None

    def decode_unprompted(self, hints: Hints) -> None:
        if self.prompted and self.unprompted is None:
            self.unprompted = _generate(self.model, self.encoded, [], hints, self.longest)

    def judged(self, hints: Hints) -> Decoded:
        plain = self.unprompted
        believed = [*self.found.believed, *(plain.believed if plain else ())]
        texts = None if plain is None else tuple(a.text for a in plain.all)
        return Decoded(*sift(believed, hints, ALTERNATIVES), texts)


class WhisperDecoder:
    """One model, loaded for a language when first needed; one utterance at a time, on one thread.

    wide: the encoder can take two threads, and then takes 0.6 of the time; the decoder gains
    nothing by a second thread. Costs the model's memory once more, 50 MB.
    """

    def __init__(self, model_dir: Path, *, wide: bool = False) -> None:
        self._model_dir = model_dir
        self._wide = wide
        self._wide_encoder: ctranslate2.models.Whisper | None = None
        self._loading = Lock()
        self._tokenizer = load_tokenizer(model_dir / "tokenizer.json")
        self._models: dict[str, _Model] = {}
        self._kept: OrderedDict[tuple[Pcm, Hints], _Work] = OrderedDict()

    def warm_up(self, locale: str) -> None:
        """A model's first decoding allocates, and no resident should wait for that.

        Takes a second, in which another thread may decode.
        """
        for alone in (False, True):
            self._begin(WARM_UP_PCM, Hints(locale), alone=alone)

    def load(self, locale: str) -> _Model:
        """The model of a locale's language. Raises RuntimeError when it cannot be loaded."""
        with self._loading:
            return self._loaded(locale.partition("-")[0])

    def _loaded(self, language: str) -> _Model:
        model = self._models.get(language)
        if model is None:
            try:
                folder = cut_model(self._model_dir, language)
                kept: Sequence[int] = kept_tokens(folder)
            except (ValueError, OSError) as error:
                # An office's own conversion, in another format or a folder of others: slower.
                log.warning("Whisper is used with all its words: %s", error)
                folder, kept = self._model_dir, range(self._tokenizer.get_vocab_size())
            model = _Model(Vocabulary(self._tokenizer, kept), _load(folder, threads=1))
            self._models[language] = model
            if self._wide and self._wide_encoder is None:
                # The encoder knows no words: any language's serves all.
                self._wide_encoder = _load(folder, threads=2)
        return model

    def decode(
        self,
        pcm: Pcm,
        hints: Hints,
        *,
        thorough: bool = False,
        alone: bool = False,
        hurried: bool = False,
    ) -> Decoded:
        """Readings of 8 kHz sound, judged by `readings`; of sound over 29 s, the last part.

        thorough: decoded without the prompt as well, and both lists merged. Of utterances whose
        best reading has a confidence under 0.7, a third of all, the right one enters the list in
        11 % (87 utterances, clean and noisy), for 0.12 s. alone: nobody else speaks, so that a
        second thread takes nothing from anyone. hurried: others wait for their turn.
        """
        work = self._kept.pop((pcm, hints), None) or self._begin(
            pcm, hints, alone=alone, hurried=hurried
        )
        if work is None:
            return Decoded((), ())
        self._kept[pcm, hints] = work
        while len(self._kept) > KEPT_ENCODINGS:
            self._kept.popitem(last=False)
        if thorough:
            work.decode_unprompted(hints)
        return work.judged(hints)

    def _begin(
        self, pcm: Pcm, hints: Hints, *, alone: bool, hurried: bool = False
    ) -> "_Work | None":
        features = self._features(pcm, FRAMES_HURRIED if hurried else FRAMES_SHORT)
        if features is None:
            return None
        model = self.load(hints.locale)
        encoder = (alone and self._wide_encoder) or model.whisper
        encoded = encoder.encode(ctranslate2.StorageView.from_array(features))
        longest = max(TOKENS_AT_LEAST, int(len(pcm) / 2 / SAMPLE_RATE_HZ * TOKENS_PER_S))
        prompt = _prompt(model.vocabulary, hints)
        found = _generate(model, encoded, prompt, hints, longest)
        return _Work(model, encoded, longest, bool(prompt), found)

    def _features(self, pcm: Pcm, least_frames: int) -> Floats | None:
        sound = samples(pcm).astype(np.float32) / 32768
        if len(sound) < SHORTEST_S * SAMPLE_RATE_HZ:
            return None
        longest = (FRAMES_LONGEST - FRAMES_OF_SILENCE) * SAMPLE_RATE_HZ // FRAMES_PER_S
        sound = soxr.resample(sound[-longest:], SAMPLE_RATE_HZ, MEL_SAMPLE_RATE_HZ)
        frames = math.ceil(len(sound) / MEL_SAMPLE_RATE_HZ * FRAMES_PER_S) + FRAMES_OF_SILENCE
        # The encoder halves the frames: an even number.
        frames = min(FRAMES_LONGEST, max(least_frames, frames + frames % 2))
        return log_mel(sound, frames)


def _prompt(vocabulary: Vocabulary, hints: Hints) -> list[int]:
    """The question and answers as people give them, each a sentence: the form that helps."""
    if not hints.examples:
        return []
    stop = "。" if hints.locale.startswith("zh") else ". "
    tokens = vocabulary.encode(" " + hints.question.strip())
    for example in hints.examples:
        more = vocabulary.encode(example.strip() + stop)
        if len(tokens) + len(more) > PROMPT_TOKENS:
            break
        tokens += more
    return [vocabulary.token("<|startofprev|>"), *tokens[-PROMPT_TOKENS:]]


def _generate(
    model: _Model,
    encoded: ctranslate2.StorageView,
    prompt: list[int],
    hints: Hints,
    longest: int,
) -> _Readings:
    language = hints.locale.partition("-")[0]
    start = [f"<|{t}|>" for t in ("startoftranscript", language, "transcribe", "notimestamps")]
    tokens = [*prompt, *(model.vocabulary.token(t) for t in start)]
    result = model.whisper.generate(
        encoded,
        [tokens],
        beam_size=HYPOTHESES,
        num_hypotheses=HYPOTHESES,
        max_length=min(len(tokens) + longest, 448),
        return_scores=True,
        return_no_speech_prob=True,
    )[0]
    found = [
        Alternative(model.vocabulary.decode(ids), min(1.0, math.exp(score)))
        for ids, score in zip(result.sequences_ids, result.scores, strict=True)
    ]
    return _Readings(found, result.no_speech_prob)


def _load(folder: Path, threads: int) -> ctranslate2.models.Whisper:
    return ctranslate2.models.Whisper(
        str(folder), device="cpu", compute_type="int8", intra_threads=threads, inter_threads=1
    )
