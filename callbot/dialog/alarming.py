"""Danger that may have been misheard: asked about, whatever else the words mean."""

from collections.abc import Sequence

from callbot.dialog.answers import Answer, AnyValue, Hypothesis, Intent, Status, YesNo
from callbot.dialog.requesting import Requesting
from callbot.dialog.state import Alarm
from callbot.dialog.understanding import Understanding, danger_by_sound, understand

_IN_DANGER = (Intent.EMERGENCY, Intent.DISTRESS)
_NO_DANGER = frozenset({*_IN_DANGER, Intent.OPT_OUT, Intent.WRONG_NUMBER, Intent.SILENCE})
"""Beside these nothing else is looked for."""


class Alarming(Requesting):
    """Looks for danger in all that is heard."""

    def _is_alarmed(self, u: Understanding, hypotheses: Sequence[Hypothesis]) -> bool:
        """Whether the words may be danger misheard, and are asked about, whatever else they mean.

        A sign of illness is read back as any other; a cry for help is asked about once in a call,
        and the question that it was heard at waits. Heard again in answer to that, it is a yes.
        """
        asked = self.script.file.danger
        if asked is not None and u.intent in _IN_DANGER and self._is_lesser_guess(hypotheses):
            return self._ask_about(u.intent, u.heard)
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

    def _ask_about(self, danger: Intent, words: str) -> bool:
        """Asks whether the resident is in danger, unless it was asked in this call already."""
        asked = self.script.file.danger
        if asked is None or self.data.alarm is not None or self.data.question == asked:
            return False
        self.data.alarm = Alarm(intent=danger, words=words, question=self.data.question)
        self._go_to(asked)
        return True

    def _has_sign_read_back(self, u: Understanding, sign: AnyValue | None) -> bool:
        if sign is None or sign.kind != self._question.kind.value or self.data.pending is not None:
            return False
        answer = self._answer(self._question, u, self._of_subject(sign))
        denied = self.data.denied.parsed() if self.data.denied else None
        if u.value == sign or answer.parsed() == denied:
            return False
        self._take(answer, surely_read_back=True)
        return True

    def _settle(self, answer: Answer) -> None:
        alarm = self.data.alarm
        if alarm is None or answer.question != self.script.file.danger:
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
        if alarm is not None and self.data.question == self.script.file.danger:
            self._go_to(alarm.question)
        else:
            super()._next()
