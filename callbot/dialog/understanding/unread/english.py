"""What follows an outright denial in English: the reason for it, a scene from home, a comment.

"No, I've sourdough to feed", "nobody, the sign on my door has a skull on it": who has denied
outright takes part of that back with a word such as "only" or "but", and goes on without one to
say why, or how the day was spent, in any words. So a word of no list leaves what follows open
only where words beside it may make a way out, a visitor or an illness of it, or where nothing else
is said.
"""

from dataclasses import dataclass, field, replace
from itertools import pairwise

from callbot.dialog.understanding.statements.assertions import Who
from callbot.dialog.understanding.statements.subjects import subjects
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import (
    BREAKS,
    ILLNESS,
    NAMED,
    NEGATORS,
    UNREAD,
    Mark,
    Role,
)
from callbot.dialog.understanding.words.vocabulary import Token

_UNSETTLED = (
    Role.UNKNOWN, Role.EXCEPT, Role.DOUBT, Role.WHETHER, Role.HEDGE, Role.SUPPOSING, Role.LATER,
    Role.CORRECTION, Role.UNDENIES, Role.ASSENT, Role.ONLY,
)  # fmt: skip
"""With one of these nothing is denied outright."""

_TAKES_BACK = (Role.ONLY, Role.CONTRAST, Role.EXCEPT, Role.CORRECTION)

_BARE = (Role.SELF, Role.LIGHT, Role.IGNORED, Role.AFFIRMER, Role.JOIN, *UNREAD)
"""A clause of nothing else tells only what was not read ("no, Zumba", "no, I zorbed")."""

_UNDONE = (*NEGATORS, Role.NOBODY, Role.APART, Role.FORGONE, Role.LATER)
"""What stands after one of these in its clause was not done."""

_JOINED = (*NAMED, Role.THIRD)

_RESUMING = (
    Role.SELF, Role.EVERYONE, Role.CORE, Role.FAMILY, Role.THIRD, Role.COMMENT,
)  # fmt: skip
"""What begins a sentence of its own after a denial that is complete, without a pause."""


@dataclass(frozen=True)
class Asked:
    """What a question asks for, as far as words of no list may tell it.

    field: words that are harmless but here. denied_by: words that deny it by themselves. acts: what
    a negation must name to deny it. signs: beside one of these a word of no list may be it. led_by:
    the same right before the word. settled_by: beside one of these what the
    resident does is none.
    """

    field: Role
    denied_by: tuple[Role, ...]
    acts: tuple[Role, ...]
    signs: tuple[Role, ...]
    led_by: tuple[Role, ...] = ()
    settled_by: tuple[Role, ...] = ()


HEALTH = Asked(
    Role.BODY,
    denied_by=(),
    acts=ILLNESS,
    signs=(
        *ILLNESS, Role.PART, Role.FEELING, Role.SLIGHT, Role.INTENSIFIER, Role.MEDICINE,
        Role.ABNORMAL, Role.VAGUE, Role.LIKENESS,
    ),
)  # fmt: skip
OUTINGS = Asked(
    Role.OUTING,
    denied_by=(Role.HOME,),
    acts=(Role.OUT, Role.GO),
    signs=(Role.OUT, Role.GO, Role.PLACE, Role.TRANSPORT, Role.OUTDOORS, Role.ERRAND),
    led_by=(Role.DIRECTION,),
    settled_by=(Role.HOME, Role.APART),
)
MEETINGS = Asked(
    Role.COMPANY,
    denied_by=(Role.NOBODY, Role.ALONE, Role.APART),
    acts=(Role.MEET,),
    signs=(Role.MEET, Role.ARRIVE, Role.OUTSIDER, Role.FAMILY),
    led_by=(Role.COMPANION, Role.OBJECT_MARKER),
    settled_by=(Role.HOME, Role.APART, Role.ALONE, Role.THING),
)


@dataclass
class _Part:
    """A clause, or what of one follows a denial that is complete.

    takes_back: whether it begins with a word that sets it against what was said before.
    """

    tokens: list[Token] = field(default_factory=list)
    takes_back: bool = False

    def has(self, *roles: Role) -> bool:
        return any(t.has(*roles) for t in self.tokens)

    def denies(self, asked: Asked) -> bool:
        """Whether it denies what was asked outright, and tells nothing beside."""
        if self.has(*_UNSETTLED) or any(_bears(t, asked) for t in self.tokens):
            return False
        well = asked is HEALTH or not self.has(Role.WELL)
        if self.has(*asked.denied_by) or (self.has(Role.DENIAL) and well):
            return True
        if not self.has(*NEGATORS):
            return False
        formal = (Role.LIGHT, Role.HARMLESS, *NEGATORS)
        return self.has(*asked.acts) or all(t.has(*formal) for t in self.tokens)

    def own(self, asked: Asked, who: dict[int, Who], lexicon: Lexicon) -> list[Token]:
        """What of it may tell of the resident: of going out, not what is told of another."""
        if asked is HEALTH and self.takes_back and self.has(Role.MOOD):
            # "No, only tired of cartoons": of that there is more to tell, and none of it illness.
            return self._felt
        if asked is HEALTH and self._excepts:
            return [replace(t, marks=(Mark(Role.UNKNOWN),)) for t in self.tokens]
        if asked is not HEALTH and self._is_elsewhere(lexicon.movements.within):
            return []
        if asked is not OUTINGS:
            return self.tokens
        return [t for t in self.tokens if not (t.has(asked.field) and self._of_another(t, who))]

    def open(self, asked: Asked, who: dict[int, Who], lexicon: Lexicon) -> list[Token]:
        """Of what elaborates a denial, words that may tell what was asked for all the same."""
        if all(t.has(*_BARE) for t in self.tokens):
            return self.tokens
        undone = next((i for i, t in enumerate(self.tokens) if t.has(*_UNDONE)), None)
        told = self.tokens[:undone]
        if undone and told[-1].has(asked.field):
            # "The truck hasn't moved an inch", "the plumber's coming next week".
            told = told[:-1]
        if any(t.has(*asked.signs) for t in told):
            return told
        if asked is HEALTH:
            if any(t.has(Role.PASTIME, Role.MOOD) for t in told):
                return self._felt
            return [] if self._says_what_one_is(lexicon.grammar.indefinite) else self.tokens
        if asked is not HEALTH and self._comments:
            place = (Role.DIRECTION, Role.COMPANION)
            return [b for a, b in pairwise(told) if a.has(*place) and b.has(Role.UNKNOWN)]
        settled = self.has(*asked.settled_by)
        if self._is_deed and not settled:
            return told
        words = [t for t in told if not _is_article(t)]
        led = [
            b
            for a, b in pairwise(words)
            if _leads(a, asked, lexicon.movements.at) and b.has(Role.UNKNOWN)
        ]
        of_self = bool(told) and _is_resident(told[0])
        subject = told[:3] if asked is MEETINGS and not settled and not of_self else []
        named = [t for t in told if t.has(asked.field) and not self._of_another(t, who)]
        return [*subject, *led, *named]

    @property
    def _excepts(self) -> bool:
        """Whether it names what all is well but for, in words that are harmless beside other things
        only ("breathing fine except stairs")."""
        dull = (Role.THING, Role.PASTIME, Role.MOOD, *NEGATORS, Role.DENIAL, *NAMED)
        return self.takes_back and self.tokens[0].has(Role.EXCEPT) and not self.has(*dull, *ILLNESS)

    def _says_what_one_is(self, indefinite: tuple[str, ...]) -> bool:
        """Whether it only names what the resident is ("I'm a worrier")."""
        first, *rest = [t for t in self.tokens if not t.has(Role.JOIN, Role.IGNORED)] or self.tokens
        named = bool(rest) and rest[0].text.strip() in indefinite
        return first.has(Role.COPULA) and named and all(t.has(*_BARE, Role.HARMLESS) for t in rest)

    def _is_elsewhere(self, within: tuple[str, ...]) -> bool:
        """Whether it only tells where somebody is, or lives ("but she's in Ohio")."""
        words = [t for t in self.tokens if not t.has(Role.CONTRAST, Role.JOIN, Role.IGNORED)]
        at = next((i for i, t in enumerate(words) if t.has(Role.THIRD)), len(words))
        placed = [t for t in words[at + 1 :] if not t.has(*_BARE, Role.DIRECTION)]
        return at == 0 and len(words) > 2 and words[1].text in within and not placed

    @property
    def _comments(self) -> bool:
        """Whether it tells of a thing, and of nothing that it did to the resident ("it's costing me
        a fortune" does no more than that)."""
        done = any(t.has(Role.RECIPIENT) for t in self.tokens)
        return self.tokens[0].has(Role.COMMENT) and not done

    @property
    def _felt(self) -> list[Token]:
        """Words of a pastime that may tell how one is all the same: of the body, unless all is said
        to be well with it, and what stands where a feeling does ("it gave me gyp", "been clumsy").
        """
        well = next((i for i, t in enumerate(self.tokens) if t.has(Role.DENIAL, Role.NORMAL)), 0)
        body = [t for t in self.tokens[well:] if t.has(Role.BODY)]
        words = [t for t in self.tokens if not _is_article(t) or t.has(Role.AFFIRMER)]
        felt = (Role.SELF, Role.AFFIRMER, Role.COMPANION)
        return body + [b for a, b in pairwise(words) if a.has(*felt) and b.has(Role.UNKNOWN)]

    @property
    def _is_deed(self) -> bool:
        """Whether it tells what the resident does or did ("I cast my ballot", "cast my ballot"),
        and not what the resident is, nor anything of somebody or something else."""
        words = [t for t in self.tokens if not t.has(Role.JOIN, Role.IGNORED, Role.CONTRAST)]
        first, second = words[0], words[1:2]
        beside = any(a.has(Role.JOIN) and _is_resident(b) for a, b in pairwise(self.tokens[:4]))
        if _is_resident(first) or beside:
            does = not _is_copula(first) or any(t.text.strip().endswith("ing") for t in second)
            return does and not any(map(_is_article, second))
        return not first.has(Role.AFFIRMER, Role.THING, *NAMED) and not _is_article(first)

    def _of_another(self, act: Token, who: dict[int, Who]) -> bool:
        """Whether it is done by somebody else, and not to the resident ("my son drove me"), though
        it may be done to what is theirs ("the neighbor brings my mail")."""
        at = self.tokens.index(act)
        owned = at > 1 and self.tokens[at - 1].has(Role.POSSESSIVE)
        teller = self.tokens[at - 2] if owned else act
        if who.get(teller.start) not in (Who.OTHER, Who.HOUSEHOLD):
            return False
        after = self.tokens[at + 1 :]
        return not any(
            b.has(Role.RECIPIENT) and (a.has(Role.COMPANION) or not a.has(Role.LIGHT))
            for a, b in pairwise([act, *after])
        )


def _is_resident(token: Token) -> bool:
    """Whether it names the resident as who does something, and not what is theirs."""
    return token.has(Role.SELF, Role.EVERYONE) and not token.has(Role.POSSESSIVE)


def _is_copula(token: Token) -> bool:
    """Whether it tells what the resident is, before anything but an act ("I'm coaching")."""
    return token.has(Role.COPULA)


def _leads(token: Token, asked: Asked, at: tuple[str, ...]) -> bool:
    """Whether a word of no list right after it may be what was asked for."""
    return token.has(*asked.led_by) or (asked is OUTINGS and token.text in at)


def _is_article(token: Token) -> bool:
    led = (Role.DIRECTION, Role.OBJECT_MARKER, Role.COMPANION)
    return token.has(Role.LIGHT) and not token.has(*led)


def _bears(token: Token, asked: Asked) -> bool:
    return token.has(Role.UNKNOWN, asked.field) and not token.has(Role.HARMLESS)


def without_elaboration(tokens: list[Token], asked: Asked, lexicon: Lexicon) -> list[Token]:
    """The tokens that may leave open what was asked: all but those of clauses that only elaborate
    an outright denial."""
    who = subjects(tokens)
    kept: list[Token] = []
    denied = False
    for part in _parts(tokens, asked, lexicon.grammar.causal):
        denied = denied and not part.takes_back
        kept += part.open(asked, who, lexicon) if denied else part.own(asked, who, lexicon)
        denied = denied or part.denies(asked)
    return kept


def _parts(tokens: list[Token], asked: Asked, causal: tuple[str, ...]) -> list[_Part]:
    """Split at pauses, at words of contrast, at an "and" before a person, and where the resident
    is named after a denial that is complete ("nobody came I was asleep all day").

    causal: words of contrast that give a reason, and take nothing back ("because").
    """
    found = [_Part()]
    for index, token in enumerate(tokens):
        before = tokens[index - 1] if index else None
        joined = before is not None and before.has(Role.JOIN) and token.has(*_JOINED)
        joined = joined and not tokens[index - 2].has(*_JOINED)
        resumed = token.has(*_RESUMING) and found[-1].denies(asked)
        if token.has(*BREAKS):
            found.append(_Part())
        elif token.has(*_TAKES_BACK):
            found.append(_Part([token], takes_back=token.text not in causal))
        elif joined or resumed:
            found.append(_Part([token]))
        else:
            found[-1].tokens.append(token)
    return [part for part in found if part.tokens]
