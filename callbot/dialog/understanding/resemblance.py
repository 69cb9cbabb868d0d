"""What an answer is most like, by examples of what people have answered.

A second reader, made in another way than the rules and therefore failing in other places: logistic
regression over runs of characters, learnt from `prompts/examples/<locale>.yaml`. It bears words
misheard and words of no list. What it supposes for an answer is always read back, and only the
resident's yes makes it one. `second_opinion` joins it with the rules.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from callbot import datafile
from callbot.datafile import Source
from callbot.dialog.answers import (
    CALM,
    AnyValue,
    Contacts,
    Hypothesis,
    Intent,
    Kind,
    Movements,
    Temperature,
)
from callbot.dialog.understanding.learning import Learnt, Meaning
from callbot.dialog.understanding.words.normalise import normalise

SURE = 0.8
"""How like a way of answering words must be, 0 to 1, before it is supposed. Of calm answers that no
rule read and whose authors are not among the examples half are, and of what is not calm a tenth."""

SURELY_ASKED = 0.85
"""How like a request words must be that rules read as something else."""

LEAST_CONFIDENCE = 0.2
"""Of a hypothesis that is looked at."""

LEAST_EXAMPLES = 100
"""Of a kind of question, before anything is learnt from them: few are like everything."""

_RUNS = {False: range(1, 4), True: range(2, 6)}
"""Lengths of the runs of characters, by whether a language puts spaces between words."""

_ANSWERS_STEP = 4
"""Of the answers that stand beside the requests: every fourth. With all of them nothing is told
better, and learning takes twice as long."""

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
    asked: a request, for what the rules do not read; None where examples tell of none.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    calm: Share
    supported: Share
    told: Share
    doubted: Share
    outright: Share | None = None
    unlike: Annotated[float, Field(ge=0, le=0.5)] = 0
    asked: Share | None = None


class ExamplesFile(BaseModel):
    """Answers by what they came to, and what is said in place of one, by what is asked for.

    believed: None where they decide nothing by themselves.
    """

    model_config = ConfigDict(extra="forbid")

    believed: Believed | None = None
    temperature: dict[Way, Lines] = {}
    symptoms: dict[Way, Lines] = {}
    movements: dict[Way, Lines] = {}
    contacts: dict[Way, Lines] = {}
    requests: dict[Intent, Lines] = {}

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
    sure they must be to count beside the rules; None where they never do. requests: what people
    said in place of an answer to any question, by what they asked for."""

    def __init__(
        self,
        examples: Mapping[Kind, Mapping[Way, Sequence[str]]],
        *,
        spaced: bool,
        believed: Believed | None = None,
        requests: Mapping[Intent, Sequence[str]] | None = None,
    ) -> None:
        self._spaced = spaced
        self._lengths = _RUNS[spaced]
        self.believed = believed
        self._examples = examples
        self._requests = requests or {}
        self._by_kind: dict[Kind, Learnt[Way] | None] = {}

    def learn(self) -> None:
        """Learns of all kinds of questions and of requests now, and not when each is first asked:
        two or three seconds of work for ten thousand examples."""
        for kind in self._examples:
            self._learnt(kind)
        _ = self._asking

    def _learnt(self, kind: Kind) -> Learnt[Way] | None:
        if kind not in self._by_kind:
            ways = self._examples.get(kind, {})
            enough = sum(map(len, ways.values())) >= LEAST_EXAMPLES
            self._by_kind[kind] = Learnt(self._written(ways), self._lengths) if enough else None
        return self._by_kind[kind]

    @cached_property
    def _asking(self) -> Learnt[Intent] | None:
        """What is asked for, beside as many answers as it takes to tell these from requests."""
        if not self._requests:
            return None
        examples = {intent: self._spelled(texts) for intent, texts in self._requests.items()}
        asked = {text for texts in examples.values() for text in texts}
        answers = [text for text in self._answers if text not in asked]
        examples.setdefault(Intent.ANSWER, []).extend(answers[::_ANSWERS_STEP])
        return Learnt(examples, self._lengths)

    @cached_property
    def _answers(self) -> dict[str, None]:
        told = (
            text
            for ways in self._examples.values()
            for way, texts in ways.items()
            if way is not Way.OTHER
            for text in texts
        )
        return dict.fromkeys(map(self._plain, told))

    def request(self, hypotheses: Sequence[Hypothesis], *, surely: bool) -> Intent | None:
        """What people ask for who say the like: None for an answer, and for what is like nothing in
        the examples. surely: nearly all of them."""
        asked = self.believed.asked if self.believed else None
        if self._asking is None or asked is None:
            return None
        if any(self._plain(h.text) in self._answers for h in hypotheses):
            return None
        likeness = self._by_all(self._asking, hypotheses)
        intent = max(likeness, key=likeness.__getitem__, default=Intent.UNCLEAR)
        if intent in (Intent.ANSWER, Intent.UNCLEAR):
            return None
        if likeness[intent] < (SURELY_ASKED if surely else asked):
            return None
        familiar = any(self._is_like(self._asking, h.text) for h in hypotheses)
        return intent if familiar else None

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
        return learnt is not None and self._is_like(learnt, text)

    def _is_like(self, learnt: Learnt[Meaning], text: str) -> bool:
        return learnt.is_familiar(self._plain(text), *_FAMILIAR[self._spaced])

    def likeness(self, kind: Kind, hypotheses: Sequence[Hypothesis]) -> dict[Way, float]:
        """Shares, by all hypotheses together, that sum to 1; all 0 where nothing was learnt or
        heard."""
        learnt = self._learnt(kind)
        likeness = dict.fromkeys(Way, 0.0)
        return likeness | self._by_all(learnt, hypotheses) if learnt else likeness

    def _by_all(
        self, learnt: Learnt[Meaning], hypotheses: Sequence[Hypothesis]
    ) -> dict[Meaning, float]:
        """Shares by all hypotheses together; empty where nothing was heard."""
        looked_at = [h for h in hypotheses if h.confidence >= LEAST_CONFIDENCE]
        weight = sum(h.confidence for h in looked_at)
        likeness: dict[Meaning, float] = {}
        for h in looked_at:
            for meant, share in learnt.likeness(self._plain(h.text)).items():
                likeness[meant] = likeness.get(meant, 0.0) + share * h.confidence / weight
        return likeness

    def _written(self, ways: Mapping[Way, Sequence[str]]) -> dict[Way, list[str]]:
        return {way: self._spelled(texts) for way, texts in ways.items()}

    def _spelled(self, texts: Sequence[str]) -> list[str]:
        return [self._plain(text) for text in texts]

    def _plain(self, text: str) -> str:
        written = text if self._spaced else normalise(text, spaced=False)
        plain = _PAUSES.sub(" " if self._spaced else "", written.lower()).strip()
        return f"^{plain}$"


def load_resemblance(path: Path, *, spaced: bool) -> Resemblance:
    """Reads a language's examples and learns from them. Without the file nothing is supposed.

    Raises DataFileError with file and line for an unknown kind or way of answering, for a way
    without examples, and for an utterance that stands under two ways of one kind.
    """
    if not path.is_file():
        return Resemblance({}, spaced=spaced)
    file, source = datafile.load(path, ExamplesFile)
    examples = tuple(
        (kind, meant, texts)
        for kind, ways in file.by_kind().items()
        for meant, texts in _parted(kind.value, ways, source)
    )
    requests = tuple(_parted("requests", file.requests, source))
    return _learnt_from(examples, requests, spaced=spaced, believed=file.believed)


def _parted(
    section: str, lines: Mapping[Meaning, Lines], source: Source
) -> Iterator[tuple[Meaning, tuple[str, ...]]]:
    """The utterances of a section by meaning, each of which stands under one."""
    seen: dict[str, Meaning] = {}
    for meant, written in lines.items():
        texts = tuple(text for line in written.splitlines() if (text := line.strip()))
        for text in texts:
            if seen.setdefault(text, meant) is not meant:
                raise source.error(
                    (section, meant.value),
                    f"{text!r} stands under {seen[text].value!r} too; keep one",
                )
        yield meant, texts


@lru_cache(maxsize=8)
def _learnt_from(
    examples: tuple[tuple[Kind, Way, tuple[str, ...]], ...],
    requests: tuple[tuple[Intent, tuple[str, ...]], ...],
    *,
    spaced: bool,
    believed: Believed | None,
) -> Resemblance:
    """Scripts of a language share what is learnt."""
    kinds: dict[Kind, dict[Way, tuple[str, ...]]] = {}
    for kind, way, texts in examples:
        kinds.setdefault(kind, {})[way] = texts
    return Resemblance(kinds, spaced=spaced, believed=believed, requests=dict(requests))
