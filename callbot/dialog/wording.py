"""A script's words in one language: what is said, and how answers to it usually sound."""

from string import Formatter
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

VARIABLES = frozenset(
    {
        "office",
        "office_phone",
        "name",
        "day",
        "days_left",
        "release_date",
        "celsius",
        "present",
        "household",
        "places",
        "persons",
        "text",
    }
)
"""What may stand in braces in a wording; values are filled in when it is spoken."""


def _known_variables(text: str) -> str:
    for _, name, _, _ in Formatter().parse(text):
        if name is not None and name not in VARIABLES:
            raise ValueError(f"unknown variable {{{name}}}; known: {', '.join(sorted(VARIABLES))}")
    return text


Text = Annotated[str, Field(min_length=1), AfterValidator(_known_variables)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class QuestionWording(_Part):
    """`ask`: the first wording, then other words for each time it is asked again.

    `read_back`: what is said to have an answer confirmed, by the reading's key (see
    dialog.reading). `examples`: answers as people give them, for the recogniser.
    """

    ask: tuple[Text, ...] = Field(min_length=1)
    read_back: dict[str, Text] = Field(default_factory=dict)
    examples: tuple[str, ...] = ()


class KnownQuestion(_Part):
    """Something residents ask for which the office has an answer."""

    asked_as: tuple[str, ...] = Field(min_length=1)
    answer: Text


class Wording(_Part):
    """`prompts` by id; `questions` by the script's question ids.

    `date_format` as in strftime: how the release date is spoken.
    """

    prompts: dict[str, Text]
    questions: dict[str, QuestionWording]
    confirm_again: tuple[Text, ...] = Field(min_length=1)
    confirm_examples: tuple[str, ...] = Field(min_length=1)
    known_questions: dict[str, KnownQuestion] = Field(default_factory=dict)
    list_separator: str = ", "
    date_format: str = "%-d %B"
