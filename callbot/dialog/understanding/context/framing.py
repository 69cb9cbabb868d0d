"""Clauses that say nothing of the resident as they are now, however they are worded: of a time
before the one asked about, or only supposed, feared and wished."""

from dataclasses import replace
from itertools import dropwhile, pairwise, takewhile

from callbot.dialog.understanding.statements.clauses import between_pauses, clause_spans, clauses
from callbot.dialog.understanding.words.roles import (
    BREAKS,
    ILLNESS,
    INVISIBLE,
    NEGATORS,
    TERMS,
    Mark,
    Role,
)
from callbot.dialog.understanding.words.sections.grammar import Grammar
from callbot.dialog.understanding.words.vocabulary import Token

_OF_A_TIME = (
    Role.OUT, Role.GO, Role.MEET, Role.PLACE, Role.TRANSPORT, Role.OUTSIDER, Role.FAMILY,
    Role.OUTING, Role.COMPANY,
)  # fmt: skip

_STATES = (*TERMS, *NEGATORS, Role.DENIAL, Role.NOBODY, Role.ALONE, Role.APART, Role.AFFIRMER)
"""A clause with one of these says something that a supposition beside it does not leave open."""

_DAY = (Role.NOW, Role.WHEN)

_EARLIER = (Role.LONG_AGO, Role.PAST, Role.BEFORE_ASKED)

_STAYED = (Role.HOME, Role.NOBODY)

_ACTS = (Role.OUT, Role.GO, Role.MEET)

_WHO = (Role.SELF, Role.CORE, Role.ALL)
"""What may stand before a word of consequence ("我肯定会说")."""


def framed(tokens: list[Token], grammar: Grammar, *, verb_last: bool) -> list[Token]:
    """The tokens, with those made words without meaning that their clause does not assert.

    verb_last: what is supposed stands before the word for it ("있었으면").
    """
    told = _done_unless(_without_long_ago(tokens, grammar.lasting))
    told = _without_mistaken(told, grammar.mistaken)
    return _without_supposed(told, grammar, verb_last=verb_last)


def _without_mistaken(tokens: list[Token], mistaken: tuple[str, ...]) -> list[Token]:
    """As in "以为自己嗓子疼,后来发现没有": without what was thought to be felt, if nothing more is
    said of it ("以为头疼是没睡好") and all is denied after it. What was thought to be over
    ("以为咳嗽好了") may be there."""
    marks: dict[int, tuple[Mark, ...]] = {}
    for start, stop in clause_spans(tokens):
        at = next((i for i in range(start, stop) if tokens[i].text in mistaken), stop)
        felt = list(dropwhile(lambda t: not t.has(*ILLNESS), tokens[at + 1 : stop]))
        before = tokens[at + 1 : stop - len(felt)]
        after = [t for t in felt if not t.has(*ILLNESS)]
        over = [t for t in after if t.has(Role.RECOVERED)]
        marks |= {t.start: (Mark(Role.DOUBT),) for t in over}
        only = all(t.has(Role.SELF, Role.HEDGE, Role.SLIGHT, *INVISIBLE) for t in before)
        only = only and all(t.has(*INVISIBLE) and not t.has(Role.BUT_SO) for t in after)
        if felt and only and any(map(_denies_all, between_pauses(tokens[stop:]))):
            marks |= {t.start: (Mark(Role.LIGHT),) for t in felt}
    return [replace(t, marks=marks.get(t.start, t.marks)) for t in tokens]


def _denies_all(clause: list[Token]) -> bool:
    """Whether it is a denial that names nothing ("后来发现没有"), or says that all is well."""
    words = [t for t in clause if not t.has(*INVISIBLE)]
    return any(t.has(Role.DENIAL) for t in words) or (bool(words) and words[-1].has(*NEGATORS))


def _done_unless(tokens: list[Token]) -> list[Token]:
    """As in "要不是牙疼得受不了,我也不会去诊所": what would not have been done was done."""
    at = next((i for i, t in enumerate(tokens) if t.has(Role.UNLESS)), None)
    if at is None:
        return tokens
    supposed = next((i for i, t in enumerate(tokens[at:], at) if t.has(*BREAKS)), at)
    acts = [t.start for t in tokens[at:] if t.has(Role.OUT, Role.GO, Role.MEET)]
    denies = next((t.start for t in tokens[supposed + 1 :] if t.has(*NEGATORS)), None)
    if denies is None or not any(start > denies for start in acts):
        return tokens
    return [replace(t, marks=(Mark(Role.LIGHT),)) if t.start == denies else t for t in tokens]


def _without_long_ago(tokens: list[Token], lasting: tuple[str, ...]) -> list[Token]:
    """Without acts, places and persons of a time before the one asked about ("last Christmas the
    whole family was here").

    Words of no list after the word for that time are no way out and no visitor, but may tell of an
    illness ("last month I flew to Denver").
    """
    found = [_until_turned(clause.tokens) for clause in clauses(tokens)]
    long_ago = _long_ago(found, lasting)
    starts = {
        token.start
        for words in (*long_ago, *_journeys_home(found))
        for token in words
        if token.has(*_OF_A_TIME) and not token.has(Role.SYMPTOM, Role.SEVERE)
    }
    strange = {
        token.start
        for words in long_ago
        for token in _from_its_word(words)
        if token.marks == (Mark(Role.UNKNOWN),)
    }
    marks = {start: (Mark(Role.LIGHT),) for start in starts}
    marks |= {start: (Mark(Role.BODY),) for start in strange}
    return [replace(t, marks=marks.get(t.start, t.marks)) for t in tokens]


def _from_its_word(clause: list[Token]) -> list[Token]:
    """From the word for that time on, if the clause has one of its own."""
    return list(dropwhile(lambda t: not t.has(*_EARLIER), clause)) or clause


def _long_ago(found: list[list[Token]], lasting: tuple[str, ...]) -> list[list[Token]]:
    """Clauses with a word for that time, and those between them and a word for the time asked about
    ("上个月去喝喜酒,见了好多人,隔离以后没出过门"); not if they name a day of their own. Before such
    a word, any that tells of the past is one for that time ("早先老来,自从隔离就没来了"), and so is
    last week, unless that word may mean the way home from it ("上周去了超市,回来以后没出去")."""
    long_ago = [_is_long_ago(clause) for clause in found]
    turns = [i for i, clause in enumerate(found) if any(t.has(Role.SINCE) for t in clause)]
    for turn in turns:
        since_then = not any(t.has(Role.AFTERWARDS) for t in found[turn])
        for index, clause in enumerate(found[:turn]):
            named = [
                t for t in clause
                if t.has(*_DAY, Role.EARLIER_DAY) and not (since_then and t.has(Role.LAST_WEEK))
            ]  # fmt: skip
            long_ago[index] |= any(t.has(Role.PAST) for t in clause) and not named
        begin = next((i for i in range(turn) if long_ago[i]), turn)
        for index in range(begin, turn):
            long_ago[index] = long_ago[index] or not any(t.has(*_DAY) for t in found[index])
    if any(any(t.has(Role.ASKED_SINCE) for t in c) and _stayed(c) for c in found):
        before = _before_asked(found, lasting)
        long_ago = [a or b for a, b in zip(long_ago, before, strict=True)]
    return [clause for clause, ago in zip(found, long_ago, strict=True) if ago]


def _stayed(clause: list[Token]) -> bool:
    """Whether it denies a way out or a meeting, and no more than that ("没请假" denies neither)."""
    words = [t for t in clause if not t.has(*INVISIBLE)]
    denied = any(
        one.has(*NEGATORS) and after.has(*_ACTS) and not after.has(Role.HOME)
        for one, after in pairwise(words)
    )
    left_open = any(t.has(Role.DOUBT, Role.HEDGE, Role.EXCEPT) for t in words)
    # "出去过,那是大前天,昨天今天没有".
    *days, last = words or [Token(0, 0, "", ())]
    bare = last.has(*NEGATORS) and bool(days) and all(t.has(*_DAY, Role.ASKED_SINCE) for t in days)
    return (denied or bare or any(t.has(*_STAYED) for t in words)) and not left_open


def _before_asked(found: list[list[Token]], lasting: tuple[str, ...]) -> list[bool]:
    """Which clauses tell of a day before the time asked about, if all of that time is denied
    elsewhere: one that names such a day, what is told after it until a day is named or something
    denied ("上礼拜赶过集,买了点菜,昨天起没出门"), and what a mere day is said of
    ("去过,那是前天的事").

    lasting: words of what may have gone on since ("前天开始上班").
    """
    before: list[bool] = []
    for clause in found:
        days = [t for t in clause if t.has(*_DAY, Role.EARLIER_DAY, Role.BEFORE_ASKED)]
        earlier = bool(days) and all(t.has(Role.BEFORE_ASKED) for t in days)
        goes_on = bool(before) and before[-1] and not days and not _stayed(clause)
        mere = earlier and not any(t.has(*_OF_A_TIME) for t in clause)
        if mere:
            put_right = takewhile(_only_corrects, reversed(found[: len(before)]))
            at = len(before) - 1 - len(list(put_right))
            if at >= 0:
                before[at] |= not any(t.has(*_DAY, Role.UNKNOWN) for t in found[at])
        before.append(earlier or goes_on)
    told = ("".join(t.text for t in c) for c, ago in zip(found, before, strict=True) if ago)
    return [False] * len(found) if any(w in text for text in told for w in lasting) else before


def _only_corrects(clause: list[Token]) -> bool:
    return all(t.has(Role.NOT_SO, Role.CORRECTION, Role.SELF, *INVISIBLE) for t in clause)


def _until_turned(clause: list[Token]) -> list[Token]:
    """Of a clause that begins with that time, what stands before a "but" or "now": "before
    quarantine I was out every day but now I stay put"."""
    words = [t for t in clause if not t.has(Role.IGNORED)]
    if not words or not words[0].has(Role.LONG_AGO):
        return clause
    told = list(takewhile(lambda t: not t.has(Role.CONTRAST, Role.NOW, Role.SINCE), clause))
    return told or clause


def _is_long_ago(clause: list[Token]) -> bool:
    ago = any(t.has(Role.LONG_AGO) for t in clause)
    return ago and not any(t.has(*_DAY) and not t.has(Role.LONG_AGO) for t in clause)


def _journeys_home(found: list[list[Token]]) -> list[list[Token]]:
    """What is told of a journey before "since then", in its clause or the one before it.

    As in "坐高铁从沈阳回来的,到家以后再没出去过"; but not if a day is named, or no means of
    transport that brings from far away: "昨天去了超市,到家以后没出去".
    """
    home: list[list[Token]] = []
    for number, clause in enumerate(found):
        at = next((i for i, t in enumerate(clause) if t.has(Role.SINCE)), None)
        if at is None:
            continue
        before = clause[:at] or (found[number - 1] if number else [])
        travelled = any(t.has(Role.JOURNEY) or any(t.codes(Role.TRANSPORT)) for t in before)
        if travelled and not any(t.has(Role.WHEN) and not t.has(Role.PAST) for t in before):
            home.append(before)
    return home


def _without_supposed(tokens: list[Token], grammar: Grammar, *, verb_last: bool) -> list[Token]:
    """Without what is only supposed or feared, and what would follow from it: "如果发烧,我会说的,
    现在没有", "怕染上,所以没出门".

    A denial after what is supposed is asserted where it says something of its own
    ("怕感冒我没洗澡"); right after the word it is part of the supposition ("要是没发烧就好了"), and
    what is wished away may be there. If nothing else is said, the speaker left it open, and so does
    whoever fears what is there already ("怕有点发烧").
    """
    supposed: set[int] = set()
    open_words: set[int] = set()
    contrary: set[int] = set()
    before: list[Token] = []
    for clause in _between_breaks(tokens):
        if verb_last:
            begin, end = _supposed_before(clause)
        else:
            begin, end = _supposition(clause, before, grammar.consequence)
        before = clause
        feared = begin < end and clause[begin].has(Role.DOUBT)
        if feared and _there(clause, begin, end, grammar.perfective):
            continue
        # Where no pause is written, a word of no list may belong to a sentence before.
        supposed |= {t.start for t in clause[begin:end] if not (verb_last and t.has(Role.UNKNOWN))}
        words = {t.start for t in clause[begin:end] if t.has(Role.SUPPOSING)}
        (contrary if _wished_away(clause[begin:end]) else open_words).update(words)
    if any(t.has(*_STATES) for t in tokens if t.start not in supposed):
        open_words = set()
    marks = dict.fromkeys(supposed, (Mark(Role.LIGHT),))
    marks |= dict.fromkeys(open_words | contrary, (Mark(Role.DOUBT),))
    return [replace(t, marks=marks.get(t.start, t.marks)) for t in tokens]


def _wished_away(supposed: list[Token]) -> bool:
    return any(
        t.has(*NEGATORS) and any(u.has(*TERMS) for u in supposed[i + 1 : i + 3])
        for i, t in enumerate(supposed)
    )


def _between_breaks(tokens: list[Token]) -> list[list[Token]]:
    found: list[list[Token]] = [[]]
    for token in tokens:
        if token.has(*BREAKS, Role.CONTRAST):
            found.append([])
        else:
            found[-1].append(token)
    return found


def _supposition(
    clause: list[Token], before: list[Token], consequence: tuple[str, ...]
) -> tuple[int, int]:
    """Where in a clause what is only supposed begins and ends; nowhere if all is asserted."""
    begin = next((i for i, t in enumerate(clause) if t.has(Role.SUPPOSING)), None)
    if begin is None and any(t.has(Role.SUPPOSING) for t in before):
        # "如果发烧,我肯定会说".
        begin = next((i for i, t in enumerate(clause) if not t.has(*_WHO)), None)
        if begin is not None and not clause[begin].text.startswith(consequence):
            begin = None
    if begin is None:
        return 0, 0
    told = False
    ends = (*NEGATORS, Role.DENIAL, Role.NOW) if clause[begin].has(Role.DOUBT) else (Role.NOW,)
    for index, token in enumerate(clause[begin + 1 :], begin + 1):
        if told and token.has(*ends):
            return begin, index
        told = told or token.has(*TERMS, Role.UNKNOWN)
    return begin, len(clause)


def _supposed_before(clause: list[Token]) -> tuple[int, int]:
    """Where what is supposed begins and ends if the word for it comes last, after what the same
    clause asserts: "아픈 데 없고 열이 났으면"."""
    at = next((i for i, t in enumerate(clause) if t.has(Role.SUPPOSING)), None)
    if at is None:
        return 0, 0
    told = (i for i in range(at, 0, -1) if clause[i - 1].has(*NEGATORS, Role.DENIAL))
    return next(told, 0), at + 1


def _there(clause: list[Token], begin: int, end: int, perfective: tuple[str, ...]) -> bool:
    """Whether what is feared is told as there or done, is not said at all ("我害怕"),
    or is what a denial is taken back with ("没有,就担心…")."""
    feared = clause[begin + 1 : end]
    told = any(
        t.has(Role.AFFIRMER, Role.BUT_SO, Role.HEDGE) or any(sign in t.text for sign in perfective)
        for t in feared
    )
    return told or not feared or any(t.has(Role.ONLY) for t in clause[:begin])
