"""Conditions of a script's rules, branches and advice: data, checked on load, never code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from callbot.dialog.answers import (
    Answer,
    AnyValue,
    Contacts,
    Intent,
    Kind,
    Movements,
    Open,
    Status,
    Symptoms,
    Temperature,
    YesNo,
)
from callbot.dialog.events import Outcome

Place = tuple[int | str, ...]
"""Where something stands in a file: keys and indexes, outermost first."""


@dataclass(frozen=True)
class Facts:
    """What conditions are held against.

    previous: the resident's last call's answers. intents: what was asked for in place of an
    answer, each with the words of the first time.
    """

    answers: Mapping[str, Answer]
    previous: Mapping[str, Answer] = field(default_factory=dict)
    intents: Mapping[Intent, str] = field(default_factory=dict)
    outcome: Outcome | None = None


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Range(_Part):
    """Degrees Celsius; bounds that are given must all hold."""

    at_least: float | None = None
    above: float | None = None
    below: float | None = None
    at_most: float | None = None

    def holds(self, number: float) -> bool:
        return (
            (self.at_least is None or number >= self.at_least)
            and (self.above is None or number > self.above)
            and (self.below is None or number < self.below)
            and (self.at_most is None or number <= self.at_most)
        )


class CodesTest(_Part):
    """At least `count` of the symptom codes; of all codes when `of` is not given."""

    of: tuple[str, ...] | None = None
    count: int = Field(default=1, ge=1)

    def holds(self, codes: tuple[str, ...]) -> bool:
        wanted = codes if self.of is None else [code for code in codes if code in self.of]
        return len(set(wanted)) >= self.count


class Condition(_Part):
    """Everything that is given must hold. Tests of a value name their `question`.

    A value that was heard but stayed unclear counts as well: a possible fever is a finding.
    """

    all: tuple[Condition, ...] | None = None
    any: tuple[Condition, ...] | None = None
    not_: Condition | None = Field(default=None, alias="not")

    question: str | None = None
    previous: bool = Field(default=False, description="test the last call's answer instead")
    status: tuple[Status, ...] | None = None
    yes: bool | None = None
    celsius: Range | None = None
    reported: tuple[Literal["normal", "fever", "not_measured"], ...] | None = None
    present: CodesTest | None = None
    absent: CodesTest | None = None
    household: CodesTest | None = None
    went_out: bool | None = None
    contact: bool | None = None
    nothing: bool | None = None

    intent: tuple[Intent, ...] | None = None
    outcome: tuple[Outcome, ...] | None = None

    @model_validator(mode="after")
    def _tests_something(self) -> Condition:
        given = self.model_fields_set - {"question", "previous"}
        if not given:
            raise ValueError("the condition tests nothing; add a test such as status or yes")
        alone = given <= {"all", "any", "not_", "intent", "outcome"}
        if alone == (self.question is not None):
            raise ValueError(
                "tests of an answer need `question`, and `question` needs a test of its answer"
            )
        return self

    def parts(self) -> Iterator[tuple[Place, Condition]]:
        """Itself and every condition within it, each with its place, for checking on load."""
        yield (), self
        for name, within in (("all", self.all), ("any", self.any)):
            for index, condition in enumerate(within or ()):
                yield from (((name, index, *at), part) for at, part in condition.parts())
        if self.not_ is not None:
            yield from ((("not", *at), part) for at, part in self.not_.parts())

    def value_tests(self) -> list[str]:
        """Its own tests of an answer's value."""
        return sorted(self.model_fields_set & VALUE_TESTS.keys())

    def codes(self) -> Iterator[tuple[str, str]]:
        """(test, symptom code) of its own tests."""
        for name in ("present", "absent", "household"):
            test: CodesTest | None = getattr(self, name)
            if test is not None:
                yield from ((name, code) for code in test.of or ())

    def holds(self, facts: Facts) -> bool:
        return (
            (self.all is None or all(part.holds(facts) for part in self.all))
            and (self.any is None or any(part.holds(facts) for part in self.any))
            and (self.not_ is None or not self.not_.holds(facts))
            and (self.intent is None or any(intent in facts.intents for intent in self.intent))
            and (self.outcome is None or facts.outcome in self.outcome)
            and (self.question is None or self._answer_holds(facts))
        )

    def grounds(self, facts: Facts) -> Iterator[Condition]:
        """The tests by which it holds; none when it does not.

        Of alternatives only those that hold: an answer that was in order is no evidence.
        """
        if not self.holds(facts):
            return
        yield self
        for part in (*(self.all or ()), *(self.any or ())):
            yield from part.grounds(facts)

    def _answer_holds(self, facts: Facts) -> bool:
        assert self.question is not None
        answers = facts.previous if self.previous else facts.answers
        answer = answers.get(self.question)
        if answer is None:
            return self.status is not None and Status.NOT_ASKED in self.status
        if self.status is not None and answer.status not in self.status:
            return False
        tests_value = self.model_fields_set & VALUE_TESTS.keys()
        value = answer.parsed()
        return not tests_value or (value is not None and self._value_holds(value))

    def _value_holds(self, value: AnyValue) -> bool:
        match value:
            case YesNo():
                return self.yes == value.yes
            case Temperature():
                in_range = self.celsius is None or (
                    value.celsius is not None and self.celsius.holds(value.celsius)
                )
                return in_range and (self.reported is None or value.reported in self.reported)
            case Symptoms():
                return (
                    (self.present is None or self.present.holds(value.present))
                    and (self.absent is None or self.absent.holds(value.absent))
                    and (self.household is None or self.household.holds(value.household))
                )
            case Movements():
                return self.went_out == value.went_out
            case Contacts():
                return self.contact == value.contact
            case Open():
                return self.nothing == value.nothing


VALUE_TESTS = {
    "yes": Kind.YES_NO,
    "celsius": Kind.TEMPERATURE,
    "reported": Kind.TEMPERATURE,
    "present": Kind.SYMPTOMS,
    "absent": Kind.SYMPTOMS,
    "household": Kind.SYMPTOMS,
    "went_out": Kind.MOVEMENTS,
    "contact": Kind.CONTACTS,
    "nothing": Kind.OPEN,
}
"""Each test of a value, and the kind of question it can be held against."""
