"""Which stretches leave a question open, clause by clause, by what else each tells (Mandarin)."""

from dataclasses import dataclass, field
from itertools import dropwhile, pairwise, takewhile

from callbot.dialog.understanding.context.signs import is_signed
from callbot.dialog.understanding.statements.assertions import Who
from callbot.dialog.understanding.statements.subjects import subjects
from callbot.dialog.understanding.unread.chinese import SAID_TWICE, tells_after_all
from callbot.dialog.understanding.unread.elaboration import reasons_first
from callbot.dialog.understanding.unread.stretches import Unread, strange
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import BREAKS, ILLNESS, NAMED, NEGATORS, UNREAD, Role
from callbot.dialog.understanding.words.vocabulary import Token

LEAST_UNREAD_TOLD = 1
"""Characters of a clause in which nothing is denied; elsewhere `least_unread`."""

_ELSEWHERE = (Role.OUT, Role.HOME, Role.PLACE, Role.MEET, Role.TRANSPORT, Role.NOBODY)
"""What follows one of these in its clause tells of the day, and not of how the resident is."""

_OFTEN = (Role.AFFIRMER, Role.WHEN, Role.EXCEPT, Role.GO, Role.TRANSPORT)

_OUT_AND_ABOUT = (*_OFTEN, Role.OUT, Role.OUTDOORS, Role.PLACE, Role.ERRAND)

_IN_COMPANY = (*_OFTEN, Role.MEET, Role.COMPANION, Role.OBJECT_MARKER, Role.SAYS)
"""Beside one of these a word of no list may be a way out, or a person who was met."""

_HEALTH = (*ILLNESS, Role.NORMAL, Role.ABNORMAL, Role.MEASURE, Role.MEDICINE)
"""What follows one of these in its clause tells how the resident is, and not of the day."""

_DENIED = (*NEGATORS, Role.DENIAL, Role.HOME, Role.NOBODY, Role.ALONE, Role.APART)

_CALM = (*_DENIED, Role.LATER)
"""What follows one of these in its clause was denied, done at home, or is a wish."""

_WAYS = (Role.GO, Role.PLACE, Role.TRANSPORT, Role.OUTDOORS)
"""Words that tell of a way out unless the rest of their clause says otherwise."""


@dataclass
class _Segment:
    """A clause, or the part of it from "only" on."""

    tokens: list[Token] = field(default_factory=list)
    only: bool = False

    def has(self, *roles: Role) -> bool:
        return any(token.has(*roles) for token in self.tokens)

    def before(self, roles: tuple[Role, ...], persons: set[int]) -> list[Token]:
        """What stands before a word of these roles or before one of these persons, by start:
        what follows is denied, or said of somebody else."""
        found: list[Token] = []
        elsewhere = False
        for token in self.tokens:
            if token.has(Role.SELF):
                elsewhere = False
            if (token.has(*roles) and not is_signed(token)) or token.start in persons:
                elsewhere = True
            if not elsewhere:
                found.append(token)
        return found

    @property
    def withdrawn(self) -> list[Token]:
        """What takes part of a denial back and names nothing that is known to be harmless, though
        all its words are known: "没有,就是夜里老起来", "就是头发掉得厉害"."""
        if not any(t.has(Role.RESERVATION) for t in self.tokens[:1]):
            return []
        named = self.has(*_DENIED, *_ELSEWHERE, *_HEALTH, Role.MOOD)
        dull = self.has(Role.HARMLESS) and not self.has(Role.INTENSIFIER)
        return [] if named or dull else self.tokens[1:]

    @property
    def granted(self) -> list[Token]:
        """What all is well but for, or of which there is a little, if it is not known to be
        harmless: "除了有点拉肾都好", "没啥就是有点新荒"."""
        after = list(dropwhile(lambda t: not t.has(Role.EXCEPT, Role.SLIGHT), self.tokens))[1:]
        named = list(takewhile(lambda t: not t.has(*_DENIED, Role.ALL, Role.NORMAL), after))
        told = [t for t in named if not t.has(Role.LIGHT, Role.AFFIRMER)]
        known = any(t.has(*_HEALTH, *_ELSEWHERE, *NAMED, Role.MOOD) for t in named)
        dull = bool(told) and all(t.has(Role.HARMLESS, Role.EVERYDAY, Role.BODY) for t in told)
        return [] if known or dull else named

    def went(self, perfective: tuple[str, ...]) -> bool:
        """Whether something was gone to and done ("去给他烧了个纸")."""
        at = next((t.end for t in self.tokens if t.has(Role.GO)), None)
        return at is not None and any(
            t.start >= at and any(sign in t.text for sign in perfective) for t in self.tokens
        )

    def called_on(self, perfective: tuple[str, ...]) -> bool:
        """Whether somebody was gone to ("到隔壁房间老张那坐了坐")."""
        acts = [t for t in self.tokens if t.has(Role.GO) or not t.has(Role.LIGHT)]
        named = any(
            one.has(Role.GO) and after.has(Role.OUTSIDER) and not after.has(Role.EVERYDAY)
            for one, after in pairwise(acts)
        )
        return named and self.went(perfective)

    @property
    def gone(self) -> bool:
        """Whether somebody went to do what it names ("体检去了")."""
        last = next((t for t in reversed(self.tokens) if not t.has(Role.LIGHT)), None)
        named = any(t.has(Role.EVERYDAY, Role.HARMLESS, *UNREAD) for t in self.tokens)
        return named and last is not None and last.has(Role.GO) and last.has(Role.COMPLETED)

    @property
    def text(self) -> str:
        return "".join(token.text for token in self.tokens)


def left_by_clause(tokens: list[Token], elaborated: frozenset[int], lexicon: Lexicon) -> Unread:
    elaborated |= reasons_first(tokens, lexicon.grammar.causal)
    who = subjects(tokens)
    others = {t.start for t in tokens if t.has(*NAMED) and who.get(t.start) is Who.OTHER}
    others |= {t.start for t in tokens if t.has(Role.ADDRESSEE)}
    family = {t.start for t in tokens if t.has(*NAMED) and who.get(t.start) is Who.HOUSEHOLD}
    health: list[Token] = []
    outings: list[Token] = []
    meetings: list[Token] = []
    ways: list[Token] = []
    perfective = lexicon.grammar.perfective
    for segment in _segments(tokens):
        more = all(t.start in elaborated for t in segment.tokens)
        least = lexicon.least_unread if segment.has(*_CALM) else LEAST_UNREAD_TOLD
        # "被窝里像揣个火盆": what is likened to something may be how one feels, wherever it is.
        likened = segment.has(Role.LIKENESS) and segment.only
        told = segment.tokens if likened else segment.before((*_ELSEWHERE, Role.MOOD), others)
        health += strange(told, lexicon.least_unread, Role.BODY)
        health += segment.withdrawn
        health += segment.granted
        # "在家做了一天的报表": how long it took belongs to what was done at home.
        beside = "".join(t.text for t in segment.tokens if not t.has(Role.HOME))
        done = any(sign in beside for sign in lexicon.grammar.completed)
        told = segment.before(_HEALTH if done else (*_HEALTH, *_CALM), others | family)
        if not segment.has(Role.NOW, Role.WHEN):
            told = list(takewhile(lambda t: not t.has(Role.LONG_AGO), told))
        tells = tells_after_all if more else _tells
        if segment.only or tells(told, _OUT_AND_ABOUT, lexicon):
            outings += strange(told, least, Role.OUTING)
        if segment.only or tells(told, _IN_COMPANY, lexicon):
            meetings += strange(told, least, Role.COMPANY)
        taken_back = segment.only and (segment.went(perfective) or not segment.has(*_HEALTH))
        gone = taken_back or segment.gone or segment.called_on(perfective)
        if gone and not segment.has(*_CALM):
            ways += [t for t in told if t.has(*_WAYS)]
    return Unread(tuple(health), tuple(outings), tuple(meetings), tuple(ways))


def _tells(told: list[Token], roles: tuple[Role, ...], lexicon: Lexicon) -> bool:
    """Whether a clause may tell of something done: by a word of these roles, by a sign such as 了
    or 跟, by a verb said twice ("逛逛", "坐一坐"), or because it is all that is known of it.

    "我一个瘫子", "这节骨眼" are no way out and no visit, whatever the word of no list is.
    """
    signs = lexicon.grammar.event
    first = next((t for t in told if not t.has(Role.LIGHT, Role.CLOSING)), None)
    if first is None or first.has(*UNREAD) or not signs:
        return True
    text = "".join(t.text for t in told)
    return (
        any(t.has(*roles) for t in told)
        or any(sign in text for sign in signs)
        or bool(SAID_TWICE.search(text))
    )


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
