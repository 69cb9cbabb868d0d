"""Answers that break off before the word that matters: "out back to the, er, the", "아니 그게 저".

What was told in whole clauses before stands ("went to the shop, and then to the"), if it is no calm
answer, which the rest may take back.
"""

from collections.abc import Callable

from callbot.dialog.answers import AnyValue, Contacts, Movements, Open, Symptoms, is_calm
from callbot.dialog.understanding.words.heard import without_fillers
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import BREAKS, Role

_PAUSES = " ,.?"


def without_broken_off(
    value: AnyValue | None, spoken: str, lexicon: Lexicon, told: Callable[[str], AnyValue | None]
) -> AnyValue | None:
    """The value, as far as it does not rest on words that break off.

    spoken: as `spell` gives it. told: the answer that words are by themselves, if any.
    """
    whole = _whole_clauses(spoken, lexicon)
    if whole is None:
        return value
    match value:
        case Movements() | Contacts():
            earlier = told(whole) if whole else None
            return None if earlier is None or is_calm(earlier) else earlier
        case Symptoms():
            return None if is_calm(value) else value
        case Open():
            return value if value.named and not value.nothing else None
        case _:
            return value


def breaks_off(spoken: str, lexicon: Lexicon) -> bool:
    """Whether the words end as no sentence does. spoken: as `spell` gives it."""
    return _whole_clauses(spoken, lexicon) is not None


def _whole_clauses(spoken: str, lexicon: Lexicon) -> str | None:
    """What is said before the words break off; None if they end as a sentence may."""
    before = _before(lexicon)
    ends = tuple(before + word for word in lexicon.phrases_of(lexicon.grammar.broken_off))
    said = without_fillers(spoken, lexicon).rstrip(_PAUSES)
    if not (before + said).endswith(ends):
        return None
    while said and (before + said).endswith(ends):
        said = said[: _last_clause(said, lexicon)].rstrip(_PAUSES)
    return said


def _before(lexicon: Lexicon) -> str:
    """What a word that breaks off stands behind: a blank, or, where the endings of other words may
    be spelled the same, a pause ("아니, 그게 저")."""
    if lexicon.spaced:
        return " "
    return "," if lexicon.negation == "after" else ""


def _last_clause(said: str, lexicon: Lexicon) -> int:
    """Where the last clause begins, or what is added to it."""
    parting = (Role.JOIN, Role.CONTRAST, Role.RESERVATION, *BREAKS)
    tokens = lexicon.statements.tokens(said)
    return max((t.start for t in tokens if t.has(*parting)), default=0)
