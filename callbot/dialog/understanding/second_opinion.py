"""What the rules read, weighed against what people mean who answer alike.

After a denial people go on in any words there are, and some of them take it back: "没有,我这人就是
宅", but "没有,我对象来做饭". Rules and examples fail at different ones. Where the rules find the
answer calm and the examples are sure that it tells something, neither is believed; where the rules
read part of it, and the examples are sure how the rest is meant, both together are an answer, if
one to be read back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from callbot.dialog.answers import Hypothesis, Intent, Kind, Status, is_calm
from callbot.dialog.understanding.misheard import with_pause
from callbot.dialog.understanding.reading import Reading, read
from callbot.dialog.understanding.resemblance import Believed, Resemblance, Way, meant_by
from callbot.dialog.understanding.statements.clauses import between_pauses
from callbot.dialog.understanding.understand import Understanding
from callbot.dialog.understanding.words.heard import spell, without_fillers
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import BREAKS, ILLNESS, NEGATORS, Role

RESTS_ON_EXAMPLES = 0.55
"""What is left of the confidence of words that are only understood together with examples: little
enough for the answer to be read back, however surely the words were heard."""

_DENIED = (*NEGATORS, Role.DENIAL, Role.HOME, Role.NOBODY, Role.ALONE, Role.APART)

_TAKES_BACK = (
    Role.CONTRAST, Role.RESERVATION, Role.EXCEPT, Role.ONLY, Role.SLIGHT, Role.MEDICINE,
)  # fmt: skip

_FELT = (*ILLNESS, Role.PART, Role.FEELING)


def weighed(
    found: Understanding,
    kind: Kind,
    hypotheses: Sequence[Hypothesis],
    lexicon: Lexicon,
    examples: Resemblance,
) -> Understanding:
    """found: what `understand` makes of the hypotheses by rules alone."""
    if examples.believed is None or found.contested is not None:
        return found
    likeness = examples.likeness(kind, hypotheses)
    if found.intent is Intent.ANSWER and found.value is not None and is_calm(found.value):
        sure = likeness[Way.TOLD] >= examples.believed.told
        return _doubted(found, kind) if sure and not _denies_last(found.heard, lexicon) else found
    if found.intent is Intent.UNCLEAR:
        way = _meant(kind, found.heard, likeness, examples.believed, lexicon)
        return found if way is None else _supported(found, kind, way, hypotheses)
    return found


def denies_throughout(heard: str, lexicon: Lexicon) -> bool:
    """Whether words begin with a no, and hold nothing that may take it back."""
    spoken = without_fillers(spell(heard, lexicon), lexicon)
    told = (t for t in lexicon.agreement.tokens(spoken) if not t.has(Role.IGNORED, *BREAKS))
    first = next(told, None)
    denied = first is not None and first.has(Role.NO)
    return denied and not any(t.has(*_TAKES_BACK) for t in lexicon.statements.tokens(spoken))


def _meant(
    kind: Kind, heard: str, likeness: dict[Way, float], believed: Believed, lexicon: Lexicon
) -> Way | None:
    """Calm, where a clause is by itself and no other tells something or asks; told, where none is
    calm: "没出门,就是…" may be both."""
    if likeness[Way.CALM] >= believed.calm:
        readings = list(_clause_by_clause(kind, heard, lexicon))
        agreed = any(_is_calm(reading) for _, reading in readings) and all(
            _is_calm(reading)
            or (reading.intent is Intent.UNCLEAR and not _may_be_felt(kind, clause, lexicon))
            for clause, reading in readings
        )
        return Way.CALM if agreed and not _may_take_back(kind, heard, lexicon) else None
    if likeness[Way.TOLD] >= believed.told:
        calm = any(_is_calm(reading) for _, reading in _clause_by_clause(kind, heard, lexicon))
        return None if calm else Way.TOLD
    return None


def _denies_last(heard: str, lexicon: Lexicon) -> bool:
    """Whether the last clause denies, or is told of home: nothing takes that back any more."""
    clauses = between_pauses(lexicon.statements.tokens(spell(heard, lexicon)))
    return bool(clauses) and any(t.has(*_DENIED) for t in clauses[-1])


def _may_take_back(kind: Kind, heard: str, lexicon: Lexicon) -> bool:
    """Whether an exception follows a denial ("not a soul besides the preacher"), or what may be an
    illness ("能吃能睡,就是…"): a sign may be told in any words, like no example there is."""
    takes_back = _TAKES_BACK if kind is Kind.SYMPTOMS else (Role.EXCEPT,)
    return any(t.has(*takes_back) for t in lexicon.statements.tokens(spell(heard, lexicon)))


def _may_be_felt(kind: Kind, clause: str, lexicon: Lexicon) -> bool:
    """Whether a clause that is not understood names a part of the body or an ache: "머리가 뻣뻣한
    정도고, 다른 건 없어요"."""
    tokens = lexicon.statements.tokens(clause)
    return kind is Kind.SYMPTOMS and any(t.has(*_FELT) for t in tokens)


def _clause_by_clause(kind: Kind, heard: str, lexicon: Lexicon) -> Iterator[tuple[str, Reading]]:
    """Each clause with what it is by itself."""
    text = with_pause(kind, heard, lexicon) or without_fillers(spell(heard, lexicon), lexicon)
    for clause in text.split(","):
        if clause:
            yield clause, read(kind, clause, lexicon, None)


def _is_calm(reading: Reading) -> bool:
    value = reading.value
    return reading.intent is Intent.ANSWER and value is not None and is_calm(value)


def _doubted(found: Understanding, kind: Kind) -> Understanding:
    """Unclear; calm as before where examples cannot tell what else it is (a sign of illness)."""
    told = meant_by(kind, Way.TOLD)
    if told is None:
        return found
    return replace(
        found,
        intent=Intent.UNCLEAR,
        status=Status.UNCLEAR,
        value=None,
        confidence=round(found.confidence / 2, 4),
        contested=told,
    )


def _supported(
    found: Understanding, kind: Kind, way: Way, hypotheses: Sequence[Hypothesis]
) -> Understanding:
    """The answer; unclear as before where examples cannot tell what it is."""
    value = meant_by(kind, way)
    if value is None:
        return found
    heard = max(h.confidence for h in hypotheses)
    return replace(
        found,
        intent=Intent.ANSWER,
        status=Status.CLEAR,
        value=value,
        confidence=round(heard * RESTS_ON_EXAMPLES, 4),
    )
