"""Reasons for a denial that tell how a thing or somebody is, in English: "no, my car's in the
garage", "nobody, my family's all in Australia".

Where nothing is open, and whoever might have come is away, no word of the clause is a way out or a
visitor. How anybody feels is told by it all the same.
"""

from dataclasses import replace
from itertools import pairwise

from callbot.dialog.understanding.statements.clauses import clause_spans
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import NEGATORS, Mark, Role
from callbot.dialog.understanding.words.vocabulary import Token

_DENIES = (*NEGATORS, Role.NOBODY, Role.HOME, Role.APART, Role.ALONE)

_NOT_OUTRIGHT = (Role.ONLY, Role.EXCEPT, Role.ASSENT, Role.DOUBT, Role.CORRECTION, Role.SUPPOSING)

_OF_RESIDENT = (Role.SELF, Role.EVERYONE, Role.RECIPIENT, Role.OWN)

_TAKES_PART = (
    *_OF_RESIDENT, Role.ARRIVE, Role.CLOSE, Role.TOGETHER, Role.EXCEPT, Role.ONLY, Role.NOW,
)  # fmt: skip

_SUBJECT = (
    Role.DEFINITE, Role.POSSESSIVE, Role.CORE, Role.FAMILY, Role.OUTSIDER, Role.THIRD, Role.COMMENT,
    Role.PLACE, Role.THING,
)  # fmt: skip
"""What a clause begins with that tells of a thing, or of somebody else."""

_TELLS_OF_DAY = (
    Role.OUTING, Role.COMPANY, Role.OUT, Role.GO, Role.PLACE, Role.TRANSPORT, Role.ERRAND,
    Role.MEET, Role.CROWD, Role.FAMILY, Role.OUTSIDER, Role.HOME, Role.DOUBT,
)  # fmt: skip


def without_reach(tokens: list[Token], text: str, lexicon: Lexicon) -> list[Token]:
    """The tokens, with no way out and no visitor in clauses of such a reason. text: as read."""
    if not lexicon.grammar.out_of_reach:
        return tokens
    out = list(tokens)
    denied = False
    for start, stop in _parts(tokens):
        end = _reason_ends(tokens[start:stop], lexicon.grammar.minds) + start
        if denied and end > start and _is_state(tokens[start:end], text, lexicon):
            # "My grandson complains of headaches": of whom that is told stays known.
            felt = any(t.has(Role.SYMPTOM, Role.SEVERE) for t in tokens[start:stop])
            kept = (Role.FAMILY, Role.OUTSIDER) if felt else ()
            out[start:end] = [_of_no_day(t, kept) for t in tokens[start:end]]
        denied = denied or _is_outright(tokens[start:stop])
    return out


def _parts(tokens: list[Token]) -> list[tuple[int, int]]:
    """Where clauses begin and end, of which words of contrast begin some."""
    found: list[tuple[int, int]] = []
    for start, stop in clause_spans(tokens):
        turns = [i for i in range(start + 1, stop) if tokens[i].has(Role.CONTRAST)]
        found += pairwise([start, *turns, stop])
    return found


def _is_outright(clause: list[Token]) -> bool:
    denies = any(t.has(*_DENIES) or (t.has(Role.DENIAL) and not t.has(Role.WELL)) for t in clause)
    return denies and not any(t.has(*_NOT_OUTRIGHT) for t in clause)


def _reason_ends(clause: list[Token], minds: tuple[str, ...]) -> int:
    """Where in a clause the resident begins to tell of themselves ("… and I'm upstairs"), or others
    to know or feel something of them ("my sister knows I'm sick")."""
    for index, token in enumerate(clause):
        if token.has(*_OF_RESIDENT) and not token.has(Role.POSSESSIVE):
            before = clause[index - 1]
            if index and before.has(Role.JOIN):
                return index - 1
            felt = before.text in minds or before.has(Role.OBJECT_MARKER, Role.COMPANION)
            return index if index and felt else 0
    return len(clause)


def _is_state(clause: list[Token], text: str, lexicon: Lexicon) -> bool:
    """Whether it tells that a thing, or somebody, is out of reach, and of nobody who comes."""
    if any(t.has(*_TAKES_PART) and not t.has(Role.POSSESSIVE) for t in clause):
        return False
    if clause[-1].has(Role.OBJECT_MARKER) and any(t.text in lexicon.grammar.was for t in clause):
        # "The plumber was mad at me" tells of a time when they spoke.
        return False
    subject = next((t for t in clause if not t.has(Role.RESERVATION, Role.JOIN)), clause[0])
    if not subject.has(*_SUBJECT):
        return False
    told = text[clause[0].start : clause[-1].end]
    return clause[-1].text in lexicon.grammar.minds or any(
        not t.has(Role.UNKNOWN) for t in lexicon.states_out_of_reach.tokens(told)
    )


def _of_no_day(token: Token, kept: tuple[Role, ...]) -> Token:
    marks = tuple(m for m in token.marks if m.role in kept or m.role not in _TELLS_OF_DAY)
    body = tuple(Mark(Role.BODY) if m.role is Role.UNKNOWN else m for m in marks)
    return replace(token, marks=body or (Mark(Role.LIGHT),))
