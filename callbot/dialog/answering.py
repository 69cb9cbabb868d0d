"""Answers: which words are one, what is read back, and what happens when none was understood."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from callbot.dialog.answers import (
    Answer,
    AnyValue,
    Hypothesis,
    Intent,
    Kind,
    Open,
    Status,
    YesNo,
)
from callbot.dialog.events import Misheard
from callbot.dialog.flow import SURE_CONFIDENCE
from callbot.dialog.identity import OF_RESIDENT, Named, PersonalNames
from callbot.dialog.keys import value_of_keys
from callbot.dialog.script_file import ReadBack
from callbot.dialog.spoken_time import rounded, within_hours
from callbot.dialog.understanding import (
    Understanding,
    callback_time,
    understand,
)
from callbot.dialog.volunteering import Volunteering

NOISY_CONFIDENCE = 0.35
"""Words less sure than this are noise: keys are offered the next time something is asked."""


_NO_ANSWER = (None, YesNo(yes=False))
"""What brings nobody back who has asked to wait: a "no" may be to another time."""


class Answering(Volunteering):
    """What becomes of an answer to the present question."""

    # -- understood ------------------------------------------------------------------------

    def _answered(self, u: Understanding, hypotheses: Sequence[Hypothesis]) -> None:
        """An utterance that is an answer, or should have been one."""
        if self._question.identifies:
            named = self._named(hypotheses)
            another = named is Named.SOMEBODY_ELSE and u.value != YesNo(yes=False)
            if another and not self.data.another_name:
                self.data.another_name = True
                self._missed(u, reason="another name")
                return
            u = _identified(u, named)
            self._keep_unasked(u)
        if self._question.names_time:
            back = self._back_from_waiting(u, hypotheses)
            if back is None:
                self._time_named(u)
            else:
                self._enter(self.data.waited_at)
                self.data.waited_at = ""
                self._sheet.volunteered.pop(self.data.question, None)
                self._answered(back, hypotheses)
        elif u.intent is Intent.UNCLEAR and self._sheet.volunteered.keys() & self._sheet.answers:
            # "I said it wrong before": that is read back first, then this question is asked again.
            self._next()
        elif u.intent is Intent.UNCLEAR and self._agreed_again(hypotheses):
            self._take(self._answer(self._question, u, YesNo(yes=True)))
        elif u.intent is Intent.UNCLEAR:
            self._unclear(u, hypotheses)
        elif u.status is Status.CLEAR and u.value is not None:
            answer = self._answer(self._question, u, self._of_subject(u.value))
            self._give_way(answer)
            if self._question.names_need and not self._is_sure_of_need(u):
                self._missed(u, reason="no need named")
            elif self._is_hardly_heard(answer, u.support):
                self._hardly_heard(u, answer, hypotheses)
            elif self._is_in_doubt(u, answer, hypotheses) or self._is_faint(u, answer, hypotheses):
                self._missed(u, reason="doubtful")
            elif self._is_early_sign_doubtful(answer):
                del self.data.told_early[answer.question]
                self._missed(u, reason="doubtful")
            elif self._is_danger_faint(answer) or self._may_lose_sign(
                u, self._with_told_early(answer)
            ):
                self.data.told_early[answer.question] = self._with_told_early(answer)
                self._missed(u, reason="doubtful")
            elif (opposite := self._opposite_of_denied(u.value)) is not None:
                self._take(self._answer(self._question, u, opposite), surely_read_back=True)
            else:
                self._take(answer)
        else:
            self._missed(u)

    def _back_from_waiting(
        self, u: Understanding, hypotheses: Sequence[Hypothesis]
    ) -> Understanding | None:
        """The answer to the question that was waited at, given in place of another time."""
        if not self.data.waited_at or not hypotheses:
            return None
        kind = self.script.question(self.data.waited_at).kind
        if kind is Kind.OPEN or callback_time(u.heard, self._lexicon, self._local) is not None:
            return None
        said = understand(kind, hypotheses, self._lexicon, known=self._known)
        return said if said.status is Status.CLEAR and said.value not in _NO_ANSWER else None

    def _named(self, hypotheses: Sequence[Hypothesis]) -> Named | None:
        """Who gives a name, by all hypotheses together."""
        names = self.script.personal_names.get(self.data.locale)
        if names is None:
            return None
        resident = self.data.variables["name"]
        named = {names.named(h.text, resident) for h in hypotheses}
        who = next((who for who in Named if who in named), None)
        if who is Named.SOMEBODY_ELSE and self._is_surely_it(names, hypotheses):
            return None
        return who

    def _is_surely_it(self, names: PersonalNames, hypotheses: Sequence[Hypothesis]) -> bool:
        """Whether the surest guess says yes and names nobody, whatever name lesser ones make of it:
        "this is she" is heard as "this is Xi", too."""
        surest = max(hypotheses, key=lambda h: h.confidence)
        if surest.confidence < SURE_CONFIDENCE:
            return False
        unnamed = names.named(surest.text, self.data.variables["name"]) is None
        return unnamed and self._read_alone(surest).value == YesNo(yes=True)

    def _time_named(self, u: Understanding) -> None:
        """A time to call back, kept to the hours in which a phone may ring."""
        wanted = callback_time(u.heard, self._lexicon, self._local)
        if wanted is None and self.data.put_off_at and self._has_time_after_all(u):
            self._go_on_where_put_off(u)
            return
        if wanted is None:
            self._missed(u, reason="no time")
            return
        at = self._kept_to_hours(wanted)
        self.data.callback_at, self.data.callback_words = at, u.heard
        self.data.callback_moved = at != rounded(wanted)
        self._take(self._answer(self._question, u, Open(text=u.heard)))

    def _kept_to_hours(self, wanted: datetime) -> datetime:
        return within_hours(rounded(wanted), self.data.opens, self.data.closes)

    def _unclear(self, u: Understanding, hypotheses: Sequence[Hypothesis]) -> None:
        """Hypotheses that contradict each other are settled by reading the likeliest back, words
        that no rule reads by reading back what they resemble, or that there is nothing if they
        begin with a no for the second time.

        Nothing is believed by that: only a "yes" to what is read back makes it an answer.
        """
        likely = u.contested
        if likely is not None:
            answer = self._answer(self._question, u, self._of_subject(likely))
            number = self._is_number_doubtful(u, answer.parsed(), hypotheses)
            fever = self._may_be_fever(likely, hypotheses)
            denied = self._is_told_behind_denial(u, answer.parsed())
            rest = self._is_only_rest_denied(u, answer.parsed())
            if number or fever or denied or rest or self._is_only_prompted(u, answer):
                self._missed(u, reason="doubtful")
                return
            if self._is_hardly_heard(answer, u.support):
                self._note_faint(u, answer)
                self._hardly_heard(u, answer, hypotheses)
                return
            danger = self._is_danger_faint(answer)
            if danger:
                self.data.told_early[answer.question] = answer
            if danger or self._is_faint(u, answer, hypotheses):
                self._missed(u, reason="doubtful")
                return
        self._settle_unclear(u, likely or self._denied_again(u.heard))

    def _hardly_heard(
        self, u: Understanding, answer: Answer, hypotheses: Sequence[Hypothesis]
    ) -> None:
        """Something to tell stands in the lesser part of the guesses: what the surest begins with
        counts, or, heard again, what it tells where no guess speaks against it ("鼻子有点塞" beside
        "鼻子有点腮", "鼻子有点虽")."""
        surest = max(hypotheses, key=lambda h: h.confidence, default=None)
        words = u.heard if surest is None else surest.text
        told_again = self.data.asked > 1 and self._is_told_by(surest, answer, hypotheses)
        likely = answer.parsed() if told_again else self._denied_again(words)
        self._settle_unclear(u, likely, reason="doubtful")

    def _settle_unclear(
        self, u: Understanding, likely: AnyValue | None, reason: str | None = None
    ) -> None:
        likely = likely or self._told_in_vain()
        if likely is None or self._question.read_back is ReadBack.NEVER:
            self._missed(u, reason)
            return
        value = self._opposite_of_denied(likely) or self._of_subject(likely)
        self._take(self._answer(self._question, u, value), surely_read_back=True)

    def _take(self, answer: Answer, *, surely_read_back: bool = False) -> None:
        doubted = surely_read_back or self._denies_told_early(answer)
        super()._take(self._with_told_early(answer), surely_read_back=doubted)

    def _keep_unasked(self, u: Understanding) -> None:
        """ "Speaking, go ahead": that it is a good time is said already."""
        if u.value == YesNo(yes=True):
            for question_id in self.script.unasked[self.data.locale].answered(u.heard):
                answer = self._answer(self.script.question(question_id), u, YesNo(yes=True))
                self._sheet.volunteered[question_id] = answer

    def _answered_by_keys(self, digits: str) -> None:
        value = value_of_keys(self._question.kind, digits)
        u = Understanding(Intent.ANSWER, Status.CLEAR, value, digits, 1.0, ())
        if value is None or self._question.names_time:
            self._missed(u)
        else:
            self._take(self._answer(self._question, u, value))

    # -- not understood --------------------------------------------------------------------

    def _missed(self, u: Understanding, reason: str | None = None) -> None:
        """No usable answer: asked in other words, then left unclear for a person."""
        reason = reason or u.intent.value
        self._events.append(Misheard(question=self.data.question, reason=reason, heard=u.heard))
        self._listen_for_noise(u)
        if self.data.put_off_at and self._question.names_time and self.data.asked > 1:
            self._go_on_where_put_off(u)
            return
        if self.data.asked < self.script.file.limits.asks:
            self.data.asked += 1
            self.ask()
            return
        self._record(self._answer(self._question, u, None))
        self._leave()

    def _has_time_after_all(self, u: Understanding) -> bool:
        """Whether whoever is asked for another time surely says yes in place of naming one."""
        return u.confidence >= SURE_CONFIDENCE and self._says_yes(u.heard) is True

    def _go_on_where_put_off(self, u: Understanding) -> None:
        """Whoever was hardly heard to have no time, and names none asked for one twice, is asked
        about their health after all."""
        self._enter(self.data.put_off_at)
        self.data.put_off_at, self.data.went_on = "", True
        if self._puts_off:
            self._record(self._answer(self._question, u, None))
            self._next()
        else:
            self.ask()

    def _listen_for_noise(self, u: Understanding) -> None:
        self.data.noisy |= bool(u.heard) and u.confidence < NOISY_CONFIDENCE

    def _leave(self) -> None:
        """The present question is left unclear; some questions end the call by that."""
        if self._question.unresolved is not None:
            self._end(self._question.unresolved)
        else:
            self._next()


def _identified(u: Understanding, named: Named | None) -> Understanding:
    """Whoever gives another name twice is somebody else, whatever they say with it, and whoever
    introduces themselves twice as the resident is the resident, whatever is heard before it
    ("不准。我是滕建国" for 嗯，准，我是滕建国)."""
    if named is Named.SOMEBODY_ELSE:
        return _read_as(u, YesNo(yes=False))
    if named in OF_RESIDENT and u.intent is Intent.UNCLEAR:
        return _read_as(u, YesNo(yes=True))
    if named is Named.INTRODUCED and u.value == YesNo(yes=False):
        return _read_as(u, YesNo(yes=True))
    return u


def _read_as(u: Understanding, value: AnyValue) -> Understanding:
    """The same words with another meaning."""
    return replace(u, intent=Intent.ANSWER, status=Status.CLEAR, value=value)
