"""Doubts about words that end a call, hand it to somebody else or put it off.

Misheard, they lose all that would have been answered, while whoever means them says so again, or
refuses at the next question: they count if they were surely heard, or heard twice.
"""

import re
from collections.abc import Sequence

from callbot.dialog.answers import Hypothesis, Intent, Kind, YesNo
from callbot.dialog.doubting_numbers import DoubtingNumbers
from callbot.dialog.flow import SURE_CONFIDENCE
from callbot.dialog.state import Leave
from callbot.dialog.understanding import Understanding, denies_other_verb, understand

SURE_OF_LEAVING = 0.75
"""With which words that leave the way of a call count at once. Where all guesses at them leave it
so, SURE_CONFIDENCE is enough."""

_BY_REQUEST = {
    Intent.WRONG_NUMBER: Leave.ANOTHER,
    Intent.NOT_SELF: Leave.ANOTHER,
    Intent.BUSY: Leave.LATER,
    Intent.REFUSE: Leave.REFUSED,
}


_CLAUSES = re.compile("[,.?!，。？！]")


class Leaving(DoubtingNumbers):
    """What leads away from the questions of a call."""

    def _leave_by(self, u: Understanding) -> Leave | None:
        """How words would leave the way of the call, if they were believed."""
        if u.intent in _BY_REQUEST:
            return _BY_REQUEST[u.intent]
        if u.value != YesNo(yes=False):
            return None
        if self._puts_off:
            return Leave.LATER
        asks_family = self.data.question == self.script.file.answered_by_other
        return Leave.ANOTHER if self._question.identifies or asks_family else None

    def _is_hardly_leaving(self, u: Understanding, hypotheses: Sequence[Hypothesis] = ()) -> bool:
        """Whether the call would leave its way for words that were not surely heard, or that hold a
        yes as well: the question is asked in other words, until they are heard for the second time.

        As often as questions are asked at all where a yes was nearly heard of words that put the
        call off ("不可以的" beside "可以", of 嗯，可以的), and where the no is one to some other
        question ("没什么意味" of 方便，您讲).
        """
        leave = self._leave_by(u)
        if leave is None:
            return False
        if self._is_no_to_another(u):
            return True
        before, self.data.leave = self.data.leave, leave
        if leave is Leave.LATER and self._puts_off and u.confidence < SURE_CONFIDENCE:
            self.data.perhaps_agreed |= self._is_perhaps_agreed(u, hypotheses)
            if self.data.perhaps_agreed:
                return True
        agreed = u.intent is Intent.WRONG_NUMBER and self._is_agreed_in_a_clause(u.heard)
        sure = SURE_CONFIDENCE if self._is_told_by_all(leave, u, hypotheses) else SURE_OF_LEAVING
        return before is not leave and (agreed or u.confidence < sure)

    def _is_told_by_all(
        self, leave: Leave, u: Understanding, hypotheses: Sequence[Hypothesis]
    ) -> bool:
        """Whether all guesses that are at least half as sure, and there are several, leave the way
        of the call as what was believed does: what is misheard differs from guess to guess."""
        near = [h for h in hypotheses if 2 * h.confidence >= u.confidence]
        told = {self._leave_by(guess) for guess in self._read_as_if_sure(near)}
        return len(near) > 1 and told == {leave}

    def _is_agreed_in_a_clause(self, heard: str) -> bool:
        """Whether a clause by itself is a yes ("是我。刚下夜班你们也打错")."""
        clauses = [Hypothesis(text=clause) for clause in _CLAUSES.split(heard)]
        return any(u.value == YesNo(yes=True) for u in self._read_as_if_sure(clauses))

    def _is_no_to_another(self, u: Understanding) -> bool:
        """Whether a no repeats the verb of a question that was not asked: 没有 and 没什么 say
        neither that one is somebody else nor that it is no good time."""
        asks_family = self.data.question == self.script.file.answered_by_other
        if u.intent is not Intent.ANSWER or asks_family:
            return False
        return denies_other_verb(u.heard, self._lexicon)

    def _is_perhaps_agreed(self, u: Understanding, hypotheses: Sequence[Hypothesis]) -> bool:
        """Whether a guess that is at least half as sure as what was believed is a yes."""
        near = [h for h in hypotheses if 2 * h.confidence >= u.confidence]
        return any(guess.value == YesNo(yes=True) for guess in self._read_as_if_sure(near))

    @property
    def _puts_off(self) -> bool:
        """Whether an answer to the present question may put the call off."""
        asides = {b.go_to for b in self._question.branches if b.go_to is not None}
        return any(self.script.question(each).names_time for each in asides)

    def _read_alone(self, guess: Hypothesis) -> Understanding:
        agreement = self._agreements.get(self.data.question)
        return understand(Kind.YES_NO, [guess], self._lexicon, agreement=agreement)

    def _read_as_if_sure(self, guesses: Sequence[Hypothesis]) -> list[Understanding]:
        """Each alone, however faint it was heard."""
        return [self._read_alone(g.model_copy(update={"confidence": 1.0})) for g in guesses]
