"""What the dialogue tells its caller to do or to keep (events), and what it is told (inputs)."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from callbot.dialog.answers import Answer, Hypothesis, Kind


class Outcome(StrEnum):
    """How an attempt ended; the last three are the network's."""

    COMPLETED = "completed"
    PARTIAL = "partial"
    REFUSED = "refused"
    OPTED_OUT = "opted_out"
    WRONG_NUMBER = "wrong_number"
    NOT_SELF = "not_self"
    CALLBACK_REQUESTED = "callback_requested"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    VOICEMAIL = "voicemail"
    FAILED = "failed"


class Severity(StrEnum):
    """Urgent: at once. High: the same day."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


# -- events ------------------------------------------------------------------------------------


class Say(_Message):
    """Speak `text`; `prompt` is its id (a recording of that name beats synthesis)."""

    type: Literal["say"] = "say"
    prompt: str
    text: str
    question: str | None = None
    interruptible: bool = True


class Listen(_Message):
    """Wait for the resident, who may speak or press keys.

    examples, prompt_text: what the recogniser is told to expect. silence_s: seconds without a
    word, counted from the end of the bot's speech, after which it is a Silence. patience_s:
    seconds of quiet after which what was said counts as ended. reads_back: what is being
    confirmed, when `confirming`. about_other: asked of one who answers for somebody else.
    """

    type: Literal["listen"] = "listen"
    question: str
    kind: Kind
    asked: int = Field(ge=1, description="1 the first time this is asked")
    examples: tuple[str, ...] = ()
    prompt_text: str = ""
    silence_s: float = 6.0
    patience_s: float = 0.6
    reads_back: Answer | None = None
    about_other: bool = False

    @property
    def confirming(self) -> bool:
        return self.reads_back is not None


class AnswerRecorded(_Message):
    type: Literal["answer_recorded"] = "answer_recorded"
    answer: Answer


class Misheard(_Message):
    """Nothing usable was heard; kept for the history and for measuring."""

    type: Literal["misheard"] = "misheard"
    question: str
    reason: str
    heard: str = ""


class TicketKind(StrEnum):
    REQUEST = "request"
    COMPLAINT = "complaint"


class TicketWanted(BaseModel):
    """What was found is somebody's to see to, within so many hours."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: TicketKind
    within_hours: int = Field(ge=1, le=240)


class Flagged(_Message):
    """A rule held. Urgent ones are written while the call runs.

    promised_at: when the resident was told that a person will have called back. member: id of the
    member of the household it is about, empty for the resident. ticket: the one to be opened, too.
    """

    type: Literal["flagged"] = "flagged"
    rule: str
    severity: Severity
    reason: str
    question: str | None = None
    evidence: str = ""
    promised_at: datetime | None = None
    member: str = ""
    ticket: TicketWanted | None = None


class CallbackRequested(_Message):
    """The resident asked to be called at another time; `at` None when no time was named.

    `at` lies within the hours in which a phone may ring, and was said aloud.
    """

    type: Literal["callback_requested"] = "callback_requested"
    at: datetime | None = None
    words: str = ""


class OptedOut(_Message):
    type: Literal["opted_out"] = "opted_out"


class Transfer(_Message):
    """Put the resident through to a person once everything said has been played.

    The call is over when that succeeds (HungUp); when the carrier will not, TransferFailed.
    """

    type: Literal["transfer"] = "transfer"


class HangUp(_Message):
    """The last event: end the call once everything said has been played."""

    type: Literal["hang_up"] = "hang_up"
    outcome: Outcome


Event = (
    Say
    | Listen
    | AnswerRecorded
    | Misheard
    | Flagged
    | CallbackRequested
    | OptedOut
    | Transfer
    | HangUp
)


# -- inputs ------------------------------------------------------------------------------------


class Heard(_Message):
    """An utterance, as the recogniser's alternatives, best first; empty if it made out nothing.

    goes_on: the resident went on with the utterance before, not having heard what followed it.
    """

    type: Literal["heard"] = "heard"
    hypotheses: tuple[Hypothesis, ...] = ()
    goes_on: bool = False


class Silence(_Message):
    """Nothing was said for the time a Listen allowed."""

    type: Literal["silence"] = "silence"


class Digits(_Message):
    """Keys pressed, of 0-9 * #."""

    type: Literal["digits"] = "digits"
    digits: str


class RecognitionFailed(_Message):
    """The resident spoke and our recogniser broke: our fault, never counted against them."""

    type: Literal["recognition_failed"] = "recognition_failed"


class HungUp(_Message):
    """The resident, or the network, ended the call."""

    type: Literal["hung_up"] = "hung_up"


class TransferFailed(_Message):
    """The carrier could not put the resident through; the call goes on."""

    type: Literal["transfer_failed"] = "transfer_failed"


class TimeUp(_Message):
    """The call has reached its allowed length, or the office is stopping."""

    type: Literal["time_up"] = "time_up"


Input = Heard | Silence | Digits | RecognitionFailed | HungUp | TransferFailed | TimeUp
