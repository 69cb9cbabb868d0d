"""Where somebody went, when, and by what, as far as it is told."""

from collections.abc import Sequence
from itertools import takewhile

from callbot.dialog.understanding.answers.movement_clauses import clauses_of, denied_places
from callbot.dialog.understanding.statements.assertions import Assertion
from callbot.dialog.understanding.utterance import Utterance
from callbot.dialog.understanding.words.roles import BREAKS, UNREAD, Role
from callbot.dialog.understanding.words.vocabulary import Token

LONGEST_PLACE = 20
"""Characters of a place that is in no list ("去了老年活动站")."""


def places(said: Utterance) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for clause in clauses_of(said):
        if denied_places(said, clause):
            continue
        for index, token in enumerate(clause):
            for code in token.codes(Role.PLACE):
                found[code] = None
            if (
                token.has(Role.GO)
                and not said.verb_last
                and (name := _named(said, clause[index + 1 :]))
            ):
                found[name] = None
    return tuple(found)


def leads_somewhere(said: Utterance, going: Assertion) -> bool:
    clause = next(c for c in clauses_of(said) if going.token in c)
    if going.token.has(Role.COMPLETED) and all(t is going.token or t.has(*BREAKS) for t in clause):
        return True
    if any(t.has(Role.PLACE, Role.TRANSPORT) for t in clause):
        return True
    after = clause[clause.index(going.token) + 1 :]
    return not said.verb_last and (_to_somebody(after) or bool(_named(said, after)))


def _to_somebody(following: Sequence[Token]) -> bool:
    """As in "到隔壁老张那坐了坐": who is gone to lives elsewhere."""
    first = next((t for t in following if not t.has(Role.LIGHT)), None)
    return first is not None and first.has(Role.OUTSIDER) and not first.has(Role.EVERYDAY)


def _named(said: Utterance, following: Sequence[Token]) -> str:
    """A place that is in no list, from the words after one for going; "" if there is none."""
    known = any(token.has(Role.PLACE) for token in following[:3])
    if not any(token.has(*UNREAD, Role.HARMLESS) for token in following[:3]):
        return ""
    words = list(takewhile(_may_name, following))
    name = _name(said, words)
    if len(name) > LONGEST_PLACE:
        # "Bunnings for some paint": behind the place may follow what it was for.
        name = _name(said, list(takewhile(lambda t: not t.has(Role.OBJECT_MARKER), words)))
    return name if not known and 2 <= len(name) <= LONGEST_PLACE else ""


def _name(said: Utterance, words: Sequence[Token]) -> str:
    return said.lexicon.places.name(said.text[words[0].start : words[-1].end]) if words else ""


def _may_name(token: Token) -> bool:
    within = (*UNREAD, Role.HARMLESS, Role.LIGHT, Role.EVERYDAY, Role.AFFIRMER)
    return token.has(*within) and not token.has(Role.PLACE)


def times(said: Utterance) -> tuple[str, ...]:
    """Times as said; words side by side are one ("昨天下午")."""
    found: list[tuple[int, str]] = []
    for token in said.statement.tokens:
        if token.has(Role.WHEN):
            if found and found[-1][0] == token.start:
                found[-1] = (token.end, found[-1][1] + token.text)
            else:
                found.append((token.end, token.text))
    return tuple(dict.fromkeys(text for _, text in found))


def transport(said: Utterance) -> tuple[str, ...]:
    tokens = said.statement.tokens_of(Role.TRANSPORT)
    numbers = [code for t in tokens for code in t.codes(Role.TRANSPORT) if code]
    return tuple(dict.fromkeys(numbers or [said.lexicon.vehicles.name(t.text) for t in tokens]))
