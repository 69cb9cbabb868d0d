"""Reads what a negation does to the terms before it, where a language puts it before (English)."""

from itertools import takewhile

from callbot.dialog.understanding.statements.assertions import Polarity
from callbot.dialog.understanding.statements.negation import Reading, alike, unread
from callbot.dialog.understanding.statements.negators import (
    SHORT_NEGATORS,
    answers,
    binds,
    degree,
    denies_only_next,
    is_told,
)
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
from callbot.dialog.understanding.words.vocabulary import Token

_DENIED_ALONE = (Role.EVERYDAY, Role.MEDICINE, Role.LATER, Role.PLACE, Role.TRANSPORT)
"""What a negation before them denies, and not the terms before it ("咳嗽没吃药")."""

ACTS = (Role.OUT, Role.GO, Role.MEET)


class TopicFirst(Reading):
    """The topic first: "发烧没有", "a cough no", "fever and cough none"."""

    _affirmed_up_to: int | None = None
    """The last term of the clause that is affirmed by what stands behind it."""

    def _negate(self, number: int, token: Token, rest: list[Token], hedged: bool) -> Token | None:
        """Binds a negator to the terms before it; returns it if terms may follow."""
        here = self._undated(self._same(self._here(number), token), token)
        # "一直在家没有": a denial after it says nothing against having stayed at home.
        bare = [i for i in here if self._found[i].bare and not self._found[i].token.has(Role.HOME)]
        if self._affirmed_up_to is not None:
            bare = bare or [i for i in here if i > self._affirmed_up_to]
        if any(t.has(*TERMS) for t in rest):
            self._between(token, here, bare, rest)
            return token
        if self._denies_cause(token):
            return None
        if rest and not token.text.isascii():
            # "来了一趟没跟他挨着": what was done is not denied with what was not.
            done = (Role.COMPLETED, *(ACTS if rest[0].has(*UNREAD) else ()))
            bare = [i for i in bare if not self._found[i].token.has(*done)]
        if self._denies_else(number, token, here, bare, rest):
            return None
        if bare:
            # "The cough is gone, the headache isn't": what it denies is that it is gone.
            over = not rest and binds(token) and self._contrasted(bare)
            denied = Polarity.DOUBTFUL if hedged else Polarity.ABSENT
            self._set(bare, Polarity.PRESENT if over else denied)
            return None
        return self._negate_earlier(number, token, here, hedged)

    def _denies_cause(self, negator: Token) -> bool:
        """ "没劲,不是懒", "腿酸,不是走路走的": right behind a sign, what it does not come from."""
        if not negator.has(Role.NOT_SO) or negator.text.isascii():
            return False
        at = self._place[negator.start]
        before = [t for t in self._tokens[:at] if not t.has(*INVISIBLE, *BREAKS)]
        after = list(takewhile(lambda t: not t.has(*BREAKS), self._tokens[at + 1 :]))
        named = next((t for t in after if not t.has(Role.LIGHT, Role.CLOSING)), None)
        if not before or not before[-1].has(*ILLNESS) or named is None:
            return False
        return not named.has(*NAMED, Role.CORRECTION, Role.STALL, Role.DENIAL, *NEGATORS)

    def _not_done(self, negator: Token, act: Token) -> bool:
        """ "腰酸,这两天没练": behind signs that are felt, 没 before an act denies that alone."""
        acts = (*UNREAD, Role.SENDING, Role.OBJECT_MARKER, Role.OUTDOORS)
        felt = any(a.token.has(*ILLNESS) for a in self._found)
        over = any(a.past for a in self._found)
        thought = any(t.text in self._grammar.mistaken for t in self._tokens)
        open_to_it = felt and not over and not thought
        return open_to_it and negator.text.endswith(SHORT_NEGATORS) and act.has(*acts)

    def _between(self, negator: Token, here: list[int], bare: list[int], rest: list[Token]) -> None:
        """A negator between terms: "发烧咳嗽没有拉肚子". here, bare: the terms before it."""
        following = next(t for t in rest if t.has(*TERMS))
        # Of two numbers the one not denied is meant: "38.2 not 37.2".
        numbers = following.has(Role.MEASURE)
        matching = [i for i in bare if not numbers and alike(self._found[i].token, following)]
        if matching and negator.text.isascii() and _only_lists(rest):
            # "Runny nose no fever though": nothing behind what is denied denies what is told.
            self._set(matching, Polarity.PRESENT)
        elif not self._leaves_standing(negator, here, rest):
            led = [i for i in matching if self._is_led(i)]
            listed = [i for i in matching if i not in led]
            closed = rest[-1].has(*NEGATORS)
            self._set(listed, Polarity.ABSENT if closed else Polarity.DOUBTFUL)
            self._set(led, Polarity.DOUBTFUL)

    def _denies_else(
        self, number: int, negator: Token, here: list[int], bare: list[int], rest: list[Token]
    ) -> bool:
        """Whether a negator with no term behind it denies a word that follows, or all of what was
        asked before, and not the terms of its clause."""
        if not rest:
            echoed = self._echoed(number)
            self._set(echoed, Polarity.ABSENT)
            return bool(echoed)
        if bare and rest[0].has(Role.COMPANION) and not negator.text.isascii():
            return True
        named = next((t for t in rest if not t.has(Role.POSSESSIVE)), rest[0])
        undone = not here and self._not_done(negator, rest[0])
        if undone or unread(named) or (here and rest[0].has(*_DENIED_ALONE)):
            self._denied = self._denied or (answers(negator) and not here and self._own(negator))
            return True
        if degree(rest[0]) and not here:
            # "没有很厉害", "not as bad as yesterday": some of it is left.
            self._doubt = True
            return True
        return negator.has(Role.TIGHT_NEGATOR)

    def _negate_earlier(
        self, number: int, negator: Token, here: list[int], hedged: bool
    ) -> Token | None:
        """Binds a negator to terms of clauses before its own, or makes an answer of it."""
        listed = self._same(self._open_list(number), negator)
        past = self._same([i for i, a in enumerate(self._found) if a.past], negator)
        denied = Polarity.DOUBTFUL if hedged else Polarity.ABSENT
        if negator.has(Role.ALL_NEGATOR) and listed:
            self._set(listed, denied)
        elif past := self._undated(past, negator):
            self._set(past, denied)
        elif listed := [i for i in self._undated(listed, negator) if not self._stands(i, negator)]:
            self._set(listed, Polarity.DOUBTFUL)
        elif not here and binds(negator) and self._contrary(negator):
            # "I feel fine but my mother doesn't".
            self._doubt = True
        elif not here and self._own(negator) and not self._denies_a_deed(negator):
            self._denied = True
            self._hedged = hedged
            return negator
        return None

    def _denies_a_deed(self, negator: Token) -> bool:
        """ "没那么快好", "没等到大夫": 没 alone is no answer before words that it denies."""
        if negator.text not in SHORT_NEGATORS:
            return False
        rest = self._tokens[self._place[negator.start] + 1 :]
        clause = takewhile(lambda t: not t.has(*BREAKS), rest)
        told = [t for t in clause if not t.has(Role.LIGHT)]
        # "没出" is short for what was asked.
        short = len(told) == 1 and len(told[0].text) == 1
        deeds = (*UNREAD, Role.SAYS, Role.LATER, Role.ADDRESSEE)
        return not short and any(t.has(*deeds) for t in told)

    def _leaves_standing(self, negator: Token, here: list[int], rest: list[Token]) -> bool:
        """ "咳嗽不发烧": whether what stands before is not denied, nor named as the topic of what
        follows ("发烧倒是不烧")."""
        if not denies_only_next(negator) or rest[-1].has(*NEGATORS) or not here:
            return False
        told = self._found[here[-1]].token
        term = next(t for t in rest if t.has(*TERMS))
        signs = told.has(*ILLNESS) and term.has(*ILLNESS)
        return signs and not set(told.codes(Role.SYMPTOM)) & set(term.codes(Role.SYMPTOM))

    def _is_led(self, index: int) -> bool:
        sign = self._found[index].token
        at = self._place[sign.start]
        return is_told(sign, self._tokens[at - 1] if at else None, self._grammar)

    def _undated(self, which: list[int], negator: Token) -> list[int]:
        """Without acts that a denial of another day, or of the time since, leaves standing:
        "昨天下楼了,今天没有", "出去过一次,之后再没有"; what used to be done is denied by it."""
        before = reversed(self._tokens[: self._place[negator.start]])
        clause = list(takewhile(lambda t: not t.has(*BREAKS), before))
        turn = next((t.start for t in clause if t.has(Role.DAY, Role.NOW, Role.AFTERWARDS)), 0)
        return [i for i in which if not self._done_before(i, turn)]

    def _done_before(self, index: int, turn: int) -> bool:
        told = self._found[index]
        if not told.token.has(Role.OUT, Role.GO, Role.MEET) or told.token.end > turn:
            return False
        before = reversed(self._tokens[: self._place[told.token.start]])
        clause = takewhile(lambda t: not t.has(*BREAKS), before)
        return not told.past or any(t.has(Role.DAY) for t in clause)

    def _contrasted(self, which: list[int]) -> bool:
        """Whether something else was said to be over right before these terms."""
        at = self._place[self._found[which[0]].token.start]
        before = [t for t in self._tokens[:at] if not t.has(*INVISIBLE, *BREAKS, Role.CONTRAST)]
        return any(t.has(Role.RECOVERED) for t in before[-1:])

    def _echoed(self, number: int) -> list[int]:
        """Terms of a question said again before it is answered: “有没有发烧咳嗽,没有”."""
        if self._echo is None or number - self._echo > 1:
            return []
        asked = enumerate(self._found)
        return [i for i, a in asked if a.clause >= self._echo and a.polarity is Polarity.DOUBTFUL]

    def _stands(self, index: int, negator: Token) -> bool:
        """ "三十六度五,没有", "去了趟单位,没下车", "在家,身上没什么": a number, what was done and
        where one stayed stand; unless another number is told in its place."""
        told = self._found[index].token
        later = any(t.has(Role.MEASURE) and t.start > negator.start for t in self._tokens)
        stayed = told.has(Role.HOME) and not binds(negator)
        return stayed or told.has(Role.COMPLETED) or (told.has(Role.MEASURE) and not later)

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


def _only_lists(rest: list[Token]) -> bool:
    """Whether signs are denied behind which nothing more is said than "though", "or anything"."""
    more = (*ILLNESS, Role.LIGHT, Role.IGNORED, Role.OR, Role.JOIN, Role.LIST_TAIL, Role.DEFINITE)
    words = rest[:-1] if rest[-1].has(Role.RESERVATION) else rest
    return all(t.has(*more) and not t.has(*NEGATORS, Role.AFFIRMER) for t in words)
