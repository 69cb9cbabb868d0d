"""Danger, or a wish for no more calls, that may have been misheard: asked about first."""

from collections.abc import Sequence

from callbot.dialog.answers import (
    Answer,
    AnyValue,
    Hypothesis,
    Intent,
    Kind,
    Status,
    Symptoms,
    YesNo,
)
from callbot.dialog.leaving import SURE_OF_LEAVING
from callbot.dialog.requesting import Requesting
from callbot.dialog.state import Alarm
from callbot.dialog.understanding import Understanding, danger_by_sound, understand

_IN_DANGER = (Intent.EMERGENCY, Intent.DISTRESS)
_NO_DANGER = frozenset({*_IN_DANGER, Intent.OPT_OUT, Intent.WRONG_NUMBER, Intent.SILENCE})
"""Beside these nothing else is looked for."""

SURE_OF_OPTING_OUT = 0.8
"""With which nobody is asked whether they meant it: "向五次别再打来吧" was made of 下午四点再打来吧
with 0.67, and a resident who is not rung again is followed up by hand."""


class Alarming(Requesting):
    """Looks for danger in all that is heard, and asks about a wish for no more calls."""

    def _is_alarmed(self, u: Understanding, hypotheses: Sequence[Hypothesis]) -> bool:
        """Whether the words may be danger misheard, and are asked about, whatever else they mean.

        A sign of illness is read back as any other; a cry for help is asked about once in a call,
        and the question that it was heard at waits. Heard again in answer to that, it is a yes.
        """
        asked = self.script.file.danger
        if asked is not None and u.intent in _IN_DANGER:
            if self._is_lesser_guess(hypotheses):
                return self._ask_about(u.intent, u.heard)
            return self._is_hardly_cried(u, hypotheses) and self._ask_and_flag(u)
        if asked is None or u.intent in _NO_DANGER:
            return False
        found = danger_by_sound(self._question.kind, hypotheses, self._lexicon, self._known)
        if found is None:
            return False
        if found.intent not in _IN_DANGER:
            return self._has_sign_read_back(u, found.value)
        if self.data.question == asked:
            self._settle(self._answer(self._question, u, YesNo(yes=True)))
            return True
        return self._ask_about(found.intent, u.heard)

    def _is_lesser_guess(self, hypotheses: Sequence[Hypothesis]) -> bool:
        """Whether the danger stands in a lesser guess alone, and the surest is an answer ("我天天
        记本子上,今天是三十六度五", of which 自上 may be 自杀)."""
        surest = max(hypotheses, key=lambda h: h.confidence)
        alone = understand(self._question.kind, [surest], self._lexicon, known=self._known)
        return alone.intent is Intent.ANSWER and alone.status is Status.CLEAR

    def _is_hardly_cried(self, u: Understanding, hypotheses: Sequence[Hypothesis]) -> bool:
        """Whether a cry was not surely heard, or beside a yes ("救救我" and "就是我")."""
        if u.confidence < SURE_OF_LEAVING:
            return True
        return self._question.kind is Kind.YES_NO and self._is_perhaps_agreed(u, hypotheses)

    def _ask_and_flag(self, u: Understanding) -> bool:
        """Asks about a cry in the surest words, and has a person look at it at once, whatever is
        answered: the call is not lost for one misheard, nor the cry for one not understood."""
        asked = self._ask_about(u.intent, u.heard)
        if asked:
            self._record(self._answer(self._question, u, None))
        return asked

    def _ask_about(self, intent: Intent, words: str) -> bool:
        """Asks whether it was meant, unless that was asked in this call already."""
        asked = self._question_about(intent)
        if asked is None or asked in self.data.answers or self.data.question == asked:
            return False
        alarm = self.data.alarm
        waiting = alarm.question if alarm and self._asks_about(alarm) else self.data.question
        self.data.alarm = Alarm(intent=intent, words=words, question=waiting)
        self._go_to(asked)
        return True

    def _question_about(self, intent: Intent) -> str | None:
        file = self.script.file
        return file.opting_out if intent is Intent.OPT_OUT else file.danger

    def _asks_about(self, alarm: Alarm) -> bool:
        """Whether the present question is whether it was meant."""
        return self.data.question == self._question_about(alarm.intent)

    def _react(self, u: Understanding, hypotheses: Sequence[Hypothesis] = ()) -> None:
        asked = self.script.file.opting_out
        if u.intent is not Intent.OPT_OUT or asked is None or asked in self.data.answers:
            super()._react(u, hypotheses)
        elif self.data.question == asked:
            self._settle(self._answer(self._question, u, YesNo(yes=True)))
        elif u.confidence >= SURE_OF_OPTING_OUT:
            super()._react(u)
        elif self.data.question == self.script.file.danger:
            self._missed(u)
        else:
            self._ask_about(u.intent, u.heard)

    def _has_sign_read_back(self, u: Understanding, sign: AnyValue | None) -> bool:
        asked_about = sign is not None and sign.kind == self._question.kind.value
        if not isinstance(sign, Symptoms) or not asked_about or self.data.pending is not None:
            return False
        answer = self._answer(self._question, u, self._of_subject(sign))
        denied = self.data.denied.parsed() if self.data.denied else None
        if u.value == sign or answer.parsed() == denied:
            return False
        self._take(answer, surely_read_back=True)
        return True

    def _settle(self, answer: Answer) -> None:
        alarm = self.data.alarm
        if alarm is None or answer.question != self._question_about(alarm.intent):
            super()._settle(answer)
            return
        self._record(answer)
        if answer.parsed() == YesNo(yes=True):
            self._react(Understanding(alarm.intent, Status.CLEAR, None, alarm.words, 1.0, ()))
        else:
            self._next()

    def _next(self) -> None:
        """After an alarm, the question that it was heard at."""
        alarm = self.data.alarm
        if alarm is not None and self._asks_about(alarm):
            self._go_to(alarm.question)
        else:
            super()._next()

    def _keep_unconfirmed(self) -> None:
        """With what was asked about when the call broke off."""
        alarm = self.data.alarm
        if alarm and self._asks_about(alarm) and self.data.question not in self.data.answers:
            u = Understanding(Intent.UNCLEAR, Status.UNCLEAR, None, alarm.words, 0.0, ())
            self._record(self._answer(self._question, u, None))
        super()._keep_unconfirmed()
