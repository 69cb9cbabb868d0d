"""What an office may set for a campaign: whom to call, in which hours, and when to try again.

Kept as JSON in the campaign's row and written by the office in YAML; defaults are the rules of
calling. Waits in minutes, times local to the resident.
"""

from datetime import date, time
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from callbot.dialog.events import Outcome
from callbot.models import Occasion

HARD_CAP_PER_24_HOURS = 5
"""Rings to one person in any 24 hours, whatever is set (rules of calling)."""

RINGS_PER_DAY = 3
"""Rings to one person on one day across all campaigns, unless set (rules of calling)."""

MIN_GAP_MIN = 10
"""Between two rings to one person (rules of calling)."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Audience(_Value):
    """Who is called; an empty field leaves nobody out.

    came_from: as the roster writes it. first_day, last_day: of the follow-up, 0 being the day of
    exposure. flagged: only who was flagged since yesterday.
    """

    communities: tuple[str, ...] = ()
    grids: tuple[str, ...] = ()
    locales: tuple[str, ...] = ()
    came_from: tuple[str, ...] = ()
    key_persons: bool = Field(default=False, description="only these")
    first_day: int | None = Field(default=None, ge=0, le=60)
    last_day: int | None = Field(default=None, ge=0, le=60)
    flagged: bool = False

    @model_validator(mode="after")
    def _days_in_order(self) -> Self:
        first, last = self.first_day or 0, self.last_day
        if last is not None and first > last:
            raise ValueError("`first_day` must not be after `last_day`")
        return self


class CallingHours(_Value):
    """Hours in which a phone may ring. An end is the first moment that is too late."""

    opens: time = time(8)
    closes: time = time(21)
    break_starts: time = time(12)
    break_ends: time = time(14)
    holidays: tuple[date, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.opens < self.closes:
            raise ValueError("`opens` must be before `closes`")
        if not self.break_starts <= self.break_ends:
            raise ValueError("`break_starts` must not be after `break_ends`")
        if any(t.tzinfo for t in (self.opens, self.closes, self.break_starts, self.break_ends)):
            raise ValueError("times are local to the resident; give no time zone")
        return self


class RetryPolicy(_Value):
    """Minutes to wait after each outcome; None: not again that day.

    The wait after `callback_requested` is for those who name no time.
    """

    busy: int | None = Field(default=10, ge=0)
    no_answer: int | None = Field(default=60, ge=0)
    rejected: int | None = Field(default=60, ge=0)
    voicemail: int | None = Field(default=120, ge=0)
    failed: int | None = Field(default=5, ge=0)
    partial: int | None = Field(default=30, ge=0)
    callback_requested: int | None = Field(default=60, ge=0)
    rings_per_day: int = Field(default=RINGS_PER_DAY, ge=1, le=HARD_CAP_PER_24_HOURS)
    rings_per_second_contact: int = Field(
        default=1, ge=0, le=3, description="a day, once the resident was not reached; 0: never"
    )
    failures_per_day: int = Field(
        default=5, ge=1, le=50, description="attempts that never rang, before giving up"
    )

    def wait_min(self, outcome: Outcome) -> int | None:
        """None for outcomes that are final."""
        wait: int | None = getattr(self, outcome.value, None)
        return wait


NO_RETRY: Final = RetryPolicy(
    busy=None,
    no_answer=None,
    rejected=None,
    voicemail=None,
    failed=None,
    partial=None,
    callback_requested=None,
)
"""Whatever comes of an attempt, none follows it."""


class CampaignPolicy(_Value):
    """second_call_from: local time from which those who are called twice a day are called again."""

    hours: CallingHours = CallingHours()
    retry: RetryPolicy = RetryPolicy()
    twice_daily: bool = Field(default=False, description="all; else who wishes it")
    second_call_from: time = time(15)

    @model_validator(mode="after")
    def _second_within_hours(self) -> Self:
        if not self.hours.opens < self.second_call_from < self.hours.closes:
            raise ValueError("`second_call_from` must lie within the hours for calls")
        return self


class CampaignFile(CampaignPolicy):
    """A campaign as the office writes it in a file."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    script: str = Field(min_length=1)
    occasion: Occasion = Occasion.DAILY
    ends_on: date | None = None
    audience: Audience = Audience()

    @property
    def policy(self) -> CampaignPolicy:
        """What of the file decides on each call."""
        fields = CampaignPolicy.model_fields
        return CampaignPolicy(**{name: getattr(self, name) for name in fields})
