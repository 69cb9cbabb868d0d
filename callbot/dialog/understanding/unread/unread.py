"""Which stretches of an answer leave a question open, in each kind of language."""

import re
from dataclasses import dataclass, field, replace
from itertools import dropwhile, groupby, pairwise, takewhile

from callbot.dialog.understanding.statements.assertions import Who
from callbot.dialog.understanding.statements.subjects import subjects
from callbot.dialog.understanding.unread.chinese import SAID_TWICE, tells_after_all
from callbot.dialog.understanding.unread.elaboration import elaborating, reasons_first
from callbot.dialog.understanding.unread.english import (
    HEALTH,
    MEETINGS,
    OUTINGS,
    Asked,
    without_elaboration,
)
from callbot.dialog.understanding.unread.korean import told_after_all
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

SIGNED = "signed"
"""Code of a complaint that is only known by a sign of illness in a word of no list."""

_NUMBERED = re.compile(r"\d+[a-z]?")
"""A door, a floor, a bus ("the lady from 4B")."""

LEAST_UNREAD_TOLD = 1
"""Characters of a clause in which nothing is denied; elsewhere `least_unread`."""

_ELSEWHERE = (Role.OUT, Role.HOME, Role.PLACE, Role.MEET, Role.TRANSPORT, Role.NOBODY)
"""What follows one of these in its clause tells of the day, and not of how the resident is."""

_OFTEN = (Role.AFFIRMER, Role.WHEN, Role.EXCEPT, Role.GO, Role.TRANSPORT)
_OUT_AND_ABOUT = (*_OFTEN, Role.OUT, Role.OUTDOORS, Role.PLACE, Role.ERRAND)
_IN_COMPANY = (*_OFTEN, Role.MEET, Role.COMPANION, Role.OBJECT_MARKER, Role.SAYS)
"""Beside one of these a word of no list may be a way out, or a person who was met."""

_HEALTH = (*ILLNESS, Role.NORMAL, Role.ABNORMAL, Role.MEASURE,
           Role.MEDICINE)  # fmt: skip
"""What follows one of these in its clause tells how the resident is, and not of the day."""

_DENIED = (*NEGATORS, Role.DENIAL, Role.HOME, Role.NOBODY,
           Role.ALONE, Role.APART)  # fmt: skip
_CALM = (*_DENIED, Role.LATER)
"""What follows one of these in its clause was denied, done at home, or is a wish."""


_WAYS = (Role.GO, Role.PLACE, Role.TRANSPORT, Role.OUTDOORS)
"""Words that tell of a way out unless the rest of their clause says otherwise."""


@dataclass(frozen=True)
class Unread:
    """What an answer leaves open.

    health, outings, meetings: what was not read of clauses that may speak of how the resident is,
    of going out, of other people. ways: words for going, in clauses that neither deny it nor say
    it outright. all_told: what is affirmed in words of no list is among these wherever it matters.
    """

    health: tuple[Token, ...] = ()
    outings: tuple[Token, ...] = ()
    meetings: tuple[Token, ...] = ()
    ways: tuple[Token, ...] = ()
    all_told: bool = False


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
            if (token.has(*roles) and not _is_signed(token)) or token.start in persons:
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

    @property
    def went(self) -> bool:
        """Whether something was gone to and done ("去给他烧了个纸")."""
        at = next((t.end for t in self.tokens if t.has(Role.GO)), None)
        return at is not None and any(t.start >= at and "了" in t.text for t in self.tokens)

    @property
    def called_on(self) -> bool:
        """Whether somebody was gone to ("到隔壁房间老张那坐了坐")."""
        acts = [t for t in self.tokens if t.has(Role.GO) or not t.has(Role.LIGHT)]
        named = any(
            one.has(Role.GO) and after.has(Role.OUTSIDER) and not after.has(Role.EVERYDAY)
            for one, after in pairwise(acts)
        )
        return named and self.went

    @property
    def gone(self) -> bool:
        """Whether somebody went to do what it names ("体检去了")."""
        last = next((t for t in reversed(self.tokens) if not t.has(Role.LIGHT)), None)
        named = any(t.has(Role.EVERYDAY, Role.HARMLESS, *UNREAD) for t in self.tokens)
        return named and last is not None and last.has(Role.GO) and last.has(Role.COMPLETED)

    @property
    def text(self) -> str:
        return "".join(token.text for token in self.tokens)


_IDLE = (*UNREAD, Role.HARMLESS)
"""Words of no list, or of one that is looked at only where nothing else is read."""


def with_signs(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """The tokens, with unread ones that hold a sign of illness made complaints ("尿血").

    A sign within a longer word that is known to be harmless is none (软 in 软件).
    """
    out: list[Token] = []
    for idle, run in groupby(tokens, key=lambda t: t.has(*_IDLE)):
        stretch = list(run)
        marks = (Mark(Role.COMPLAINT, SIGNED),)
        signed = idle and _holds_sign(stretch, lexicon.symptoms.sign)
        out += [replace(t, marks=marks) if signed else t for t in stretch]
    return out


def _holds_sign(stretch: list[Token], signs: tuple[str, ...]) -> bool:
    known = {t.text for t in stretch if not t.has(Role.UNKNOWN) and len(t.text) > 1}
    text = "".join("," if t.text in known else t.text for t in stretch)
    return any(sign in text for sign in signs)


def with_harmless(tokens: list[Token], text: str, lexicon: Lexicon) -> list[Token]:
    """The tokens, with unread ones parted into what is known to be harmless, and the rest.

    Particles and words of everyday life around them are looked at together with them: they may
    have been cut off a longer word (窗 off 窗户). In a language without spaces a single character
    beside what is left may be part of its word.
    """
    if not lexicon.grammar.harmless:
        return tokens
    out: list[Token] = []
    for idle, run in groupby(tokens, key=_idle):
        stretch = list(run)
        beside = [t for t in tokens if t.end == stretch[0].start or t.start == stretch[-1].end]
        alike = any(t.has(Role.LIKENESS) for t in beside)
        if idle and not alike and any(t.has(Role.UNKNOWN) for t in stretch):
            start = stretch[0].start
            parts = lexicon.harmless_words.tokens(text[start : stretch[-1].end])
            parts = [replace(p, start=start + p.start, end=start + p.end) for p in parts]
            stretch = _joined(parts) if lexicon.grammar.everyday else parts
        out += stretch
    return _with_names(out) if lexicon.spaced else out


def _with_names(tokens: list[Token]) -> list[Token]:
    """A word of no list right after a person may be a name ("my neighbor Rita"), or what that
    person suffers from; it is no way out and no visitor of its own."""
    out = list(tokens)
    for index, token in enumerate(tokens[1:], 1):
        alone = token.marks == (Mark(Role.UNKNOWN),) and len(token.text.split()) == 1
        if alone and tokens[index - 1].has(Role.OUTSIDER, Role.FAMILY, Role.CORE):
            out[index] = replace(token, marks=(Mark(Role.BODY),))
    return out


def _joined(parts: list[Token]) -> list[Token]:
    out: list[Token] = []
    for fragment, run in groupby(parts, key=_is_fragment):
        stretch = list(run)
        if fragment and any(t.has(Role.UNKNOWN) for t in stretch):
            text = "".join(t.text for t in stretch)
            stretch = [Token(stretch[0].start, stretch[-1].end, text, (Mark(Role.UNKNOWN),))]
        out += stretch
    return out


def _is_fragment(token: Token) -> bool:
    return token.has(Role.UNKNOWN) or (len(token.text) == 1 and token.has(*_IDLE))


_MAY_BE_PART = (Role.UNKNOWN, Role.LIGHT, Role.EVERYDAY, Role.BUT_SO, Role.HABIT)
"""Of a word of no list these may be a part ("是" in "硬是")."""


def _idle(token: Token) -> bool:
    return all(mark.role in _MAY_BE_PART for mark in token.marks)


def _is_signed(token: Token) -> bool:
    return SIGNED in token.codes(Role.COMPLAINT)


def unread(tokens: list[Token], elaborated: frozenset[int], lexicon: Lexicon) -> Unread:
    """tokens: as `with_harmless` gives them. elaborated: as `elaborating` gives it."""
    if lexicon.grammar.everyday:
        return _by_clauses(tokens, elaborated, lexicon)
    return _anywhere(tokens, elaborated, lexicon) if lexicon.grammar.harmless else Unread()


def _anywhere(tokens: list[Token], elaborated: frozenset[int], lexicon: Lexicon) -> Unread:
    told = [t for t in tokens if not t.has(Role.IGNORED, *BREAKS)]
    # "Yeah, a bunch of us …": after a yes no word is harmless that may be company.
    affirms = bool(told) and told[0].has(Role.ASSENT)
    acts = _not_excused(tokens) if affirms else tokens
    health, outings, meetings = (
        _strange(_counted(words, asked, elaborated, lexicon), lexicon.least_unread, asked.field)
        for asked, words in ((HEALTH, tokens), (OUTINGS, acts), (MEETINGS, acts))
    )
    return Unread(health, outings, meetings, all_told=lexicon.spaced)


def _counted(
    tokens: list[Token], asked: Asked, elaborated: frozenset[int], lexicon: Lexicon
) -> list[Token]:
    """The tokens that count at a question: without those that only say more about a denial."""
    grammar = lexicon.grammar
    if lexicon.spaced:
        return without_elaboration(tokens, asked, grammar.causal)
    if lexicon.negation == "after":
        # "Only" is an ending here, and may be one of a word that was not read.
        ill = elaborating(tokens, grammar.causal, grammar.trailing, of_health=True)
        return told_after_all(tokens, asked.field, ill if asked is HEALTH else elaborated, grammar)
    return tokens


def _not_excused(tokens: list[Token]) -> list[Token]:
    """The tokens, with none harmless that bears on a question; particles bear on none."""
    return [
        replace(t, marks=tuple(m for m in t.marks if m.role is not Role.HARMLESS))
        if t.has(Role.OUTING, Role.COMPANY) and not t.has(Role.LIGHT)
        else t
        for t in tokens
    ]


def _by_clauses(tokens: list[Token], elaborated: frozenset[int], lexicon: Lexicon) -> Unread:
    elaborated |= reasons_first(tokens, lexicon.grammar.causal)
    who = subjects(tokens)
    others = {t.start for t in tokens if t.has(*NAMED) and who.get(t.start) is Who.OTHER}
    others |= {t.start for t in tokens if t.has(Role.ADDRESSEE)}
    family = {t.start for t in tokens if t.has(*NAMED) and who.get(t.start) is Who.HOUSEHOLD}
    health: list[Token] = []
    outings: list[Token] = []
    meetings: list[Token] = []
    ways: list[Token] = []
    for segment in _segments(tokens):
        more = all(t.start in elaborated for t in segment.tokens)
        least = lexicon.least_unread if segment.has(*_CALM) else LEAST_UNREAD_TOLD
        # "被窝里像揣个火盆": what is likened to something may be how one feels, wherever it is.
        likened = segment.has(Role.LIKENESS) and segment.only
        told = segment.tokens if likened else segment.before((*_ELSEWHERE, Role.MOOD), others)
        health += _strange(told, lexicon.least_unread, Role.BODY)
        health += segment.withdrawn
        health += segment.granted
        done = any(sign in segment.text for sign in lexicon.grammar.completed)
        told = segment.before(_HEALTH if done else (*_HEALTH, *_CALM), others | family)
        if not segment.has(Role.NOW, Role.WHEN):
            told = list(takewhile(lambda t: not t.has(Role.LONG_AGO), told))
        tells = tells_after_all if more else _tells
        if segment.only or tells(told, _OUT_AND_ABOUT, lexicon):
            outings += _strange(told, least, Role.OUTING)
        if segment.only or tells(told, _IN_COMPANY, lexicon):
            meetings += _strange(told, least, Role.COMPANY)
        taken_back = segment.only and (segment.went or not segment.has(*_HEALTH))
        if (taken_back or segment.gone or segment.called_on) and not segment.has(*_CALM):
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


def _strange(tokens: list[Token], least: int, field: Role = Role.UNKNOWN) -> tuple[Token, ...]:
    """What may matter to a question, of words that bear on its `field` or are in no list."""
    found = tuple(t for t in tokens if _bears(t, field) or _is_signed(t))
    long = sum(len(t.text.replace(" ", "")) for t in found) >= least
    return found if long or any(map(_is_signed, found)) else ()


def _bears(token: Token, field: Role) -> bool:
    if not token.has(Role.UNKNOWN, field) or token.has(Role.HARMLESS):
        return False
    return not _NUMBERED.fullmatch(token.text.strip())


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
