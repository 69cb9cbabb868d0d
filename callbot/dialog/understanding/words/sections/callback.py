"""Words for times at which somebody wants to be called back."""

from pydantic import BaseModel, ConfigDict, Field

from callbot.dialog.understanding.words.sections.section import Words


class CallbackTimes(BaseModel):
    """How times of day and delays are named; hours in 24-hour clock."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    days: dict[str, int] = Field(default_factory=dict, description="word → days from today")
    parts: dict[str, tuple[int, int]] = Field(
        default_factory=dict, description="word → (hour meant when none is named, hours added)"
    )
    clock: tuple[str, ...] = Field(
        default=(), description="what follows an hour; with a space at its end, what precedes it"
    )
    hours: dict[str, int] = Field(default_factory=dict, description="words for small numbers")
    half: Words = ()
    quarter: Words = ()
    delays: dict[str, int] = Field(default_factory=dict, description="word → minutes")
    units: dict[str, int] = Field(default_factory=dict, description="word after a number → minutes")
