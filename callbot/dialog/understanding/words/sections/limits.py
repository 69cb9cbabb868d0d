"""Words that leave a part of what is denied standing."""

from typing import Annotated, Literal

from pydantic import Field

from callbot.dialog.understanding.words.sections.section import Aside, Plays, Section, Words

Fact = Literal["temperature", "symptoms", "movements", "contacts"]

ByFact = Annotated[dict[Fact, Words], Plays()]
"""Words under the kinds of question whose answers they limit."""


class Limits(Section):
    """Looked at only in an answer that is otherwise calm: "I didn't go out much"."""

    denies: Aside = Field(default=(), description="denies what stands on its side of a limiter")
    as_a_rule: Aside = Field(
        default=(),
        description="the same of what is never done: behind an outright denial nothing is limited",
    )
    begins: Aside = Field(default=(), description="begins a statement of its own without a pause")
    cut_off: Aside = Field(
        default=(),
        description="right behind one of `denies`, where the words end: more was to come",
    )
    limiter: ByFact = Field(
        default_factory=dict, description="denied, it leaves the rest standing (much, alone)"
    )
    unlimited: Aside = Field(
        default=(), description="holds such a word, and limits nothing (in a long time)"
    )
    limited: ByFact = Field(
        default_factory=dict, description="is a limited denial all by itself (hardly anyone)"
    )
    outweighed: ByFact = Field(
        default_factory=dict,
        description="the same, outweighed by an outright denial beside it (none yesterday)",
    )
    alone: ByFact = Field(
        default_factory=dict, description="the same where nothing else is told (nothing else)"
    )
    in_part: ByFact = Field(
        default_factory=dict, description="the same that tells what was done (only once)"
    )
