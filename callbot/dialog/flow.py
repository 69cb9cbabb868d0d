"""The way through a script: which question comes, what is kept, what is found, how it ends.

The state machine is here. Its callbacks only append events; whoever pulls a trigger has decided.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from transitions import EventData, Machine

from callbot.dialog.answers import (
    Answer,
    AnyValue,
    Contacts,
    Movements,
    Status,
    Symptoms,
    YesNo,
    is_calm,
)
from callbot.dialog.assessment import findings, member_facts, resident_facts
from callbot.dialog.composer import Composer
from callbot.dialog.conditions import Facts
from callbot.dialog.events import AnswerRecorded, CallbackRequested, Event, HangUp, Outcome
from callbot.dialog.script import Script
from callbot.dialog.script_file import Question, ReadBack
from callbot.dialog.state import Phase, SessionState, Sheet
from callbot.dialog.understanding import Understanding, is_told_plainly

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
        self._known = script.known_questions[state.locale]
        self._agreements = script.agreements[state.locale]
        self._events: list[Event] = []
        self._machine = Machine(
            model=self,
            states=Phase,
            transitions=_TRANSITIONS,
            initial=state.phase,
            auto_transitions=False,
            send_event=True,
        )

    def _return_to(self, state: SessionState) -> None:
        """The conversation stands again as it did."""
        self.data = state
        self._composer = Composer(self.script, state)
        self._machine.set_state(state.phase, self)

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
        if question.names_time and self.data.callback_moved:
            return True
        if question.read_back is ReadBack.NEVER:
            return False
        if question.read_back is ReadBack.ALWAYS or answer.confidence < SURE_CONFIDENCE:
            return True
        facts = Facts(answers={**self._sheet.answers, answer.question: answer})
        return question.read_back_if is not None and question.read_back_if.holds(facts)

    def _settle(self, answer: Answer) -> None:
        """A clear answer is kept; its question's first branch that holds decides what follows."""
        self.data.pending = None
        self._record(answer)
        if answer.question == self.script.file.answered_by_other:
            value = answer.parsed()
            self.data.answered_by_other = isinstance(value, YesNo) and value.yes
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
        if branch.go_to is not None and branch.go_to not in self._sheet.answers:
            self._note_put_off(branch.go_to, answer.confidence)
            self._go_to(branch.go_to)
        else:
            self._next()

    def _record(self, answer: Answer) -> None:
        earlier = None if answer.member else self.data.told_early.pop(answer.question, None)
        if earlier is not None and answer.status is Status.UNCLEAR and answer.value is None:
            answer = answer.model_copy(update={"value": earlier.value, "heard": earlier.heard})
        self._sheet.answers[answer.question] = answer
        self._events.append(AnswerRecorded(answer=answer))
        self._judge(urgent_only=True)

    # -- the way through the script --------------------------------------------------------

    def _next(self) -> None:
        """The next question that still needs asking, of the next person, or the end."""
        self.data.pending = None
        order = self._order()
        ids = [question.id for question in order]
        start = ids.index(self.data.question) + 1 if self.data.question in ids else 0
        corrections = [q for q in order[:start] if q.id in self._sheet.volunteered]
        for question in (*corrections, *order[start:]):
            given = self._sheet.volunteered.pop(question.id, None)
            if given is not None and question in corrections and self._is_doubtful_news(given):
                # "没有跟老班下去来着" of 没有，跟老伴下棋来着: read back, it would be agreed to.
                self._record(given.model_copy(update={"status": Status.UNCLEAR}))
                self._go_to(question.id)
                return
            if given is not None:
                self._enter(question.id)
                # What changes an earlier answer, and that one is well when that was not asked
                # ("三十六度七, 不烫" heard as "不痛"), is believed only when it is confirmed.
                self._take(given, surely_read_back=question in corrections or _is_well(given))
                return
            if question.id in self._sheet.answers or self._is_known(question):
                continue
            if question.skip_if is not None and question.skip_if.holds(self._facts()):
                continue
            self._go_to(question.id)
            return
        self._next_person()

    def _is_doubtful_news(self, given: Answer) -> bool:
        """Whether a way out or a meeting, where there was none before, was not surely told."""
        value, before = given.parsed(), self._sheet.answers.get(given.question)
        told = before.parsed() if before else None
        if not isinstance(value, Movements | Contacts) or is_calm(value):
            return False
        calm = told is None or is_calm(told)
        return _names_nowhere(value) or (calm and not self._is_surely_told(given))

    def _is_surely_told(self, answer: Answer) -> bool:
        """Whether what was said beside the answer to another question is read back in place of its
        own, and is not asked for: it was surely heard, and told plainly."""
        value = answer.parsed()
        if value is None or answer.confidence < SURE_CONFIDENCE:
            return False
        return is_told_plainly(value, answer.heard, self._lexicon)

    def _is_known(self, question: Question) -> bool:
        """Who is speaking, once somebody has said that they answer for the resident."""
        return question.identifies and self.data.answered_by_other

    def _next_person(self) -> None:
        following = 0 if self.data.member is None else self.data.member + 1
        if not self.script.file.household or following >= len(self.data.members):
            self.data.member = None
            self._end(self._outcome())
            return
        self.data.member = following
        self.data.question = ""
        self._next()

    def _outcome(self) -> Outcome:
        """All was asked; but nothing but refusals, or nothing understood, completes no call."""
        asked = [q.id for q in self.script.order() if not q.every_call]
        statuses = [self.data.answers[q].status for q in asked if q in self.data.answers]
        if not statuses or Status.CLEAR in statuses:
            return Outcome.COMPLETED
        if all(status is Status.REFUSED for status in statuses):
            return Outcome.REFUSED
        return Outcome.PARTIAL

    def _order(self) -> tuple[Question, ...]:
        """The questions of the main way, for the person they are about."""
        if self.data.member is None:
            return self.script.order()
        return tuple(self.script.question(q) for q in self.script.file.household)

    def _enter(self, question_id: str) -> None:
        self.data.question = question_id
        self.data.asked = 1
        self.data.repeats = 0
        self.data.waits = 0
        self.data.noisy = False
        self.data.denied = None
        self.data.told_of_nothing = False
        self.data.told = False
        self.data.perhaps_agreed = False
        self.data.leave = None
        self.data.whole_celsius = None
        self.data.faint = None

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
        self._events.extend(self._composer.read_back(self._moments()))

    def _append_hold(self, _: EventData) -> None:
        self._events.extend(self._composer.hold())

    def _append_end(self, event: EventData) -> None:
        outcome = self.data.outcome
        assert outcome is not None
        self._keep_unconfirmed()
        self._judge(urgent_only=False)
        if outcome is Outcome.CALLBACK_REQUESTED:
            at, words = self.data.callback_at, self.data.callback_words
            self._events.append(CallbackRequested(at=at, words=words))
        if event.kwargs["farewell"]:
            say = event.kwargs["say"]
            self._events.extend(self._composer.farewell(outcome, say, self._moments()))
        self._events.append(HangUp(outcome=outcome))

    def _keep_unconfirmed(self) -> None:
        """What was heard but never confirmed is evidence for a person, whatever ends the call."""
        unconfirmed = [*self.data.told_early.values()]
        unconfirmed += [self.data.pending] if self.data.pending else []
        self.data.told_early.clear()
        self.data.pending = None
        for sheet in (self.data, *self.data.members):
            unconfirmed += sheet.volunteered.values()
            sheet.volunteered.clear()
        for answer in unconfirmed:
            sheet = self._sheet_of(answer)
            if not self._asks_who_speaks(answer.question):
                unclear = answer.model_copy(update={"status": Status.UNCLEAR})
                sheet.answers[answer.question] = unclear
                self._events.append(AnswerRecorded(answer=unclear))

    def _note_put_off(self, question_id: str, confidence: float) -> None:
        """Where the call stood, if another time is looked for and hardly was asked for."""
        hardly = self.script.question(question_id).names_time and confidence < SURE_CONFIDENCE
        self.data.put_off_at = self.data.question if hardly and not self.data.went_on else ""

    # -- small matters ---------------------------------------------------------------------

    @property
    def _question(self) -> Question:
        return self.script.question(self.data.question)

    @property
    def _sheet(self) -> Sheet:
        """Of the person who is being asked about."""
        return self.data if self.data.member is None else self.data.members[self.data.member]

    def _sheet_of(self, answer: Answer) -> Sheet:
        return next((m for m in self.data.members if m.id == answer.member), self.data)

    def _asks_who_speaks(self, question_id: str) -> bool:
        question = self.script.question(question_id)
        return question.every_call or question.aside

    @property
    def _local(self) -> datetime:
        return self._at.astimezone(ZoneInfo(self.data.time_zone))

    def _moments(self) -> dict[str, str]:
        at = self.data.callback_at
        return {} if at is None else {"time": self._composer.spoken(at, self._local)}

    def _begin(self, at: datetime) -> None:
        self._events = []
        self._at = at

    def _taken(self) -> tuple[Event, ...]:
        self.data.phase = self.state
        return tuple(self._events)

    def _say(self, prompt: str, *, interruptible: bool = True) -> None:
        self._events.append(self._composer.prompt(prompt, interruptible=interruptible))

    def _answer(self, question: Question, u: Understanding, value: AnyValue | None) -> Answer:
        member = self.data.member
        return Answer(
            question=question.id,
            kind=question.kind,
            status=Status.UNCLEAR if value is None else Status.CLEAR,
            value=None if value is None else value.model_dump(mode="json"),
            heard=u.heard,
            confidence=u.confidence,
            alternatives=u.alternatives,
            member="" if member is None else self.data.members[member].id,
        )

    def _facts(self) -> Facts:
        member = self.data.member
        if member is None:
            return resident_facts(self.data)
        return member_facts(self.data.members[member])

    def _judge(self, *, urgent_only: bool) -> None:
        for flagged in findings(self.script, self.data, urgent_only=urgent_only):
            sheet = next((m for m in self.data.members if m.id == flagged.member), self.data)
            sheet.flagged.append(flagged.rule)
            self._events.append(flagged)


def _names_nowhere(told: Movements | Contacts) -> bool:
    """Whether having gone out or met somebody is told, and neither where to nor whom."""
    if isinstance(told, Movements):
        return not (told.places or told.transport)
    return not told.persons


def _is_well(answer: Answer) -> bool:
    value = answer.parsed()
    return isinstance(value, Symptoms) and is_calm(value)
