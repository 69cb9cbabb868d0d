"""From the recogniser's hypotheses to one understanding; unclear rather than guessed."""

from collections.abc import Sequence
from dataclasses import replace
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
    is_calm,
    is_calm_in_words,
)
from callbot.dialog.understanding.answers.temperature import is_disbelieved
from callbot.dialog.understanding.choosing import LEAST_CONFIDENCE, Candidate, Understanding, choose
from callbot.dialog.understanding.contradiction import is_whole
from callbot.dialog.understanding.limited_denial import limits
from callbot.dialog.understanding.misheard import (
    as_listed,
    like_signs,
    may_deny_stay,
    respellings,
    with_pause,
)
from callbot.dialog.understanding.reading import read
from callbot.dialog.understanding.requests.known_questions import KnownQuestions
from callbot.dialog.understanding.words.heard import spell
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.vocabulary import Vocabulary

LONGEST_UTTERANCE = 1000
"""Characters of a hypothesis; nobody says more at a time, and what is longer decides nothing."""

SURELY_HEARD = 0.7
"""From here on words stand for no other that they sound like: of 20,000 answers by many authors 16
hold what is nearly a sign."""

_SOUND_ALIKE = (Kind.TEMPERATURE, Kind.SYMPTOMS, Kind.MOVEMENTS, Kind.CONTACTS)

_DENIED_FIRST = (Kind.SYMPTOMS, Kind.MOVEMENTS, Kind.CONTACTS, Kind.OPEN)

PAUSE_SUPPLIED = 0.65
"""What is left of the confidence of words that only make sense with a pause that nobody wrote:
an answer found so is read back."""

STAY_MAY_BE_DENIED = 0.55
"""The same of having stayed in, where it is as like to be denied: little enough for the answer to
be read back, however surely the words were heard."""


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
    candidates = [Candidate(h, read(kind, h.text, lexicon, known, agreement)) for h in spoken]
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
    found = choose(candidates, lexicon)
    if found.intent is not Intent.UNCLEAR or kind is Kind.TEMPERATURE:
        return found
    told = _temperature_told(kind, candidates, lexicon, known)
    return replace(found, volunteered=told) if told and not found.volunteered else found


def _temperature_told(
    kind: Kind, candidates: list[Candidate], lexicon: Lexicon, known: KnownQuestions | None
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


def _worth_respelling(candidates: list[Candidate]) -> list[Candidate]:
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
    kind: Kind, candidate: Candidate, lexicon: Lexicon, known: KnownQuestions | None
) -> Candidate:
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
    candidate: Candidate, lexicon: Lexicon, known: KnownQuestions | None
) -> Candidate:
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


def _tells(candidate: Candidate) -> bool:
    """Whether anything was understood of it."""
    told = candidate.reading.intent not in (Intent.ANSWER, Intent.UNCLEAR)
    return told or candidate.reading.answers


def _with_pause(
    kind: Kind, candidate: Candidate, lexicon: Lexicon, known: KnownQuestions | None
) -> Candidate:
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
    return Candidate(candidate.hypothesis.model_copy(update=less), reading)


def _less_sure(candidate: Candidate, lexicon: Lexicon) -> Candidate:
    """Of having stayed in, where the words may deny it."""
    value = candidate.reading.value
    calm = value is not None and is_calm(value)
    if not calm or not may_deny_stay(candidate.hypothesis.text, lexicon):
        return candidate
    less = {"confidence": STAY_MAY_BE_DENIED * candidate.confidence}
    return replace(candidate, hypothesis=candidate.hypothesis.model_copy(update=less))
