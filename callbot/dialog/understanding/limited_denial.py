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
from callbot.dialog.understanding.words.heard import without_fillers
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import Role
from callbot.dialog.understanding.words.vocabulary import Token


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
    return value if outright and all(map(_is_rule, limited)) else None


def limits(kind: Kind, spoken: str, lexicon: Lexicon) -> bool:
    """Whether any denial is limited."""
    return _limit(_clauses(kind, spoken, lexicon), lexicon) is not None


def _clauses(kind: Kind, spoken: str, lexicon: Lexicon) -> list[list[Token]]:
    words = lexicon.limiting_words.get(kind)
    tokens = words.tokens(without_fillers(spoken, lexicon)) if words is not None else []
    return between_pauses(tokens)


def _limit(clauses: list[list[Token]], lexicon: Lexicon) -> Limit | None:
    if any(t.has(Role.IN_PART) for clause in clauses for t in clause):
        return Limit.DONE
    return Limit.OPEN if any(_is_limited(c, lexicon) for c in clauses) else None


def _is_limited(clause: list[Token], lexicon: Lexicon) -> bool:
    """Whether a limiter stands in the scope of a denial, and no statement begins between them."""
    inner = reversed(clause) if lexicon.negation == "after" else clause
    denied = False
    if any(t.has(Role.LIMITED) for t in clause):
        return True
    for token in inner:
        if token.has(Role.LIMITER) and denied:
            return True
        if token.has(Role.NEGATOR):
            denied = True
        elif token.has(Role.CONTRAST):
            denied = False
    return False


def _is_rule(clause: list[Token]) -> bool:
    return any(t.has(Role.HABIT) for t in clause)
