"""What an answer that no rule reads is most like, by examples of what people have answered.

A second reader, made in another way than the rules and therefore failing in other places: naive
Bayes over runs of characters, learnt from `prompts/examples/<locale>.yaml`. It bears words
misheard and words of no list. By itself it is never believed: what it supposes is read back, and
only the resident's yes makes that an answer. `second_opinion` joins it with the rules.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, StringConstraints

from callbot import datafile
from callbot.dialog.answers import CALM, AnyValue, Contacts, Hypothesis, Kind, Movements
from callbot.dialog.understanding.words.normalise import normalise

SURE = 0.8
"""How like a way of answering words must be, 0 to 1, before it is supposed. Of calm answers that no
rule read and whose authors are not among the examples half are, and of what is not calm a tenth."""

LEAST_CONFIDENCE = 0.2
"""Of a hypothesis that is looked at."""

LEAST_EXAMPLES = 100
"""Of a kind of question, before anything is learnt from them: few are like everything."""

_SMOOTHING = 0.05
"""Examples of each way in which a run that it lacks is taken to stand."""

_RUNS = {False: range(1, 4), True: range(2, 6)}
"""Lengths of the runs of characters, by whether a language puts spaces between words."""

_PAUSES = re.compile(r"[\s,.，。、!！?？…]+")


class Way(StrEnum):
    """Of answering: that there is nothing to tell, something, or no answer at all."""

    CALM = "calm"
    TOLD = "told"
    OTHER = "other"


Lines = Annotated[str, StringConstraints(pattern=r"\S")]
"""Utterances, one in a line."""

Share = Annotated[float, Field(ge=SURE, le=1)]


class Read(BaseModel):
    """How the rules read so many answers of one way; other: not at all."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    calm: PositiveInt
    told: PositiveInt
    other: PositiveInt


class Record(BaseModel):
    """The same of answers of each way, by authors whom nobody had read before."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    calm: Read
    told: Read
    other: Read

    def how_often(self, read: Way, meant: Way) -> float:
        """The share of answers meant so that the rules read so."""
        counts: dict[str, int] = getattr(self, meant).model_dump()
        return counts[read] / sum(counts.values())


class Believed(BaseModel):
    """How likely a meaning must be, 0 to 1, by examples and rules together (`second_opinion`).

    calm, told: for what the rules do not read. doubted: told, for what they read as calm to be
    unclear. rules: how often they were right.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    calm: Share
    told: Share
    doubted: Annotated[float, Field(ge=0.5, le=1)]
    rules: Record


class ExamplesFile(BaseModel):
    """Answers by what they came to. believed: None where they decide nothing by themselves."""

    model_config = ConfigDict(extra="forbid")

    believed: Believed | None = None
    symptoms: dict[Way, Lines] = {}
    movements: dict[Way, Lines] = {}
    contacts: dict[Way, Lines] = {}

    def by_kind(self) -> dict[Kind, dict[Way, Lines]]:
        return {kind: ways for kind in Kind if (ways := getattr(self, kind.value, None))}


_TOLD: Mapping[Kind, AnyValue] = {
    Kind.MOVEMENTS: Movements(went_out=True),
    Kind.CONTACTS: Contacts(contact=True),
}
"""Which sign somebody has cannot be supposed."""


def meant_by(kind: Kind, way: Way) -> AnyValue | None:
    """What may be read back of a way of answering."""
    return {Way.CALM: CALM, Way.TOLD: _TOLD}.get(way, {}).get(kind)


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
        self.believed = believed
        self._examples = examples
        self._by_kind: dict[Kind, _Learnt | None] = {}

    def learn(self) -> None:
        """Learns of all kinds of questions now, and not when each is first asked: a second of work
        for ten thousand examples."""
        for kind in self._examples:
            self._learnt(kind)

    def _learnt(self, kind: Kind) -> "_Learnt | None":
        if kind not in self._by_kind:
            ways = self._examples.get(kind, {})
            enough = sum(map(len, ways.values())) >= LEAST_EXAMPLES
            self._by_kind[kind] = _Learnt(self._runs(ways)) if enough else None
        return self._by_kind[kind]

    def meant(
        self, kind: Kind, hypotheses: Sequence[Hypothesis], read: Way
    ) -> dict[Way, float] | None:
        """How likely each way is, by what the words are like and how the rules read them: two
        witnesses who fail at different answers. Shares that sum to 1; None where nothing was learnt
        or heard, or examples are not to count beside the rules."""
        likeness = self.likeness(kind, hypotheses)
        if self.believed is None or not any(likeness.values()):
            return None
        joint = {w: s * self.believed.rules.how_often(read, w) for w, s in likeness.items()}
        return {way: share / sum(joint.values()) for way, share in joint.items()}

    def supposed(self, kind: Kind, hypotheses: Sequence[Hypothesis]) -> AnyValue | None:
        """What people mean who answer like this; None where that is not nearly sure, or nothing
        that can be read back."""
        likeness = self.likeness(kind, hypotheses)
        way = max(Way, key=likeness.__getitem__)
        return meant_by(kind, way) if likeness[way] >= SURE else None

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
            for way, share in learnt.likeness(self._runs_of(h.text)).items():
                likeness[way] += share * h.confidence / weight
        return likeness

    def _runs(self, ways: Mapping[Way, Sequence[str]]) -> dict[Way, list[frozenset[str]]]:
        return {way: [self._runs_of(text) for text in texts] for way, texts in ways.items()}

    def _runs_of(self, text: str) -> frozenset[str]:
        written = text if self._spaced else normalise(text, spaced=False)
        plain = _PAUSES.sub(" " if self._spaced else "", written.lower()).strip()
        bounded = f"^{plain}$"
        return frozenset(
            bounded[start : start + length]
            for length in _RUNS[self._spaced]
            for start in range(len(bounded) - length + 1)
        )


class _Learnt:
    """In how many examples of each way every run of characters stands."""

    def __init__(self, examples: Mapping[Way, Sequence[frozenset[str]]]) -> None:
        self._examples = {way: len(runs) for way, runs in examples.items()}
        self._all = sum(self._examples.values())
        counts = {way: Counter(r for runs in many for r in runs) for way, many in examples.items()}
        # Of the many runs nearly all stand in few examples: equal evidence is kept once.
        weighed: dict[tuple[int, ...], tuple[float, ...]] = {}
        self._evidence: dict[str, tuple[float, ...]] = {}
        for run in set().union(*counts.values()):
            standing = tuple(counted[run] for counted in counts.values())
            if standing not in weighed:
                weighed[standing] = tuple(self._weigh(standing))
            self._evidence[run] = weighed[standing]

    def _weigh(self, standing: Iterable[int]) -> Iterator[float]:
        for examples, count in zip(self._examples.values(), standing, strict=True):
            yield math.log((count + _SMOOTHING) / (examples + 2 * _SMOOTHING))

    def likeness(self, runs: Iterable[str]) -> dict[Way, float]:
        """Shares that sum to 1. Runs overlap and so tell the same more than once: their evidence
        is divided by the root of their number."""
        known = [evidence for run in runs if (evidence := self._evidence.get(run))]
        priors = (math.log(count / self._all) for count in self._examples.values())
        told = [prior + sum(column) for prior, *column in zip(priors, *known, strict=True)]
        root = math.sqrt(max(1, len(known)))
        odds = [math.exp((evidence - max(told)) / root) for evidence in told]
        return {way: o / sum(odds) for way, o in zip(self._examples, odds, strict=True)}


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
