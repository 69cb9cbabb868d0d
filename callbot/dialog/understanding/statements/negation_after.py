"""Reads what is affirmed and what denied, where a language puts its negation last (Korean)."""

from dataclasses import dataclass, field, replace
from itertools import pairwise, takewhile

from callbot.dialog.understanding.statements.assertions import Polarity
from callbot.dialog.understanding.statements.clauses import Clause
from callbot.dialog.understanding.statements.negation import Reading, alike, names_nothing, unread
from callbot.dialog.understanding.words.roles import (
    BREAKS,
    ILLNESS,
    INVISIBLE,
    NEGATORS,
    TERMS,
    Role,
)
from callbot.dialog.understanding.words.sections.grammar import Grammar
from callbot.dialog.understanding.words.vocabulary import Token

LONGEST_GOING = 4
"""Syllables of a particle and a verb for going ("에 가", "하러 가")."""

LONGEST_CAUSE = 4
"""Syllables of a verb and its ending of a reason ("해서", "어가지고")."""

_ACHED = "아팠"
"""At the end of an ache told in the past."""

_PLANNED = (Role.OUT, Role.GO, Role.MEET)


@dataclass
class _Scope:
    """What of a clause its predicate will still affirm or deny.

    terms: places in what was found. tight: the next term is denied. uncertain, hedged, planned:
    said of what follows.
    """

    terms: list[int] = field(default_factory=list)
    tight: bool = False
    uncertain: bool = False
    hedged: bool = False
    planned: bool = False


class NegationAfter(Reading):
    """Korean: "열은 없고 기침이 나요"; a predicate closes the terms before it."""

    def __init__(
        self, tokens: list[Token], grammar: Grammar, elaborated: frozenset[int] = frozenset()
    ) -> None:
        super().__init__(tokens, grammar)
        self._elaborated = elaborated

    def _clause(self, number: int, clause: Clause) -> None:
        scope = _Scope()
        for index, token in enumerate(clause.tokens):
            before, rest = clause.tokens[:index], clause.tokens[index + 1 :]
            self._notice(token)
            if token.has(Role.INTENSIFIER) and any(t.has(Role.TIGHT_NEGATOR) for t in before[-1:]):
                # "열은 안 심해요": it bears on what was denied; not in "없고 너무 지루해요".
                self._closed.clear()
            self._shape(token, scope)
            if token.has(Role.INSTRUMENT):
                scope.terms = [i for i in scope.terms if not self._is_measured(i)]
            if token.has(Role.DOUBT):
                self._set(scope.terms, Polarity.DOUBTFUL)
                open_word = not scope.terms and not self._is_of_another_thing(token, before)
                self._doubt = self._doubt or open_word
                scope.uncertain = not scope.terms
                scope.terms = []
            elif token.has(Role.TIGHT_NEGATOR) and rest and rest[0].has(*TERMS):
                scope.tight = True
            elif token.has(Role.TIGHT_NEGATOR) and any(map(unread, rest[:1])):
                # "기침하느라 한숨도 못 잤어요": it denies the next word, which is no term.
                continue
            elif token.has(*NEGATORS):
                if token.has(Role.HOME):
                    self._assert(token, Polarity.PRESENT, number, bare=True)
                scope.terms = self._denied_by(token, self._without_told(token, scope))
                if scope.terms and not self._bears_on(scope.terms[-1], token):
                    continue
                self._negate(number, token, before, rest, scope)
            elif token.has(Role.AFFIRMER, Role.CONTRAST, Role.EXCEPT):
                scope.terms = self._affirm(scope.terms, token, rest)
            elif token.has(*TERMS):
                if scope.planned and token.has(*_PLANNED) and not token.has(Role.COMPLETED):
                    continue
                self._deny_way_before(token, scope)
                self._term(number, token, rest, scope)
            self._end_marks(number, token, scope.hedged)

    def _are_one(self, earlier: Token, later: Token) -> bool:
        """ "머리가 아팠는데 오늘은 안 아파요": what ached is not named again."""
        ached = earlier.text.endswith(_ACHED) and later.has(Role.UNWELL)
        return ached or super()._are_one(earlier, later)

    def _taken_back(self, named: Token, denied: Token) -> bool:
        """ "기침 좀 있어요, 기침이 아니라 재채기요": what begins a clause is what it is not; "심한
        기침이 아니라" denies only how bad it is."""
        at = self._place[denied.start]
        before = next((t for t in reversed(self._tokens[:at]) if not t.has(*INVISIBLE)), None)
        again = not set(named.text).isdisjoint(denied.text)
        begins = again and before is not None and before.has(*BREAKS)
        return begins and any(t.has(Role.NOT_SO) for t in self._tokens[at + 1 : at + 2])

    def _dated(self, term: Token, denial: Token) -> bool:
        """ "목이 아팠지만 이젠 멀쩡합니다": told as over."""
        return term.text.endswith(_ACHED) or super()._dated(term, denial)

    def _turned(self, turns: list[Token], earlier: Token, later: Token) -> bool:
        """A time before the pause that ends what is told first turns nothing: it tells since when
        ("기침이 이틀 전부터 나요, 가래는 없어요")."""
        between = self._tokens[self._place[earlier.start] : self._place[later.start]]
        told = list(takewhile(lambda t: not t.has(*BREAKS), between))
        since = [t for t in told if t.has(Role.NOW)] if len(told) < len(between) else []
        return super()._turned([t for t in turns if t not in since], earlier, later)

    def _deny_way_before(self, stayed: Token, scope: _Scope) -> None:
        """ "산책은 안 나갔어요", "쓰레기 버리러 나가지 않았어요": a word for having stayed in that
        denies going denies what it would have been for; not what was done ("산책하고 안 나갔어요").
        """
        if not (stayed.has(Role.HOME) and stayed.text.startswith(self._grammar.not_gone)):
            return
        denied = [i for i in scope.terms if self._is_gone_for(self._found[i].token, stayed)]
        self._set(denied, Polarity.ABSENT)
        scope.terms = [i for i in scope.terms if i not in denied]

    def _is_gone_for(self, act: Token, stayed: Token) -> bool:
        between = self._tokens[self._place[act.start] + 1 : self._place[stayed.start]]
        particle = "".join(t.text for t in between)
        ending = act.text[-1] + particle
        done = ending.endswith(self._grammar.causal) or any(
            e in ending for e in self._grammar.linking
        )
        apart = any(t.has(*BREAKS, *TERMS, Role.ONLY) for t in between)
        near = len(particle) <= LONGEST_GOING and not apart
        return act.has(Role.OUT) and not act.has(Role.COMPLETED) and near and not done

    def _is_of_another_thing(self, doubt: Token, before: list[Token]) -> bool:
        """ "안 나갔어요, 신발이 어딨는지도 모르겠다": what a clause about a denial leaves open is
        something else, if it names it before a particle."""
        starts = {t.start for t in before if t.has(Role.UNKNOWN, Role.HARMLESS) and len(t.text) > 1}
        named = any(
            one.start in starts and after.text in (*self._grammar.subject, *self._grammar.topic)
            for one, after in pairwise(self._tokens)
        )
        return doubt.start in self._elaborated and named

    def _is_measured(self, index: int) -> bool:
        """ "삼십육 점 일이요 체온계가 맞는지 몰라": what is doubted is no more the number."""
        return self._found[index].token.has(Role.MEASURE)

    def _shape(self, token: Token, scope: _Scope) -> None:
        """Takes up what is only wished, or said with reserve."""
        if token.has(Role.HEDGE):
            scope.hedged = True
        elif token.has(Role.LATER):
            scope.planned = True
            scope.terms = self._wished(scope.terms, token)
        elif token.has(Role.PAST, Role.NOW):
            scope.planned = False

    def _denied_by(self, negator: Token, scope: _Scope) -> list[int]:
        """Of the terms that are open, those which a negation can deny."""
        return [i for i in self._same(scope.terms, negator) if not self._is_cause(i, negator)]

    def _without_told(self, negator: Token, scope: _Scope) -> _Scope:
        """Without terms that were told in a sentence of their own, joined to the one that denies
        something else: "숨이 차고 다른 건 없어요", "산책하고 오래 안 있었어요"."""
        told = [i for i in scope.terms if self._is_told(i, negator)]
        self._set(told, Polarity.PRESENT)
        return replace(scope, terms=[i for i in scope.terms if i not in told])

    def _is_told(self, index: int, negator: Token) -> bool:
        """Whether a term ends a sentence, and what is denied is named after it; not where it was
        only listed: "열 나고 기침하고 그런 거 없어요", "기침하고 가래는 없어요"."""
        term = self._found[index].token
        between = self._tokens[self._place[term.start] + 1 : self._place[negator.start]]
        if self._is_concluded(term, between, negator):
            return True
        ends = [i for i, t in enumerate([term, *between]) if t.text.endswith(self._grammar.linking)]
        if not ends or negator.text.startswith(self._grammar.taking_up):
            return False
        denied = between[ends[-1] :]
        noun = between[:1] and between[0].has(Role.JOIN) and not self._has_particle(term)
        if any(t.text.startswith(self._grammar.taking_up) for t in denied) or (
            noun and any(alike(term, t) for t in between)
        ):
            return False
        return any(not t.has(*INVISIBLE, Role.ALL) for t in denied)

    def _is_concluded(self, term: Token, between: list[Token], negator: Token) -> bool:
        """Whether a sign is told in a verb of its own, and another is denied: "머리가 아파 열은
        없어", "숨이 차 아프진 않아", "기침만 하지 열은 없어"; not all that was listed ("머리 아파
        그런 거 없어")."""
        if not term.has(*ILLNESS) or negator.text.startswith(self._grammar.taking_up):
            return False
        at = next((i for i, t in enumerate(between) if t.has(*TERMS)), len(between))
        verb, denied = between[:at], between[at:]
        if any(t.text.startswith(self._grammar.taking_up) for t in denied) or not (
            denied or self._denies_feeling(negator)
        ):
            return False
        for end in range(len(verb), -1, -1):
            told = "".join(t.text for t in (term, *verb[:end]))
            if told.endswith(self._grammar.concluding):
                return True
            if end and not verb[end - 1].has(*INVISIBLE):
                break
        return False

    def _denies_feeling(self, negator: Token) -> bool:
        """Whether a negation holds the verb it denies ("아프진 않아"), which is none that helps
        another ("부어 있지 않아")."""
        verb = negator.text[:-1]
        return (
            len(verb) > 1
            and not verb.startswith(self._grammar.affirmer)
            and not (verb.startswith((*self._grammar.tight_negator, *self._grammar.negator)))
        )

    def _has_particle(self, term: Token) -> bool:
        return any(particle in term.text[1:] for particle in self._grammar.subject)

    def _negate(
        self, number: int, token: Token, before: list[Token], rest: list[Token], scope: _Scope
    ) -> None:
        """Denies the open terms; where there are none, all of it, unless it goes on."""
        goes_on = bool(rest) and rest[0].has(Role.UNKNOWN)
        if scope.terms:
            last = self._found[scope.terms[-1]].token
            matching = [i for i in scope.terms if alike(self._found[i].token, last)]
            if last.text.endswith(self._grammar.topic):
                last_only = [i for i in matching if not self._concluded(i)]
                matching = [*last_only, *(i for i in scope.terms[-1:] if i not in last_only)]
            self._set(matching, Polarity.DOUBTFUL if scope.hedged else Polarity.ABSENT)
            self._closed |= set(matching)
        elif not self._same(self._here(number), token) and not goes_on:
            # "밥맛이 없어요": what is said not to be there may be health itself.
            self._over(token)
            unnamed = any(map(self._open_unnamed, before[-1:]))
            self._denied = self._denied or (self._own(token) and not unnamed)
            contrary = self._contrary(token) or _is_not_well(before, token)
            self._doubt = self._doubt or scope.hedged or unnamed or contrary
        scope.terms = []

    def _term(self, number: int, token: Token, rest: list[Token], scope: _Scope) -> None:
        """A term is denied by what stands right before it or is added to, or stays open."""
        undone = scope.tight or self._forgone(token, rest)
        polarity = Polarity.ABSENT if undone else Polarity.PRESENT
        self._assert(
            token, Polarity.DOUBTFUL if scope.uncertain else polarity, number, bare=not undone
        )
        if undone:
            self._closed.add(len(self._found) - 1)
        elif not (scope.uncertain or token.has(Role.WHEN)):
            scope.terms.append(len(self._found) - 1)
        scope.tight = False

    def _open_unnamed(self, token: Token) -> bool:
        """Whether what is denied, and named in no list, may be health itself; not where it only
        says more about a denial ("화장도 안 했는걸요")."""
        more = token.start in self._elaborated and not token.has(Role.BODY)
        before = self._tokens[: self._place[token.start]][-1:]
        particle = token.text.startswith(self._grammar.event) and any(
            t.has(Role.PLACE, Role.OUT) for t in before
        )
        return unread(token) and not (more or particle)

    def _forgone(self, token: Token, rest: list[Token]) -> bool:
        """ "논에도 못 갔어요", "안 나갔어요, 출장도 미뤘습니다": what is added to what was denied
        was not done either, unless it is told as done ("산책도 했어요")."""
        following = self._tokens[self._place[token.start] + 1 :][:1]
        added = any(t.text.startswith(self._grammar.as_well) for t in following)
        if not added or not token.has(Role.OUT) or token.has(Role.COMPLETED):
            return False
        if any(t.has(Role.TIGHT_NEGATOR) and u.has(*_PLANNED) for t, u in pairwise(rest)):
            return True
        done = any(t.has(Role.AFFIRMER, Role.COMPLETED) for t in rest)
        return token.start in self._elaborated and not done

    def _bears_on(self, term: int, negator: Token) -> bool:
        """Whether a negation can bear on a term: one of what something is does not in "숨이 차요
        계단도 아닌데", where another noun stands between."""
        if not negator.has(Role.NOUN_NEGATOR):
            return True
        between = self._tokens[self._place[self._found[term].token.start] + 1 :]
        nouns = (Role.UNKNOWN, Role.PLACE, Role.TRANSPORT, Role.OUTSIDER)
        return not any(t.has(*nouns) for t in takewhile(lambda t: t is not negator, between))

    def _concluded(self, index: int) -> bool:
        """ "목이 아프고 열은 없어요": an ache told as a sentence is no part of the list denied; a
        noun is ("기침하고 열은 없어요")."""
        token = self._found[index].token
        later = self._tokens[self._place[token.start] + 1 :]
        after = list(takewhile(lambda t: not t.has(*TERMS), later))
        between = "".join(t.text for t in after)
        return token.text.endswith(self._grammar.linking) or (
            between.endswith(self._grammar.linking)
            and (self._has_particle(token) or not any(t.has(Role.JOIN) for t in after))
        )

    def _is_cause(self, index: int, negator: Token) -> bool:
        """ "숨이 차서 말을 못 해요", "힘이 없어서 못 걸어요": what is felt is why something else is
        not done; 못 and 안 deny what stands behind them."""
        felt = self._found[index].token
        between = self._tokens[self._place[felt.start] + 1 : self._place[negator.start]]
        ending = "".join(t.text for t in between)
        begun = (ending[:length] for length in range(1, LONGEST_CAUSE + 1))
        stem = next((words for words in begun if words.endswith(self._grammar.causal)), "")
        told = sum(len(t.text) for t in between if not t.has(Role.ALL, Role.HEDGE, Role.NOW))
        reason = bool(stem) or felt.text.endswith(self._grammar.causal)
        ahead = negator.text.endswith(self._grammar.tight_negator)
        apart = told > len(stem) + 1 or (bool(stem) and ahead)
        return felt.has(*ILLNESS) and reason and apart

    def _wished(self, open_terms: list[int], token: Token) -> list[int]:
        """ "나가고 싶은데": an act that ends where the wish begins was not done."""
        last = self._found[-1] if open_terms else None
        if last and last.token.has(*_PLANNED) and self._leads_to(last.token, token):
            self._found.pop()
            return [i for i in open_terms if i < len(self._found)]
        return open_terms

    def _leads_to(self, act: Token, wish: Token) -> bool:
        """Whether an act ends where a wish begins, or is what is wished to go for ("산책 가고
        싶은데")."""
        between = self._tokens[self._place[act.start] + 1 : self._place[wish.start]]
        goes = sum(len(t.text) for t in between) <= LONGEST_GOING
        return not between or (
            goes
            and not act.has(Role.COMPLETED)
            and not any(t.has(Role.COMPLETED, *BREAKS) for t in between)
        )

    def _affirm(self, open_terms: list[int], token: Token, rest: list[Token]) -> list[int]:
        for index in open_terms:
            self._found[index] = replace(self._found[index], bare=False)
        self._loose = self._loose or (not open_terms and names_nothing(token, rest, least=2))
        return []


def _is_not_well(before: list[Token], negator: Token) -> bool:
    """ "건강 최상은 아니에요": what it says is not so is that all is well."""
    last = next((t for t in reversed(before) if not t.has(Role.INTENSIFIER)), None)
    well = last is not None and last.has(Role.DENIAL) and not last.has(*NEGATORS)
    return well and negator.has(Role.NOUN_NEGATOR)
