"""What a resident's words can mean: the kinds of question and the shapes of their answers."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_serializer

BELIEVED_CELSIUS = (34.0, 42.5)
"""A temperature outside this range is asked again (rules of the follow-up)."""

ABNORMAL_CELSIUS = 37.3
"""From here on a temperature is abnormal (rules of the follow-up)."""

URGENT_CELSIUS = 39.0
"""Above this a temperature is urgent (rules of the follow-up)."""


class Kind(StrEnum):
    """Kind of question; decides which understanding reads the answer."""

    YES_NO = "yes_no"
    TEMPERATURE = "temperature"
    SYMPTOMS = "symptoms"
    MOVEMENTS = "movements"
    CONTACTS = "contacts"
    OPEN = "open"


class Intent(StrEnum):
    """What the resident was doing by speaking."""

    ANSWER = "answer"
    REPEAT = "repeat"
    WAIT = "wait"
    BUSY = "busy"
    WRONG_NUMBER = "wrong_number"
    NOT_SELF = "not_self"
    REFUSE = "refuse"
    OPT_OUT = "opt_out"
    HUMAN = "human"
    WHO_IS_THIS = "who_is_this"
    QUESTION = "question"
    EMERGENCY = "emergency"
    DISTRESS = "distress"
    COMPLAINT = "complaint"
    NEED_HELP = "need_help"
    SILENCE = "silence"
    UNCLEAR = "unclear"


class Status(StrEnum):
    """Unclear always ends with a person; it is never filed as normal."""

    CLEAR = "clear"
    UNCLEAR = "unclear"
    REFUSED = "refused"
    NOT_ASKED = "not_asked"


class Value(BaseModel):
    """Base of the answers' shapes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class YesNo(Value):
    kind: Literal["yes_no"] = Field(default="yes_no", exclude=True)
    yes: bool


class Temperature(Value):
    """`celsius` in degrees Celsius, or None with what was reported in place of a number."""

    kind: Literal["temperature"] = Field(default="temperature", exclude=True)
    celsius: float | None = None
    reported: Literal["normal", "fever", "not_measured"] | None = None

    @model_serializer(mode="plain")
    def _contract_shape(self) -> dict[str, Any]:
        if self.reported is None:
            return {"celsius": self.celsius}
        return {"celsius": self.celsius, "reported": self.reported}


class Symptoms(Value):
    """Symptom codes of the resident (present, absent) and of the people at home (household)."""

    kind: Literal["symptoms"] = Field(default="symptoms", exclude=True)
    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    household: tuple[str, ...] = ()

    def added_to(self, other: "Symptoms") -> "Symptoms":
        """The other's signs and these; what is had by either is not denied."""
        present = tuple(dict.fromkeys(other.present + self.present))
        denied = dict.fromkeys(other.absent + self.absent)
        return Symptoms(
            present=present,
            absent=tuple(code for code in denied if code not in present),
            household=tuple(dict.fromkeys(other.household + self.household)),
        )

    def tells_within(self, other: "Symptoms") -> bool:
        """Whether the other has all signs that are told here, and none of its own is denied."""
        again = {*self.present} <= {*other.present} and {*self.household} <= {*other.household}
        return again and not {*self.absent} & {*other.present}


class Movements(Value):
    kind: Literal["movements"] = Field(default="movements", exclude=True)
    went_out: bool
    places: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    transport: tuple[str, ...] = ()


class Contacts(Value):
    kind: Literal["contacts"] = Field(default="contacts", exclude=True)
    contact: bool
    persons: tuple[str, ...] = ()


class Open(Value):
    """Free words; `nothing` when they say that there is nothing to tell.

    named: they name a need that is known, or were not looked through for one. wished: they ask
    for something outright, or tell that it is missing.
    """

    kind: Literal["open"] = Field(default="open", exclude=True)
    text: str
    nothing: bool = False
    named: bool = Field(default=True, exclude=True)
    wished: bool = Field(default=False, exclude=True)

    @property
    def tells(self) -> bool:
        """Whether something is understood of them: what is needed, or that nothing is."""
        return self.nothing or self.named


AnyValue = YesNo | Temperature | Symptoms | Movements | Contacts | Open

_BY_KIND: dict[Kind, type[AnyValue]] = {
    Kind.YES_NO: YesNo,
    Kind.TEMPERATURE: Temperature,
    Kind.SYMPTOMS: Symptoms,
    Kind.MOVEMENTS: Movements,
    Kind.CONTACTS: Contacts,
    Kind.OPEN: Open,
}


def is_calm(value: AnyValue) -> bool:
    """Whether an answer says that there is nothing."""
    match value:
        case Movements():
            return not value.went_out
        case Contacts():
            return not value.contact
        case Symptoms():
            return not (value.present or value.household)
        case _:
            return False


def is_calm_in_words(value: AnyValue) -> bool:
    """The same, or that the temperature is normal, without its number."""
    return is_calm(value) or value == Temperature(reported="normal")


CALM: Mapping[Kind, AnyValue] = {
    Kind.SYMPTOMS: Symptoms(),
    Kind.MOVEMENTS: Movements(went_out=False),
    Kind.CONTACTS: Contacts(contact=False),
}
"""By the kind of question, the answer that there is nothing to tell."""


def gist(value: AnyValue) -> object:
    """What of an answer is judged by rules; two answers with one gist say the same."""
    match value:
        case YesNo():
            return value.yes
        case Temperature():
            return value.celsius, value.reported
        case Symptoms():
            return frozenset(value.present), frozenset(value.household)
        case Movements():
            return value.went_out
        case Contacts():
            return value.contact
        case Open():
            return value.nothing


def parse_value(kind: Kind, data: dict[str, Any]) -> AnyValue:
    """The stored or printed form (`Value.model_dump(mode="json")`) back to a value."""
    return _BY_KIND[kind].model_validate(data)


class Hypothesis(Value):
    """One reading of an utterance by the recogniser; confidence from 0 to 1.

    borne_out: False if it was made by one that had been told what to expect, and without being told
    the same recogniser makes nothing of the sound that is alike.
    """

    text: str
    confidence: float = Field(default=1.0, ge=0.0, le=1.0)
    borne_out: bool = True


class Answer(Value):
    """What is kept of one question.

    `heard` is the hypothesis the value was read from, `alternatives` the others, best first.
    `member`: id of the member of the household it is about, empty for the resident.
    """

    question: str
    kind: Kind
    status: Status
    value: dict[str, Any] | None = None
    heard: str = ""
    confidence: float = 0.0
    alternatives: tuple[str, ...] = ()
    member: str = ""

    def parsed(self) -> AnyValue | None:
        return None if self.value is None else parse_value(self.kind, self.value)
