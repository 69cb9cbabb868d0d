"""What a sentence asserts: of whom, now or before, and whether it affirms or denies it."""

from dataclasses import dataclass
from enum import StrEnum

from callbot.dialog.understanding.vocabulary import Role, Token

TERMS = (
    Role.SYMPTOM, Role.SEVERE, Role.COMPLAINT, Role.MEASURE, Role.OUT, Role.GO, Role.HOME,
    Role.MEET, Role.NORMAL, Role.ABNORMAL,
)  # fmt: skip
_PERSONS = (Role.CORE, Role.FAMILY, Role.OUTSIDER, Role.EVERYONE)
BREAKS = (Role.PAUSE, Role.STOP, Role.ASKING)
INVISIBLE = (Role.IGNORED, Role.LIGHT)


class Polarity(StrEnum):
    PRESENT = "present"
    ABSENT = "absent"
    DOUBTFUL = "doubtful"


class Who(StrEnum):
    SELF = "self"
    HOUSEHOLD = "household"
    BOTH = "both"
    OTHER = "other"


@dataclass(frozen=True)
class Assertion:
    """One term of the lexicon, and what is said of it.

    clause: number of the clause, from 0. bare: nothing in the clause affirms or denies it.
    past: said of an earlier time. intense: said to be strong.
    """

    token: Token
    polarity: Polarity
    who: Who
    clause: int
    bare: bool = False
    past: bool = False
    intense: bool = False

    @property
    def own(self) -> bool:
        return self.who in (Who.SELF, Who.BOTH)


@dataclass(frozen=True)
class Statement:
    """A whole utterance, read.

    denied: all is denied ("没有", "都正常"). loose: something is affirmed that no word of the
    lexicon names. affirmed: nothing but "yes, there is" is said. doubt: the speaker does not
    know. vague: neither yes nor no ("还行").
    """

    tokens: tuple[Token, ...]
    assertions: tuple[Assertion, ...]
    denied: bool = False
    loose: bool = False
    affirmed: bool = False
    doubt: bool = False
    vague: bool = False

    def of(self, *roles: Role) -> list[Assertion]:
        return [a for a in self.assertions if a.token.has(*roles)]

    def tokens_of(self, *roles: Role) -> list[Token]:
        return [token for token in self.tokens if token.has(*roles)]


@dataclass
class Clause:
    """Words between two pauses; `contrasts` when it opens with a word like "but"."""

    tokens: list[Token]
    contrasts: bool = False


def clauses(tokens: list[Token]) -> list[Clause]:
    """Splits at pauses, and before words of contrast."""
    found = [Clause([])]
    for token in tokens:
        if token.has(*BREAKS):
            found.append(Clause([], contrasts=token.has(Role.STOP)))
        elif token.has(Role.CONTRAST):
            found.append(Clause([token], contrasts=True))
        elif not token.has(*INVISIBLE):
            found[-1].tokens.append(token)
    return [clause for clause in found if clause.tokens]


def subjects(tokens: list[Token]) -> dict[int, Who]:
    """Of whom each token speaks, by its start; carried on until another person is named."""
    who = Who.SELF
    said_of: dict[int, Who] = {}
    before: Token | None = None
    for index, token in enumerate(tokens):
        if token.has(*INVISIBLE) and not token.has(*_PERSONS):
            continue
        if token.has(Role.SELF) or token.has(Role.SAYS):
            who = Who.SELF
        elif token.has(*_PERSONS) and not (before and before.has(Role.OBJECT_MARKER)):
            after = next((t for t in tokens[index + 1 :] if not t.has(*INVISIBLE)), None)
            if before and before.has(Role.COMPANION):
                if after and after.has(Role.ALL) and who is not Who.OTHER:
                    who = Who.BOTH
            elif token.has(Role.EVERYONE):
                who = Who.BOTH
            elif token.has(Role.OUTSIDER):
                who = Who.OTHER
            else:
                who = Who.HOUSEHOLD
        said_of[token.start] = who
        before = token
    return said_of
