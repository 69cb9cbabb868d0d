"""What becomes of words that follow a read-back: agreed to, denied, or put right."""

from callbot.dialog.answering import Answering
from callbot.dialog.answers import Answer, AnyValue, Intent, Status, YesNo, gist, is_calm
from callbot.dialog.doubting import LEAST_SUPPORT
from callbot.dialog.events import Misheard
from callbot.dialog.flow import SURE_CONFIDENCE
from callbot.dialog.reading import (
    affirms,
    corrects,
    denies_sign,
    is_alarming,
    names_something,
    with_agreed,
)
from callbot.dialog.understanding import (
    Understanding,
    callback_time,
    denies_fraction,
    ends_in_syllable_of_no,
    is_mere_particle,
)


class Confirming(Answering):
    """An answer that was read back is pending until it is agreed to."""

    def _confirmation(
        self, verdict: Understanding, agreed: Understanding, said: Understanding
    ) -> None:
        """Words after a read-back.

        verdict: as a yes or no of whatever kind, agreed: as one to what was read back, said: as an
        answer of their own.
        """
        pending = self.data.pending
        assert pending is not None
        old = pending.parsed()
        yes = _agreement(verdict, agreed, old)
        if yes and old is not None and affirms(old) and self._is_denied_outright(agreed, said):
            if denies_sign(said.value, old):
                self._unconfirmed(verdict)
                return
            yes = False
        if self._question.names_time:
            self._time_confirmed(pending, verdict, yes)
            return
        if yes and old is not None and affirms(old) and _is_denied_by_most(said):
            self._unconfirmed(verdict)
            return
        new = self._told_anew(agreed, said)
        if self._is_told_behind_denial(said, new):
            self.data.told = True
            self._unconfirmed(verdict)
            return
        exactly = denies_fraction(said.heard, self._lexicon)
        if new is not None and old is not None and corrects(new, old, agreed=yes, exactly=exactly):
            told = with_agreed(new, old) if yes else new
            answer = self._answer(self._question, said, told)
            if yes and self._is_hardly_heard(answer, said.support):
                self._settle(pending)
            else:
                self._corrected(answer)
        elif yes and old is not None and is_calm(old) and self._is_hardly_calm(agreed):
            self._unconfirmed(verdict)
        elif yes or (new is not None and old is not None and gist(new) == gist(old)):
            self._settle(pending)
        elif yes is None and self._answers_another(agreed):
            self._went_on(pending, verdict)
        elif yes is None:
            self._unconfirmed(verdict)
        else:
            self._denied(verdict)

    def _answers_another(self, agreed: Understanding) -> bool:
        """Whether another question is answered. What was read back is not let stand by what half of
        the guesses say against it ("아무도 안 만났어요" beside "야무도와 만났어요")."""
        return any(value.kind != self._question.kind.value for value in agreed.volunteered)

    def _went_on(self, pending: Answer, verdict: Understanding) -> None:
        """The next question was answered instead of the read-back.

        Whoever goes on without an objection lets stand what was read back. That is taken for what
        staff will look at anyway; that all is well is read back once more, then left to them.
        """
        old = pending.parsed()
        if old is not None and is_alarming(old):
            self._settle(pending)
        elif self.data.confirm_asked:
            self._give_up_pending(verdict)
            self._leave()
        else:
            self._unconfirmed(verdict)

    def _told_anew(self, agreed: Understanding, said: Understanding) -> AnyValue | None:
        """What words after a read-back say of the matter itself.

        A bare yes or no agrees with what was read back or denies it, and is nothing else: "no" to
        "you stayed at home, is that right?" does not say that one did; nor does "네요", of which
        only an ending was heard.
        """
        if said.intent is not Intent.ANSWER or said.value is None:
            return None
        outright = any(other.kind == said.value.kind for other in agreed.volunteered)
        bare = agreed.value is not None or self._says_yes(said.heard) is not None
        bare = bare or is_mere_particle(said.heard, self._lexicon)
        if bare and not outright and not names_something(said.value):
            return None
        return self._of_subject(said.value)

    def _is_denied_outright(self, agreed: Understanding, said: Understanding) -> bool:
        """Whether there is nothing of what was read back, though the words begin with a yes: what
        "对的，没有" agrees to is that there is nothing, and what was read back was misheard. So is
        it where the yes stands in a lesser guess alone ("突然没有不舒服", "当然,没有不舒服").
        Asked again, they tell; that there is nothing is read back before it counts."""
        calm = said.intent is Intent.ANSWER and said.value is not None and is_calm(said.value)
        outright = said.heard == agreed.heard or said.confidence >= agreed.confidence
        return calm and outright and not ends_in_syllable_of_no(said.heard, self._lexicon)

    def _is_hardly_calm(self, agreed: Understanding) -> bool:
        """Whether a yes that was not surely heard would put that there is nothing in place of
        something told: of "对，我舅舅来过" were made "不是。我就是来说", then "我就是来做"."""
        return self.data.told and agreed.confidence < SURE_CONFIDENCE

    def _time_confirmed(self, pending: Answer, verdict: Understanding, yes: bool | None) -> None:
        """Another time named after the read-back counts, whatever is said with it."""
        wanted = callback_time(verdict.heard, self._lexicon, self._local)
        other = wanted is not None and self._kept_to_hours(wanted) != self.data.callback_at
        if other and self.data.asked < self.script.file.limits.asks:
            self.data.asked += 1
            self.data.pending = None
            self._time_named(verdict)
        elif yes or wanted is not None:
            self._settle(pending)
        elif yes is None:
            self._unconfirmed(verdict)
        else:
            self._denied(verdict)

    def _corrected(self, answer: Answer) -> None:
        """Another answer in place of the one read back: it is read back in turn, within limits."""
        if self.data.asked >= self.script.file.limits.asks:
            self._record(answer.model_copy(update={"status": Status.UNCLEAR}))
            self._next()
            return
        self._keep_that_told()
        self.data.asked += 1
        self.data.pending = answer
        self.data.confirm_asked = 0
        self.read_back()

    def _denied(self, u: Understanding) -> None:
        self._keep_that_told()
        self.data.denied, self.data.pending = self.data.pending, None
        self.data.callback_at = None
        self._missed(u, reason="denied")

    def _keep_that_told(self) -> None:
        old = self.data.pending.parsed() if self.data.pending else None
        self.data.told |= old is not None and is_alarming(old)

    def _unconfirmed(self, u: Understanding) -> None:
        """Neither yes nor no to what was read back."""
        self._events.append(
            Misheard(question=self.data.question, reason="unconfirmed", heard=u.heard)
        )
        self._listen_for_noise(u)
        if self.data.confirm_asked >= self._confirmations:
            self._give_up_pending(u)
            self._leave()
        else:
            self.data.confirm_asked += 1
            self.read_back()

    @property
    def _confirmations(self) -> int:
        return len(self.script.wording(self.data.locale).confirm_again)

    def _give_up_pending(self, u: Understanding) -> None:
        """The present question stays unclear, with whatever value was heard kept as evidence."""
        pending = self.data.pending
        self.data.pending = None
        if pending is not None:
            self._record(pending.model_copy(update={"status": Status.UNCLEAR}))
        elif self.data.question:
            self._record(self._answer(self._question, u, None))


def _is_denied_by_most(said: Understanding) -> bool:
    """Whether of guesses that contradict each other at least half say that there is nothing
    ("但是没见外人" and "没见外人" beside "是。没见外人")."""
    likely = said.contested
    return likely is not None and is_calm(likely) and said.support >= LEAST_SUPPORT


def _agreement(verdict: Understanding, agreed: Understanding, old: AnyValue | None) -> bool | None:
    """Whether words agree with an answer read back or deny it; None if they do neither.

    A yes that repeats the question's verb ("有") agrees only with what affirms it, too: not with
    "you do not feel unwell, is that right?".
    """
    if isinstance(agreed.value, YesNo):
        return agreed.value.yes
    affirmed = verdict.value == YesNo(yes=True)
    return True if affirmed and old is not None and affirms(old) else None
