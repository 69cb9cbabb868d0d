"""Denials that leave a part standing: "I didn't go out much", "白天没出去", "혼자는 안 나가요".

A denial holds for all of what it denies. With a limiter in its scope (how much, when, how, with
whom, what kind of person or place, except what) only the limited part is denied, and whether the
rest was done stays open. Such an answer is not calm: it is asked again, unless it says itself that
something was done ("한 번밖에 안 나갔어요").
"""

from collections.abc import Callable
from enum import Enum, auto

from callbot.dialog.answers import AnyValue, Contacts, Kind, Movements, is_calm_in_words
from callbot.dialog.understanding.statements.clauses import between_pauses
from callbot.dialog.understanding.words.heard import spell, without_fillers
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import BREAKS, Role
from callbot.dialog.understanding.words.vocabulary import Token

LEAST_TOLD = 3
"""Letters or characters beside a denial of the rest that may tell what the rest was left of."""


_PAUSES = " ,.?"


class Limit(Enum):
    """What a limited denial leaves of a calm answer."""

    OPEN = auto()
    """Whether the rest was done."""
    DONE = auto()
    """It was, in so many words."""


def within_limits(
    value: AnyValue | None,
    kind: Kind,
    spoken: str,
    lexicon: Lexicon,
    told: Callable[[str], AnyValue | None],
) -> AnyValue | None:
    """The value; of a calm one what a limit leaves of it.

    spoken: as `spell` gives it. told: the answer that words are by themselves, if any.
    """
    if value is None or not is_calm_in_words(value):
        return value
    if _breaks_off(spoken, lexicon):
        return None
    clauses = _clauses(kind, spoken, lexicon)
    match _limit(clauses, lexicon):
        case Limit.DONE if isinstance(value, Movements):
            return Movements(went_out=True)
        case Limit.DONE if isinstance(value, Contacts):
            return Contacts(contact=True)
        case None:
            return value
    limited = [c for c in clauses if _limit([c], lexicon) is not None]
    apart = " " if lexicon.spaced else ""
    whole = (apart.join(t.text.strip() for t in c) for c in clauses if c not in limited)
    answers = map(told, whole)
    outright = any(answer is not None and is_calm_in_words(answer) for answer in answers)
    return value if outright and all(map(_is_outweighed, limited)) else None


def limits(kind: Kind, spoken: str, lexicon: Lexicon) -> bool:
    """Whether any denial is limited, or cut off before what it denies."""
    limit = _limit(_clauses(kind, spoken, lexicon), lexicon)
    return limit is not None or _breaks_off(spoken, lexicon)


def denies_rest(kind: Kind, text: str, lexicon: Lexicon) -> bool:
    """Whether it is denied that there is more than what was told: "nothing else", "别的都没有"."""
    clauses = _clauses(kind, spell(text, lexicon), lexicon)
    return any(t.has(Role.LIMITED_ALONE) for clause in clauses for t in clause)


def _breaks_off(spoken: str, lexicon: Lexicon) -> bool:
    """As in "没跟": what is denied was to follow."""
    said = without_fillers(spoken, lexicon).rstrip(_PAUSES)
    limits = lexicon.limits
    return any(said.endswith(d + c) for d in limits.denies for c in limits.cut_off)


def _clauses(kind: Kind, spoken: str, lexicon: Lexicon) -> list[list[Token]]:
    words = lexicon.limiting_words.get(kind)
    tokens = words.tokens(without_fillers(spoken, lexicon)) if words is not None else []
    return between_pauses(tokens)


def _limit(clauses: list[list[Token]], lexicon: Lexicon) -> Limit | None:
    if any(t.has(Role.IN_PART) for clause in clauses for t in clause):
        return Limit.DONE
    limited = _is_all_told(clauses) or any(_is_limited(c, lexicon) for c in clauses)
    return Limit.OPEN if limited else None


def _is_all_told(clauses: list[list[Token]]) -> bool:
    """As in "nothing else", of which nothing else was told."""
    tokens = [t for clause in clauses for t in clause]
    beside = (t.text.strip() for t in tokens if not t.has(Role.LIMITED_ALONE, *BREAKS))
    return any(t.has(Role.LIMITED_ALONE) for t in tokens) and sum(map(len, beside)) < LEAST_TOLD


def _is_limited(clause: list[Token], lexicon: Lexicon) -> bool:
    """Whether a limiter stands in the scope of a denial, and no statement begins between them."""
    inner = reversed(clause) if lexicon.negation == "after" else clause
    denied = False
    if any(t.has(Role.LIMITED, Role.OUTWEIGHED) for t in clause):
        return True
    for token in inner:
        if token.has(Role.LIMITER) and denied:
            return True
        if token.has(Role.NEGATOR):
            denied = True
        elif token.has(Role.CONTRAST):
            denied = False
    return False


def _is_outweighed(clause: list[Token]) -> bool:
    """Whether an outright denial elsewhere leaves nothing of the limit: "nothing yesterday, and I'm
    fine today", "no, I seldom go out"."""
    own = any(t.has(Role.LIMITED) for t in clause)
    return not own and any(t.has(Role.HABIT, Role.OUTWEIGHED) for t in clause)
