"""A script's words in one language: what is said, and how answers to it usually sound."""

from functools import partial
from string import Formatter
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from callbot.dialog.spoken_time import SpokenTimes
from callbot.dialog.understanding.words.sections.section import Phrase

CALL_VARIABLES = frozenset({"office", "office_phone", "name", "day", "days_left", "release_date"})
"""What may stand in braces in any wording; values are filled in when it is spoken."""

MOMENT_VARIABLES = frozenset({"time", "promised"})
"""What may stand in prompts: the time agreed for a call back, and that by which a person calls."""

ANSWER_VARIABLES = frozenset({"celsius", "present", "household", "places", "persons", "text"})
"""What may stand in the read-back whose key is the same word, and nowhere else."""


def _speakable(text: str, known: frozenset[str]) -> str:
    """Refuses whatever would fail, or be read aloud as code, when the wording is spoken."""
    try:
        fields = list(Formatter().parse(text))
    except ValueError as error:
        raise ValueError(f"a brace stands alone ({error}); write {{name}}") from error
    for _, name, form, conversion in fields:
        if name is None:
            continue
        if name not in known:
            raise ValueError(f"unknown variable {{{name}}}; known: {', '.join(sorted(known))}")
        if form or conversion:
            raise ValueError(f"{{{name}}} takes nothing behind its name; write {{{name}}}")
    return text


def answer_variables(text: str) -> set[str]:
    """Those of a read-back that the answer fills."""
    return {name for _, name, _, _ in Formatter().parse(text) if name in ANSWER_VARIABLES}


def moment_variables(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name in MOMENT_VARIABLES}


_CALL = partial(_speakable, known=CALL_VARIABLES)
_MOMENT = partial(_speakable, known=CALL_VARIABLES | MOMENT_VARIABLES)
_PERSON = partial(_speakable, known=CALL_VARIABLES | {"person"})
_ANSWER = partial(_speakable, known=CALL_VARIABLES | ANSWER_VARIABLES | {"time"})
_ANSWER_FOR = partial(_speakable, known=CALL_VARIABLES | ANSWER_VARIABLES | {"person"})

Text = Annotated[str, Field(min_length=1), AfterValidator(_CALL)]
PromptText = Annotated[str, Field(min_length=1), AfterValidator(_MOMENT)]
TextFor = Annotated[str, Field(min_length=1), AfterValidator(_PERSON)]
ReadBackText = Annotated[str, Field(min_length=1), AfterValidator(_ANSWER)]
ReadBackTextFor = Annotated[str, Field(min_length=1), AfterValidator(_ANSWER_FOR)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OwnAnswers(_Part):
    """What says yes or no to one question only ("the fan is running"), beside the lexicon's words.

    Phrases in the notation of the lexicon. Negators and corrections apply to them as to others.
    unasked: what says yes before the question is asked, as a clause of the answer to who is
    speaking ("go ahead").
    """

    yes: tuple[Phrase, ...] = ()
    no: tuple[Phrase, ...] = ()
    unasked: tuple[Phrase, ...] = ()


class QuestionWording(_Part):
    """`ask`: the first wording, then other words for each time it is asked again.

    `read_back`: what is said to have an answer confirmed, by the reading's key (see
    dialog.reading). `ask_for` and `read_back_for`: the same to somebody who answers for `{person}`.
    `examples`: answers as people give them, for the recogniser. `means`: for questions of the kind
    `yes_no`.
    """

    ask: tuple[Text, ...] = Field(min_length=1)
    read_back: dict[str, ReadBackText] = Field(default_factory=dict)
    ask_for: tuple[TextFor, ...] = ()
    read_back_for: dict[str, ReadBackTextFor] = Field(default_factory=dict)
    examples: tuple[str, ...] = ()
    means: OwnAnswers | None = None


class KnownQuestion(_Part):
    """Something residents ask for which the office has an answer.

    asked_as: phrases in the notation of the lexicon, found anywhere in what is said.
    """

    asked_as: tuple[Phrase, ...] = Field(min_length=1)
    answer: Text


class Wording(_Part):
    """`prompts` by id; `questions` by the script's question ids.

    `prompts_for`: those that are worded otherwise to somebody who answers for the resident.

    `date_format` as in strftime: how the release date is spoken.
    """

    prompts: dict[str, PromptText]
    prompts_for: dict[str, Text] = Field(default_factory=dict)
    questions: dict[str, QuestionWording]
    confirm_again: tuple[Text, ...] = Field(min_length=1)
    confirm_examples: tuple[str, ...] = Field(min_length=1)
    known_questions: dict[str, KnownQuestion] = Field(default_factory=dict)
    list_separator: str = ", "
    date_format: str = "%-d %B"
    spoken_times: SpokenTimes | None = None
