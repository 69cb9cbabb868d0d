"""Reads what is affirmed and what denied, where a language puts its negation before (English)."""

from dataclasses import dataclass

from callbot.dialog.understanding.statements.assertions import Polarity
from callbot.dialog.understanding.statements.clauses import Clause
from callbot.dialog.understanding.statements.negation import alike, names_nothing, unread
from callbot.dialog.understanding.statements.negators import (
    answers,
    answers_before_only,
    binds,
    corrects,
    degree,
    denies_done,
    denies_no_act,
    denies_twice,
    goes_to,
    stands_alone,
    turns,
    unwell,
)
from callbot.dialog.understanding.statements.topic_first import ACTS, TopicFirst
from callbot.dialog.understanding.words.roles import (
    BREAKS,
    ILLNESS,
    INVISIBLE,
    NAMED,
    NEGATORS,
    OTHERS,
    TERMS,
    UNREAD,
    Role,
)
from callbot.dialog.understanding.words.vocabulary import Token

_SHAPING = (
    Role.DOUBT, Role.WHETHER, Role.HEDGE, Role.LATER, Role.AFFIRMER, Role.CONTRAST, Role.EXCEPT,
    *NEGATORS, Role.SELF,
)  # fmt: skip
"""Words with one of these parts shape the clause, even where they could also be a term."""

_AT_HOME = (Role.CORE, Role.FAMILY, Role.THIRD, Role.EVERYONE)

_DONE_TO = (*OTHERS, *UNREAD, Role.PLACE, Role.EVERYDAY)
"""What an act was done to, or how often."""


@dataclass
class _Scope:
    """What of the clause so far bears on the terms to come.

    negator: a negation that may deny them. bound: the term it denied last.
    """

    negator: Token | None = None
    bound: Token | None = None
    affirmed: bool = False
    uncertain: bool = False
    hedged: bool = False
    planned: bool = False
    habitual: bool = False
    twice: bool = False

    @property
    def open(self) -> bool:
        """Whether there is a negation that has denied nothing yet."""
        return self.negator is not None and self.bound is None


class NegationBefore(TopicFirst):
    """Chinese and English: "没有发烧", "no fever"."""

    _carried: Token | None = None

    def _clause(self, number: int, clause: Clause) -> None:
        self._affirmed_up_to = None
        if clause.contrasts:
            self._carried = None
        if self._carried and all(
            t.has(*ILLNESS, Role.JOIN, Role.OR, Role.LIST_TAIL) for t in clause.tokens
        ):
            self._continue_list(number, clause)
            return
        self._carried = None
        scope = _Scope()
        for index, token in enumerate(clause.tokens):
            before, rest = clause.tokens[:index][-1:], clause.tokens[index + 1 :]
            self._notice(token)
            scope.habitual = scope.habitual or token.has(Role.HABIT)
            if token.has(*TERMS) and not token.has(*_SHAPING):
                self._term(number, token, clause, scope)
            else:
                self._shape(number, token, before, rest, scope)
            if token.has(Role.DENIAL) and (turns(before) or unwell(token, clause.tokens[:index])):
                # "不正常", "haven't been feeling too fine".
                self._doubt = True
            elif token.has(Role.DENIAL) and not token.has(*NEGATORS):
                # "You mean a cough? Nothing like that."
                self._set(self._echoed(number), Polarity.ABSENT)
            self._end_marks(number, token, scope.hedged)
        self._doubt = self._doubt or (self._denied and _has_it_now(clause.tokens))

    def _shape(
        self, number: int, token: Token, before: list[Token], rest: list[Token], scope: _Scope
    ) -> None:
        """What a word that is no term does to the terms around it."""
        if token.has(Role.DOUBT) and token.has(Role.AFFIRMER) and _begins_with_sign(rest):
            # "不是不咳": of what is felt, a denial denied affirms.
            scope.affirmed = True
        elif token.has(Role.DOUBT, Role.WHETHER):
            scope.uncertain = True
            self._echo = number if token.has(Role.WHETHER) else self._echo
            self._doubt = self._doubt or not any(t.has(*TERMS) for t in rest)
        elif token.has(Role.HEDGE):
            scope.hedged = True
        elif token.has(Role.LATER):
            # "每天都要去": what has to be done every day is done.
            scope.planned = not (token.has(Role.OBLIGED) and scope.habitual)
        elif scope.negator and token.has(Role.DAY):
            # "没出去昨天下楼了一下": the denial ends before another day.
            self._denied = self._denied or scope.open
            scope.negator = scope.bound = None
        elif token.has(Role.AFFIRMER, Role.CONTRAST, Role.EXCEPT):
            self._denied = self._denied or scope.open
            if token.has(Role.EXCEPT) and _begins_with_sign(rest):
                # "Not much except a cough": what is excepted is told outright.
                scope.uncertain = False
            scope.negator, scope.affirmed = None, True
            self._affirm_before(number, last=not rest)
            self._loose = self._loose or names_nothing(token, rest, least=1)
        elif token.has(*NEGATORS) and token.has(Role.RECOVERED):
            # "鼻涕没了咳嗽还有": what is gone was told of before; in a word of no list it may be
            # what one misses ("劲没了").
            if not any(map(unread, before)):
                self._negate(number, token, [], scope.hedged or scope.uncertain)
            scope.negator = scope.bound = None
        elif token.has(*NEGATORS):
            unsure = scope.hedged or scope.uncertain
            # "想去,还是没去": what was wished was not done.
            scope.planned = scope.planned and not denies_done(token)
            # "没有不出门": denied twice, or "no" and then a denial.
            scope.twice = denies_twice(before, token)
            scope.negator, scope.bound = self._negate(number, token, rest, unsure), None
        elif token.has(Role.ONLY) and scope.open and answers_before_only(before):
            # "没有就物业的人来了一下": a 没有 of its own, and then what there was.
            self._denied, scope.negator = True, None
        elif token.has(Role.PAST) and scope.open:
            # "没有昨天咳得厉害": less than before is not gone.
            scope.negator, scope.affirmed = None, True
        elif token.has(Role.ASSENT) and token.text.isascii() and _begins_with_sign(rest):
            # "Yeah cough no fever no": in Chinese the answer may follow ("是的,发烧没有").
            scope.affirmed = True
        elif degree(token) and scope.open:
            # "没有很厉害的咳嗽" leaves a mild one open.
            scope.uncertain = True
        elif token.has(Role.SELF) or _begins_anew(token, scope):
            # "no I went out", "no my daughter shops", "我没啥我老伴咳嗽": the negation was an
            # answer of its own, and a wish before it may be another's
            # ("孙子想吃雪糕我就去买了一根").
            scope.planned = scope.planned and any(t.has(Role.LATER) for t in before)
            self._denied = self._denied or scope.open
            scope.negator = None
        elif unread(token) and scope.bound is None:
            self._denied = self._denied or answers(scope.negator)
            scope.negator = None

    def _term(self, number: int, token: Token, clause: Clause, scope: _Scope) -> None:
        """A term is denied by what stands before it, affirmed, or left open."""
        if token.has(Role.STRAIN) and scope.open:
            self._denied, scope.negator = True, None
        if token.has(Role.HOME) and scope.negator and scope.open and not binds(scope.negator):
            self._denied, scope.negator = True, None
        if scope.negator is not None and corrects(scope.negator, token):
            scope.negator = None
        if scope.negator and scope.bound and self._put_right(scope.bound, token):
            scope.negator = None
        if token.has(Role.LACK) or (scope.bound and self._named_anew(token)):
            # "Ain't got no energy" denies nothing of it, nor does "no energy, none".
            scope.negator = None
        if token.has(Role.NORMAL) and scope.open and answers(scope.negator):
            # "No, cool as a cucumber" answers, and then says why.
            scope.negator = None
        if token.has(Role.ABNORMAL) and token.text.startswith(
            tuple(f"{subject} " for subject in self._grammar.comment)
        ):
            # "It was normal, today it's not it's gone up": with a subject of its own it is new.
            scope.negator = None
        reaches = scope.bound is None or alike(scope.bound, token) or goes_to(scope.bound, token)
        negator = scope.negator if reaches else None
        if negator is not None and self._is_topic(negator, token):
            self._found.pop()
        if scope.planned and token.has(Role.OUT, Role.GO, Role.MEET):
            return
        alone = negator is not None and (
            denies_no_act(negator, token, self._grammar) or self._is_done(negator, token)
        )
        alone = alone or (scope.twice and token.has(*ACTS))
        alone = alone or (negator is not None and self._did_instead(scope.bound, token))
        unsure = scope.uncertain or alone or (scope.hedged and negator is not None)
        polarity = Polarity.PRESENT if negator is None else Polarity.ABSENT
        bare = negator is None and not scope.affirmed and not unsure
        bare = bare and (self._past or not token.has(Role.LACK))
        bare = bare and not self._is_of_today(token)
        self._assert(token, Polarity.DOUBTFUL if unsure else polarity, number, bare=bare)
        if negator is None:
            return
        lists = token.has(*ILLNESS) and not negator.has(Role.TIGHT_NEGATOR)
        # "没烧没咳" denies each by itself: what comes next is no part of a list.
        single = sum(t.has(*NEGATORS, Role.NORMAL) for t in clause.tokens) == 1
        self._carried = token if lists and single else None
        once = negator.has(Role.TIGHT_NEGATOR) or token.has(Role.MEASURE)
        scope.negator, scope.bound = (None if once else negator), token

    def _is_of_today(self, sign: Token) -> bool:
        """ "My dad had a fever this morning": told in the past, and of no earlier day; unless it is
        denied right after ("a cough yesterday, today none")."""
        if not sign.has(*ILLNESS) or not sign.text.isascii():
            return False
        time, *rest = self._tokens[self._place[sign.start] + 1 :][:2] or [sign]
        today = time.has(Role.LAST_NIGHT) or (time.has(Role.NOW) and time.has(Role.WHEN))
        denied = (*NEGATORS, Role.DENIAL, Role.RECOVERED)
        return today and not any(t.has(*denied) for t in rest)

    def _is_topic(self, negator: Token, term: Token) -> bool:
        """ "咳嗽倒是不咳嗽": what is named to be denied right after was not affirmed."""
        if not self._found or self._found[-1].polarity is not Polarity.DOUBTFUL:
            return False
        named = self._found[-1].token
        between = self._tokens[self._place[named.start] + 1 : self._place[negator.start]]
        same = set(named.codes(Role.SYMPTOM)) & set(term.codes(Role.SYMPTOM))
        return bool(same) and all(t.has(*INVISIBLE) and not t.has(*BREAKS) for t in between)

    def _is_done(self, negator: Token, term: Token) -> bool:
        """ "没有见了邻居", "没有刚吐了一次": the negation may be an answer of its own, since what
        was done, to somebody or so many times, is not denied so. "没有咳嗽了" is."""
        if not self._grammar.just or not negator.has(Role.NEGATOR):
            return False
        at = self._place[term.start]
        before = self._tokens[self._place[negator.start] + 1 : at]
        if term.has(*ILLNESS) and not negator.text.isascii() and len(negator.text) > 1:
            # "没有孩子咳我不咳": of nobody in particular a denial would name what is felt alone.
            named = [t for t in before if not t.has(*INVISIBLE)]
            if named and all(t.has(Role.SELF, Role.CORE, Role.FAMILY) for t in named):
                return any(t.has(Role.CORE, Role.FAMILY) for t in named)
        perfective = self._grammar.perfective
        ends = [t for t in (term, *self._tokens[at + 1 : at + 2]) if t.text.endswith(perfective)]
        after = self._tokens[self._place[ends[0].start] + 1 :][:1] if ends else []
        return (
            any(t.text in self._grammar.just for t in before)
            or any(sign in term.text[:-1] for sign in perfective)
            or (term.has(*ILLNESS) and term.text.endswith(perfective))
            or (not term.has(*ILLNESS) and any(t.has(*_DONE_TO) for t in after))
        )

    def _did_instead(self, denied: Token | None, act: Token) -> bool:
        """ "没上班去打麻将了": what ends in 了 is not denied with what stands before it."""
        at = self._place[act.start]
        told = (act, *self._tokens[at + 1 : at + 2])
        acts = denied is not None and denied.has(*ACTS) and act.has(*ACTS)
        return acts and any(t.text.endswith(self._grammar.perfective) for t in told)

    def _put_right(self, denied: Token, token: Token) -> bool:
        """ "A fever, no sorry, not a fever, the chills": what is named after an answer that
        was taken back stands in its place."""
        same = set(denied.codes(Role.SYMPTOM))
        told = [
            a.token for a in self._found if a.token is not denied and a.token.end <= denied.start
        ]
        said = [t for t in told if same & set(t.codes(Role.SYMPTOM))]
        turned = (Role.CORRECTION, Role.STALL, Role.NOT_SO)
        return (
            bool(said)
            and not same & set(token.codes(Role.SYMPTOM))
            and any(t.has(*turned) for t in self._tokens if said[-1].end <= t.start < denied.start)
        )

    def _named_anew(self, token: Token) -> bool:
        """ "No fever the chills": with an article it is no part of the list before it."""
        at = self._place[token.start]
        before = self._tokens[at - 1] if at else token
        return token.has(*ILLNESS) and (token.has(Role.DEFINITE) or before.has(Role.DEFINITE))

    def _affirm_before(self, number: int, *, last: bool) -> None:
        """ "咳嗽有一点,发烧没有": the affirmation may belong to what stands before it."""
        here = self._here(number)
        if last and here and self._found[here[-1]].polarity is Polarity.ABSENT:
            if self._answered_each(here):
                # "发烧没有咳嗽有一点": each is answered after it is named.
                self._set(here[:-1], Polarity.ABSENT)
                self._set(here[-1:], Polarity.PRESENT)
                return
            # "没有咳嗽有一点": no cough, or no fever but a cough?
            self._set(here[-1:], Polarity.DOUBTFUL)
        before = [i for i in here if self._found[i].bare]
        if before:
            self._set(before, Polarity.PRESENT)
            self._affirmed_up_to = max(here)

    def _answered_each(self, here: list[int]) -> bool:
        """Whether signs stand before the negation that was read as of the last one."""
        told = [self._found[i] for i in here]
        signs = all(a.token.has(*ILLNESS) and not a.token.text.isascii() for a in told)
        return signs and len(told) > 1 and all(a.polarity is Polarity.DOUBTFUL for a in told[:-1])

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


def _begins_anew(token: Token, scope: _Scope) -> bool:
    """Whether somebody at home begins a statement of their own: "no my daughter shops", "not met as
    such we bumped into each other"."""
    own = scope.bound is not None and token.has(Role.EVERYONE) and token.text.isascii()
    return own or (stands_alone(scope.negator) and token.has(*_AT_HOME))


def _has_it_now(clause: list[Token]) -> bool:
    """As in "没有,现在有点", "我没有,我妈有", "没有,大夫说有": after a denial it is affirmed of
    some time, of somebody or by another, and not said what."""
    words = [t for t in clause if not t.has(*INVISIBLE)]
    times = (Role.NOW, Role.WHEN, Role.PAST, Role.LAST_NIGHT)
    before, last = words[:-1], words[-1:]
    told = any(t.has(*times, *NAMED, Role.SAYS) for t in before)
    beside = (*times, *NAMED, Role.SAYS, Role.ONLY, Role.CONTRAST, Role.AFFIRMER)
    bare = all(t.has(*beside) for t in before)
    return told and bare and any(t.has(Role.AFFIRMER) for t in last)


def _begins_with_sign(rest: list[Token]) -> bool:
    return any(t.has(*ILLNESS) for t in rest[:1])
