"""Learning which of several things people mean, from what others have said: logistic regression
over runs of characters, a second's work for ten thousand examples."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Meaning = TypeVar("Meaning", bound=StrEnum)

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


class Learnt(Generic[Meaning]):
    """The weight of every run of characters for each meaning, shape (runs, meanings).

    examples: by meaning. lengths: of the runs. Every meaning counts alike, however many examples it
    has, and every example, however long. What is itself an example means what it stands under.
    """

    def __init__(self, examples: Mapping[Meaning, Sequence[str]], lengths: range) -> None:
        self._lengths = lengths
        self._meanings = tuple(examples)
        self._stands = {text: meant for meant, texts in examples.items() for text in texts}
        by_meaning = [[self._runs(text) for text in texts] for texts in examples.values()]
        standing = Counter(run for many in by_meaning for runs in many for run in runs)
        known = sorted(run for run, count in standing.items() if count >= _LEAST_STANDING)
        self._row_of = {run: row for row, run in enumerate(known)}
        self._weights = np.zeros((len(known), len(examples)))
        self._priors = np.zeros(len(examples))
        mean = sum(map(len, by_meaning)) / max(1, len(by_meaning))
        self._learn(
            [
                (self._rows(runs), meant, mean / len(many))
                for meant, many in enumerate(by_meaning)
                for runs in many
            ]
        )

    def _learn(self, examples: Sequence[tuple[NDArray[np.intp], int, float]]) -> None:
        """Steepest descent, an example at a time. examples: rows, index of the meaning, weight."""
        targets = np.eye(len(self._meanings))
        squares = np.full_like(self._weights, 0.01)
        for _ in range(_PASSES):
            for place in _scattered(len(examples)):
                rows, meant, weight = examples[place]
                off = (self._shares(rows) - targets[meant]) * weight
                if np.abs(off).max() < _LEARNT_WELL:
                    continue
                slope = off / math.sqrt(max(1, len(rows))) + _DECAY * self._weights[rows]
                squares[rows] += slope * slope
                self._weights[rows] -= _STEP * slope / np.sqrt(squares[rows])
                self._priors -= _PRIOR_STEP * off

    def likeness(self, text: str) -> dict[Meaning, float]:
        """Shares that sum to 1."""
        if text in self._stands:
            return {meant: float(meant is self._stands[text]) for meant in self._meanings}
        shares = self._shares(self._rows(self._runs(text)))
        return dict(zip(self._meanings, shares.tolist(), strict=True))

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
    """Every place of a list once, neighbours far apart: examples of one meaning stand together."""
    stride = max(1, round(count * 0.618))
    while math.gcd(stride, count) != 1:
        stride += 1
    return (place * stride % count for place in range(count))
