"""Which of the recogniser's hypotheses is believed: one understanding of all their readings."""

from dataclasses import dataclass, replace

from callbot.dialog.answers import (
    AnyValue,
    Hypothesis,
    Intent,
    Status,
    Temperature,
    YesNo,
)
from callbot.dialog.understanding.contradiction import (
    DECISIVE_MARGIN,
    agree,
    as_calm,
    differ_on_one_side,
    lost_fraction,
    needed_margin,
)
from callbot.dialog.understanding.reading import Reading
from callbot.dialog.understanding.words.heard import denies_fraction, spell
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import BREAKS, Role

LEAST_CONFIDENCE = 0.35
"""Below this a hypothesis decides nothing."""

LEAST_SHARE = 0.5
"""Of what is heard below that, a yes or no must have this much."""

_GRAVE = (Intent.EMERGENCY, Intent.DISTRESS, Intent.OPT_OUT, Intent.WRONG_NUMBER, Intent.NOT_SELF,
          Intent.REFUSE, Intent.HUMAN)  # fmt: skip
"""Requests that a worse hypothesis with an answer does not outvote."""


@dataclass(frozen=True)
class Understanding:
    """What an utterance meant.

    value: the answer to the question asked, or None. status: clear also for a request that was
    understood; its value is None unless it came with an answer. heard: the hypothesis all this
    was read from. confidence: 0 to 1, the recogniser's for that hypothesis, lowered when
    hypotheses disagree. support: 0 to 1, how much of what may have been said agrees with `value` on
    whether there is something to tell; 1 without a value. volunteered: answers to other kinds of
    question, stated outright in the same breath. topic: id of the known question asked.
    for_resident: somebody at home offers to answer in the resident's place. fetches: calls them to
    the telephone. perhaps: an answer that may be meant (see `Reading`). contested: where answers
    contradict each other, the likeliest, to which `support` belongs then; what is not believed
    unless it is read back and agreed with. borne_out: whether `heard` is (see `Hypothesis`).
    """

    intent: Intent
    status: Status
    value: AnyValue | None
    heard: str
    confidence: float
    alternatives: tuple[str, ...]
    support: float = 1.0
    volunteered: tuple[AnyValue, ...] = ()
    topic: str | None = None
    for_resident: bool = False
    fetches: bool = False
    perhaps: AnyValue | None = None
    contested: AnyValue | None = None
    borne_out: bool = True


@dataclass(frozen=True)
class Candidate:
    hypothesis: Hypothesis
    reading: Reading

    @property
    def confidence(self) -> float:
        return self.hypothesis.confidence


def choose(candidates: list[Candidate], lexicon: Lexicon) -> Understanding:
    best = max(candidates, key=lambda c: c.confidence)
    audible = [c for c in candidates if c.confidence >= LEAST_CONFIDENCE]
    if not audible:
        return _by_agreement(best, candidates, lexicon)
    grave = next((c for c in audible if c.reading.intent in _GRAVE), None)
    outranks = grave is best or (grave is not None and grave.reading.intent in _GRAVE[:2])
    if grave and outranks and best.confidence - grave.confidence <= DECISIVE_MARGIN:
        return _taken(grave, candidates, agreement=1.0)
    answers = sorted((c for c in audible if c.reading.answers), key=lambda c: -c.confidence)
    meaning = best.reading.intent not in (Intent.UNCLEAR, Intent.ANSWER)
    if not answers or (meaning and best.confidence - answers[0].confidence > DECISIVE_MARGIN):
        chosen = best if meaning else next((c for c in audible if _asks(c)), best)
        return _taken(chosen, candidates, agreement=1.0)
    winner = _with_tenths(answers, lexicon)
    same = [c for c in answers if agree(winner.reading.value, c.reading.value)]
    rivals = [other for other in answers if _outweighs_not(winner, other)]
    outvoted = len(rivals) < len(same) and all(_on_one_side(winner, other) for other in rivals)
    if rivals and not outvoted:
        return _contested(winner, candidates)
    if winner.reading.intent is Intent.QUESTION and winner.reading.topic is None:
        winner = next((c for c in same if _asks_nothing(c, winner)), winner)
    agreeing = sum(c.confidence for c in same)
    return _taken(winner, candidates, agreement=agreeing / sum(c.confidence for c in answers))


def _with_tenths(answers: list[Candidate], lexicon: Lexicon) -> Candidate:
    """The surest answer; of a whole number the same with its tenths, if that is nearly as sure:
    tenths get lost, and are not made up ("36度" 0.81, "三十六度五" 0.69). Of one that is said to be
    whole they are ("对 36.6度整" of 对，三十六度整)."""
    best = answers[0]
    if denies_fraction(best.hypothesis.text, lexicon):
        return best
    fuller = (c for c in answers if lost_fraction(best.reading.value, c.reading.value))
    close = (c for c in fuller if best.confidence - c.confidence < DECISIVE_MARGIN)
    return next(close, best)


def _by_agreement(best: Candidate, candidates: list[Candidate], lexicon: Lexicon) -> Understanding:
    """Where none is sure by itself: a yes or no, or a temperature, that most of what may have been
    said comes to.

    "是的", "是的我", "是" are three guesses at one word, "36.7度", "人36.7" and "36.7" at one
    number; a line that bad makes no single one sure. Mere politeness is no guess at another
    ("对不起" beside "对的" and "对", of "嗯，对").
    """
    answers = [c for c in candidates if isinstance(c.reading.value, YesNo | Temperature)]
    same = [c for c in answers if c.reading.intent is Intent.ANSWER]
    agreed = sum(c.confidence for c in same)
    telling = (c for c in candidates if c in answers or not _is_politeness(c, lexicon))
    share = agreed / (sum(c.confidence for c in telling) or 1.0)
    together = len(same) > 1 and all(c.reading.value == answers[0].reading.value for c in answers)
    if not together or agreed < LEAST_CONFIDENCE or share < LEAST_SHARE:
        return _unclear(best, candidates)
    likeliest = max(same, key=lambda c: c.confidence)
    taken = _taken(likeliest, candidates, agreement=1.0)
    return replace(taken, confidence=round(min(1.0, agreed) * share, 4))


def _is_politeness(candidate: Candidate, lexicon: Lexicon) -> bool:
    tokens = lexicon.agreement.tokens(spell(candidate.hypothesis.text, lexicon))
    return all(t.has(Role.IGNORED, *BREAKS) for t in tokens)


def _asks_nothing(other: Candidate, winner: Candidate) -> bool:
    """Whether a hypothesis as good gives the same answer alone: a question beside it that the
    office has no answer for may be a particle misheard ("你问好吗" for "你问好了")."""
    close = winner.confidence - other.confidence < DECISIVE_MARGIN
    return close and other.reading.intent is Intent.ANSWER


def _asks(candidate: Candidate) -> bool:
    return candidate.reading.intent is not Intent.UNCLEAR


def _taken(chosen: Candidate, candidates: list[Candidate], agreement: float) -> Understanding:
    reading = chosen.reading
    return Understanding(
        reading.intent,
        reading.status,
        reading.value,
        chosen.hypothesis.text,
        round(chosen.confidence * agreement, 4),
        _others(chosen, candidates),
        _support(reading.value, candidates),
        reading.volunteered,
        reading.topic,
        reading.for_resident,
        reading.fetches,
        reading.perhaps,
        borne_out=chosen.hypothesis.borne_out,
    )


def _support(value: AnyValue | None, candidates: list[Candidate]) -> float:
    """What share of the audible, by confidence, is as calm as the value, or as little so."""
    if value is None:
        return 1.0
    audible = [c for c in candidates if c.confidence >= LEAST_CONFIDENCE] or candidates
    heard = sum(c.confidence for c in audible)
    same = sum(c.confidence for c in audible if as_calm(c.reading.value, value))
    return same / heard if heard else 1.0


def _unclear(best: Candidate, candidates: list[Candidate]) -> Understanding:
    return Understanding(
        Intent.UNCLEAR, Status.UNCLEAR, None, best.hypothesis.text,
        round(best.confidence / 2, 4), _others(best, candidates),
        borne_out=best.hypothesis.borne_out,
    )  # fmt: skip


def _contested(likeliest: Candidate, candidates: list[Candidate]) -> Understanding:
    """Answers that contradict each other; one that asks something of us besides is not settled."""
    unclear = _unclear(likeliest, candidates)
    value = likeliest.reading.value if likeliest.reading.intent is Intent.ANSWER else None
    return replace(unclear, contested=value, support=_support(value, candidates))


def _others(chosen: Candidate, candidates: list[Candidate]) -> tuple[str, ...]:
    return tuple(c.hypothesis.text for c in candidates if c is not chosen)


def _outweighs_not(winner: Candidate, other: Candidate) -> bool:
    """Whether the other answer is opposed, and too close in confidence to be ignored."""
    margin = needed_margin(winner.reading.value, other.reading.value)
    return margin > 0 and winner.confidence - other.confidence < margin


def _on_one_side(winner: Candidate, other: Candidate) -> bool:
    return differ_on_one_side(winner.reading.value, other.reading.value)
