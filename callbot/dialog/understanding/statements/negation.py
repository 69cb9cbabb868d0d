"""Reads what is affirmed and what denied: what languages have in common."""

from abc import ABC, abstractmethod
from dataclasses import replace
from itertools import takewhile

from callbot.dialog.understanding.statements.assertions import Assertion, Polarity, Statement, Who
from callbot.dialog.understanding.statements.clauses import Clause, clauses
from callbot.dialog.understanding.statements.subjects import subjects
from callbot.dialog.understanding.words.roles import (
    BREAKS,
    ILLNESS,
    INVISIBLE,
    NAMED,
    NEGATORS,
    TERMS,
    UNREAD,
    Role,
)
from callbot.dialog.understanding.words.sections.grammar import Grammar
from callbot.dialog.understanding.words.vocabulary import Token

_TURNS = (Role.HARMLESS, Role.CONTRAST)
_EMPTY = (*INVISIBLE, *NAMED, Role.HARMLESS, Role.STANDS_FOR, Role.ALL)
"""What tells nothing between a person and a word that takes up what was said."""

_ACTS = (Role.OUT, Role.GO, Role.HOME, Role.MEET)
"""What was done stays done; only what one feels can be over."""


class Reading(ABC):
    """What both directions of negation share."""

    def __init__(self, tokens: list[Token], grammar: Grammar) -> None:
        self._grammar = grammar
        self._tokens = tokens
        self._place = {token.start: index for index, token in enumerate(tokens)}
        self._who = subjects(tokens)
        self._found: list[Assertion] = []
        self._denied = self._loose = self._doubt = self._vague = False
        self._well = self._hedged = False
        self._past = False
        self._echo: int | None = None
        self._closed: set[int] = set()

    def statement(self) -> Statement:
        for number, clause in enumerate(clauses(self._tokens)):
            self._clause(number, clause)
        self._supersede()
        self._take_up()
        words = [t for t in self._tokens if not t.has(*INVISIBLE, *BREAKS)]
        affirmed = any(t.has(Role.AFFIRMER) for t in words[:1]) and all(
            t.has(Role.AFFIRMER, Role.WHEN, Role.PAST, Role.NOW) for t in words
        )
        affirmed = affirmed or self._assents(words)
        return Statement(
            tuple(self._tokens), tuple(self._found), self._denied or self._well, self._denied,
            self._loose, affirmed, self._doubt or self._hedged, self._vague,
        )  # fmt: skip

    def _assents(self, words: list[Token]) -> bool:
        """As in "yes to get my prescription": a yes, and no word of no."""
        contrary = (*NEGATORS, Role.DENIAL, Role.DOUBT, Role.VAGUE, Role.CORRECTION)
        return any(t.has(Role.ASSENT) for t in words) and not any(t.has(*contrary) for t in words)

    @abstractmethod
    def _clause(self, number: int, clause: Clause) -> None:
        """Takes up what one clause affirms and denies."""

    def _supersede(self) -> None:
        """As in “前天咳嗽,现在不咳了”, "有咳嗽,不对,没咳嗽", "有点咳,不是咳": the later counts."""
        turns = [
            t
            for t in self._tokens
            if t.has(Role.NOW, Role.CORRECTION) or (t.has(Role.NOT_SO) and self._stands_alone(t))
        ]
        for later in self._found:
            if later.polarity is not Polarity.ABSENT:
                continue
            start = later.token.start
            for index, earlier in enumerate(self._found):
                turned = earlier.past or self._turned(turns, earlier.token, later.token)
                turned = turned or self._taken_back(earlier.token, later.token)
                same = self._are_one(earlier.token, later.token)
                if earlier.token.start < start and turned and same and earlier.who is later.who:
                    self._end([index])

    def _are_one(self, earlier: Token, later: Token) -> bool:
        """Whether what is denied is the sign of illness named before."""
        return not set(_codes(earlier)).isdisjoint(_codes(later))

    def _turned(self, turns: list[Token], earlier: Token, later: Token) -> bool:
        """Whether one of the turns sets the later against the earlier."""
        return any(earlier.end <= t.start <= later.start for t in turns)

    def _stands_alone(self, token: Token) -> bool:
        at = self._place[token.start]
        around = (*self._tokens[max(0, at - 1) : at], *self._tokens[at + 1 : at + 2])
        return all(t.has(*BREAKS) for t in around)

    def _taken_back(self, named: Token, denied: Token) -> bool:
        """As in "不是头疼", which names once more what was said before. Another word for the like
        is a cause that it has not ("嗓子疼,不是上火")."""
        words = reversed(self._tokens[: self._place[denied.start]])
        last = next((t for t in words if not t.has(*INVISIBLE)), None)
        again = not set(named.text).isdisjoint(denied.text)
        return again and last is not None and last.has(Role.NOT_SO)

    def _assert(self, token: Token, polarity: Polarity, clause: int, *, bare: bool) -> None:
        who = self._who.get(token.start, Who.SELF)
        strong = any(t.has(Role.INTENSIFIER) for t in self._before(token))
        self._found.append(
            Assertion(token, polarity, who, clause, bare=bare, past=self._past, intense=strong)
        )

    def _before(self, token: Token) -> list[Token]:
        """The one or two words right before."""
        at = self._place[token.start]
        return [t for t in self._tokens[max(0, at - 2) : at] if not t.has(*BREAKS)]

    def _set(self, which: list[int], polarity: Polarity) -> None:
        for index in which:
            self._found[index] = replace(self._found[index], polarity=polarity, bare=False)

    def _end(self, which: list[int]) -> None:
        """They are over, but for what was felt last night: of that no call has asked yet."""
        for index in which:
            felt = self._found[index].token
            if self._found[index].polarity is Polarity.ABSENT:
                continue
            lately = not felt.has(*_ACTS) and self._is_of_last_night(felt)
            self._set([index], Polarity.PRESENT if lately else Polarity.ABSENT)

    def _is_of_last_night(self, term: Token) -> bool:
        """As in "昨晚发烧,现在退了", "had a fever last night": named in its clause, and no earlier
        day nearer to it."""
        at = self._place[term.start]
        breaks = (*BREAKS, Role.CONTRAST, Role.RECOVERED)
        before = takewhile(lambda t: not t.has(*breaks), reversed(self._tokens[:at]))
        after = takewhile(lambda t: not t.has(*breaks, *NEGATORS), self._tokens[at + 1 :])
        times = (Role.LAST_NIGHT, Role.EARLIER_DAY, Role.LONG_AGO)
        named = next((t for t in (*before, *after) if t.has(*times)), None)
        return named is not None and named.has(Role.LAST_NIGHT)

    def _here(self, clause: int) -> list[int]:
        return [i for i, a in enumerate(self._found) if a.clause == clause]

    def _intensify(self, clause: int) -> None:
        """A strong word affirms its terms, even denied ones ("没有咳得厉害" denies the degree)."""
        for index in self._here(clause):
            if index in self._closed or self._found[index].token.has(*_ACTS):
                continue
            denied = self._found[index].polarity is Polarity.ABSENT
            self._found[index] = replace(
                self._found[index],
                intense=not denied,
                bare=False,
                polarity=Polarity.PRESENT if denied else self._found[index].polarity,
            )

    def _recover(self, clause: int, token: Token) -> None:
        """As in “好了”: what is named right before it is over ("coughing, yes, but the fever is
        gone"), or else what was said before in this clause, or else until now. Denied, it takes the
        recovery back ("my cough isn't gone")."""
        if negator := self._denied_right_before(token):
            told = [i for i in self._here(clause) if not self._found[i].token.has(*_ACTS)]
            past = [i for i in told if self._found[i].past]
            self._set(self._right_before(negator) or past, Polarity.PRESENT)
            return
        felt = [
            i for i, a in enumerate(self._found)
            if a.polarity is not Polarity.ABSENT and not a.token.has(*_ACTS, Role.MEASURE)
            and not self._is_excepted(a.token)
        ]  # fmt: skip
        # "I don't feel like eating since my wife passed": it is she who did.
        felt = self._same(felt, token)
        here = [
            i for i in felt
            if self._found[i].clause == clause and self._found[i].polarity is Polarity.PRESENT
        ]  # fmt: skip
        named = self._right_before(token)
        codes = {code for i in named for code in _codes(self._found[i].token)}
        # "咳嗽,烧退了" says which it is that is over.
        codes |= {code for code in token.codes(Role.RECOVERED) if code}
        if codes:
            here = [i for i in felt if i in named or codes & set(_codes(self._found[i].token))]
            self._end(here)
        else:
            self._end(here or felt)

    def _is_excepted(self, sign: Token) -> bool:
        """ "除了还有点咳,都好了"."""
        before = reversed(self._tokens[: self._place[sign.start]])
        clause = takewhile(lambda t: not t.has(*BREAKS), before)
        return not sign.text.isascii() and any(t.has(Role.EXCEPT) for t in clause)

    def _denied_right_before(self, token: Token) -> Token | None:
        """A negation right before it, if that is no answer of its own."""
        before = [t for t in self._tokens[: self._place[token.start]] if not t.has(*INVISIBLE)][-1:]
        denied = before and before[0].has(*NEGATORS) and not before[0].has(Role.NOUN_NEGATOR)
        return before[0] if denied else None

    def _right_before(self, token: Token) -> list[int]:
        """Signs of illness, one or a list of them, that nothing parts from the word after."""
        starts: set[int] = set()
        for earlier in map(self._tokens.__getitem__, range(self._place[token.start] - 1, -1, -1)):
            if earlier.has(*ILLNESS):
                starts.add(earlier.start)
            elif not earlier.has(*INVISIBLE, Role.JOIN, Role.OR, Role.ALL):
                break
        return [i for i, a in enumerate(self._found) if a.token.start in starts]

    def _end_marks(self, number: int, token: Token, hedged: bool) -> None:
        """Words that bear on what stands before them."""
        if token.has(Role.INTENSIFIER):
            self._intensify(number)
        if token.has(Role.RECOVERED):
            self._recover(number, token)
        if token.has(Role.DENIAL) and self._own(token):
            self._over(token)
            self._well = self._well or token.has(Role.WELL)
            self._denied = self._denied or not token.has(Role.WELL)
            # "应该没有吧,都正常": what was only thought is then said outright.
            self._hedged = hedged

    def _over(self, denial: Token) -> None:
        """As in “어제까지 설사했는데 오늘은 괜찮습니다”, "tired Monday but fine today": well now,
        so what was before is over."""
        at = self._place[denial.start]
        before = [t.start for t in self._tokens[:at] if t.has(Role.NOW)]
        after = takewhile(lambda t: not t.has(*BREAKS, Role.CONTRAST), self._tokens[at:])
        if before:
            turn = before[-1]
        elif any(t.has(Role.NOW) for t in after):
            turn = denial.start
        else:
            return
        gone = [
            i for i, a in enumerate(self._found)
            if a.token.end <= turn and not a.token.has(*_ACTS)
            and (a.past or self._dated(a.token, denial))
        ]  # fmt: skip
        self._end(gone)

    def _dated(self, term: Token, denial: Token) -> bool:
        """Whether a day of the week is named in the clause of a term, which ends before the denial
        of it all, and nothing is left out of that ("fine today apart from that")."""
        breaks = (*BREAKS, Role.CONTRAST)
        at = self._place[term.start]
        earlier = list(takewhile(lambda t: not t.has(*breaks), reversed(self._tokens[:at])))
        later = list(takewhile(lambda t: not t.has(*breaks), self._tokens[at:]))
        after = self._tokens[self._place[denial.start] :]
        apart = denial not in later and not any(t.has(Role.EXCEPT) for t in after)
        return apart and any(t.has(Role.WEEKDAY) for t in (*earlier, *later))

    def _take_up(self) -> None:
        """As in "I have no cough, but my mother does", "저는 열이 없지만 아내는 있어요", "so do I":
        the signs spoken of last are those of one more person; with "so", acts as well."""
        for index, token in enumerate(self._tokens):
            if not token.has(Role.STANDS_FOR):
                continue
            person, now = self._spoken_of(index)
            if person is None and not now:
                continue
            who = self._who.get(person.start, Who.SELF) if person else Who.SELF
            likewise = self._is_likewise(token)
            acts = _ACTS if likewise else ()
            before = [
                a for a in self._found
                if a.token.has(*ILLNESS, *acts) and a.token.end <= token.start
                and (
                    (a.who is not who and person is not None)
                    or (
                        a.polarity is Polarity.ABSENT
                        and not likewise
                        and (now or who is not Who.SELF)
                    )
                )
            ]  # fmt: skip
            told = [a for a in before if a.clause == before[-1].clause]
            self._found += [
                replace(
                    a, who=who, polarity=a.polarity if likewise else Polarity.PRESENT, bare=False,
                    past=False,
                )
                for a in told
            ]  # fmt: skip

    def _spoken_of(self, index: int) -> tuple[Token | None, bool]:
        """Who is named before a word that stands for what was said, or right behind it at the end,
        with nothing told between them; and whether now is ("yesterday no fever, but today I do").
        """
        rest = self._tokens[index + 1 :]
        after = list(takewhile(lambda t: not t.has(*BREAKS, Role.CONTRAST), rest))
        if any(not t.has(*_EMPTY) for t in after):
            return None, False
        if after and after[0].has(*NAMED):
            return (after[0] if self._is_likewise(self._tokens[index]) else None), False
        named: Token | None = None
        now = False
        for earlier in reversed(self._tokens[:index]):
            if earlier.has(Role.NOW):
                now = True
            elif earlier.has(*NAMED):
                named = earlier
            elif not earlier.has(*_EMPTY, *BREAKS, Role.ALONE):
                break
        return named, now

    def _is_likewise(self, token: Token) -> bool:
        return token.text.startswith(self._grammar.likewise)

    def _named(self, token: Token) -> Who | None:
        """The person named right before a word that denies, in the same clause: "我没有"."""
        for earlier in map(self._tokens.__getitem__, range(self._place[token.start] - 1, -1, -1)):
            if earlier.has(*BREAKS, *TERMS) and not earlier.has(*INVISIBLE):
                return None
            if earlier.has(*NAMED):
                return self._who.get(token.start)
        return None

    def _own(self, token: Token) -> bool:
        """Whether a denial is the resident's own, and not only that of somebody named."""
        return self._named(token) in (None, Who.SELF, Who.BOTH)

    def _same(self, which: list[int], token: Token) -> list[int]:
        """Without terms said of another person than the one who denies ("他咳嗽,我没有")."""
        named = self._named(token)
        if named is None:
            return which
        if named is Who.BOTH:
            apart = (Who.OTHER, Who.HOUSEHOLD) if self._are_two(token) else (Who.OTHER,)
            return [i for i in which if self._found[i].who not in apart]
        return [i for i in which if self._found[i].who in (named, Who.BOTH)]

    def _are_two(self, token: Token) -> bool:
        """ "孩子发烧了,我跟老伴都没什么": who is named with the resident is nobody spoken of
        before, and not all of those at home."""
        before = reversed(self._tokens[: self._place[token.start]])
        clause = list(takewhile(lambda t: not t.has(*BREAKS), before))
        return any(
            two.has(Role.JOIN) and one.has(Role.CORE, Role.FAMILY) and me.has(Role.SELF)
            for one, two, me in zip(clause, clause[1:], clause[2:], strict=False)
        )

    def _contrary(self, negator: Token) -> bool:
        """ "My husband feels great, I don't": what one is said to be, another at home is not. What
        that is may be in no list ("my daughter's well, I'm not")."""
        before = [t for t in self._tokens[: self._place[negator.start]] if not t.has(*INVISIBLE)]
        person = (Role.SELF, Role.CORE, Role.FAMILY, Role.THIRD)
        named = negator.has(Role.OWN) or (bool(before) and before[-1].has(*person))
        last = next((t for t in reversed(before) if not t.has(*BREAKS, *NAMED, *_TURNS)), None)
        if not named:
            return False
        clause = list(takewhile(lambda t: not t.has(*BREAKS), reversed(_before_clause(before))))
        another = any(t.has(*person[1:]) for t in clause)
        untold = not any(t.has(*TERMS, *NEGATORS, Role.DENIAL, Role.NOBODY) for t in clause)
        return (last is not None and last.has(Role.WELL)) or (another and untold)

    def _notice(self, token: Token) -> None:
        if token.has(Role.PAST):
            self._past = True
        if token.has(Role.NOW):
            self._past = False
        if token.has(Role.VAGUE):
            self._vague = True


def _before_clause(tokens: list[Token]) -> list[Token]:
    """What stands before the pause behind which the last clause begins."""
    breaks = [index for index, token in enumerate(tokens) if token.has(*BREAKS)]
    return tokens[: breaks[-1]] if breaks else []


def unread(token: Token) -> bool:
    return token.has(*UNREAD, Role.HARMLESS) and len(token.text) > 1


def _codes(token: Token) -> tuple[str, ...]:
    return (*token.codes(Role.SYMPTOM), *token.codes(Role.SEVERE))


def alike(one: Token, other: Token) -> bool:
    """Both answer the same kind of question, so that one negation can cover both."""
    return any(one.has(role) and other.has(role) for role in TERMS)


def names_nothing(affirmer: Token, rest: list[Token], *, least: int) -> bool:
    """As in “有点壳搜”, “就是脚底起泡”: something is affirmed, but no word says what.

    least: characters of what was not read; in some languages one is only an ending.
    """
    unread = any(t.has(Role.UNKNOWN) and len(t.text) >= least for t in rest[:1])
    unread = unread or (
        any(t.has(*UNREAD) for t in rest[:1]) and any(t.has(Role.UNKNOWN) for t in rest)
    )
    says = affirmer.has(Role.AFFIRMER, Role.RESERVATION)
    return says and unread and not any(t.has(*TERMS, Role.DENIAL, *NEGATORS) for t in rest)
