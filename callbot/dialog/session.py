"""The conversation: start(), then resume() with what was heard, to the end.

What a resident says, presses or leaves unsaid is turned into the next step of the flow. The
session is JSON between turns, so another process can take a broken call up again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time
from enum import StrEnum

from callbot.dialog.answers import (
    Answer,
    AnyValue,
    Hypothesis,
    Intent,
    Kind,
    Open,
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
    Outcome,
    RecognitionFailed,
    Say,
    Silence,
    TimeUp,
    TransferFailed,
)
from callbot.dialog.flow import SURE_CONFIDENCE
from callbot.dialog.identity import Named
from callbot.dialog.keys import PERSON, REPEAT
from callbot.dialog.machine_words import speaks_like_a_machine
from callbot.dialog.requesting import Requesting
from callbot.dialog.script import Script
from callbot.dialog.script_file import Question
from callbot.dialog.state import Member, Phase, SessionState, Sheet
from callbot.dialog.understanding import (
    DECISIVE_MARGIN,
    Understanding,
    speaks_of_number,
    understand,
    without_subject,
)

FAILURES_LIMIT = 3
"""Our recogniser may break this often in a call before the call is ended with an apology."""

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

_WITH_A_NAME = frozenset({Intent.WHO_IS_THIS, Intent.COMPLAINT, Intent.NEED_HELP, Intent.REPEAT})
"""Requests beside which whoever gives the resident's name still says to be the one."""

_NOTHING = Understanding(Intent.SILENCE, Status.UNCLEAR, None, "", 0.0, ())


class Weight(StrEnum):
    """Doubtful: worth decoding harder. Unfinished: the same, and it sounds as if more were to come.
    Complete: waiting on gains nothing."""

    DOUBTFUL = "doubtful"
    UNFINISHED = "unfinished"
    UNDERSTOOD = "understood"
    COMPLETE = "complete"


class Session(Requesting):
    """One conversation. Pure: the same script, state, input and moment give the same events."""

    def __init__(self, script: Script, state: SessionState) -> None:
        super().__init__(script, state)
        self._agreements = script.agreements[state.locale]

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
        match given:
            case Heard():
                self._heard(given.hypotheses)
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
        if not self.ended and self.data.turns >= self.script.file.limits.turns:
            self._events = [e for e in self._events if not isinstance(e, Say | Listen)]
            self._broken_off(said=True)
        return self._taken()

    def weigh(self, hypotheses: Sequence[Hypothesis]) -> Weight:
        """What an utterance is worth so far, while the resident may still go on. Changes nothing.

        Only closed answers are ever complete: "no" to symptoms may go on with "but I cough". Free
        words that are kept as they are, are not worth a second decoding. Of a temperature people
        say the first half, look at the thermometer, and then say the rest.
        """
        confirming = self.data.pending is not None
        kind = Kind.YES_NO if confirming else self._question.kind
        u = self._read(kind, hypotheses)
        if kind is Kind.OPEN and u.intent is Intent.ANSWER and not self._question.names_need:
            return Weight.UNDERSTOOD
        if isinstance(u.value, Open) and not u.value.tells:
            return Weight.DOUBTFUL
        if kind is Kind.TEMPERATURE and (_is_whole(u.value) or self._is_number_lost(u)):
            return Weight.UNFINISHED
        if kind is Kind.YES_NO and self._names_resident(hypotheses):
            return Weight.COMPLETE
        sure = AGREED_CONFIDENCE if kind is Kind.YES_NO else SURE_CONFIDENCE
        if u.intent in {Intent.UNCLEAR, Intent.SILENCE} or u.confidence < sure:
            return Weight.DOUBTFUL
        answer = u.intent is Intent.ANSWER and u.status is Status.CLEAR and not u.volunteered
        if answer and (kind is Kind.YES_NO or _has_decimal(u.value)):
            return Weight.COMPLETE
        return Weight.UNDERSTOOD

    def _is_number_lost(self, u: Understanding) -> bool:
        """A number was said, and none is understood."""
        return u.intent is Intent.UNCLEAR and speaks_of_number(u.heard, self._lexicon)

    def _names_resident(self, hypotheses: Sequence[Hypothesis]) -> bool:
        """The resident's name is said in answer to who is speaking, and nobody else's."""
        return self._question.identifies and self._named(hypotheses) is Named.RESIDENT

    @property
    def may_be_machine(self) -> bool:
        """Nobody has shown yet to be a person. Machines ring nobody back."""
        begun = bool(self.data.answers) and not self.data.resumed
        return not begun and not self.data.rang_back

    def stands_alone(self, hypotheses: Sequence[Hypothesis]) -> bool:
        """Whether words mean something whatever was asked, so that they count even when spoken into
        the opening: they ask something of us, or give the resident's name. Changes nothing.

        "It is me" does not: nobody had been named yet.
        """
        u = self._read(self._question.kind, hypotheses)
        if u.intent not in _NEEDING_A_QUESTION:
            return u.confidence >= SURE_CONFIDENCE
        return self._names_resident(hypotheses)

    # -- what was given --------------------------------------------------------------------

    def _heard(self, hypotheses: Sequence[Hypothesis]) -> None:
        self.data.turns += 1
        if self._is_machine(hypotheses):
            self._end(Outcome.VOICEMAIL, farewell=False)
        elif self.data.pending is not None:
            self._heard_confirmation(hypotheses)
        else:
            self._heard_answer(hypotheses)

    def _is_machine(self, hypotheses: Sequence[Hypothesis]) -> bool:
        """Health is never spoken of to a machine: it is looked out for until somebody answers."""
        phrases = self.script.machine_words.get(self.data.locale, ())
        if not self.may_be_machine:
            return False
        return any(speaks_like_a_machine(h.text, phrases) for h in hypotheses)

    def _heard_answer(self, hypotheses: Sequence[Hypothesis]) -> None:
        u = self._understand(self._question.kind, hypotheses)
        if u.intent is Intent.UNCLEAR and self.data.about_other:
            bare = self._understand(self._question.kind, self._said_by_resident(hypotheses))
            u = replace(bare, heard=u.heard) if bare.intent is Intent.ANSWER else u
        if self._is_alarmed(u, hypotheses):
            return
        self._keep_volunteered(u)
        if u.intent is Intent.SILENCE:
            self._silent()
        elif u.intent in {Intent.ANSWER, Intent.UNCLEAR}:
            self._answered(u, hypotheses)
        else:
            self._react(self._asked_at_identity(u, hypotheses))

    def _asked_at_identity(
        self, u: Understanding, hypotheses: Sequence[Hypothesis]
    ) -> Understanding:
        """Asked who they are, people ask back what it is about ("我是王秀英,干什么"): they are told
        who we are. Who gives the resident's name has answered besides ("王秀英,天天问")."""
        if not self._question.identifies:
            return u
        if u.intent is Intent.QUESTION and u.topic is None:
            u = replace(u, intent=Intent.WHO_IS_THIS)
        named = u.value is None and self._names_resident(hypotheses)
        return replace(u, value=YesNo(yes=True)) if named and u.intent in _WITH_A_NAME else u

    def _said_by_resident(self, hypotheses: Sequence[Hypothesis]) -> list[Hypothesis]:
        """What is said of the resident by another, in the resident's words."""
        return [
            h.model_copy(update={"text": without_subject(h.text, self._lexicon)})
            for h in hypotheses
        ]

    def _heard_confirmation(self, hypotheses: Sequence[Hypothesis]) -> None:
        verdict = self._understand(Kind.YES_NO, hypotheses)
        plain = self._lexicon.plain_agreement
        agreed = understand(Kind.YES_NO, hypotheses, self._lexicon, agreement=plain)
        if agreed.value == YesNo(yes=True) and self._is_perhaps_denied(agreed, hypotheses):
            verdict = agreed = replace(
                agreed, intent=Intent.UNCLEAR, status=Status.UNCLEAR, value=None
            )
        own = self._agreements.get(self.data.question)
        said = understand(self._question.kind, hypotheses, self._lexicon, agreement=own)
        self._keep_volunteered(said)
        # "Wait, I said it wrong, it is 37.8" has waited already.
        told = verdict.intent in {Intent.WAIT, Intent.REPEAT} and said.intent is Intent.ANSWER
        if verdict.intent is Intent.UNCLEAR and self._is_alarmed(verdict, hypotheses):
            return
        if verdict.intent is Intent.SILENCE:
            self._unconfirmed(verdict)
        elif told or verdict.intent in {Intent.ANSWER, Intent.UNCLEAR}:
            self._confirmation(verdict, agreed, said)
        else:
            self._react(verdict)

    def _is_perhaps_denied(self, agreed: Understanding, hypotheses: Sequence[Hypothesis]) -> bool:
        """Whether a yes to what was read back may be a no of which the beginning was lost: in noise
        "不对" is heard as "对" first, and as itself however faintly behind."""
        plain = self._lexicon.plain_agreement
        close = [h for h in hypotheses if agreed.confidence - h.confidence < DECISIVE_MARGIN]
        sure = (h.model_copy(update={"confidence": 1.0}) for h in close)
        return any(
            understand(Kind.YES_NO, [h], self._lexicon, agreement=plain).value == YesNo(yes=False)
            for h in sure
        )

    def _keyed(self, digits: str) -> None:
        self.data.turns += 1
        self.data.silences = 0
        pending = self.data.pending
        if digits.startswith(REPEAT):
            self._repeat(_pressed(Intent.REPEAT, digits))
        elif digits == PERSON:
            self._react(_pressed(Intent.HUMAN, digits))
        elif pending is None:
            self._answered_by_keys(digits)
        elif digits == "1":
            self._settle(pending)
        elif digits == "2":
            self._denied(_pressed(Intent.ANSWER, digits))
        else:
            self._unconfirmed(_pressed(Intent.UNCLEAR, digits))

    def _silent(self) -> None:
        self.data.silences += 1
        if self.data.phase is Phase.HOLDING:
            self._say(self.script.file.hold_over)
            self._ask_once_more(_NOTHING)
        elif self.data.silences >= self.script.file.limits.silences:
            self._events.append(Misheard(question=self.data.question, reason="silence"))
            self._give_up_pending(_NOTHING)
            self._end(Outcome.PARTIAL)
        elif self.data.pending is not None:
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
        elif self.data.pending is not None:
            self.data.confirm_asked = self._confirmations
            self.read_back()
        else:
            self.data.asked = self.script.file.limits.asks
            self.ask()

    def _broken_off(self, *, said: bool) -> None:
        if self.data.pending is not None:
            self._give_up_pending(_NOTHING)
        self._end(Outcome.PARTIAL, farewell=said)

    def _understand(self, kind: Kind, hypotheses: Sequence[Hypothesis]) -> Understanding:
        u = self._read(kind, hypotheses)
        if u.intent is not Intent.SILENCE:
            self.data.silences = 0
        return u

    def _read(self, kind: Kind, hypotheses: Sequence[Hypothesis]) -> Understanding:
        asking = self.data.pending is None
        agreement = self._agreements.get(self.data.question) if asking else None
        return understand(kind, hypotheses, self._lexicon, known=self._known, agreement=agreement)


def _pressed(intent: Intent, digits: str) -> Understanding:
    status = Status.UNCLEAR if intent is Intent.UNCLEAR else Status.CLEAR
    return Understanding(intent, status, None, digits, 1.0, ())


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


def _has_decimal(value: AnyValue | None) -> bool:
    return isinstance(value, Temperature) and value.celsius is not None and value.celsius % 1 != 0


def _is_whole(value: AnyValue | None) -> bool:
    """A temperature without its decimal: "thirty-six" may go on with "point five"."""
    return isinstance(value, Temperature) and value.celsius is not None and value.celsius % 1 == 0
