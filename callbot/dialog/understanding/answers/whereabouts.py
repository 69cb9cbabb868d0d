"""Where somebody stayed who did not stay at home: in the car, at a place, with people."""

from itertools import pairwise

from callbot.dialog.understanding.answers.movement_clauses import (
    OTHERS,
    clauses_of,
    denied_places,
    is_office_at_work,
)
from callbot.dialog.understanding.utterance import Utterance
from callbot.dialog.understanding.words.roles import NEGATORS, Role
from callbot.dialog.understanding.words.vocabulary import Token


def stayed_elsewhere(said: Utterance) -> bool:
    """As in "I stayed in the car", "no further than my front step and the mailbox"."""
    return any(
        home.has(Role.HOME)
        and (
            (home.has(Role.OWN) and after.has(Role.TRANSPORT))
            or (after.has(Role.JOIN) and place.has(Role.PLACE))
        )
        for clause in clauses_of(said)
        if (words := [t for t in clause if not t.has(Role.LIGHT) or t.has(Role.JOIN)])
        for home, after, place in zip(words, words[1:], [*words[2:], words[-1]], strict=False)
    )


def sat_elsewhere(said: Utterance) -> bool:
    """As in "I sat in the park", "I stayed in the hospital": where somebody was is named after a
    word for staying in."""
    return any(a.has(Role.PLACE) for a in _whereabouts(said))


def led_elsewhere(said: Utterance) -> bool:
    """The same by a person or by words of no list ("went inside my sister's", "stayed in a hotel"):
    it may be at home."""
    return any(
        token.has(Role.OUTSIDER, Role.FAMILY, Role.UNKNOWN, Role.OUTING, Role.COMPANY)
        for token in _whereabouts(said)
    )


def at_a_place(said: Utterance) -> bool:
    """As in "I'm not stupid, I wore my mask at the store", "kept in all week then to the park": a
    place that nobody else is said to be at, told after what says that one stays at home."""
    words_of_place = said.lexicon.movements
    leading = {*words_of_place.at, *words_of_place.direction} if said.lexicon.spaced else set()
    apart = (*NEGATORS, Role.LATER, Role.FORGONE, Role.GO, Role.OUT, Role.PAST, *OTHERS)
    for clause in clauses_of(said):
        home = next((i for i, t in reversed(list(enumerate(clause))) if t.has(Role.HOME)), None)
        after = [] if home is None else clause[home + 1 :]
        if home is None or clause[home].text.split()[-1] in leading:
            continue
        words = [t for t in after if not t.has(Role.DEFINITE)]
        led = any(a.text in leading and b.has(Role.PLACE) for a, b in pairwise(words))
        if led and not any(t.has(*apart) for t in (*clause[:home], *after)):
            return True
    return False


def outdoors_elsewhere(said: Utterance) -> bool:
    """As in "没出去,在楼下打太极": what may be done outside was done at a place."""
    return any(
        any(t.has(Role.OUTDOORS) for t in clause)
        and any(t.has(Role.PLACE) and not is_office_at_work(t, clause) for t in clause)
        and not any(t.has(Role.HOME, Role.LATER) for t in clause)
        and not denied_places(said, clause)
        for clause in clauses_of(said)
    )


def _whereabouts(said: Utterance) -> list[Token]:
    """What is named right after words for staying at home that end in "in" or the like; not who
    fetched things meanwhile ("I've stayed inside my sister shops for me")."""
    within = said.lexicon.movements.within
    found: list[Token] = []
    for clause in clauses_of(said):
        words = [t for t in clause if not t.has(Role.LIGHT)]
        found += [
            place
            for home, place, after in zip(words, words[1:], [*words[2:], None], strict=False)
            if home.has(Role.HOME)
            and home.text.split()[-1] in within
            and not (after and after.has(Role.FETCHED))
        ]
    return found
