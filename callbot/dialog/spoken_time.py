"""Moments as they are said aloud, and kept to the hours in which a phone may ring."""

from datetime import datetime, time, timedelta
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

ROUND_MIN = 5
"""Nobody asks to be called at 10:07; a time is rounded up to this many minutes."""


class SpokenTimes(BaseModel):
    """How a language says a time of day.

    days: today, tomorrow and so on; a later day is said as a date. parts: part of the day by the
    hour at which it begins. hours: twelve words, from twelve o'clock to eleven. full, half,
    other: `{day}`, `{part}` and `{hour}` in order, at the hour, half past it, and at `{minute}`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: tuple[str, ...] = Field(min_length=1)
    parts: dict[int, str]
    hours: tuple[str, ...] = Field(min_length=12, max_length=12)
    full: str
    half: str
    other: str

    @model_validator(mode="after")
    def _whole_day(self) -> Self:
        if 0 not in self.parts or not all(0 <= hour < 24 for hour in self.parts):
            raise ValueError("`parts` begin at hours from 0 to 23, the first at 0")
        known = dict.fromkeys(("day", "part", "hour", "minute"), "")
        for template in (self.full, self.half, self.other):
            try:
                template.format_map(known)
            except (KeyError, ValueError, IndexError) as error:
                raise ValueError(f"{template!r} may hold {', '.join(known)} in braces") from error
        return self

    def say(self, at: datetime, now: datetime, date_format: str) -> str:
        """at, now: aware, both local to the resident."""
        ahead = (at.date() - now.date()).days
        day = self.days[ahead] if 0 <= ahead < len(self.days) else at.strftime(date_format)
        part = self.parts[max(hour for hour in self.parts if hour <= at.hour)]
        template = {0: self.full, 30: self.half}.get(at.minute, self.other)
        hour = self.hours[at.hour % 12]
        return template.format(day=day, part=part, hour=hour, minute=at.minute)


def rounded(at: datetime) -> datetime:
    """The next moment on a round minute, not before `at`."""
    whole = at.replace(second=0, microsecond=0)
    late = timedelta(minutes=-whole.minute % ROUND_MIN)
    return whole + (late if late or whole == at else timedelta(minutes=ROUND_MIN))


def within_hours(at: datetime, opens: time, closes: time) -> datetime:
    """`at` if a phone may ring then, else the next opening. closes: the first moment too late."""
    if at.time() < opens:
        return datetime.combine(at.date(), opens, at.tzinfo)
    if at.time() >= closes:
        return datetime.combine(at.date() + timedelta(days=1), opens, at.tzinfo)
    return at
