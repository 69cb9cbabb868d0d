"""What a sentence asserts: of whom, now or before, and whether it affirms or denies it."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import dropwhile

from callbot.dialog.understanding.words.roles import NEGATORS, Role
from callbot.dialog.understanding.words.vocabulary import Token


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

    denied: all is denied ("没有", "都正常"). refuted: the same by more than being well, which says
    nothing of ways out and meetings. loose: something is affirmed that no word of the
    lexicon names. affirmed: nothing but "yes, there is" is said. doubt: the speaker does not
    know. vague: neither yes nor no ("还行").
    """

    tokens: tuple[Token, ...]
    assertions: tuple[Assertion, ...]
    denied: bool = False
    refuted: bool = False
    loose: bool = False
    affirmed: bool = False
    doubt: bool = False
    vague: bool = False

    @property
    def taken_back(self) -> bool:
        """Whether a yes follows a denial ("not today, yesterday I did")."""
        after = dropwhile(lambda t: not t.has(*NEGATORS), self.tokens)
        return any(t.has(Role.ASSENT) for t in after)

    def of(self, *roles: Role) -> list[Assertion]:
        return [a for a in self.assertions if a.token.has(*roles)]

    def tokens_of(self, *roles: Role) -> list[Token]:
        return [token for token in self.tokens if token.has(*roles)]
