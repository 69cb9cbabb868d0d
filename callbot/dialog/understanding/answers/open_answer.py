"""Reads an answer in free words: the words, and whether they say "nothing" or name a need.

It is read clause by clause. One that only denies ("没有", "不缺") makes "nothing" of the whole,
whatever the others tell: goods they tell of are at hand, or were brought. What no denial makes up
for is a wish, goods that are missing or that are merely named, and what a "but" takes it back with.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise

from callbot.dialog.answers import Open
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import BREAKS, Role
from callbot.dialog.understanding.words.vocabulary import Token

_TURNS = (Role.CONTRAST, Role.RESERVATION)
_SPEAKERS = (Role.SELF, Role.THIRD)
_HELPERS = (Role.CORE, Role.FAMILY, Role.OUTSIDER, Role.THIRD)
_WISHES = (Role.WISH, Role.BRINGING)
_READ = (
    Role.DENIAL, Role.ABSENT, Role.NEED, Role.HAD, Role.IGNORED, Role.ONLY, Role.NOUN_NEGATOR,
    Role.SELF, Role.UNDECIDED, *_HELPERS, *_WISHES,
)  # fmt: skip
_AS_EVER = (Role.VAGUE, Role.LIGHT, Role.CLOSING, Role.MOOD, Role.SLIGHT)
_CHAT = (Role.HARMLESS, Role.LIGHT, Role.BODY)


class _Says(Enum):
    """What a clause says of needs."""

    WISHES = auto()
    """Something is asked for, or missing."""
    MAYBE = auto()
    """Perhaps: the answer is not "nothing", and who hears it asks again."""
    DENIES = auto()
    """Nothing is needed, and no more than that."""
    HAS = auto()
    """Goods that are there, and no more."""
    NAMES = auto()
    """Goods or help, and hardly a word more: beside a "no" they may be wanted after all."""
    MENTIONS = auto()
    """The same in a sentence of its own, which asks for nothing."""
    TELLS = auto()
    """Something else."""


_UNDENIED = (_Says.WISHES, _Says.MAYBE, _Says.NAMES)
"""What keeps a denial from being the whole answer."""

_NAMED = (_Says.NAMES, _Says.MENTIONS)

_POLITE = "요"
"""At the end of a Korean denial: it is the answer, whatever follows ("없는데요, …")."""

_LEAST_TOLD = 4
"""Characters, beside goods, that tell what has become of them."""


@dataclass(frozen=True)
class _Clause:
    """turned: a "but" or "only" stands before it."""

    tokens: tuple[Token, ...]
    turned: bool

    @property
    def text(self) -> str:
        return "".join(t.text for t in self.tokens)

    def has(self, *roles: Role) -> bool:
        return any(t.has(*roles) for t in self.tokens)


def read_open(heard: str, spoken: str, asked: str, lexicon: Lexicon) -> Open | None:
    """heard: as recognised, kept word for word. spoken: what it states, as `spell` gives it,
    without fillers. asked: its questions; one may ask for something ("派个医生行不行"). None of
    words that lead to no answer ("글쎄요 뭐가 있더라")."""
    clauses = list(_clauses(spoken, lexicon))
    spoken_of = [c for c in clauses if not all(t.has(Role.IGNORED) for t in c.tokens)]
    said = {_says(clause, lexicon) for clause in spoken_of or clauses}
    said |= {_asks(clause) for clause in _clauses(asked, lexicon)}
    # "I have pills, thank you" tells of nothing but goods that are there.
    denies = _Says.DENIES in said or said == {_Says.HAS}
    nothing = denies and said.isdisjoint(_UNDENIED)
    denied = any(clause.has(Role.DENIAL) for clause in clauses)
    wished = _Says.WISHES in said
    named = wished or (not denied and not said.isdisjoint(_NAMED)) or not lexicon.open.need
    told = Open(text=heard.strip(), nothing=nothing, named=named, wished=wished)
    undecided = any(clause.has(Role.UNDECIDED) for clause in clauses)
    return None if undecided and said == {_Says.TELLS} else told


def asks_for_something(asked: str, lexicon: Lexicon) -> bool:
    """Whether a question asks for goods, or for somebody to come."""
    return any(_asks(clause) is _Says.WISHES for clause in _clauses(asked, lexicon))


def _asks(clause: _Clause) -> _Says:
    if not clause.has(Role.NEED):
        return _Says.TELLS
    return _Says.WISHES if clause.has(*_WISHES) else _Says.MAYBE


def _clauses(text: str, lexicon: Lexicon) -> Iterator[_Clause]:
    clause: list[Token] = []
    turned = False
    for token in lexicon.needs.tokens(text):
        turns = token.has(*_TURNS) and not (clause and token.has(Role.HAD))
        if token.has(*BREAKS) or turns or _answers_first(clause, token):
            if clause:
                yield _Clause(tuple(clause), turned)
            clause, turned = [], turns or _goes_on(clause, lexicon)
        if not (token.has(*BREAKS) or turns):
            clause.append(token)
    if clause:
        yield _Clause(tuple(clause), turned)


def _goes_on(clause: list[Token], lexicon: Lexicon) -> bool:
    """Whether a denial has the ending of one that the next sentence turns: "다 괜찮은데, …"."""
    told = "".join(t.text for t in clause)
    denies = any(t.has(Role.DENIAL) for t in clause)
    return denies and told.endswith(lexicon.grammar.trailing) and not told.endswith(_POLITE)


def _answers_first(clause: list[Token], token: Token) -> bool:
    """Whether a "no" is the answer, and not said of what follows it ("no I …", "no my son …")."""
    return bool(clause) and clause[-1].has(Role.NOUN_NEGATOR) and token.has(*_SPEAKERS)


def _says(clause: _Clause, lexicon: Lexicon) -> _Says:
    goods = clause.has(Role.NEED)
    denied = clause.has(Role.DENIAL)
    had = _is_there(clause, lexicon)
    wishes = _wishes(clause, lexicon)
    if goods and clause.has(Role.EXCEPT):
        return _Says.WISHES
    if goods and clause.has(Role.ABSENT):
        missing = _are_missing(clause.tokens)
        if missing or not had:
            doubtful = wishes and _are_denied(clause.tokens)
            return _Says.WISHES if missing and not doubtful else _Says.MAYBE
    if wishes:
        return _Says.MAYBE if denied else _Says.WISHES
    if denied and _is_all_denied(clause, lexicon):
        return _Says.DENIES
    if goods and not denied and not had:
        if clause.turned or _are_singled_out(clause.tokens, lexicon):
            return _Says.WISHES
        return _Says.MENTIONS if _is_told_of(clause, lexicon) else _Says.NAMES
    if goods and clause.has(Role.HAD) and all(t.has(*_READ) for t in clause.tokens):
        return _Says.HAS
    strange = clause.turned and not had and not _is_as_ever(clause, lexicon)
    return _Says.MAYBE if strange else _Says.TELLS


def _is_there(clause: _Clause, lexicon: Lexicon) -> bool:
    """What a clause names is there already ("药也够吃半个月"), or somebody sees to it."""
    by_having = (
        t.has(Role.HAD) or (t.has(Role.DENIAL) and any(w in t.text for w in lexicon.open.had))
        for t in clause.tokens
    )
    return any(by_having) or _is_brought(clause)


def _is_brought(clause: _Clause) -> bool:
    """Whether somebody is named before what is done for the resident ("儿子给我送菜")."""
    helped = False
    for token in clause.tokens:
        if token.has(Role.BRINGING):
            return helped
        helped = helped or token.has(*_HELPERS)
    return False


def _is_told_of(clause: _Clause, lexicon: Lexicon) -> bool:
    """Whether a clause tells of its goods what somebody does with them, or did, or more."""
    acted = clause.has(Role.SELF, *_HELPERS)
    done = any(sign in clause.text for sign in lexicon.grammar.completed)
    unread = "".join(t.text for t in clause.tokens if not t.has(*_READ))
    return acted or done or len(unread.replace(" ", "")) >= _LEAST_TOLD


def _are_singled_out(tokens: tuple[Token, ...], lexicon: Lexicon) -> bool:
    """Goods and no others: "只药", "휴지만"."""
    words = _without_particles(tokens if lexicon.negation == "before" else tokens[::-1])
    return any(one.has(Role.ONLY) and two.has(Role.NEED) for one, two in pairwise(words))


def _without_particles(tokens: tuple[Token, ...]) -> list[Token]:
    told = (Role.NEED, Role.ABSENT, Role.ONLY)
    return [t for t in tokens if t.has(*told) or not t.has(Role.IGNORED)]


def _are_missing(tokens: tuple[Token, ...]) -> bool:
    """Goods right before a word of absence, or right after one that denies: "药没了", "没药"."""
    return any(
        (one.has(Role.NEED) and two.has(Role.ABSENT))
        or (one.has(Role.ABSENT) and one.has(Role.DENIAL) and two.has(Role.NEED))
        for one, two in pairwise(_without_particles(tokens))
    )


def _are_denied(tokens: tuple[Token, ...]) -> bool:
    """Goods right after a denial: "没菜要点" may be "没啥要的" misheard."""
    return any(
        one.has(Role.ABSENT) and one.has(Role.DENIAL) and two.has(Role.NEED)
        for one, two in pairwise(_without_particles(tokens))
    )


def _wishes(clause: _Clause, lexicon: Lexicon) -> bool:
    """Whether anything is wished for in earnest: not denied, and not done by somebody else."""
    words = [t for t in clause.tokens if not t.has(Role.IGNORED)]
    denying = words if lexicon.negation == "before" else words[::-1]
    wished = [
        word
        for before, word in pairwise([None, *denying])
        if word and not (before and before.has(Role.DENIAL))
    ]
    if any(t.has(Role.WISH) for t in wished):
        return True
    if any(t.has(Role.BRINGING) for t in wished):
        return not _is_brought(clause)
    lacking = any(t.has(Role.LACKING) for t in wished)
    wanted = clause.has(Role.NEED) and not _is_there(clause, lexicon)
    return lacking and (wanted or len(words) == 1)


def _is_all_denied(clause: _Clause, lexicon: Lexicon) -> bool:
    """Whether nothing stands beside its denial but politeness, what is denied, harmless words,
    and single characters that are no word."""
    if _is_there(clause, lexicon):
        return True
    unread = 0
    denied = False
    for before, token in pairwise([None, *clause.tokens]):
        assert token is not None
        denied = denied or token.has(Role.DENIAL)
        if token.has(*_READ) or (denied and token.has(Role.LACKING)):
            continue
        if _is_planned(token, lexicon):
            return False
        if not _is_chat(token.text, lexicon):
            if before is not None and before.has(Role.ABSENT) and not clause.has(Role.LACKING):
                # "没碘伏": a word of no list may be what is missing.
                return False
            unread += len(token.text)
    return unread < lexicon.least_unread


def _is_planned(token: Token, lexicon: Lexicon) -> bool:
    """Whether there is a plan, that may lead to a wish."""
    return any(t.has(Role.LATER, Role.CONTRAST) for t in lexicon.statements.tokens(token.text))


def _is_as_ever(clause: _Clause, lexicon: Lexicon) -> bool:
    """Whether a "but" is followed by nothing worth a word: moods, or that all is as it was."""
    told = lexicon.statements.tokens(clause.text)
    unread = (t for t in clause.tokens if not t.has(*_READ))
    return _are(told, _AS_EVER) or all(_is_chat(t.text, lexicon) for t in unread)


def _is_chat(text: str, lexicon: Lexicon) -> bool:
    return _are(lexicon.harmless_words.tokens(text), _CHAT)


def _are(tokens: Iterable[Token], roles: tuple[Role, ...]) -> bool:
    return all(t.has(*roles) for t in tokens)
