"""Clauses of an answer about ways out, and what they say of their places."""

from callbot.dialog.understanding.statements.assertions import Assertion, Polarity
from callbot.dialog.understanding.utterance import Utterance
from callbot.dialog.understanding.words.roles import BREAKS, NEGATORS, Role
from callbot.dialog.understanding.words.vocabulary import Token

OTHERS = (Role.CORE, Role.FAMILY, Role.OUTSIDER, Role.THIRD)
"""Who is not the resident."""


def clauses_of(said: Utterance) -> list[list[Token]]:
    """Split at pauses, and at "only" behind a denial; where verbs come last, also at a place after
    one."""
    out: list[list[Token]] = [[]]
    for token in said.statement.tokens:
        instead = token.has(Role.ONLY) and any(t.has(*NEGATORS) for t in out[-1])
        closed = said.verb_last and any(
            t.has(Role.OUT, Role.GO, Role.HOME, *NEGATORS) for t in out[-1]
        )
        closed = closed and not any(t.has(Role.LATER) for t in out[-1])
        if token.has(*BREAKS, Role.CONTRAST) or instead or (closed and token.has(Role.PLACE)):
            out.append([])
        out[-1].append(token)
    return out


def denied_places(said: Utterance, clause: list[Token]) -> bool:
    """The clause only says where the resident did not go, or is somebody else's way."""
    starts = {token.start for token in clause}
    terms = [a for a in said.statement.of(Role.OUT, Role.GO) if a.token.start in starts]
    if not terms:
        return any(t.has(*NEGATORS) for t in clause) and not any(t.has(Role.EXCEPT) for t in clause)
    excepted = any(t.has(Role.EXCEPT) for t in clause)
    return not excepted and not any(holds(a) and a.own for a in terms)


def holds(assertion: Assertion) -> bool:
    return assertion.polarity is Polarity.PRESENT


def is_office_at_work(place: Token, clause: list[Token]) -> bool:
    """Whether an office is named for what it does, and not as a place: "社区天天打卡呢"."""
    words = [t for t in clause if not t.has(*BREAKS, Role.LIGHT)]
    return place.has(Role.EVERYDAY) and len(words) > 1


def saw_the_place(said: Utterance, clause: list[Token]) -> bool:
    """As in "no, the bus was packed": how it was there is told by who was; but for what is the
    resident's own, which they know of at home ("my car was playing up")."""
    beside = (*BREAKS, Role.JOIN, Role.IGNORED, Role.CONTRAST, Role.NOUN_NEGATOR)
    words = [t for t in clause if not t.has(*beside)]
    own = bool(words) and words[0].has(Role.POSSESSIVE)
    led = words[1:] if own or (words and words[0].has(Role.DEFINITE)) else words
    if len(led) < 2 or led[1].text not in said.lexicon.grammar.was:
        return False
    kept = (Role.HOME, Role.APART, Role.LATER, *NEGATORS)
    there = led[0].has(Role.PLACE, Role.CROWD) or (led[0].has(Role.TRANSPORT) and not own)
    return there and not any(t.has(*kept) for t in led)
