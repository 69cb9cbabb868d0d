"""Where a conversation stands: everything a session keeps between turns, as JSON."""

from datetime import datetime, time
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, field_validator

from callbot.dialog.answers import Answer, Hypothesis, Intent
from callbot.dialog.events import Outcome


class Phase(StrEnum):
    READY = "ready"
    ASKING = "asking"
    CONFIRMING = "confirming"
    HOLDING = "holding"
    ENDED = "ended"


class Leave(StrEnum):
    """How words lead away from a call's questions: somebody else is speaking, it is no good time,
    or nothing will be answered."""

    ANOTHER = "another"
    LATER = "later"
    REFUSED = "refused"


class Sheet(BaseModel):
    """What is known of one person. All by question id.

    `volunteered` are answers given before their question came. `previous` are the answers of the
    person's last call, for rules that look back. `flagged` are the rules found to hold.
    """

    model_config = ConfigDict(extra="forbid")

    answers: dict[str, Answer] = Field(default_factory=dict)
    volunteered: dict[str, Answer] = Field(default_factory=dict)
    previous: dict[str, Answer] = Field(default_factory=dict)
    flagged: list[str] = Field(default_factory=list)


class Member(Sheet):
    """Another member of the resident's household, asked about in the same call."""

    id: str = Field(min_length=1)
    name: str


class Alarm(BaseModel):
    """A cry for help, or the wish for no more calls, that may have been misheard: which, as heard,
    and at which question."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    intent: Intent
    words: str
    question: str


class Taken(BaseModel):
    """The words that were taken for a whole answer last, and how the conversation stood before.

    recorded: the answers that they gave.
    """

    model_config = ConfigDict(extra="forbid")

    heard: tuple[Hypothesis, ...] = Field(min_length=1)
    before: "SessionState"
    recorded: tuple[Answer, ...] = ()


class SessionState(Sheet):
    """The resident's own sheet, those of the household, and where the conversation stands.

    `member` is the index of the member being asked about; None while it is the resident.
    `told_of_nothing`: the present question was denied once in words that were not believed.
    `told`: something to tell was heard at the present question, and not agreed to.
    `perhaps_agreed`: a yes stood among the guesses at words that were not understood as an answer
    to the present question, or were a no that was hardly heard.
    `put_off_at`: the question at which another time was looked for, for words that were not surely
    heard; `went_on`: that question was gone on from once, no time having been named.
    `leave`: how words would have left the call that were not believed at the present question.
    `whole_celsius`: a number of degrees without tenths, heard at the present question and doubted.
    `faint`: the answer to the present question that was heard so faintly last that it was asked
    for once more. `denied`: the one that was read back and denied last.
    `answered_by_other`: somebody of the family answers for the resident. `fetched`: somebody has
    called the resident to the telephone. `asked` counts wordings of the present question,
    `confirm_asked` those of its read-back. `told_early`: what was told and is asked for all the
    same, by the question it belongs to: signs before health was asked about or beside words that
    may be another, and anything that was not surely told beside another answer. `callback_moved`:
    the time named lay outside the hours, `opens` to `closes`, and was moved. `promised`: until when
    a person will have called back, by the request that was answered so. `intents`: what was asked
    for in place of an answer, with the words of the first time. `alarm`: the one asked about last.
    `waits`: how often time was asked for at the present question, `waited_at`: where it was
    asked for so often that another time is looked for. `taken`: for words that go on after a
    turn taken too early; None if what followed from it cannot be taken back.
    """

    script: str
    script_version: str
    locale: str
    office_locale: str
    time_zone: str
    variables: dict[str, str]
    opens: time = time(8)
    closes: time = time(21)
    can_transfer: bool = False
    resumed: bool = False
    rang_back: bool = False
    members: list[Member] = Field(default_factory=list)

    phase: Phase = Phase.READY
    member: int | None = None
    question: str = ""
    asked: int = 0
    repeats: int = 0
    waits: int = 0
    waited_at: str = ""
    noisy: bool = False
    pending: Answer | None = None
    confirm_asked: int = 0
    answered_by_other: bool = False
    fetched: bool = False
    another_name: bool = False
    denied: Answer | None = None
    told_of_nothing: bool = False
    told: bool = False
    perhaps_agreed: bool = False
    put_off_at: str = ""
    went_on: bool = False
    leave: Leave | None = None
    whole_celsius: float | None = None
    faint: Answer | None = None
    alarm: Alarm | None = None
    told_early: dict[str, Answer] = Field(default_factory=dict)

    intents: dict[Intent, str] = Field(default_factory=dict)
    promised: dict[Intent, datetime] = Field(default_factory=dict)
    turns: int = 0
    silences: int = 0
    failures: int = 0
    callback_words: str = ""
    callback_at: datetime | None = None
    callback_moved: bool = False
    outcome: Outcome | None = None
    taken: Taken | None = None

    @field_validator("intents", mode="before")
    @classmethod
    def _without_words(cls, kept: object) -> object:
        """Calls of earlier releases kept no words."""
        return dict.fromkeys(kept, "") if isinstance(kept, list) else kept

    @property
    def about_other(self) -> bool:
        """Whether the talk is of somebody who is not on the telephone."""
        return self.answered_by_other or self.member is not None
