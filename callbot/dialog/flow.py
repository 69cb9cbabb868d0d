"""The way through a script: which question comes, what is kept, what is found, how it ends.

The state machine is here. Its callbacks only append events; whoever pulls a trigger has decided.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from transitions import EventData, Machine

from callbot.dialog.answers import Answer, AnyValue, Status
from callbot.dialog.assessment import findings
from callbot.dialog.composer import Composer
from callbot.dialog.conditions import Facts
from callbot.dialog.events import (
    AnswerRecorded,
    CallbackRequested,
    Event,
    HangUp,
    Outcome,
)
from callbot.dialog.script import Question, ReadBack, Script
from callbot.dialog.state import Phase, SessionState
from callbot.dialog.understanding import Understanding, callback_time

SURE_CONFIDENCE = 0.6
"""Under this an answer is read back even where the script does not ask for it."""

_LIVE = [phase for phase in Phase if phase is not Phase.ENDED]

_TRANSITIONS: list[dict[str, Any]] = [
    {"trigger": trigger, "source": _LIVE, "dest": dest, "after": after}
    for trigger, dest, after in (
        ("ask", Phase.ASKING, "_append_question"),
        ("read_back", Phase.CONFIRMING, "_append_read_back"),
        ("hold", Phase.HOLDING, "_append_hold"),
        ("finish", Phase.ENDED, "_append_end"),
    )
]


class Flow:
    """A conversation's course. Sessions drive it with what a resident does."""

    # Given by the machine.
    state: Phase
    ask: Callable[[], bool]
    read_back: Callable[[], bool]
    hold: Callable[[], bool]
    finish: Callable[..., bool]

    def __init__(self, script: Script, state: SessionState) -> None:
        self.script = script
        self.data = state
        self._composer = Composer(script, state)
        self._lexicon = script.lexicons[state.locale]
        self._events: list[Event] = []
        self._machine = Machine(
            model=self,
            states=Phase,
            transitions=_TRANSITIONS,
            initial=state.phase,
            auto_transitions=False,
            send_event=True,
        )

    @property
    def ended(self) -> bool:
        return self.data.phase is Phase.ENDED

    # -- answers ---------------------------------------------------------------------------

    def _take(self, answer: Answer, *, surely_read_back: bool = False) -> None:
        """An understood answer: read back if it matters, else kept."""
        if surely_read_back or self._needs_reading_back(answer):
            self.data.pending = answer
            self.data.confirm_asked = 0
            self.read_back()
        else:
            self._settle(answer)

    def _needs_reading_back(self, answer: Answer) -> bool:
        question = self.script.question(answer.question)
        if question.read_back is ReadBack.NEVER:
            return False
        if question.read_back is ReadBack.ALWAYS or answer.confidence < SURE_CONFIDENCE:
            return True
        facts = Facts(answers={**self.data.answers, answer.question: answer})
        return question.read_back_if is not None and question.read_back_if.holds(facts)

    def _settle(self, answer: Answer) -> None:
        """A clear answer is kept; its question's first branch that holds decides what follows."""
        self.data.pending = None
        self._record(answer)
        facts = self._facts()
        branch = next((b for b in self._question.branches if b.if_.holds(facts)), None)
        if branch is None:
            self._next()
            return
        if branch.end is not None:
            self._end(branch.end, branch.say)
            return
        if branch.say is not None:
            self._say(branch.say)
        if branch.go_to is not None:
            self._go_to(branch.go_to)
        else:
            self._next()

    def _record(self, answer: Answer) -> None:
        self.data.answers[answer.question] = answer
        self._events.append(AnswerRecorded(answer=answer))
        self._judge(urgent_only=True)

    # -- the way through the script --------------------------------------------------------

    def _next(self) -> None:
        """The next question that still needs asking, or the end of the script."""
        self.data.pending = None
        order = self.script.order()
        ids = [question.id for question in order]
        start = ids.index(self.data.question) + 1 if self.data.question in ids else 0
        corrections = [q for q in order[:start] if q.id in self.data.volunteered]
        for question in (*corrections, *order[start:]):
            given = self.data.volunteered.pop(question.id, None)
            if given is not None:
                self._enter(question.id)
                # What changes an earlier answer is believed only when it is confirmed.
                self._take(given, surely_read_back=question in corrections)
                return
            if question.id in self.data.answers:
                continue
            if question.skip_if is not None and question.skip_if.holds(self._facts()):
                continue
            self._go_to(question.id)
            return
        self._end(Outcome.COMPLETED)

    def _enter(self, question_id: str) -> None:
        self.data.question = question_id
        self.data.asked = 1
        self.data.repeats = 0

    def _go_to(self, question_id: str) -> None:
        self.data.pending = None
        self._enter(question_id)
        self.ask()

    def _end(self, outcome: Outcome, say: str | None = None, *, farewell: bool = True) -> None:
        self.data.outcome = outcome
        self.finish(say=say, farewell=farewell)

    # -- callbacks of the machine: they only append events ----------------------------------

    def _append_question(self, _: EventData) -> None:
        self._events.extend(self._composer.question())

    def _append_read_back(self, _: EventData) -> None:
        self._events.extend(self._composer.read_back())

    def _append_hold(self, _: EventData) -> None:
        self._events.extend(self._composer.hold())

    def _append_end(self, event: EventData) -> None:
        outcome = self.data.outcome
        assert outcome is not None
        self._judge(urgent_only=False)
        if outcome is Outcome.CALLBACK_REQUESTED:
            named = self.data.answers.get(self.data.question)
            words = named.heard if named and named.heard else self.data.callback_words
            at = callback_time(words, self._lexicon, self._local)
            self._events.append(CallbackRequested(at=at, words=words))
        if event.kwargs["farewell"]:
            say = event.kwargs["say"]
            self._events.extend(self._composer.farewell(outcome, say, self._facts()))
        self._events.append(HangUp(outcome=outcome))

    # -- small matters ---------------------------------------------------------------------

    @property
    def _question(self) -> Question:
        return self.script.question(self.data.question)

    @property
    def _local(self) -> datetime:
        return self._at.astimezone(ZoneInfo(self.data.time_zone))

    def _begin(self, at: datetime) -> None:
        self._events = []
        self._at = at

    def _taken(self) -> tuple[Event, ...]:
        self.data.phase = self.state
        return tuple(self._events)

    def _say(self, prompt: str, *, interruptible: bool = True) -> None:
        self._events.append(self._composer.prompt(prompt, interruptible=interruptible))

    def _answer(self, question: Question, u: Understanding, value: AnyValue | None) -> Answer:
        return Answer(
            question=question.id,
            kind=question.kind,
            status=Status.UNCLEAR if value is None else Status.CLEAR,
            value=None if value is None else value.model_dump(mode="json"),
            heard=u.heard,
            confidence=u.confidence,
            alternatives=u.alternatives,
        )

    def _facts(self) -> Facts:
        return Facts(
            answers=self.data.answers,
            previous=self.data.previous,
            intents=frozenset(self.data.intents),
            outcome=self.data.outcome,
        )

    def _judge(self, *, urgent_only: bool) -> None:
        for flagged in findings(
            self.script,
            self._facts(),
            already=self.data.flagged,
            urgent_only=urgent_only,
            office_locale=self.data.office_locale,
        ):
            self.data.flagged.append(flagged.rule)
            self._events.append(flagged)
