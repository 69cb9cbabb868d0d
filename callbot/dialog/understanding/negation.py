"""Reads what is affirmed and what denied, where a language puts its negation before (English)."""

from dataclasses import replace

from callbot.dialog.understanding.assertions import (
    BREAKS,
    INVISIBLE,
    NAMED,
    TERMS,
    Assertion,
    Clause,
    Polarity,
    Statement,
    Who,
    clauses,
    subjects,
)
from callbot.dialog.understanding.vocabulary import Role, Token

_LISTED = (Role.SYMPTOM, Role.SEVERE, Role.COMPLAINT)
_DENIED_ALONE = (Role.EVERYDAY, Role.MEDICINE, Role.LATER, Role.PLACE, Role.TRANSPORT)
"""What a negation before them denies, and not the terms before it ("咳嗽没吃药")."""

_ACTS = (Role.OUT, Role.GO, Role.HOME, Role.MEET)
"""What was done stays done; only what one feels can be over."""

NEGATORS = (Role.NEGATOR, Role.TIGHT_NEGATOR, Role.ALL_NEGATOR)


class Reading:
    """What both directions of negation share."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._place = {token.start: index for index, token in enumerate(tokens)}
        self._who = subjects(tokens)
        self._found: list[Assertion] = []
        self._denied = self._loose = self._doubt = self._vague = False
        self._past = False
        self._echo: int | None = None

    def statement(self) -> Statement:
        for number, clause in enumerate(clauses(self._tokens)):
            self._clause(number, clause)
        self._supersede()
        words = [t for t in self._tokens if not t.has(*INVISIBLE, *BREAKS)]
        affirmed = bool(words) and all(t.has(Role.AFFIRMER) for t in words)
        return Statement(
            tuple(self._tokens), tuple(self._found), self._denied, self._loose, affirmed,
            self._doubt, self._vague,
        )  # fmt: skip

    def _clause(self, number: int, clause: Clause) -> None:
        raise NotImplementedError

    def _supersede(self) -> None:
        """As in “前天咳嗽,现在不咳了”, "有咳嗽,不对,没咳嗽": the later word counts."""
        turns = [t.start for t in self._tokens if t.has(Role.NOW, Role.CORRECTION)]
        for later in self._found:
            if later.polarity is not Polarity.ABSENT:
                continue
            start = later.token.start
            for index, earlier in enumerate(self._found):
                turned = earlier.past or any(earlier.token.end <= t <= start for t in turns)
                same = set(_codes(earlier.token)) & set(_codes(later.token))
                if earlier.token.start < start and turned and same and earlier.who is later.who:
                    self._set([index], Polarity.ABSENT)

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

    def _here(self, clause: int) -> list[int]:
        return [i for i, a in enumerate(self._found) if a.clause == clause]

    def _intensify(self, clause: int) -> None:
        """A strong word affirms its terms, even denied ones ("没有咳得厉害" denies the degree)."""
        for index in self._here(clause):
            denied = self._found[index].polarity is Polarity.ABSENT
            self._found[index] = replace(
                self._found[index],
                intense=not denied,
                bare=False,
                polarity=Polarity.PRESENT if denied else self._found[index].polarity,
            )

    def _recover(self, clause: int) -> None:
        """As in “好了”: what was said before in this clause, or else until now, is over."""
        felt = [
            i for i, a in enumerate(self._found)
            if a.polarity is not Polarity.ABSENT and not a.token.has(*_ACTS)
        ]  # fmt: skip
        here = [
            i for i in felt
            if self._found[i].clause == clause and self._found[i].polarity is Polarity.PRESENT
        ]  # fmt: skip
        self._set(here or felt, Polarity.ABSENT)

    def _end_marks(self, number: int, token: Token, hedged: bool) -> None:
        """Words that bear on what stands before them."""
        if token.has(Role.INTENSIFIER):
            self._intensify(number)
        if token.has(Role.RECOVERED):
            self._recover(number)
        if token.has(Role.DENIAL) and self._own(token):
            self._over(token)
            self._denied = True
            self._doubt = self._doubt or hedged

    def _over(self, denial: Token) -> None:
        """As in “어제까지 설사했는데 오늘은 괜찮습니다”: well now, so what was before is over."""
        turns = [t.start for t in self._tokens if t.has(Role.NOW) and t.end <= denial.start]
        if turns:
            gone = [i for i, a in enumerate(self._found) if a.past and a.token.end <= turns[-1]]
            self._set([i for i in gone if not self._found[i].token.has(*_ACTS)], Polarity.ABSENT)

    def _named(self, token: Token) -> Who | None:
        """The person named right before a word that denies, in the same clause: "我没有"."""
        for earlier in map(self._tokens.__getitem__, range(self._place[token.start] - 1, -1, -1)):
            if earlier.has(*BREAKS, *TERMS):
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
            return [i for i in which if self._found[i].who is not Who.OTHER]
        return [i for i in which if self._found[i].who in (named, Who.BOTH)]

    def _notice(self, token: Token) -> None:
        if token.has(Role.PAST):
            self._past = True
        if token.has(Role.NOW):
            self._past = False
        if token.has(Role.VAGUE):
            self._vague = True


class NegationBefore(Reading):
    """Chinese and English: "没有发烧", "no fever"; also the topic first: "发烧没有"."""

    _carried: Token | None = None
    _affirmed_up_to: int | None = None

    def _clause(self, number: int, clause: Clause) -> None:
        self._affirmed_up_to = None
        if clause.contrasts:
            self._carried = None
        if self._carried and all(
            t.has(*_LISTED, Role.JOIN, Role.OR, Role.LIST_TAIL) for t in clause.tokens
        ):
            self._continue_list(number, clause)
            return
        self._carried = None
        negator: Token | None = None
        bound: Token | None = None
        affirmed = uncertain = hedged = planned = False
        for index, token in enumerate(clause.tokens):
            rest = clause.tokens[index + 1 :]
            self._notice(token)
            if token.has(Role.DOUBT, Role.WHETHER):
                uncertain = True
                self._echo = number if token.has(Role.WHETHER) else self._echo
                self._doubt = self._doubt or not any(t.has(*TERMS) for t in rest)
            elif token.has(Role.HEDGE):
                hedged = True
            elif token.has(Role.LATER):
                planned = True
            elif token.has(Role.AFFIRMER, Role.CONTRAST, Role.EXCEPT):
                self._denied = self._denied or (negator is not None and bound is None)
                negator, affirmed = None, True
                self._affirm_before(number, last=not rest)
                self._loose = self._loose or names_nothing(token, rest)
            elif token.has(*NEGATORS):
                negator = self._negate(number, token, rest, hedged or uncertain)
                bound = None
            elif token.has(Role.PAST) and negator is not None and bound is None:
                # "没有昨天咳得厉害": less than before is not gone.
                negator, affirmed = None, True
            elif _degree(token) and negator is not None and bound is None:
                # "没有很厉害的咳嗽" leaves a mild one open.
                uncertain = True
            elif token.has(Role.SELF):
                # "no I went out": the negation was an answer of its own.
                self._denied = self._denied or (negator is not None and bound is None)
                negator = None if bound is None else negator
            elif token.has(*TERMS):
                if token.has(Role.HOME) and negator is not None and bound is None:
                    self._denied, negator = True, None
                if negator is not None and _corrects(negator, token):
                    negator = None
                negates = negator is not None and (bound is None or alike(bound, token))
                if planned and token.has(Role.OUT, Role.GO):
                    continue
                alone = negates and negator is not None and _denies_no_act(negator, token)
                unsure = uncertain or alone or (hedged and negates)
                polarity = Polarity.ABSENT if negates else Polarity.PRESENT
                self._assert(
                    token,
                    Polarity.DOUBTFUL if unsure else polarity,
                    number,
                    bare=not (negates or affirmed or unsure),
                )
                if negates and negator is not None:
                    bound = token
                    lists = token.has(*_LISTED) and not negator.has(Role.TIGHT_NEGATOR)
                    # "没烧没咳" denies each by itself: what comes next is no part of a list.
                    single = sum(t.has(*NEGATORS, Role.NORMAL) for t in clause.tokens) == 1
                    self._carried = token if lists and single else None
                    once = negator.has(Role.TIGHT_NEGATOR) or token.has(Role.MEASURE)
                    negator = None if once else negator
            elif unread(token) and bound is None:
                self._denied = self._denied or _answers(negator)
                negator = None
            if token.has(Role.DENIAL) and _turns(clause.tokens[:index][-1:]):
                # "不正常", "isn't feeling fine".
                self._doubt = True
            self._end_marks(number, token, hedged)

    def _affirm_before(self, number: int, *, last: bool) -> None:
        """ "咳嗽有一点,发烧没有": the affirmation may belong to what stands before it."""
        here = self._here(number)
        if last and here and self._found[here[-1]].polarity is Polarity.ABSENT:
            # "没有咳嗽有一点": no cough, or no fever but a cough?
            self._set(here[-1:], Polarity.DOUBTFUL)
        before = [i for i in here if self._found[i].bare]
        if before:
            self._set(before, Polarity.PRESENT)
            self._affirmed_up_to = max(here)

    def _continue_list(self, number: int, clause: Clause) -> None:
        """“没有发烧,咳嗽”: a list that goes on, or a new statement? Only its tail can tell."""
        closed = any(t.has(Role.OR, Role.LIST_TAIL) for t in clause.tokens)
        if closed:
            doubtful = [i for i, a in enumerate(self._found) if a.polarity is Polarity.DOUBTFUL]
            self._set(doubtful, Polarity.ABSENT)
        for token in clause.tokens:
            if token.has(*TERMS):
                self._assert(
                    token, Polarity.ABSENT if closed else Polarity.DOUBTFUL, number, bare=not closed
                )

    def _negate(self, number: int, token: Token, rest: list[Token], hedged: bool) -> Token | None:
        """Binds a negator that stands after its terms; returns it if terms may follow."""
        here = self._same(self._here(number), token)
        bare = [i for i in here if self._found[i].bare]
        if self._affirmed_up_to is not None:
            bare = bare or [i for i in here if i > self._affirmed_up_to]
        following = [t for t in rest if t.has(*TERMS)]
        if following:
            # Of two numbers the one not denied is meant: "38.2 not 37.2".
            numbers = following[0].has(Role.MEASURE)
            matching = [
                i for i in bare if not numbers and alike(self._found[i].token, following[0])
            ]
            last = rest[-1]
            self._set(matching, Polarity.ABSENT if last.has(*NEGATORS) else Polarity.DOUBTFUL)
            return token
        if rest and (unread(rest[0]) or (here and rest[0].has(*_DENIED_ALONE))):
            self._denied = self._denied or (_answers(token) and not here and self._own(token))
            return None
        if rest and _degree(rest[0]) and not here:
            # "没有很厉害", "not as bad as yesterday": some of it is left.
            self._doubt = True
            return None
        if not rest and (echoed := self._echoed(number)):
            self._set(echoed, Polarity.ABSENT)
            return None
        denied = Polarity.DOUBTFUL if hedged else Polarity.ABSENT
        if token.has(Role.TIGHT_NEGATOR) and rest:
            return None
        if bare:
            self._set(bare, denied)
        elif token.has(Role.ALL_NEGATOR) and (listed := self._same(self._open_list(number), token)):
            self._set(listed, denied)
        elif past := self._same([i for i, a in enumerate(self._found) if a.past], token):
            self._set(past, denied)
        elif listed := self._same(self._open_list(number), token):
            self._set(listed, Polarity.DOUBTFUL)
        elif not here and self._own(token):
            self._denied = True
            self._doubt = self._doubt or hedged
            return token
        return None

    def _echoed(self, number: int) -> list[int]:
        """Terms of a question said again before it is answered: “有没有发烧咳嗽,没有”."""
        if self._echo is None or number - self._echo > 1:
            return []
        asked = enumerate(self._found)
        return [i for i, a in asked if a.clause >= self._echo and a.polarity is Polarity.DOUBTFUL]

    def _open_list(self, number: int) -> list[int]:
        """Terms just before this clause that nothing has affirmed or denied."""
        listed: list[int] = []
        for index in range(len(self._found) - 1, -1, -1):
            assertion = self._found[index]
            if not (assertion.bare or assertion.polarity is Polarity.DOUBTFUL):
                break
            if assertion.clause < number:
                listed.append(index)
        return listed


def _denies_no_act(negator: Token, act: Token) -> bool:
    """ "没有去了趟超市", "no went to the store": here the negation can only stand by itself, since
    it does not deny things done."""
    if not act.has(Role.OUT, Role.GO, Role.MEET):
        return False
    return negator.has(Role.NOUN_NEGATOR) or act.has(Role.COMPLETED)


def _answers(negator: Token | None) -> bool:
    """Whether a word like "no" can be an answer of its own, as before words it does not deny."""
    return negator is not None and negator.has(Role.NOUN_NEGATOR)


def unread(token: Token) -> bool:
    return token.has(Role.UNKNOWN, Role.HARMLESS) and len(token.text) > 1


def _corrects(negator: Token, term: Token) -> bool:
    """ "Thirty seven, no, thirty eight": "no" before a number takes back what stood before."""
    return term.has(Role.MEASURE) and negator.has(Role.NOUN_NEGATOR)


def _degree(token: Token) -> bool:
    return token.has(Role.INTENSIFIER) and not token.has(*TERMS)


def _turns(before: list[Token]) -> bool:
    """Whether the word before can only deny what follows, being no answer by itself."""
    return any(t.has(Role.TIGHT_NEGATOR) and not t.has(Role.DENIAL) for t in before)


def _codes(token: Token) -> tuple[str, ...]:
    return (*token.codes(Role.SYMPTOM), *token.codes(Role.SEVERE))


def alike(one: Token, other: Token) -> bool:
    """Both answer the same kind of question, so that one negation can cover both."""
    return any(one.has(role) and other.has(role) for role in TERMS)


def names_nothing(affirmer: Token, rest: list[Token]) -> bool:
    """As in “有点壳搜”, “就是脚底起泡”: something is affirmed, but no word says what."""
    unread = any(t.has(Role.UNKNOWN) and len(t.text) > 1 for t in rest[:1])
    says = affirmer.has(Role.AFFIRMER, Role.RESERVATION)
    return says and unread and not any(t.has(*TERMS, Role.DENIAL, *NEGATORS) for t in rest)
