"""The conversation: start(), then resume() with what was heard, to the end.

What a resident says, presses or leaves unsaid is turned into the next step of the flow. The
session is JSON between turns, so another process can take a broken call up again.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from callbot.dialog.answers import (
    Answer,
    AnyValue,
    Hypothesis,
    Intent,
    Kind,
    Status,
    Temperature,
    YesNo,
)
from callbot.dialog.events import (
    Digits,
    Event,
    Heard,
    HungUp,
    Input,
    Listen,
    Misheard,
    OptedOut,
    Outcome,
    RecognitionFailed,
    Say,
    Silence,
    TimeUp,
)
from callbot.dialog.flow import SURE_CONFIDENCE, Flow
from callbot.dialog.keys import PERSON, REPEAT, value_of_keys
from callbot.dialog.reading import corrects, gist
from callbot.dialog.script import ReadBack, Script
from callbot.dialog.state import Phase, SessionState
from callbot.dialog.understanding import Understanding, callback_time, understand

FAILURES_LIMIT = 3
"""Our recogniser may break this often in a call before the call is ended with an apology."""

_NOTHING = Understanding(Intent.SILENCE, Status.UNCLEAR, None, "", 0.0, ())


class Weight(StrEnum):
    """Doubtful: worth decoding harder. Unfinished: the same, and it sounds as if more were to come.
    Complete: waiting on gains nothing."""

    DOUBTFUL = "doubtful"
    UNFINISHED = "unfinished"
    UNDERSTOOD = "understood"
    COMPLETE = "complete"


class Session(Flow):
    """One conversation. Pure: the same script, state, input and moment give the same events."""

    def __init__(self, script: Script, state: SessionState) -> None:
        super().__init__(script, state)
        wording = script.wording(state.locale)
        self._topics = {topic: k.asked_as for topic, k in wording.known_questions.items()}
        self._confirmations = len(wording.confirm_again)

    @classmethod
    def new(
        cls,
        script: Script,
        locale: str,
        variables: Mapping[str, str],
        *,
        time_zone: str,
        office_locale: str = "zh-CN",
        previous: Mapping[str, Answer] | None = None,
        resumes: SessionState | None = None,
    ) -> "Session":
        """A fresh conversation; `resumes` is where the broken call it continues stood.

        Clear answers are not asked for again, but for who is speaking; what was flagged is not
        flagged twice.
        """
        kept = {
            question.id: resumes.answers[question.id]
            for question in script.order()
            if resumes and question.id in resumes.answers and not question.every_call
            if resumes.answers[question.id].status is Status.CLEAR
        }
        state = SessionState(
            script=script.name,
            script_version=script.version,
            locale=locale,
            office_locale=office_locale,
            time_zone=time_zone,
            variables=dict(variables),
            previous=dict(previous or {}),
            resumed=bool(kept),
            answers=kept,
            flagged=list(resumes.flagged) if resumes else [],
        )
        return cls(script, state)

    @classmethod
    def from_json(cls, script: Script, text: str) -> "Session":
        return cls(script, SessionState.model_validate_json(text))

    def to_json(self) -> str:
        return self.data.model_dump_json()

    # -- what the caller does --------------------------------------------------------------

    def start(self, at: datetime) -> tuple[Event, ...]:
        """The opening and the first question. `at`: the present moment, aware."""
        self._begin(at)
        for prompt in self.script.file.opening:
            self._say(prompt, interruptible=False)
        if self.data.resumed:
            self._say(self.script.file.resumed)
        self._next()
        return self._taken()

    def resume(self, given: Input, at: datetime) -> tuple[Event, ...]:
        """What follows from one input. After the end everything is ignored."""
        if self.ended:
            return ()
        self._begin(at)
        match given:
            case Heard():
                self._heard(given.hypotheses)
            case Digits():
                self._keyed(given.digits)
            case Silence():
                self._silent()
            case RecognitionFailed():
                self._recognition_failed()
            case HungUp():
                self._broken_off(said=False)
            case TimeUp():
                self._broken_off(said=True)
        if not self.ended and self.data.turns >= self.script.file.limits.turns:
            self._events = [e for e in self._events if not isinstance(e, Say | Listen)]
            self._broken_off(said=True)
        return self._taken()

    def weigh(self, hypotheses: Sequence[Hypothesis]) -> Weight:
        """What an utterance is worth so far, while the resident may still go on. Changes nothing.

        Only closed answers are ever complete: "no" to symptoms may go on with "but I cough". Free
        words are kept as they are, and are not worth a second decoding. Of a temperature people
        say the first half, look at the thermometer, and then say the rest.
        """
        confirming = self.data.pending is not None
        kind = Kind.YES_NO if confirming else self._question.kind
        u = understand(kind, hypotheses, self._lexicon, topics=self._topics)
        if kind is Kind.OPEN and u.intent is Intent.ANSWER:
            return Weight.UNDERSTOOD
        if kind is Kind.TEMPERATURE and (u.intent is Intent.UNCLEAR or _is_whole(u.value)):
            return Weight.UNFINISHED
        if u.intent in {Intent.UNCLEAR, Intent.SILENCE} or u.confidence < SURE_CONFIDENCE:
            return Weight.DOUBTFUL
        answer = u.intent is Intent.ANSWER and u.status is Status.CLEAR and not u.volunteered
        if answer and (kind is Kind.YES_NO or _has_decimal(u.value)):
            return Weight.COMPLETE
        return Weight.UNDERSTOOD

    # -- what was given --------------------------------------------------------------------

    def _heard(self, hypotheses: Sequence[Hypothesis]) -> None:
        self.data.turns += 1
        if self.data.pending is not None:
            self._heard_confirmation(hypotheses)
            return
        u = self._understand(self._question.kind, hypotheses)
        self._keep_volunteered(u)
        if u.intent is Intent.SILENCE:
            self._silent()
        elif u.intent is Intent.UNCLEAR:
            self._unclear(u, hypotheses)
        elif u.intent is Intent.ANSWER:
            if u.status is Status.CLEAR and u.value is not None:
                self._take(self._answer(self._question, u, u.value))
            else:
                self._missed(u)
        else:
            self._react(u)

    def _unclear(self, u: Understanding, hypotheses: Sequence[Hypothesis]) -> None:
        """Hypotheses that contradict each other are settled by reading the likeliest back.

        Nothing is believed by that: only a "yes" to what is read back makes it an answer.
        """
        question = self._question
        if question.read_back is not ReadBack.NEVER:
            for hypothesis in sorted(hypotheses, key=lambda h: -h.confidence):
                alone = understand(question.kind, [hypothesis], self._lexicon)
                clear = alone.intent is Intent.ANSWER and alone.status is Status.CLEAR
                if clear and alone.value is not None:
                    answer = self._answer(question, alone, alone.value)
                    self._take(
                        answer.model_copy(update={"alternatives": u.alternatives}),
                        surely_read_back=True,
                    )
                    return
        self._missed(u)

    def _heard_confirmation(self, hypotheses: Sequence[Hypothesis]) -> None:
        pending = self.data.pending
        assert pending is not None
        verdict = self._understand(Kind.YES_NO, hypotheses)
        said = understand(self._question.kind, hypotheses, self._lexicon)
        self._keep_volunteered(said)
        if verdict.intent is Intent.SILENCE:
            self._unconfirmed(verdict)
            return
        if verdict.intent not in {Intent.ANSWER, Intent.UNCLEAR}:
            self._react(verdict)
            return
        old = pending.parsed()
        new = said.value if said.intent is Intent.ANSWER else None
        yes = verdict.value.yes if isinstance(verdict.value, YesNo) else None
        if new is not None and old is not None and corrects(new, old, agreed=yes):
            self._corrected(self._answer(self._question, said, new))
        elif yes or (new is not None and old is not None and gist(new) == gist(old)):
            self._settle(pending)
        elif yes is None:
            self._unconfirmed(verdict)
        else:
            self._denied(verdict)

    def _keyed(self, digits: str) -> None:
        self.data.turns += 1
        self.data.silences = 0
        if digits.startswith(REPEAT):
            self._repeat(Understanding(Intent.REPEAT, Status.CLEAR, None, digits, 1.0, ()))
        elif digits == PERSON:
            self._react(Understanding(Intent.HUMAN, Status.CLEAR, None, digits, 1.0, ()))
        elif self.data.phase is Phase.CONFIRMING and digits in {"1", "2"}:
            assert self.data.pending is not None
            if digits == "1":
                self._settle(self.data.pending)
            else:
                self._denied(Understanding(Intent.ANSWER, Status.CLEAR, None, digits, 1.0, ()))
        else:
            value = value_of_keys(self._question.kind, digits)
            u = Understanding(Intent.ANSWER, Status.CLEAR, value, digits, 1.0, ())
            if value is None:
                self._missed(u)
            else:
                self._take(self._answer(self._question, u, value))

    def _silent(self) -> None:
        self.data.silences += 1
        if self.data.phase is Phase.HOLDING:
            self._say(self.script.file.hold_over)
            self._ask_once_more(_NOTHING)
            return
        if self.data.silences >= self.script.file.limits.silences:
            self._events.append(Misheard(question=self.data.question, reason="silence"))
            self._give_up_pending(_NOTHING)
            self._end(Outcome.PARTIAL)
        elif self.data.phase is Phase.CONFIRMING:
            self._unconfirmed(_NOTHING)
        else:
            self._missed(_NOTHING)

    def _recognition_failed(self) -> None:
        """Our fault: an apology, and the same question again in the wording that offers keys."""
        self.data.failures += 1
        self._events.append(Misheard(question=self.data.question, reason="recognition failed"))
        self._say(self.script.file.sorry)
        if self.data.failures > FAILURES_LIMIT:
            self._give_up_pending(_NOTHING)
            self._end(Outcome.PARTIAL)
        elif self.data.phase is Phase.CONFIRMING:
            self.data.confirm_asked = self._confirmations
            self.read_back()
        else:
            self.data.asked = self.script.file.limits.asks
            self.ask()

    def _broken_off(self, *, said: bool) -> None:
        if self.data.pending is not None:
            self._give_up_pending(_NOTHING)
        self._end(Outcome.PARTIAL, farewell=said)

    # -- answers ---------------------------------------------------------------------------

    def _corrected(self, answer: Answer) -> None:
        """Another answer in place of the one read back: it is read back in turn, within limits."""
        if self.data.asked >= self.script.file.limits.asks:
            self._record(answer.model_copy(update={"status": Status.UNCLEAR}))
            self._next()
            return
        self.data.asked += 1
        self.data.pending = answer
        self.data.confirm_asked = 0
        self.read_back()

    def _denied(self, u: Understanding) -> None:
        self.data.pending = None
        self._missed(u, reason="denied")

    def _unconfirmed(self, u: Understanding) -> None:
        """Neither yes nor no to what was read back."""
        self._events.append(
            Misheard(question=self.data.question, reason="unconfirmed", heard=u.heard)
        )
        if self.data.confirm_asked >= self._confirmations:
            self._give_up_pending(u)
            self._next()
        else:
            self.data.confirm_asked += 1
            self.read_back()

    def _give_up_pending(self, u: Understanding) -> None:
        """The present question stays unclear, with whatever value was heard kept as evidence."""
        pending = self.data.pending
        self.data.pending = None
        if pending is not None:
            self._record(pending.model_copy(update={"status": Status.UNCLEAR}))
        elif self.data.question:
            self._record(self._answer(self._question, u, None))

    def _missed(self, u: Understanding, reason: str | None = None) -> None:
        """No usable answer: asked in other words, then left unclear for a person."""
        self._events.append(
            Misheard(question=self.data.question, reason=reason or u.intent.value, heard=u.heard)
        )
        if self.data.asked < self.script.file.limits.asks:
            self.data.asked += 1
            self.data.repeats = 0
            self.ask()
            return
        self._record(self._answer(self._question, u, None))
        if self._question.unresolved is not None:
            self._end(self._question.unresolved)
        else:
            self._next()

    def _keep_volunteered(self, u: Understanding) -> None:
        """Answers to other questions given in the same breath: later ones are not asked again."""
        for value in u.volunteered:
            for question in self.script.order():
                if question.kind.value != value.kind or question.id == self.data.question:
                    continue
                answer = self._answer(question, u, value)
                earlier = self.data.answers.get(question.id)
                if earlier is None or earlier.parsed() != value:
                    self.data.volunteered[question.id] = answer
                break

    # -- requests --------------------------------------------------------------------------

    def _react(self, u: Understanding) -> None:
        self.data.silences = 0
        if u.intent not in self.data.intents:
            self.data.intents.append(u.intent)
        if u.intent is Intent.REPEAT:
            self._repeat(u)
            return
        if u.intent is Intent.WAIT:
            self.hold()
            return
        reaction = self.script.file.requests.get(u.intent)
        if reaction is None:
            self._missed(u)
            return
        if u.value is not None and u.status is Status.CLEAR and self.data.pending is None:
            self._record(self._answer(self._question, u, u.value))
        self._judge(urgent_only=True)
        if u.intent is Intent.OPT_OUT:
            self._events.append(OptedOut())
        if u.intent is Intent.BUSY:
            self.data.callback_words = u.heard
        if reaction.outcome is not None:
            self._end(reaction.outcome, reaction.say)
            return
        if u.intent is Intent.QUESTION:
            self._events.append(self._composer.known_answer(u.topic))
        elif reaction.say is not None:
            self._say(reaction.say)
        if reaction.then == "next":
            self._refused(u)
        elif reaction.go_to is not None and self.data.question != reaction.go_to:
            if callback_time(u.heard, self._lexicon, self._local) is not None:
                # The time was named at once: said as if it had been asked for.
                agreed = next(b for b in self.script.question(reaction.go_to).branches if b.end)
                self._end(Outcome.CALLBACK_REQUESTED, agreed.say)
            else:
                self._go_to(reaction.go_to)
        elif self.data.question in self.data.answers and self.data.pending is None:
            self._next()
        else:
            self._ask_once_more(u)

    def _refused(self, u: Understanding) -> None:
        self.data.pending = None
        answer = self._answer(self._question, u, None)
        self._record(answer.model_copy(update={"status": Status.REFUSED}))
        if self._question.refused is not None:
            self._end(self._question.refused)
        else:
            self._next()

    def _repeat(self, u: Understanding) -> None:
        if self.data.repeats < self.script.file.limits.repeats:
            self._ask_once_more(u)
        elif self.data.pending is not None:
            self._unconfirmed(u)
        else:
            self._missed(u)

    def _ask_once_more(self, u: Understanding) -> None:
        """The same question in the same words: it was not the resident's answer that failed."""
        self.data.repeats += 1
        if self.data.repeats > 2 * self.script.file.limits.repeats:
            self._missed(u)
        elif self.data.pending is not None:
            self.read_back()
        else:
            self.ask()

    # -- callbacks of the machine: they only append events ----------------------------------

    def _understand(self, kind: Kind, hypotheses: Sequence[Hypothesis]) -> Understanding:
        u = understand(kind, hypotheses, self._lexicon, topics=self._topics)
        if u.intent is not Intent.SILENCE:
            self.data.silences = 0
        return u


def _has_decimal(value: AnyValue | None) -> bool:
    return isinstance(value, Temperature) and value.celsius is not None and value.celsius % 1 != 0


def _is_whole(value: AnyValue | None) -> bool:
    """A temperature without its decimal: "thirty-six" may go on with "point five"."""
    return isinstance(value, Temperature) and value.celsius is not None and value.celsius % 1 == 0
