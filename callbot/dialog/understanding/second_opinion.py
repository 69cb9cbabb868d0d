"""What the rules read, joined with what people mean who answer alike.

People tell it in any words there are, and rules know few: of hard answers by authors whom nobody
had read before they read three quarters rightly. Examples and rules fail at different ones: what
only one of them is sure of is read back, or asked again. Both together read more of them than
either, and fewer wrongly as calm.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from callbot.dialog.answers import (
    Hypothesis,
    Intent,
    Kind,
    Status,
    Temperature,
    is_calm,
    is_calm_in_words,
)
from callbot.dialog.understanding.answers.temperature_in_words import only_supposed
from callbot.dialog.understanding.broken_off import breaks_off
from callbot.dialog.understanding.choosing import LEAST_CONFIDENCE, Understanding
from callbot.dialog.understanding.context.numbers import measures_apart
from callbot.dialog.understanding.limited_denial import limits
from callbot.dialog.understanding.misheard import with_pause
from callbot.dialog.understanding.reading import Reading, read
from callbot.dialog.understanding.resemblance import (
    MEANT,
    Believed,
    Resemblance,
    Way,
    meant_by,
)
from callbot.dialog.understanding.statements.assertions import Polarity
from callbot.dialog.understanding.utterance import utterance
from callbot.dialog.understanding.words.heard import spell, without_fillers
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import BREAKS, ILLNESS, OTHERS, Role

RESTS_ON_EXAMPLES = 0.55
"""What is left of the confidence of words that are only understood together with examples: little
enough for the answer to be read back, however surely the words were heard."""

BEYOND_DOUBT = 0.99
"""How surely calm what holds a word of doubt must be: "hardly even open the curtains"."""

_CRIES = (Intent.EMERGENCY, Intent.DISTRESS)

_STANDS = (*_CRIES, Intent.NEED_HELP, Intent.OPT_OUT, Intent.SILENCE)
"""What no example makes a request of another kind."""

_TAKES_BACK = (
    Role.CONTRAST, Role.RESERVATION, Role.EXCEPT, Role.ONLY, Role.SLIGHT, Role.MEDICINE,
)  # fmt: skip

_OF_HEALTH = (Kind.TEMPERATURE, Kind.SYMPTOMS)

_FELT = (*ILLNESS, Role.PART, Role.FEELING)

_MAY_BE_TOLD_OF = (
    Role.CORE, Role.FAMILY, Role.OUTSIDER, Role.THIRD, Role.MEET, Role.ARRIVE, Role.CROWD,
    Role.COMPANY, Role.OUT, Role.GO, Role.PLACE, Role.TRANSPORT, Role.OUTDOORS, Role.OUTING,
    Role.ERRAND, Role.BODY, Role.WEEKDAY, Role.EARLIER_DAY, Role.PAST, Role.LATER, Role.SINCE,
    Role.SAYS, Role.SUPPOSING, Role.HEDGE, Role.CONTRAST, Role.EXCEPT, Role.UNKNOWN,
)  # fmt: skip
_CALM_IN_A_PHRASE = (Role.HOME, Role.NOBODY, Role.ALONE, Role.DENIAL, Role.IGNORED)


def weighed(
    found: Understanding,
    kind: Kind,
    hypotheses: Sequence[Hypothesis],
    lexicon: Lexicon,
    examples: Resemblance,
) -> Understanding:
    """found: what `understand` makes of the hypotheses by rules alone.

    What they take to tell something stays so. What they take for calm is unclear, if people who say
    the like rather tell something. What they make nothing of is what people who say the like ask
    for, or else an answer to be read back, if these nearly always mean the same. One request is
    another, if they surely ask for that.
    """
    way = _read_as(found)
    believed = examples.believed
    if believed is None or found.contested is not None:
        return found
    asked = _asked_like(found, hypotheses, examples)
    if asked is not None:
        return asked
    if way not in (Way.CALM, Way.OTHER):
        return found
    likeness = examples.likeness(kind, hypotheses)
    if way is Way.CALM:
        return _unless_doubted(found, kind, likeness, believed, lexicon)
    if not examples.is_familiar(kind, found.heard):
        return found
    sure = _sure(kind, found.heard, likeness, believed, lexicon)
    return found if sure is None else _supported(found, kind, sure, hypotheses)


def _unless_doubted(
    found: Understanding,
    kind: Kind,
    likeness: dict[Way, float],
    believed: Believed,
    lexicon: Lexicon,
) -> Understanding:
    """What the rules take for calm; unclear where people who say the like rather tell something,
    or, unless it is outright, say nothing that is calm."""
    told, calm = likeness[Way.TOLD], likeness[Way.CALM]
    if told < believed.doubted and calm >= believed.unlike:
        return found
    if believed.outright is not None and is_outright(found.heard, lexicon):
        return _doubted(found, kind) if told >= believed.outright else found
    doubted = _doubted(found, kind)
    return doubted if told >= believed.doubted else replace(doubted, contested=None)


def is_outright(heard: str, lexicon: Lexicon) -> bool:
    """Whether nothing is named beside calm words that anything could be told of: nobody, no place
    or way, no other time, nothing supposed, and no word of no list. Rules seldom err there."""
    tokens = utterance(spell(heard, lexicon), lexicon).statement.tokens
    return all(t.has(*_CALM_IN_A_PHRASE) or not t.has(*_MAY_BE_TOLD_OF) for t in tokens)


def denies_throughout(heard: str, lexicon: Lexicon) -> bool:
    """Whether words begin with a no, and hold nothing that may take it back."""
    spoken = without_fillers(spell(heard, lexicon), lexicon)
    told = (t for t in lexicon.agreement.tokens(spoken) if not t.has(Role.IGNORED, *BREAKS))
    first = next(told, None)
    denied = first is not None and first.has(Role.NO)
    return denied and not any(t.has(*_TAKES_BACK) for t in lexicon.statements.tokens(spoken))


def _read_as(found: Understanding) -> Way | None:
    """None for a request, and for a temperature in figures."""
    if found.intent is Intent.UNCLEAR:
        return Way.OTHER
    if found.intent is not Intent.ANSWER or found.value is None:
        return None
    if isinstance(found.value, Temperature):
        ways = MEANT[Kind.TEMPERATURE].items()
        return next((way for way, meant in ways if meant == found.value), None)
    return Way.CALM if is_calm(found.value) else Way.TOLD


def _sure(
    kind: Kind, heard: str, likeness: dict[Way, float], believed: Believed, lexicon: Lexicon
) -> Way | None:
    """Calm only where no clause by itself tells something, asks, or may be a sign. Of a number no
    examples tell what it is worth."""
    if kind is Kind.TEMPERATURE and _holds_number(heard, lexicon):
        return None
    if breaks_off(spell(heard, lexicon), lexicon):
        # "Went down to the" is like "went down to the shop" but for what was to follow.
        return None
    for way in (Way.TOLD, Way.UNMEASURED):
        if likeness[way] >= believed.told:
            forgotten = way is Way.UNMEASURED and _is_forgotten(heard, lexicon)
            return None if forgotten else way
    if likeness[Way.CALM] < believed.supported or _may_take_back(kind, heard, lexicon):
        return None
    if likeness[Way.CALM] < BEYOND_DOUBT and _doubts(heard, lexicon):
        return None
    if kind is Kind.TEMPERATURE and _denies_normal(heard, lexicon):
        return None
    clauses = [*_clause_by_clause(kind, heard, lexicon)]
    if all(reading.volunteered and not reading.answers for _, reading in clauses):
        # "36.5", where signs are asked about, answers another question.
        return None
    others = [(clause, reading) for clause, reading in clauses if not _is_calm(reading)]
    left_open = all(
        reading.intent is Intent.UNCLEAR and not _may_be_felt(kind, clause, lexicon)
        for clause, reading in others
    )
    supported = len(others) < len(clauses)
    return Way.CALM if left_open and (supported or likeness[Way.CALM] >= believed.calm) else None


def _is_forgotten(heard: str, lexicon: Lexicon) -> bool:
    """ "재긴 쟀는데 몇 도였더라": it was measured, and is worth asking again."""
    tokens = lexicon.statements.tokens(without_fillers(spell(heard, lexicon), lexicon))
    return any(t.has(Role.FORGOTTEN) for t in tokens)


def _holds_number(heard: str, lexicon: Lexicon) -> bool:
    spoken = spell(heard, lexicon)
    return any(map(str.isdigit, spoken)) or bool(measures_apart(spoken, lexicon))


def _may_take_back(kind: Kind, heard: str, lexicon: Lexicon) -> bool:
    """Whether a denial is limited, or an exception follows it ("not a soul besides the preacher"),
    or what may be an illness ("能吃能睡,就是…"): a sign may be told in any words, like no example
    there is."""
    takes_back = _TAKES_BACK if kind in _OF_HEALTH else (Role.EXCEPT,)
    spoken = spell(heard, lexicon)
    excepted = any(t.has(*takes_back) for t in lexicon.statements.tokens(spoken))
    return excepted or limits(kind, spoken, lexicon)


def _doubts(heard: str, lexicon: Lexicon) -> bool:
    """ "I'm not better": what rules leave open for one word is like "I'm better" for the rest."""
    tokens = lexicon.statements.tokens(spell(heard, lexicon))
    return any(t.has(Role.DOUBT) for t in tokens)


def _denies_normal(heard: str, lexicon: Lexicon) -> bool:
    """ "Not exactly normal" is like "normal" for the rest, and none of it."""
    said = utterance(spell(heard, lexicon), lexicon)
    normals = [a for a in said.statement.of(Role.NORMAL) if a.polarity is not Polarity.PRESENT]
    doubted = said.statement.doubt and not said.statement.of(Role.NORMAL)
    return bool(normals) or doubted or only_supposed(said)


def _may_be_felt(kind: Kind, clause: str, lexicon: Lexicon) -> bool:
    """Whether a clause that is not understood names a part of the body or an ache, or says that
    another has what is asked for: "머리가 뻣뻣한 정도고, 다른 건 없어요", "我没有，我家里人有"."""
    tokens = lexicon.statements.tokens(clause)
    had = any(t.has(Role.AFFIRMER) for t in tokens) and any(t.has(*OTHERS) for t in tokens)
    return kind in _OF_HEALTH and (had or any(t.has(*_FELT) for t in tokens))


def _clause_by_clause(kind: Kind, heard: str, lexicon: Lexicon) -> Iterator[tuple[str, Reading]]:
    """Each clause with what it is by itself."""
    text = with_pause(kind, heard, lexicon) or without_fillers(spell(heard, lexicon), lexicon)
    for clause in text.split(","):
        if clause:
            yield clause, read(kind, clause, lexicon, None)


def _is_calm(reading: Reading) -> bool:
    value = reading.value
    return reading.intent is Intent.ANSWER and value is not None and is_calm_in_words(value)


def _doubted(found: Understanding, kind: Kind) -> Understanding:
    """Unclear, and what it may be instead, if that can be supposed (no sign of illness can)."""
    return replace(
        found,
        intent=Intent.UNCLEAR,
        status=Status.UNCLEAR,
        value=None,
        confidence=round(found.confidence / 2, 4),
        contested=meant_by(kind, Way.TOLD),
    )


def _asked_like(
    found: Understanding, hypotheses: Sequence[Hypothesis], examples: Resemblance
) -> Understanding | None:
    """The request that people make who say the like, hardly sure: what leaves the way of the call
    for it is asked about first. None where rules read that, or people do not surely make any."""
    surely = found.intent is not Intent.UNCLEAR
    intent = examples.request(hypotheses, surely=surely)
    heard = max((h.confidence for h in hypotheses), default=0.0)
    if intent is None or heard < LEAST_CONFIDENCE or not _may_be(found, intent):
        return None
    return replace(
        found,
        intent=intent,
        status=Status.REFUSED if intent is Intent.REFUSE else Status.CLEAR,
        value=None if found.intent is Intent.ANSWER else found.value,
        confidence=round(heard * RESTS_ON_EXAMPLES, 4),
    )


def _may_be(found: Understanding, intent: Intent) -> bool:
    """Whether the rules leave room for a request: beside an answer for none but a cry, if they take
    it for calm ("我恨不得睡过去就莫再醒")."""
    if found.intent is not Intent.ANSWER:
        return found.intent not in (*_STANDS, intent)
    return intent in _CRIES and found.value is not None and is_calm_in_words(found.value)


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
