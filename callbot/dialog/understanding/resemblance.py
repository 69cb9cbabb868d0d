"""What an answer is most like, by examples of what people have answered.

A second reader, made in another way than the rules and therefore failing in other places: logistic
regression over runs of characters, learnt from `prompts/examples/<locale>.yaml`. It bears words
misheard and words of no list. What it supposes is always read back, and only the resident's yes
makes that an answer. `second_opinion` joins it with the rules.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from callbot import datafile
from callbot.dialog.answers import (
    CALM,
    AnyValue,
    Contacts,
    Hypothesis,
    Kind,
    Movements,
    Temperature,
)
from callbot.dialog.understanding.words.normalise import normalise

SURE = 0.8
"""How like a way of answering words must be, 0 to 1, before it is supposed. Of calm answers that no
rule read and whose authors are not among the examples half are, and of what is not calm a tenth."""

LEAST_CONFIDENCE = 0.2
"""Of a hypothesis that is looked at."""

LEAST_EXAMPLES = 100
"""Of a kind of question, before anything is learnt from them: few are like everything."""

_LEAST_STANDING = 2
"""Examples in which a run stands, before anything is learnt of it."""

_PASSES = 4
_STEP = 0.5
_PRIOR_STEP = 0.02
_DECAY = 1e-4
_LEARNT_WELL = 0.02
"""Of learning: passes over the examples, the length of a first step (AdaGrad shortens the later
ones) and of each of the priors' steps, how far a step pulls weights back to nothing, and what an
example may be off by without being learnt again. Four to eight passes and steps of 0.2 to 0.5 are
equally good; longer steps are surer, and wrong more often (measured as in `docs/decisions.md`)."""

_RUNS = {False: range(1, 4), True: range(2, 6)}
"""Lengths of the runs of characters, by whether a language puts spaces between words."""

_FAMILIAR = {False: (2, 0.5), True: (4, 0.7)}
"""Of the runs of a length the share that must stand among the examples, for words to be like them
at all: of answers rightly found calm one in fifteen has less; "the wumble is zorgy" has half."""

_PAUSES = re.compile(r"[\s,.，。、!！?？…]+")


class Way(StrEnum):
    """Of answering: that there is nothing to tell, something, that a temperature was not taken,
    or no answer at all."""

    CALM = "calm"
    TOLD = "told"
    UNMEASURED = "unmeasured"
    OTHER = "other"


Lines = Annotated[str, StringConstraints(pattern=r"\S")]
"""Utterances, one in a line."""

Share = Annotated[float, Field(ge=0.5, le=1)]


class Believed(BaseModel):
    """How likely the examples must find a meaning, 0 to 1, to count beside the rules.

    calm, told: for what the rules do not read; supported: calm, where the rules read a part of it
    as calm. doubted: told, for what they read as calm to be unclear; outright: the same where
    nothing is named that may be told of (`second_opinion.is_outright`), None for the same as
    doubted. unlike: calm, for what is not outright; below it, it is unclear whatever it is like.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    calm: Share
    supported: Share
    told: Share
    doubted: Share
    outright: Share | None = None
    unlike: Annotated[float, Field(ge=0, le=0.5)] = 0


class ExamplesFile(BaseModel):
    """Answers by what they came to. believed: None where they decide nothing by themselves."""

    model_config = ConfigDict(extra="forbid")

    believed: Believed | None = None
    temperature: dict[Way, Lines] = {}
    symptoms: dict[Way, Lines] = {}
    movements: dict[Way, Lines] = {}
    contacts: dict[Way, Lines] = {}

    def by_kind(self) -> dict[Kind, dict[Way, Lines]]:
        return {kind: ways for kind in Kind if (ways := getattr(self, kind.value, None))}


MEANT: Mapping[Kind, Mapping[Way, AnyValue]] = {
    Kind.TEMPERATURE: {
        Way.CALM: Temperature(reported="normal"),
        Way.TOLD: Temperature(reported="fever"),
        Way.UNMEASURED: Temperature(reported="not_measured"),
    },
    Kind.SYMPTOMS: {Way.CALM: CALM[Kind.SYMPTOMS]},
    Kind.MOVEMENTS: {Way.CALM: CALM[Kind.MOVEMENTS], Way.TOLD: Movements(went_out=True)},
    Kind.CONTACTS: {Way.CALM: CALM[Kind.CONTACTS], Way.TOLD: Contacts(contact=True)},
}
"""What may be read back of a way of answering: not which sign somebody has, and no number."""


def meant_by(kind: Kind, way: Way) -> AnyValue | None:
    return MEANT.get(kind, {}).get(way)


class Resemblance:
    """examples: of one language, by kind of question and by way of answering it. believed: how
    sure they must be to count beside the rules; None where they never do."""

    def __init__(
        self,
        examples: Mapping[Kind, Mapping[Way, Sequence[str]]],
        *,
        spaced: bool,
        believed: Believed | None = None,
    ) -> None:
        self._spaced = spaced
        self._lengths = _RUNS[spaced]
        self.believed = believed
        self._examples = examples
        self._by_kind: dict[Kind, _Learnt | None] = {}

    def learn(self) -> None:
        """Learns of all kinds of questions now, and not when each is first asked: a second or
        two of work for ten thousand examples."""
        for kind in self._examples:
            self._learnt(kind)

    def _learnt(self, kind: Kind) -> "_Learnt | None":
        if kind not in self._by_kind:
            ways = self._examples.get(kind, {})
            enough = sum(map(len, ways.values())) >= LEAST_EXAMPLES
            self._by_kind[kind] = _Learnt(self._written(ways), self._lengths) if enough else None
        return self._by_kind[kind]

    def supposed(self, kind: Kind, hypotheses: Sequence[Hypothesis]) -> AnyValue | None:
        """What people mean who answer like this; None where that is not nearly sure, or nothing
        that can be read back."""
        likeness = self.likeness(kind, hypotheses)
        way = max(Way, key=likeness.__getitem__)
        if likeness[way] < SURE or not any(self.is_familiar(kind, h.text) for h in hypotheses):
            return None
        return meant_by(kind, way)

    def is_familiar(self, kind: Kind, text: str) -> bool:
        """Whether words are like anything in the examples: what is not is near to some way too."""
        learnt = self._learnt(kind)
        return learnt is not None and learnt.is_familiar(
            self._plain(text), *_FAMILIAR[self._spaced]
        )

    def likeness(self, kind: Kind, hypotheses: Sequence[Hypothesis]) -> dict[Way, float]:
        """Shares, by all hypotheses together, that sum to 1; all 0 where nothing was learnt or
        heard."""
        learnt = self._learnt(kind)
        looked_at = [h for h in hypotheses if h.confidence >= LEAST_CONFIDENCE]
        likeness = dict.fromkeys(Way, 0.0)
        if learnt is None or not looked_at:
            return likeness
        weight = sum(h.confidence for h in looked_at)
        for h in looked_at:
            for way, share in learnt.likeness(self._plain(h.text)).items():
                likeness[way] += share * h.confidence / weight
        return likeness

    def _written(self, ways: Mapping[Way, Sequence[str]]) -> dict[Way, list[str]]:
        return {way: [self._plain(text) for text in texts] for way, texts in ways.items()}

    def _plain(self, text: str) -> str:
        written = text if self._spaced else normalise(text, spaced=False)
        plain = _PAUSES.sub(" " if self._spaced else "", written.lower()).strip()
        return f"^{plain}$"


class _Learnt:
    """Logistic regression: the weight of every run for each way, shape (runs, ways).

    Every way counts alike, however many examples it has, and every example, however long. What is
    itself an example is what it stands under.
    """

    def __init__(self, examples: Mapping[Way, Sequence[str]], lengths: range) -> None:
        self._lengths = lengths
        self._ways = tuple(examples)
        self._stands = {text: way for way, texts in examples.items() for text in texts}
        by_way = [[self._runs(text) for text in texts] for texts in examples.values()]
        standing = Counter(run for many in by_way for runs in many for run in runs)
        known = sorted(run for run, count in standing.items() if count >= _LEAST_STANDING)
        self._row_of = {run: row for row, run in enumerate(known)}
        self._weights = np.zeros((len(known), len(examples)))
        self._priors = np.zeros(len(examples))
        self._learn(
            [
                (self._rows(runs), way, 1 / len(many))
                for way, many in enumerate(by_way)
                for runs in many
            ]
        )

    def _learn(self, examples: Sequence[tuple[NDArray[np.intp], int, float]]) -> None:
        """Steepest descent, an example at a time. examples: rows, the index of the way, weight."""
        evenly = len(examples) / len(self._ways)
        targets = np.eye(len(self._ways))
        squares = np.full_like(self._weights, 0.01)
        for _ in range(_PASSES):
            for place in _scattered(len(examples)):
                rows, way, weight = examples[place]
                off = (self._shares(rows) - targets[way]) * (weight * evenly)
                if np.abs(off).max() < _LEARNT_WELL:
                    continue
                slope = off / math.sqrt(max(1, len(rows))) + _DECAY * self._weights[rows]
                squares[rows] += slope * slope
                self._weights[rows] -= _STEP * slope / np.sqrt(squares[rows])
                self._priors -= _PRIOR_STEP * off

    def likeness(self, text: str) -> dict[Way, float]:
        """Shares that sum to 1."""
        if text in self._stands:
            return {way: float(way is self._stands[text]) for way in Way}
        shares = self._shares(self._rows(self._runs(text)))
        return dict(zip(self._ways, shares.tolist(), strict=True))

    def is_familiar(self, text: str, length: int, least: float) -> bool:
        runs = [text[start : start + length] for start in range(len(text) - length + 1)]
        known = sum(run in self._row_of for run in runs)
        return text in self._stands or known >= least * max(1, len(runs))

    def _runs(self, text: str) -> dict[str, None]:
        """Each once, in an order that is the same in every process."""
        return dict.fromkeys(
            text[start : start + length]
            for length in self._lengths
            for start in range(len(text) - length + 1)
        )

    def _rows(self, runs: Iterable[str]) -> NDArray[np.intp]:
        return np.array([r for run in runs if (r := self._row_of.get(run)) is not None], np.intp)

    def _shares(self, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        told = self._weights[rows].sum(axis=0) / math.sqrt(max(1, len(rows))) + self._priors
        odds: NDArray[np.float64] = np.exp(told - told.max())
        shares: NDArray[np.float64] = odds / odds.sum()
        return shares


def _scattered(count: int) -> Iterator[int]:
    """Every place of a list once, neighbours far apart: examples of one way stand together."""
    stride = max(1, round(count * 0.618))
    while math.gcd(stride, count) != 1:
        stride += 1
    return (place * stride % count for place in range(count))


def load_resemblance(path: Path, *, spaced: bool) -> Resemblance:
    """Reads a language's examples and learns from them. Without the file nothing is supposed.

    Raises DataFileError with file and line for an unknown kind or way of answering, for a way
    without examples, and for an utterance that stands under two ways of one kind.
    """
    if not path.is_file():
        return Resemblance({}, spaced=spaced)
    file, source = datafile.load(path, ExamplesFile)
    examples: list[tuple[Kind, Way, tuple[str, ...]]] = []
    for kind, ways in file.by_kind().items():
        seen: dict[str, Way] = {}
        for way, lines in ways.items():
            texts = tuple(text for line in lines.splitlines() if (text := line.strip()))
            for text in texts:
                if seen.setdefault(text, way) is not way:
                    raise source.error(
                        (kind.value, way.value),
                        f"{text!r} stands under {seen[text].value!r} too; keep one",
                    )
            examples.append((kind, way, texts))
    return _learnt_from(tuple(examples), spaced=spaced, believed=file.believed)


@lru_cache(maxsize=8)
def _learnt_from(
    examples: tuple[tuple[Kind, Way, tuple[str, ...]], ...],
    *,
    spaced: bool,
    believed: Believed | None,
) -> Resemblance:
    """Scripts of a language share what is learnt."""
    kinds: dict[Kind, dict[Way, tuple[str, ...]]] = {}
    for kind, way, texts in examples:
        kinds.setdefault(kind, {})[way] = texts
    return Resemblance(kinds, spaced=spaced, believed=believed)
