"""From the recogniser's hypotheses to one understanding; unclear rather than guessed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from callbot.dialog.answers import (
    ABNORMAL_CELSIUS,
    AnyValue,
    Hypothesis,
    Intent,
    Kind,
    Open,
    Status,
    Temperature,
    YesNo,
    is_calm,
    is_calm_in_words,
)
from callbot.dialog.understanding.answers.temperature import is_disbelieved
from callbot.dialog.understanding.contradiction import (
    DECISIVE_MARGIN,
    agree,
    as_calm,
    differ_on_one_side,
    is_whole,
    lost_fraction,
    needed_margin,
)
from callbot.dialog.understanding.limited_denial import limits
from callbot.dialog.understanding.misheard import (
    as_listed,
    like_signs,
    may_deny_stay,
    respellings,
    with_pause,
)
from callbot.dialog.understanding.reading import Reading, read
from callbot.dialog.understanding.requests.known_questions import KnownQuestions
from callbot.dialog.understanding.words.heard import denies_fraction, spell
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import BREAKS, Role
from callbot.dialog.understanding.words.vocabulary import Vocabulary

LONGEST_UTTERANCE = 1000
"""Characters of a hypothesis; nobody says more at a time, and what is longer decides nothing."""

LEAST_CONFIDENCE = 0.35
"""Below this a hypothesis decides nothing."""

SURELY_HEARD = 0.7
"""From here on words stand for no other that they sound like: of 20,000 answers by many authors 16
hold what is nearly a sign."""

LEAST_SHARE = 0.5
"""Of what is heard below that, a yes or no must have this much."""

_GRAVE = (Intent.EMERGENCY, Intent.DISTRESS, Intent.OPT_OUT, Intent.WRONG_NUMBER, Intent.NOT_SELF,
          Intent.REFUSE, Intent.HUMAN)  # fmt: skip
"""Requests that a worse hypothesis with an answer does not outvote."""

_SOUND_ALIKE = (Kind.TEMPERATURE, Kind.SYMPTOMS, Kind.MOVEMENTS, Kind.CONTACTS)

_DENIED_FIRST = (Kind.SYMPTOMS, Kind.MOVEMENTS, Kind.CONTACTS, Kind.OPEN)

PAUSE_SUPPLIED = 0.65
"""What is left of the confidence of words that only make sense with a pause that nobody wrote:
an answer found so is read back."""


STAY_MAY_BE_DENIED = 0.55
"""The same of having stayed in, where it is as like to be denied: little enough for the answer to
be read back, however surely the words were heard."""


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
class _Candidate:
    hypothesis: Hypothesis
    reading: Reading

    @property
    def confidence(self) -> float:
        return self.hypothesis.confidence


def understand(
    kind: Kind,
    hypotheses: Sequence[Hypothesis],
    lexicon: Lexicon,
    *,
    known: KnownQuestions | None = None,
    agreement: Vocabulary | None = None,
) -> Understanding:
    """One understanding of an utterance, of hypotheses best first.

    The best hypothesis that answers the question wins over a better one that means nothing;
    where answers contradict each other on what matters, none wins unless it is clearly the more
    confident. known: questions that the office has an answer for. agreement: words of yes and
    no, if the question asked has some of its own.
    """
    spoken = [h for h in hypotheses if h.text.strip(" ,.，。、!！?？…")] or [
        h for h in hypotheses if h.text.strip(" ,.，。、…")
    ]
    if not spoken:
        return Understanding(Intent.SILENCE, Status.UNCLEAR, None, "", 0.0, ())
    if any(len(h.text) > LONGEST_UTTERANCE for h in spoken):
        heard = spoken[0].text[:LONGEST_UTTERANCE]
        return Understanding(Intent.UNCLEAR, Status.UNCLEAR, None, heard, 0.0, ())
    candidates = [_Candidate(h, read(kind, h.text, lexicon, known, agreement)) for h in spoken]
    if kind in _SOUND_ALIKE:
        unclear = _worth_respelling(candidates)
        candidates = [
            _respelled(kind, c, lexicon, known) if c in unclear else c for c in candidates
        ]
    if kind is Kind.OPEN and not any(map(_tells, candidates)):
        candidates = [_needing_nothing(c, lexicon, known) for c in candidates]
    if kind in _DENIED_FIRST and not any(map(_tells, candidates)):
        candidates = [_with_pause(kind, c, lexicon, known) for c in candidates]
    if kind is Kind.MOVEMENTS:
        candidates = [_less_sure(c, lexicon) for c in candidates]
    found = _choose(candidates, lexicon)
    if found.intent is not Intent.UNCLEAR or kind is Kind.TEMPERATURE:
        return found
    told = _temperature_told(kind, candidates, lexicon, known)
    return replace(found, volunteered=told) if told and not found.volunteered else found


def _temperature_told(
    kind: Kind, candidates: list[_Candidate], lexicon: Lexicon, known: KnownQuestions | None
) -> tuple[AnyValue, ...]:
    """A temperature in words that are no answer to the question: "I said it wrong, it is 37.9".

    Of whichever hypothesis has one, as it is or with its numerals respelled: it is read back
    before it is believed, and lost it would leave the earlier number standing.
    """
    audible = [c for c in candidates if c.confidence >= LEAST_CONFIDENCE]
    readings = [c.reading for c in sorted(audible, key=lambda c: -c.confidence)]
    readings += [
        read(kind, text, lexicon, known)
        for c in audible
        for text in respellings(Kind.TEMPERATURE, c.hypothesis.text, lexicon)
    ]
    told = (v for r in readings for v in r.volunteered if isinstance(v, Temperature))
    return tuple(islice(told, 1))


def _worth_respelling(candidates: list[_Candidate]) -> list[_Candidate]:
    """What may be a word misheard: where nothing else is said, or only that all is well, or a
    number without a fraction.

    "Except a bit of <misheard>" must not lose to a worse hypothesis in which it looks harmless,
    nor "三十七度起轮" to one in which the seven tenths are lost.
    """
    unclear = [c for c in candidates if c.reading.intent is Intent.UNCLEAR]
    told = [c for c in candidates if c.reading.value is not None]
    if not told:
        return unclear if len(unclear) == len(candidates) else []
    surest = max(told, key=lambda c: c.confidence)
    assert surest.reading.value is not None
    if not is_calm(surest.reading.value) and not is_whole(surest.reading.value):
        return []
    return [c for c in unclear if c.confidence >= surest.confidence]


def _respelled(
    kind: Kind, candidate: _Candidate, lexicon: Lexicon, known: KnownQuestions | None
) -> _Candidate:
    heard = candidate.hypothesis.text
    # "没出过远门" is limited as it was heard, whatever it sounds like.
    spelled = spell(heard, lexicon)
    limited = limits(kind, spelled, lexicon)
    # Nor is "三十六度五,加半度" any truer for what it sounds like.
    limited = limited or (kind is Kind.TEMPERATURE and is_disbelieved(spelled, lexicon))
    for text in respellings(kind, heard, lexicon):
        reading = read(kind, text, lexicon, known)
        calm = reading.value is not None and _is_calm(reading.value)
        if reading.answers and not (limited and calm):
            return replace(candidate, reading=reading)
    misheard = candidate.confidence < SURELY_HEARD
    near = like_signs(kind, heard, lexicon) if misheard else None
    reading = candidate.reading if near is None else read(kind, near, lexicon, known)
    told = reading.answers and reading.value is not None and not _is_calm(reading.value)
    # Of signs that only sound like those heard none is denied.
    return replace(candidate, reading=reading) if told else candidate


def _needing_nothing(
    candidate: _Candidate, lexicon: Lexicon, known: KnownQuestions | None
) -> _Candidate:
    """As one who needs nothing, where words listed as misheard say so. No need is supplied."""
    heard = candidate.hypothesis.text
    text = as_listed(heard, lexicon)
    reading = candidate.reading if text is None else read(Kind.OPEN, text, lexicon, known)
    value = reading.value
    if reading.intent is not Intent.ANSWER or not isinstance(value, Open) or not value.nothing:
        return candidate
    nothing = value.model_copy(update={"text": heard.strip()})
    return replace(candidate, reading=replace(reading, value=nothing))


def _is_calm(value: AnyValue) -> bool:
    """Also of a temperature: whether it is none that is abnormal."""
    if isinstance(value, Temperature) and value.celsius is not None:
        return value.celsius < ABNORMAL_CELSIUS
    return is_calm_in_words(value)


def _tells(candidate: _Candidate) -> bool:
    """Whether anything was understood of it."""
    told = candidate.reading.intent not in (Intent.ANSWER, Intent.UNCLEAR)
    return told or candidate.reading.answers


def _with_pause(
    kind: Kind, candidate: _Candidate, lexicon: Lexicon, known: KnownQuestions | None
) -> _Candidate:
    heard = candidate.hypothesis.text
    # "没出去玩" is limited, and no "没" before "出去玩".
    limited = limits(kind, spell(heard, lexicon), lexicon)
    text = None if limited else with_pause(kind, heard, lexicon)
    reading = candidate.reading if text is None else read(kind, text, lexicon, known)
    value = reading.value
    calm = value.nothing if isinstance(value, Open) else value is not None and is_calm(value)
    if reading.intent is not Intent.ANSWER or not calm:
        return candidate
    less = {"confidence": PAUSE_SUPPLIED * candidate.confidence}
    # What else is told is told as it was heard: "没有出门" of no way out.
    reading = replace(reading, volunteered=candidate.reading.volunteered)
    return _Candidate(candidate.hypothesis.model_copy(update=less), reading)


def _less_sure(candidate: _Candidate, lexicon: Lexicon) -> _Candidate:
    """Of having stayed in, where the words may deny it."""
    value = candidate.reading.value
    calm = value is not None and is_calm(value)
    if not calm or not may_deny_stay(candidate.hypothesis.text, lexicon):
        return candidate
    less = {"confidence": STAY_MAY_BE_DENIED * candidate.confidence}
    return replace(candidate, hypothesis=candidate.hypothesis.model_copy(update=less))


def _choose(candidates: list[_Candidate], lexicon: Lexicon) -> Understanding:
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


def _with_tenths(answers: list[_Candidate], lexicon: Lexicon) -> _Candidate:
    """The surest answer; of a whole number the same with its tenths, if that is nearly as sure:
    tenths get lost, and are not made up ("36度" 0.81, "三十六度五" 0.69). Of one that is said to be
    whole they are ("对 36.6度整" of 对，三十六度整)."""
    best = answers[0]
    if denies_fraction(best.hypothesis.text, lexicon):
        return best
    fuller = (c for c in answers if lost_fraction(best.reading.value, c.reading.value))
    close = (c for c in fuller if best.confidence - c.confidence < DECISIVE_MARGIN)
    return next(close, best)


def _by_agreement(
    best: _Candidate, candidates: list[_Candidate], lexicon: Lexicon
) -> Understanding:
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


def _is_politeness(candidate: _Candidate, lexicon: Lexicon) -> bool:
    tokens = lexicon.agreement.tokens(spell(candidate.hypothesis.text, lexicon))
    return all(t.has(Role.IGNORED, *BREAKS) for t in tokens)


def _asks_nothing(other: _Candidate, winner: _Candidate) -> bool:
    """Whether a hypothesis as good gives the same answer alone: a question beside it that the
    office has no answer for may be a particle misheard ("你问好吗" for "你问好了")."""
    close = winner.confidence - other.confidence < DECISIVE_MARGIN
    return close and other.reading.intent is Intent.ANSWER


def _asks(candidate: _Candidate) -> bool:
    return candidate.reading.intent is not Intent.UNCLEAR


def _taken(chosen: _Candidate, candidates: list[_Candidate], agreement: float) -> Understanding:
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


def _support(value: AnyValue | None, candidates: list[_Candidate]) -> float:
    """What share of the audible, by confidence, is as calm as the value, or as little so."""
    if value is None:
        return 1.0
    audible = [c for c in candidates if c.confidence >= LEAST_CONFIDENCE] or candidates
    heard = sum(c.confidence for c in audible)
    same = sum(c.confidence for c in audible if as_calm(c.reading.value, value))
    return same / heard if heard else 1.0


def _unclear(best: _Candidate, candidates: list[_Candidate]) -> Understanding:
    return Understanding(
        Intent.UNCLEAR, Status.UNCLEAR, None, best.hypothesis.text,
        round(best.confidence / 2, 4), _others(best, candidates),
        borne_out=best.hypothesis.borne_out,
    )  # fmt: skip


def _contested(likeliest: _Candidate, candidates: list[_Candidate]) -> Understanding:
    """Answers that contradict each other; one that asks something of us besides is not settled."""
    unclear = _unclear(likeliest, candidates)
    value = likeliest.reading.value if likeliest.reading.intent is Intent.ANSWER else None
    return replace(unclear, contested=value, support=_support(value, candidates))


def _others(chosen: _Candidate, candidates: list[_Candidate]) -> tuple[str, ...]:
    return tuple(c.hypothesis.text for c in candidates if c is not chosen)


def _outweighs_not(winner: _Candidate, other: _Candidate) -> bool:
    """Whether the other answer is opposed, and too close in confidence to be ignored."""
    margin = needed_margin(winner.reading.value, other.reading.value)
    return margin > 0 and winner.confidence - other.confidence < margin


def _on_one_side(winner: _Candidate, other: _Candidate) -> bool:
    return differ_on_one_side(winner.reading.value, other.reading.value)
