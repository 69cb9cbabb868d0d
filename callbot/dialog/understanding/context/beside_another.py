"""What the resident says of themselves beside somebody else's doings, in English: "my flatmate met
some people, I didn't", "wife did, I didn't", "my son goes to work but I stay put".

What the other did is no doing of the resident's. Who came to them, or took them along, stands.
"""

from dataclasses import dataclass, replace

from callbot.dialog.understanding.words.roles import (
    BREAKS,
    ILLNESS,
    INVISIBLE,
    NAMED,
    NEGATORS,
    TERMS,
    Mark,
    Role,
)
from callbot.dialog.understanding.words.sections.persons import Persons
from callbot.dialog.understanding.words.vocabulary import Token

_ANOTHER = (Role.CORE, Role.FAMILY, Role.OUTSIDER, Role.THIRD)
_WAYS = (Role.OUT, Role.GO, Role.PLACE, Role.TRANSPORT, Role.OUTDOORS, Role.ERRAND, Role.OUTING)
_MEETINGS = (Role.MEET, Role.OUTSIDER, Role.FAMILY, Role.CROWD, Role.COMPANY)
_FELT = (*ILLNESS, Role.MEASURE, Role.WELL)
_STAYED = (Role.HOME, Role.NOBODY, Role.APART, Role.ALONE)
_OPEN = (Role.DOUBT, Role.WHETHER, Role.SUPPOSING, Role.CORRECTION, Role.STALL, Role.EXCEPT)
_NEAR = (Role.ARRIVE, Role.TOGETHER, Role.ABOVE)
"""With one of these somebody came here ("had his brother over")."""

_TELLING = (*TERMS, *_WAYS, *_MEETINGS, *_OPEN, Role.DENIAL, Role.UNKNOWN)
_EMPTY = (*INVISIBLE, Role.CONTRAST, Role.JOIN, Role.ONLY, Role.HARMLESS)
_IN_A_WORD = (*NEGATORS, Role.DENIAL, Role.AFFIRMER, Role.ASSENT, Role.STANDS_FOR)


@dataclass(frozen=True)
class _Part:
    """What is told of one person.

    subject: where that one is named, None where nobody is. oneself: words for the resident who does
    something.
    """

    tokens: list[Token]
    subject: int | None
    oneself: frozenset[str]

    def has(self, *roles: Role) -> bool:
        return any(t.has(*roles) for t in self.tokens)

    @property
    def is_own(self) -> bool:
        return self.subject is not None and _is_resident(self.tokens[self.subject], self.oneself)

    @property
    def is_of_another(self) -> bool:
        """Whether it tells of somebody else alone, who neither came to the resident nor took them
        along, and not of how anybody feels."""
        if self.subject is None or not self.tokens[self.subject].has(*_ANOTHER):
            return False
        before, after = self._around
        joined = any(t.has(Role.JOIN) for t in after[:1]) or any(t.has(Role.SELF) for t in before)
        return not (joined or self.is_bare or self.has(*_FELT, *_OPEN, Role.EVERYONE))

    @property
    def is_bare(self) -> bool:
        """Whether it only names somebody else: "not me, my son", or whom the resident met."""
        _, after = self._around
        other = self.subject is not None and self.tokens[self.subject].has(*_ANOTHER)
        return other and all(t.has(*_EMPTY) and not t.has(*_IN_A_WORD) for t in after)

    @property
    def _around(self) -> tuple[list[Token], list[Token]]:
        """What stands before its subject, and what behind."""
        at = len(self.tokens) if self.subject is None else self.subject
        return self.tokens[:at], self.tokens[at + 1 :]

    @property
    def takes_along(self) -> bool:
        """Whether it is done to the resident, or with them: "my wife drove me"."""
        return self.has(Role.RECIPIENT, Role.OWN)

    @property
    def word(self) -> bool | None:
        """A yes or no and nothing beside it: "I didn't", "me yes"."""
        empty = (
            Role.IGNORED,
            Role.LIGHT,
            Role.CONTRAST,
            Role.JOIN,
            Role.ONLY,
            Role.WHEN,
            Role.SELF,
        )
        words = [t for t in self.tokens if t.has(*_IN_A_WORD) or not t.has(*empty)]
        plain = all(t.has(*_IN_A_WORD) and not t.has(*_FELT) for t in words)
        if not words or not plain:
            return None
        return not any(t.has(*NEGATORS, Role.DENIAL) for t in words)


@dataclass(frozen=True)
class Beside:
    """tokens: those read, without what somebody else did where the resident denies it of
    themselves. word: the yes or no that is all they say of themselves, None if there is more, or
    nobody else. another: whether more than a no is told of somebody else, and the answer does not
    begin with one.
    """

    tokens: list[Token]
    word: bool | None = None
    another: bool = False


def beside_another(tokens: list[Token], persons: Persons) -> Beside:
    parts = _parts(tokens, frozenset(persons.self).difference(persons.possessive))
    others = [p for p in parts if p.is_of_another]
    own = [p for p in parts if p.is_own]
    rest = [p for p in parts if p not in others and p not in own]
    if own and any(p.is_bare for p in rest):
        return Beside(tokens, another=all(p.word is False for p in own))
    if not others or not own or any(p.has(*_TELLING) for p in rest):
        return Beside(tokens)
    words = {p.word for p in own}
    if len(words) == 1 and None not in words:
        word = words.pop()
        if any(p.has(Role.HOME, Role.NOBODY, Role.APART) for p in others):
            # "My roommate stays in, I don't": what is denied is having stayed.
            return Beside(tokens, None if word else True)
        told = any(p.word is not False for p in others) and not tokens[0].has(Role.NOUN_NEGATOR)
        return Beside(tokens, word if word or not any(map(_came, others)) else None, told)
    if not all(p.has(*_STAYED, *NEGATORS) and not p.has(*_OPEN) for p in own):
        return Beside(tokens)
    void = {start: roles for p in others for start, roles in _of_another_alone(p).items()}
    return Beside([_without(t, void[t.start]) if t.start in void else t for t in tokens])


def _came(part: _Part) -> bool:
    """Whether somebody else may have been met here, or taken the resident along."""
    subject = part.tokens[part.subject or 0]
    return part.has(*_NEAR) or part.takes_along or subject.has(Role.OUTSIDER)


def _of_another_alone(part: _Part) -> dict[int, tuple[Role, ...]]:
    """What of somebody else's doings would else be the resident's, by start: ways out, unless they
    took the resident along; whom those met who live here, unless it was here. Who "stopped by" went
    somewhere, and was met."""
    if part.takes_along:
        return {}
    subject = part.tokens[part.subject or 0]
    away = subject.has(Role.CORE) and not part.has(*_NEAR, Role.HOME)
    roles = (*_WAYS, *_MEETINGS) if away else _WAYS
    return {t.start: roles for t in part.tokens if t is not subject and t.has(*roles)}


def _without(token: Token, roles: tuple[Role, ...]) -> Token:
    kept = tuple(m for m in token.marks if m.role not in (*roles, Role.COMPLETED))
    return replace(token, marks=kept or (Mark(Role.LIGHT),))


def _parts(tokens: list[Token], oneself: frozenset[str]) -> list[_Part]:
    """Split at pauses, at words of contrast, at an "and" before a person whom it does not join to
    another, and where the resident is named after somebody else of whom something was told."""
    spans: list[list[Token]] = [[]]
    for index, token in enumerate(tokens):
        before = spans[-1]
        joins = token.has(Role.JOIN) and before and not before[-1].has(*NAMED)
        person = index + 1 < len(tokens) and _names(tokens[index + 1], oneself)
        if token.has(*BREAKS):
            spans.append([])
            continue
        turns = token.has(Role.CONTRAST) and not token.has(Role.ONLY)
        if turns or (joins and person) or _resumes(token, before, oneself):
            spans.append([])
        spans[-1].append(token)
    return [_Part(span, _subject(span, oneself), oneself) for span in spans if span]


def _resumes(token: Token, before: list[Token], oneself: frozenset[str]) -> bool:
    """As in "my flatmate met some people I didn't"."""
    begins = _is_resident(token, oneself) and not token.has(Role.RECIPIENT)
    subject = _subject(before, oneself) if begins else None
    told = subject is not None and before[subject].has(*_ANOTHER) and len(before) > subject + 1
    return told and not before[-1].has(Role.JOIN, Role.OBJECT_MARKER, Role.COMPANION)


def _subject(part: list[Token], oneself: frozenset[str]) -> int | None:
    """Where the first person is named, if nothing is told before."""
    for index, token in enumerate(part):
        if _names(token, oneself):
            return index
        if not token.has(*_EMPTY, *_IN_A_WORD):
            return None
    return None


def _names(token: Token, oneself: frozenset[str]) -> bool:
    """Whether it names who does something."""
    return _is_resident(token, oneself) or token.has(*_ANOTHER, Role.EVERYONE)


def _is_resident(token: Token, oneself: frozenset[str]) -> bool:
    not_me = token.has(Role.DENIAL) and token.has(Role.OWN)
    return not_me or token.text in oneself or token.text.split()[0] in oneself
