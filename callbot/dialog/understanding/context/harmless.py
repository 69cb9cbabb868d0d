"""Words of no list, parted into what is known to be harmless and the rest."""

from dataclasses import replace
from itertools import groupby

from callbot.dialog.understanding.context.signs import IDLE
from callbot.dialog.understanding.words.lexicon import Lexicon
from callbot.dialog.understanding.words.roles import Mark, Role
from callbot.dialog.understanding.words.vocabulary import Token

LONGEST_PIECE = 2
"""Syllables of a word that may be a piece of a longer one."""

_MEANS_LITTLE = (
    Role.SELF, Role.OR, Role.ALL, Role.IGNORED, Role.LIGHT, Role.ONLY, Role.JOIN,
)  # fmt: skip


def with_harmless(tokens: list[Token], text: str, lexicon: Lexicon) -> list[Token]:
    """The tokens, with unread ones parted into what is known to be harmless, and the rest.

    Particles and words of everyday life around them are looked at together with them: they may
    have been cut off a longer word (窗 off 窗户). In a language without spaces a single character
    beside what is left may be part of its word.
    """
    if not lexicon.grammar.harmless:
        return tokens
    if lexicon.negation == "after":
        return _cut_anew(tokens, text, lexicon)
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
    person suffers from; it is no way out and no visitor of its own. After a title it is one, of
    somebody who lives elsewhere ("Mrs Okafor")."""
    out = list(tokens)
    for index, token in enumerate(tokens[1:], 1):
        alone = token.marks == (Mark(Role.UNKNOWN),) and len(token.text.split()) == 1
        title = tokens[index - 1]
        if alone and title.has(Role.TITLE):
            named = Mark(Role.OUTSIDER, f"{title.text} {token.text.strip()}")
            out[index - 1] = replace(title, marks=(named,))
            out[index] = replace(token, marks=(Mark(Role.LIGHT),))
            continue
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
    return _said_twice(out)


def _said_twice(parts: list[Token]) -> list[Token]:
    """With a verb that is said twice before its object as harmless as said once: "弹弹琴"."""
    out: list[Token] = []
    for part in parts:
        verb = out[-1] if out else part
        twice = part.has(Role.HARMLESS) and len(part.text) > 1 and verb.text == part.text[:1]
        if twice and verb.end == part.start and verb.has(Role.UNKNOWN):
            out.pop()
            part = replace(part, start=verb.start, text=verb.text + part.text)
        out.append(part)
    return out


def _is_fragment(token: Token) -> bool:
    return token.has(Role.UNKNOWN) or (len(token.text) == 1 and token.has(*IDLE))


def _cut_anew(tokens: list[Token], text: str, lexicon: Lexicon) -> list[Token]:
    """The same where endings run on into the next word: what no list holds is read together with
    short words around it that mean little by themselves ("저" and "녁" are 저녁)."""
    strange = {i for i, t in enumerate(tokens) if t.has(Role.UNKNOWN)}
    beside = {
        i for near in strange for i in (near - 1, near + 1)
        if 0 <= i < len(tokens) and _may_be_cut_off(tokens[i])
    }  # fmt: skip
    idle = {i for i, t in enumerate(tokens) if _idle(t)} | beside
    out: list[Token] = []
    for together, run in groupby(range(len(tokens)), key=idle.__contains__):
        places = list(run)
        stretch = [tokens[i] for i in places]
        if together and not strange.isdisjoint(places):
            stretch = _read_anew(stretch, text, lexicon)
        out += stretch
    return out


def _read_anew(stretch: list[Token], text: str, lexicon: Lexicon) -> list[Token]:
    """A stretch cut into harmless words; short words stay what they are unless one of these reaches
    across their edge."""
    start = stretch[0].start
    parts = [
        replace(p, start=start + p.start, end=start + p.end)
        for p in lexicon.harmless_words.best_cover(text[start : stretch[-1].end])
    ]
    words = [t for t in stretch if _may_be_cut_off(t)]
    cut = {w.start for w in words if any(_reaches_across(p, w) for p in parts)}
    kept = [w for w in words if w.start not in cut]
    if not kept:
        return parts
    out: list[Token] = []
    for whole, run in groupby(stretch, key=kept.__contains__):
        pieces = list(run)
        out += pieces if whole else _read_anew(pieces, text, lexicon)
    return out


def _reaches_across(part: Token, word: Token) -> bool:
    overlaps = part.start < word.end and word.start < part.end
    return (
        overlaps
        and not part.has(Role.UNKNOWN)
        and not (word.start <= part.start and part.end <= word.end)
    )


def _may_be_cut_off(token: Token) -> bool:
    """Whether a token may be a piece of a longer word."""
    return (
        not _idle(token)
        and len(token.text) <= LONGEST_PIECE
        and all(mark.role in _MEANS_LITTLE for mark in token.marks)
    )


_MAY_BE_PART = (Role.UNKNOWN, Role.LIGHT, Role.EVERYDAY, Role.BUT_SO, Role.HABIT)
"""Of a word of no list these may be a part ("是" in "硬是")."""


def _idle(token: Token) -> bool:
    return all(mark.role in _MAY_BE_PART for mark in token.marks)
