"""Stretches of an answer that no word of the lexicon covers, and so may be what matters in it.

Calm needs that all of an answer was read: "没有,就蹽了趟集" denies, and then tells of something in
words we do not know. A language opts in by listing harmless words: from then on, what is left over
counts against "I am well", "I stayed at home" and "I met nobody". `grammar.everyday` are words like
any other, by which an answer is read clause by clause (Mandarin); `grammar.harmless` are looked at
only where nothing else is read, and what is left over anywhere counts.
"""

from dataclasses import dataclass, field, replace
from itertools import groupby

from callbot.dialog.understanding.assertions import BREAKS, Who, clauses, subjects
from callbot.dialog.understanding.lexicon import Lexicon
from callbot.dialog.understanding.vocabulary import Mark, Role, Token

SIGNED = "signed"
"""Code of a complaint that is only known by a sign of illness in a word of no list."""

LEAST_UNREAD_AFTER_ONLY = 1
"""Characters after "only" (elsewhere `least_unread`): what follows is what there is to tell."""

_ELSEWHERE = (Role.OUT, Role.HOME, Role.PLACE, Role.MEET, Role.TRANSPORT, Role.NOBODY)
"""A clause with one of these tells of the day, and not of how the resident is."""

_HEALTH = (Role.SYMPTOM, Role.SEVERE, Role.COMPLAINT, Role.NORMAL, Role.ABNORMAL, Role.MEASURE,
           Role.MEDICINE)  # fmt: skip
"""A clause with one of these tells how the resident is, and not of the day."""

_CALM = (Role.NEGATOR, Role.TIGHT_NEGATOR, Role.ALL_NEGATOR, Role.DENIAL, Role.HOME, Role.NOBODY,
         Role.ALONE, Role.APART, Role.LATER)  # fmt: skip
"""What else a clause with one of these says was denied, done at home, or is a wish."""


_WAYS = (Role.GO, Role.PLACE, Role.TRANSPORT, Role.OUTDOORS)
"""Words that tell of a way out unless the rest of their clause says otherwise."""


@dataclass(frozen=True)
class Unread:
    """What an answer leaves open.

    health, doings: what was not read of clauses that may speak of how the resident is, or of what
    the resident did. ways: words for going, in clauses that neither deny it nor say it outright.
    """

    health: tuple[Token, ...] = ()
    doings: tuple[Token, ...] = ()
    ways: tuple[Token, ...] = ()


@dataclass
class _Segment:
    """A clause, or the part of it from "only" on."""

    tokens: list[Token] = field(default_factory=list)
    only: bool = False

    def has(self, *roles: Role) -> bool:
        return any(token.has(*roles) for token in self.tokens)

    @property
    def text(self) -> str:
        return "".join(token.text for token in self.tokens)


def with_signs(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """The tokens, with unread ones that hold a sign of illness made complaints ("尿血")."""
    return [_signed(token, lexicon) for token in tokens]


def _signed(token: Token, lexicon: Lexicon) -> Token:
    signs = lexicon.symptoms.sign
    if token.has(Role.UNKNOWN) and any(sign in token.text for sign in signs):
        return replace(token, marks=(Mark(Role.COMPLAINT, SIGNED),))
    return token


def with_harmless(tokens: list[Token], text: str, lexicon: Lexicon) -> list[Token]:
    """The tokens, with unread ones parted into what is known to be harmless, and the rest.

    Particles around them are looked at together with them: they may have been cut off a word.
    """
    if not lexicon.grammar.harmless:
        return tokens
    out: list[Token] = []
    for idle, run in groupby(tokens, key=_idle):
        stretch = list(run)
        if idle and any(t.has(Role.UNKNOWN) for t in stretch):
            start = stretch[0].start
            parts = lexicon.harmless_words.tokens(text[start : stretch[-1].end])
            stretch = [replace(p, start=start + p.start, end=start + p.end) for p in parts]
        out += stretch
    return out


def _idle(token: Token) -> bool:
    return all(mark.role in (Role.UNKNOWN, Role.LIGHT) for mark in token.marks)


def _is_signed(token: Token) -> bool:
    return SIGNED in token.codes(Role.COMPLAINT)


def unread(tokens: list[Token], lexicon: Lexicon) -> Unread:
    """tokens: as `with_harmless` gives them."""
    if lexicon.grammar.everyday:
        who = subjects(tokens)
        told = _told(tokens, who, lexicon)
        return Unread(_of_health(tokens, who, lexicon), _of_doings(told, lexicon), _ways(told))
    if lexicon.grammar.harmless:
        left = _strange(tokens, lexicon.least_unread)
        return Unread(left, left)
    return Unread()


def _of_health(tokens: list[Token], who: dict[int, Who], lexicon: Lexicon) -> tuple[Token, ...]:
    """Of clauses on the resident or on somebody at home."""
    left: list[Token] = []
    for clause in clauses(tokens):
        if any(t.has(*_ELSEWHERE) for t in clause.tokens):
            continue
        near = [t for t in clause.tokens if who.get(t.start) is not Who.OTHER]
        left += _strange(near, lexicon.least_unread)
    return tuple(left)


def _told(tokens: list[Token], who: dict[int, Who], lexicon: Lexicon) -> list[_Segment]:
    """Segments on what the resident did, of which nothing says that it was denied."""
    told: list[_Segment] = []
    for segment in _segments(tokens):
        done = any(sign in segment.text for sign in lexicon.grammar.completed)
        health = any(t.has(*_HEALTH) and not _is_signed(t) for t in segment.tokens)
        if health or (segment.has(*_CALM) and not done):
            continue
        own = [t for t in segment.tokens if who.get(t.start, Who.SELF) in (Who.SELF, Who.BOTH)]
        told.append(_Segment(own, segment.only))
    return told


def _of_doings(told: list[_Segment], lexicon: Lexicon) -> tuple[Token, ...]:
    left: list[Token] = []
    for segment in told:
        least = LEAST_UNREAD_AFTER_ONLY if segment.only else lexicon.least_unread
        left += _strange(segment.tokens, least)
    return tuple(left)


def _ways(told: list[_Segment]) -> tuple[Token, ...]:
    return tuple(t for segment in told if segment.only for t in segment.tokens if t.has(*_WAYS))


def _strange(tokens: list[Token], least: int) -> tuple[Token, ...]:
    found = tuple(t for t in tokens if t.has(Role.UNKNOWN) or _is_signed(t))
    return found if sum(len(t.text.replace(" ", "")) for t in found) >= least else ()


def _segments(tokens: list[Token]) -> list[_Segment]:
    found = [_Segment()]
    for token in tokens:
        if token.has(*BREAKS):
            found.append(_Segment())
        elif token.has(Role.ONLY, Role.CONTRAST):
            found.append(_Segment([token], only=True))
        else:
            found[-1].tokens.append(token)
    return found
