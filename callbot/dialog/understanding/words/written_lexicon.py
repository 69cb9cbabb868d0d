"""A language's lexicon as it is written: sections, lists, and what they are checked for."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from callbot.dialog.understanding.numerals import NUMERALS
from callbot.dialog.understanding.words.patterns import GAP, expand, with_sets
from callbot.dialog.understanding.words.sections.answers import (
    ContactWords,
    MovementWords,
    OpenWords,
    SymptomWords,
    TemperatureWords,
    YesNoWords,
)
from callbot.dialog.understanding.words.sections.callback import CallbackTimes
from callbot.dialog.understanding.words.sections.grammar import Grammar
from callbot.dialog.understanding.words.sections.limits import Limits
from callbot.dialog.understanding.words.sections.persons import Persons
from callbot.dialog.understanding.words.sections.requests import Requests
from callbot.dialog.understanding.words.sections.section import Pause, Phrase, Section, Words


class WrittenLexicon(BaseModel):
    """All words of a locale."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    locale: str
    numerals: str = Field(description="how the language counts: a name in `NUMERALS`")
    spaced: bool = False
    negation: Literal["before", "after"] = "before"
    homophones: bool = False
    least_unread: int = Field(
        default=2, ge=1, description="unread characters of a clause that spoil a calm answer"
    )
    sets: dict[str, tuple[str, ...]] = Field(
        default_factory=dict,
        description='words that patterns name together, as `<name>`; one that is "" may be missing',
    )
    fillers: Words = ()
    not_fillers: Words = ()
    sentence_ends: Words = Field(
        default=(), description="endings after which a blank is a pause, if none is written"
    )
    going_on: Words = Field(
        default=(), description="words before which no sentence has ended, whatever looks so"
    )
    answering: Words = Field(
        default=(), description="words that answer and state nothing, behind which many go on"
    )
    closing_ends: Words = Field(
        default=(),
        description="endings of a last word that close one, `sentence_ends` aside",
    )
    open_ends: Words = Field(
        default=(), description="endings of a last word behind which the sentence goes on"
    )
    reason_ends: Words = Field(
        default=(), description="endings that give a reason, behind which, alone, the rest follows"
    )
    settling: dict[str, Words] = Field(
        default_factory=dict,
        description="by kind of question, words one of which a statement has behind which nobody"
        " goes on; kinds that are not listed need none",
    )
    interjections: Words = Field(
        default=(), description="syllables after which a blank is a pause at the very beginning"
    )
    asides: Words = Field(
        default=(), description="of these, those after which it is one wherever they stand alone"
    )
    familiar_ends: Words = Field(
        default=(), description="endings after which a blank is a pause before `all_else`"
    )
    all_else: Words = Field(
        default=(), description="what all else is called, of which something is said after it"
    )
    sentence_begins: Words = Field(
        default=(), description="words that begin a sentence after a no, which cannot deny them"
    )
    pauses: tuple[Pause, ...] = Field(
        default=(), description="where a sentence begins behind an answer other than a no"
    )
    variants: dict[Phrase, str] = Field(
        default_factory=dict,
        description="dialect and quick speech → the words of this file; `~` is whichever word of"
        " the last brackets was said",
    )
    roundabout: dict[Phrase, str] = Field(
        default_factory=dict, description="phrase → the plain one; `~` is what its gap held"
    )
    not_roundabout: Words = Field(default=(), description="words in which no such phrase begins")
    mishearings: dict[str, str] = Field(default_factory=dict)
    whole_answers: Words = Field(default=(), description="answers known by their sound alone")
    numeral_mishearings: dict[str, str] = Field(default_factory=dict)
    grammar: Grammar
    persons: Persons
    temperature: TemperatureWords
    symptoms: SymptomWords
    movements: MovementWords
    contacts: ContactWords
    yes_no: YesNoWords
    open: OpenWords
    requests: Requests
    limits: Limits = Limits()
    callback: CallbackTimes

    @field_validator("numerals")
    @classmethod
    def _is_counted(cls, name: str) -> str:
        if name not in NUMERALS:
            raise ValueError(f"nobody counts by {name!r}; give one of {', '.join(NUMERALS)}")
        return name

    @field_validator("variants")
    @classmethod
    def _carry_over(cls, variants: dict[str, str]) -> dict[str, str]:
        for said, standard in variants.items():
            if GAP in standard and not said.endswith(")"):
                raise ValueError(f"{said!r} ends with no brackets, whose word `~` could be")
        return variants

    @model_validator(mode="before")
    @classmethod
    def _name_sets(cls, written: Any) -> Any:
        """Puts the words of `sets` in the place of their names, in each pattern of the file."""
        if not isinstance(written, dict) or not isinstance(written.get("sets"), dict):
            return written
        sets: dict[str, list[str]] = {}
        for name, words in written["sets"].items():
            named = [with_sets(str(word), sets) for word in words or ()]
            sets[str(name)] = [w for word in named for w in (expand(word) if word else ("",))]
        return {key: _with_sets(part, sets) for key, part in written.items()}

    @property
    def sections(self) -> dict[str, Section]:
        """Its sections by their names in the file."""
        return {name: value for name, value in self if isinstance(value, Section)}


def _with_sets(part: Any, sets: Mapping[str, Sequence[str]]) -> Any:
    """A part of the file, with the sets that its patterns name; keys may be patterns, too."""
    if isinstance(part, dict):
        return {with_sets(str(k), sets): _with_sets(value, sets) for k, value in part.items()}
    if isinstance(part, list):
        return [_with_sets(value, sets) for value in part]
    return with_sets(part, sets) if isinstance(part, str) else part
