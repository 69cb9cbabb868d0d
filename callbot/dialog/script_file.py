"""`script.yaml`: questions, order, branches, rules and requests, as the office writes them."""

from enum import StrEnum
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from callbot.dialog.answers import Intent, Kind
from callbot.dialog.conditions import Condition
from callbot.dialog.events import Outcome, Severity, TicketWanted

PATIENCE_S = {
    Kind.YES_NO: 0.5,
    Kind.TEMPERATURE: 0.55,
    Kind.SYMPTOMS: 0.65,
    Kind.MOVEMENTS: 0.6,
    Kind.CONTACTS: 0.6,
    Kind.OPEN: 0.7,
}
"""Quiet after which an utterance counts as ended: 0.5 s cut nobody off in 213 utterances, and
older speakers pause longer in open answers (measured)."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Limits(_Part):
    """What bounds every call."""

    turns: int = Field(default=40, ge=5, le=200, description="of the resident")
    seconds: int = Field(default=420, ge=30, le=1800)
    asks: int = Field(default=3, ge=1, le=3, description="once and at most twice in other words")
    silences: int = Field(default=4, ge=1, le=10, description="in a row before the call is ended")
    repeats: int = Field(default=3, ge=0, le=10, description="of one question, at their request")
    waits: int = Field(default=2, ge=0, le=10, description="granted at one question")
    wait_seconds: int = Field(default=60, ge=5, le=120)


class ReadBack(StrEnum):
    NEVER = "never"
    UNSURE = "unsure"
    ALWAYS = "always"


class Branch(_Part):
    """The first branch whose condition holds is taken once its question is answered."""

    if_: Condition = Field(alias="if")
    say: str | None = None
    end: Outcome | None = None
    go_to: str | None = None

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if self.say is None and self.end is None and self.go_to is None:
            raise ValueError("the branch does nothing; add `say`, `end` or `go_to`")
        if self.end is not None and self.go_to is not None:
            raise ValueError("`end` and `go_to` exclude each other; keep one")
        return self


class Question(_Part):
    """`read_back` is when to have the answer confirmed; `read_back_if` adds cases to `unsure`."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    kind: Kind
    read_back: ReadBack = ReadBack.UNSURE
    read_back_if: Condition | None = None
    ask_again_if: Condition | None = Field(
        default=None, description="asked once more in other words when the first answer is so"
    )
    skip_if: Condition | None = None
    branches: tuple[Branch, ...] = ()
    aside: bool = Field(default=False, description="only reached by a branch or a request")
    every_call: bool = Field(default=False, description="asked anew when a broken call is resumed")
    identifies: bool = Field(
        default=False,
        description="asks who is speaking; another name than the resident's is no yes",
    )
    names_time: bool = Field(default=False, description="asks when to call back; needs kind `open`")
    names_need: bool = Field(
        default=False,
        description="asks what is needed; words that name nothing known are asked about again",
    )
    unresolved: Outcome | None = Field(
        default=None, description="ends the call so when no answer is understood"
    )
    refused: Outcome | None = Field(default=None, description="ends the call so when refused")
    silence_s: float = Field(default=6.0, ge=2.0, le=20.0)
    patience_s: float | None = Field(default=None, ge=0.3, le=3.0)

    @property
    def patience(self) -> float:
        return self.patience_s or PATIENCE_S[self.kind]


class Rule(_Part):
    """A finding: held against the answers of a call; `reason` by the office's languages.

    ticket: it is also a task, for somebody to see to.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    if_: Condition = Field(alias="if")
    severity: Severity
    reason: dict[str, str] = Field(min_length=1)
    ticket: TicketWanted | None = None


class Advice(_Part):
    """Said before the goodbye; the first `at_most` whose conditions hold, in order.

    member: it is held against the other members of the household, in place of the resident.
    alone: only said when nothing else fits.
    """

    if_: Condition | None = Field(default=None, alias="if")
    member: bool = False
    alone: bool = False
    say: str


class Reaction(_Part):
    """What to do when a resident makes a request in place of an answer.

    then: ask_again, the question stands; next, it is marked refused and left; end, the call ends
    with `outcome`; go_to, another question is asked. promise_minutes: `say` promises that a person
    will have called back by `{promised}`, so many minutes from now but within calling hours.
    transfer: said in place of it all when the resident can be put through to a person now.
    """

    say: str | None = None
    then: Literal["ask_again", "next", "end", "go_to"] = "ask_again"
    outcome: Outcome | None = None
    go_to: str | None = None
    promise_minutes: int | None = Field(default=None, ge=15, le=24 * 60)
    transfer: str | None = None


class ScriptFile(_Part):
    """The whole file.

    called_back: said in place of the opening to a resident who rings us; nothing about health.
    answered_by_other: the yes-or-no question by which somebody of the family says that they answer
    for the resident. danger: the yes-or-no question, an aside, that is asked when a cry for help
    may have been misheard; a yes is the request `emergency` or `distress`. opting_out: the same of
    the wish for no more calls; a yes is `opt_out`. household: questions that are asked about each
    further member of it.
    """

    title: dict[str, str]
    limits: Limits = Limits()
    opening: tuple[str, ...] = Field(min_length=1)
    called_back: tuple[str, ...] = ()
    resumed: str
    questions: tuple[Question, ...] = Field(min_length=1)
    answered_by_other: str | None = None
    danger: str | None = None
    opting_out: str | None = None
    household: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    requests: dict[Intent, Reaction] = Field(default_factory=dict)
    advice: tuple[Advice, ...] = ()
    advice_at_most: int = Field(default=2, ge=0, le=5)
    goodbye: str
    goodbye_short: str
    sorry: str
    hold: str
    hold_over: str
    unknown_question: str

    def order(self) -> tuple[Question, ...]:
        """The questions of the main way."""
        return tuple(q for q in self.questions if not q.aside)


def prompt_ids(file: ScriptFile) -> set[str]:
    """Every prompt the script may say by id, apart from its questions."""
    return {
        *file.opening,
        *file.called_back,
        file.resumed,
        file.goodbye,
        file.goodbye_short,
        file.sorry,
        file.hold,
        file.hold_over,
        file.unknown_question,
        *(advice.say for advice in file.advice),
        *(r.say for r in file.requests.values() if r.say),
        *(r.transfer for r in file.requests.values() if r.transfer),
        *(b.say for q in file.questions for b in q.branches if b.say),
    }
