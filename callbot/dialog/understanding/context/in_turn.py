"""Signs that are answered in turn, in one breath: "fever yes cough yes sore throat no".

Where no pause was written a yes or a no may bear on what stands before it or behind it. It bears
on what stands before if each sign of the stretch has an answer of its own behind it, to the last.
"""

from itertools import dropwhile, pairwise

from callbot.dialog.understanding.statements.clauses import clause_spans
from callbot.dialog.understanding.statements.negators import is_told
from callbot.dialog.understanding.words.roles import (
    BREAKS,
    ILLNESS,
    INVISIBLE,
    NEGATORS,
    Mark,
    Role,
)
from callbot.dialog.understanding.words.sections.grammar import Grammar
from callbot.dialog.understanding.words.vocabulary import Token

LEAST_ANSWERED = 2
"""Signs; behind one alone a yes or no may be anything."""

_ANSWERS = (Role.ASSENT, Role.NOUN_NEGATOR)
_ENDS = (*NEGATORS, Role.CONTRAST, Role.EXCEPT, Role.DENIAL, Role.CORRECTION, Role.STALL)
"""What a word for yes or no may not share its answer with."""


def answered_in_turn(tokens: list[Token], grammar: Grammar) -> list[Token]:
    """The tokens, with a pause before each further sign of a stretch that is answered in turn."""
    parted = {
        token.start
        for start, stop in clause_spans(tokens)
        for token in _signs_answered(tokens[start:stop], grammar)[1:]
    }
    return [t for token in tokens for t in (*_pause(token, parted), token)]


def yes_of_a_day(tokens: list[Token] | tuple[Token, ...]) -> bool:
    """Whether one of the days that are asked about is answered with a yes: "yesterday yes today
    no"."""
    words = [t for t in tokens if not t.has(*BREAKS) and t.text.isascii()]
    ends = (Role.WHEN, Role.CONTRAST, Role.JOIN)
    return any(
        day.has(Role.WHEN) and word.has(Role.ASSENT) and (after is None or after.has(*ends))
        for day, word, after in zip(words, words[1:], [*words[2:], None], strict=False)
    )


def _pause(sign: Token, parted: set[int]) -> list[Token]:
    return [Token(sign.start, sign.start, ",", (Mark(Role.PAUSE),))] if sign.start in parted else []


def _signs_answered(stretch: list[Token], grammar: Grammar) -> list[Token]:
    """The first token of each part, if every part is signs and then an answer; else none."""
    starts = [i for i, t in enumerate(stretch) if t.has(*ILLNESS) and not _goes_on(stretch[:i])]
    parts = [stretch[a:b] for a, b in pairwise([*starts, len(stretch)])]
    if len(parts) < LEAST_ANSWERED or not all(map(_is_answered, parts)):
        return []
    before = stretch[: starts[0]]
    told = is_told(parts[0][0], before[-1] if before else None, grammar)
    addressed = all(t.has(*INVISIBLE, Role.HARMLESS) for t in before)
    return [part[0] for part in parts] if addressed and not told else []


def _goes_on(before: list[Token]) -> bool:
    """Whether a sign is one more of a list that is answered together ("fever and cough yes")."""
    said = [t for t in before if not t.has(*INVISIBLE, Role.JOIN, Role.OR)]
    return bool(said) and said[-1].has(*ILLNESS)


def _is_answered(part: list[Token]) -> bool:
    """Whether one yes or no follows the signs, with nothing that turns it."""
    rest = list(dropwhile(lambda t: t.has(*ILLNESS, *INVISIBLE, Role.JOIN, Role.OR), part))
    answers = [t for t in rest if t.has(*_ANSWERS)]
    turned = any(t.has(*_ENDS) and not t.has(*_ANSWERS) for t in rest)
    between = list(dropwhile(lambda t: not t.has(*_ANSWERS), reversed(rest)))[1:]
    amounts = (Role.AFFIRMER, Role.HARMLESS, *INVISIBLE)
    return len(answers) == 1 and not turned and all(t.has(*amounts) for t in between)
