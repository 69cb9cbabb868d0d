"""The conversation: start(), then resume() with what was heard, to the end.

What a resident says, presses or leaves unsaid is turned into the next step of the flow. The
session is JSON between turns, so another process can take a broken call up again.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from enum import StrEnum
from typing import Final

from callbot.dialog.answers import (
    Answer,
    AnyValue,
    Hypothesis,
    Intent,
    Kind,
    Open,
    Status,
    Symptoms,
    Temperature,
    YesNo,
    is_calm,
)
from callbot.dialog.events import (
    AnswerRecorded,
    Digits,
    Event,
    Heard,
    HungUp,
    Input,
    Listen,
    RecognitionFailed,
    Say,
    Silence,
    TimeUp,
    TransferFailed,
)
from callbot.dialog.flow import SURE_CONFIDENCE
from callbot.dialog.hearing import Hearing
from callbot.dialog.joining import joined, may_be_taken_back
from callbot.dialog.script import Script
from callbot.dialog.script_file import Question
from callbot.dialog.state import Member, SessionState, Sheet, Taken
from callbot.dialog.understanding import (
    Ending,
    Understanding,
    ending_of,
    ends_in_one_word,
    is_bare_number,
    is_one_word,
    is_whole,
    leaves_number_open,
    number_heard,
)

AGREED_CONFIDENCE = 0.5
"""With which a yes or no is not decoded again: what speaks against it has lowered it already."""

CALLING_HOURS = (time(8), time(21))

_NEEDING_A_QUESTION = frozenset(
    {
        *(Intent.ANSWER, Intent.UNCLEAR, Intent.SILENCE, Intent.REPEAT, Intent.WAIT),
        *(Intent.WHO_IS_THIS, Intent.QUESTION),
    }
)
"""What words mean only after something was said; who we are, the opening tells itself."""


class Weight(StrEnum):
    """Doubtful: worth decoding harder. Faint: the same of what may be a yes or no of one word.
    Unfinished: the same, and it sounds as if more were to come. Told: the same, and it sounds as if
    nothing were. Begun: understood, and many go on behind it: a mere "no", a list of signs, a fever
    without its number, "let me see". Brief: the same of what is complete ("yes", "ninety-eight").
    Leading: understood, and most go on behind it: a mere reason, a no that leaves open what was
    asked. Complete: waiting on gains nothing.
    """

    DOUBTFUL = "doubtful"
    FAINT = "faint"
    UNFINISHED = "unfinished"
    TOLD = "told"
    UNDERSTOOD = "understood"
    BEGUN = "begun"
    BRIEF = "brief"
    LEADING = "leading"
    COMPLETE = "complete"


HARDLY_HEARD: Final = frozenset({Weight.DOUBTFUL, Weight.FAINT, Weight.UNFINISHED, Weight.TOLD})
"""What is worth decoding harder."""

_BY_ENDING: Final[dict[Ending, dict[Weight, Weight]]] = {
    Ending.UNTOLD: {},
    Ending.UNLISTED: {Weight.COMPLETE: Weight.UNDERSTOOD},
    Ending.OPEN: {
        Weight.DOUBTFUL: Weight.UNFINISHED,
        Weight.UNDERSTOOD: Weight.BEGUN,
        Weight.COMPLETE: Weight.BRIEF,
    },
    Ending.REASON: {
        Weight.DOUBTFUL: Weight.UNFINISHED,
        Weight.UNDERSTOOD: Weight.LEADING,
        Weight.COMPLETE: Weight.LEADING,
    },
    Ending.WORD: {Weight.COMPLETE: Weight.UNDERSTOOD, Weight.UNDERSTOOD: Weight.BEGUN},
    Ending.WORDS: {Weight.COMPLETE: Weight.BRIEF, Weight.UNDERSTOOD: Weight.BEGUN},
    Ending.FIRST: {Weight.UNDERSTOOD: Weight.BEGUN, Weight.UNFINISHED: Weight.DOUBTFUL},
    Ending.ASIDE: {Weight.UNDERSTOOD: Weight.LEADING, Weight.COMPLETE: Weight.BRIEF},
    Ending.LAST: {Weight.DOUBTFUL: Weight.TOLD, Weight.UNFINISHED: Weight.TOLD},
}

_ADDED_TO: Final = frozenset({Kind.MOVEMENTS, Kind.CONTACTS, Kind.OPEN})
"""To which one in two adds to a first statement, up to 1.02 s later: 11 of 24 simulated Koreans
("아무도 안 만났어요 … 영감하고 둘이만 있었지요"). Behind signs 2 of 13 did, after 0.5 s."""


class Session(Hearing):
    """One conversation. Pure: the same script, state, input and moment give the same events."""

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
        members: Sequence[Member] = (),
        hours: tuple[time, time] = CALLING_HOURS,
        can_transfer: bool = False,
        rang_back: bool = False,
    ) -> "Session":
        """A fresh conversation; `resumes` is where the broken call it continues stood.

        Clear answers are not asked for again, but for who is speaking; what was flagged is not
        flagged twice. members: others of the household, asked about in the same call. hours: the
        first moment in the resident's day at which a phone may ring, and the first too late.
        can_transfer: the carrier can put the resident through to a person. rang_back: they rang us.
        """
        kept = _kept(resumes, script.order()) if resumes else {}
        state = SessionState(
            script=script.name,
            script_version=script.version,
            locale=locale,
            office_locale=office_locale,
            time_zone=time_zone,
            variables=dict(variables),
            opens=hours[0],
            closes=hours[1],
            can_transfer=can_transfer,
            members=[_member(member, resumes, script) for member in members],
            previous=dict(previous or {}),
            resumed=bool(kept),
            rang_back=rang_back,
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
        opening, called_back = self.script.file.opening, self.script.file.called_back
        for prompt in (called_back if self.data.rang_back else ()) or opening:
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
        taken, self.data.taken = self.data.taken, None
        if isinstance(given, Heard):
            return self._resume_hearing(given, taken)
        match given:
            case Digits():
                self._keyed(given.digits)
            case Silence():
                self._silent()
            case RecognitionFailed():
                self._recognition_failed()
            case TransferFailed():
                self._transfer_failed()
            case HungUp():
                self._broken_off(said=False)
            case TimeUp():
                self._broken_off(said=True)
        return self._within_bounds()

    def _resume_hearing(self, given: Heard, taken: Taken | None) -> tuple[Event, ...]:
        """Words that go on after a turn taken too early are one answer with those before them, to
        the question that those were meant for: "我发烧", "还有咳嗽"."""
        hypotheses: Sequence[Hypothesis] = given.hypotheses
        withdrawn: tuple[Answer, ...] = ()
        if given.goes_on and hypotheses and taken is not None:
            taken.before.turns = self.data.turns
            self._return_to(taken.before)
            hypotheses = self._both_halves(taken.heard, hypotheses)
            withdrawn = taken.recorded
        before = self.data.model_copy(deep=True)
        self._heard(hypotheses)
        self._withdraw(withdrawn)
        events = self._within_bounds()
        if hypotheses and not self.ended and may_be_taken_back(events):
            recorded = tuple(e.answer for e in events if isinstance(e, AnswerRecorded))
            self.data.taken = Taken(heard=tuple(hypotheses), before=before, recorded=recorded)
        return events

    def _both_halves(
        self, former: Sequence[Hypothesis], rest: Sequence[Hypothesis]
    ) -> Sequence[Hypothesis]:
        """Of the rest alone where it tells something that a denial before it would swallow:
        "没有不舒服", "头疼"."""
        whole = joined(former, rest, self.data.locale)
        denied, told, both = (self._is_calm(words) for words in (former, rest, whole))
        return rest if denied and told is False and both is not False else whole

    def _is_calm(self, hypotheses: Sequence[Hypothesis]) -> bool | None:
        """Whether words tell, at the present question, that there is nothing; None if not known."""
        value = self._read(self._question.kind, hypotheses).value
        return None if value is None else is_calm(value)

    def _withdraw(self, answers: Sequence[Answer]) -> None:
        """Those that both halves together do not give are open again."""
        given = {(e.answer.member, e.answer.question) for e in self._answers_recorded()}
        for answer in answers:
            if (answer.member, answer.question) not in given:
                open_again = {"status": Status.UNCLEAR, "value": None}
                withdrawn = AnswerRecorded(answer=answer.model_copy(update=open_again))
                self._events.insert(0, withdrawn)

    def _answers_recorded(self) -> list[AnswerRecorded]:
        return [event for event in self._events if isinstance(event, AnswerRecorded)]

    def _within_bounds(self) -> tuple[Event, ...]:
        if not self.ended and self.data.turns >= self.script.file.limits.turns:
            self._events = [e for e in self._events if not isinstance(e, Say | Listen)]
            self._broken_off(said=True)
        return self._taken()

    def weigh(self, hypotheses: Sequence[Hypothesis]) -> Weight:
        """What an utterance is worth so far, while the resident may still go on. Changes nothing.

        Only closed answers are ever complete: "no" to symptoms may go on with "but I cough". Free
        words that are kept as they are, are not worth a second decoding. Of a temperature people
        say the first half, look at the thermometer, and then say the rest. Whether somebody answers
        for the resident is always decoded twice: of an echo of what was asked it must not be heard.
        Where a language's endings tell more of whether somebody goes on, they count, too.
        """
        kind = Kind.YES_NO if self.data.pending is not None else self._question.kind
        u = self._read(kind, hypotheses)
        weight = self._weight_of(u, kind, hypotheses)
        ending = self._ending_of(u, kind, hypotheses)
        refused = isinstance(u.value, YesNo) and not u.value.yes
        if weight is Weight.COMPLETE and ending is Ending.FIRST and refused:
            return Weight.BRIEF  # Why, or when it suits, comes next.
        if ending is Ending.FIRST and (self.data.pending is not None or self._is_number_said(u)):
            ending = Ending.LAST  # To what was read back, and of a temperature, that is all.
        if weight is Weight.UNDERSTOOD and ending is Ending.FIRST and kind in _ADDED_TO:
            return Weight.LEADING
        return _BY_ENDING[ending].get(weight, weight)

    def _ending_of(self, u: Understanding, kind: Kind, hypotheses: Sequence[Hypothesis]) -> Ending:
        """Of the guess that was believed, or of the surest where it tells that more is to come."""
        asks = u.intent not in {Intent.ANSWER, Intent.UNCLEAR}
        outright = asks or self.data.pending is not None or self._question.identifies
        of_kind = None if outright else kind
        surest = max(hypotheses, key=lambda h: h.confidence).text if hypotheses else ""
        heard = ending_of(surest, self._lexicon, of_kind)
        if heard in {Ending.OPEN, Ending.REASON}:
            return heard
        return ending_of(u.heard, self._lexicon, of_kind)

    def _is_number_said(self, u: Understanding) -> bool:
        """A temperature with its tenths, or words in its place of which none is understood."""
        said = number_heard(u.heard, self._lexicon) > 0 or self._is_number_lost(u)
        of_temperature = self.data.pending is None and self._question.kind is Kind.TEMPERATURE
        return said and of_temperature and not is_whole(u.value)

    def _weight_of(self, u: Understanding, kind: Kind, hypotheses: Sequence[Hypothesis]) -> Weight:
        """By what is read in it alone."""
        confirming = self.data.pending is not None
        if kind is Kind.OPEN and u.intent is Intent.ANSWER and not self._question.names_need:
            return Weight.UNDERSTOOD
        if isinstance(u.value, Open) and not u.value.tells:
            return Weight.DOUBTFUL
        if not confirming and self._is_consent(u):
            return Weight.DOUBTFUL
        if kind is Kind.TEMPERATURE and (self._is_begun(hypotheses) or self._is_number_lost(u)):
            return Weight.UNFINISHED
        if kind is Kind.YES_NO and self._names_resident(hypotheses):
            return Weight.COMPLETE
        sure = AGREED_CONFIDENCE if kind is Kind.YES_NO else SURE_CONFIDENCE
        if u.intent in {Intent.UNCLEAR, Intent.SILENCE} or u.confidence < sure:
            return Weight.FAINT if is_one_word(u.heard, self._lexicon) else Weight.DOUBTFUL
        answer = u.intent is Intent.ANSWER and u.status is Status.CLEAR and not u.volunteered
        if answer and kind is Kind.YES_NO:
            brief = ends_in_one_word(u.heard, self._lexicon)
            return Weight.BRIEF if brief else Weight.COMPLETE
        if answer and _has_decimal(u.value):
            bare = is_bare_number(u.heard, self._lexicon)
            return Weight.BRIEF if bare else Weight.COMPLETE
        told = _names_signs(u.value) or _tells_no_number(u.value)
        begun = answer and (told or is_one_word(u.heard, self._lexicon))
        return Weight.BEGUN if begun or u.intent is Intent.WAIT else Weight.UNDERSTOOD

    def _is_begun(self, hypotheses: Sequence[Hypothesis]) -> bool:
        """Whether the surest guess is a temperature without its tenths, whatever is read of all."""
        surest = sorted(hypotheses, key=lambda h: -h.confidence)[:1]
        return is_whole(self._read(Kind.TEMPERATURE, surest).value)

    def _is_number_lost(self, u: Understanding) -> bool:
        """A number was begun, and none is understood; nor are several, each said to its end."""
        lost = u.intent is Intent.UNCLEAR and not _has_decimal(u.contested)
        return lost and leaves_number_open(u.heard, self._lexicon)

    def stands_alone(self, hypotheses: Sequence[Hypothesis]) -> bool:
        """Whether words mean something whatever was asked, so that they count even when spoken into
        the opening: they ask something of us, or give the resident's name. Changes nothing.

        "It is me" does not: nobody had been named yet.
        """
        u = self._read(self._question.kind, hypotheses)
        if u.intent not in _NEEDING_A_QUESTION:
            return u.confidence >= SURE_CONFIDENCE
        return self._names_resident(hypotheses)


def _member(member: Member, resumes: SessionState | None, script: Script) -> Member:
    """A member of the household as the broken call left them, or as they are given."""
    earlier = next((m for m in resumes.members if m.id == member.id), None) if resumes else None
    if earlier is None:
        return member.model_copy(deep=True)
    asked = [script.question(question) for question in script.file.household]
    update = {"answers": _kept(earlier, asked), "flagged": list(earlier.flagged)}
    return member.model_copy(update=update, deep=True)


def _kept(sheet: Sheet, questions: Sequence[Question]) -> dict[str, Answer]:
    """The clear answers of a broken call, but for who is speaking."""
    return {
        question.id: sheet.answers[question.id]
        for question in questions
        if question.id in sheet.answers and not question.every_call
        if sheet.answers[question.id].status is Status.CLEAR
    }


def _names_signs(value: AnyValue | None) -> bool:
    return isinstance(value, Symptoms) and bool(value.present or value.absent)


def _tells_no_number(value: AnyValue | None) -> bool:
    """ "It went up overnight", behind which the number is told."""
    return isinstance(value, Temperature) and value.reported in {"fever", "normal"}


def _has_decimal(value: AnyValue | None) -> bool:
    return isinstance(value, Temperature) and value.celsius is not None and value.celsius % 1 != 0
