"""What a report is about: a period, places, a campaign."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, true
from sqlalchemy.orm import Mapped

from callbot.errors import BadInput
from callbot.models import Areas

Asked = ColumnElement[Any] | Mapped[Any]
"""A column that is asked for something."""

LONGEST_DAYS = 92
"""A quarter of a year."""


@dataclass(frozen=True)
class Choice:
    """An empty field leaves nothing out. `areas`: those of whoever looks.

    Raises BadInput for a period that ends before it begins or is longer than LONGEST_DAYS.
    """

    first: date
    last: date
    areas: Areas = ()
    campaign_id: int | None = None
    community: str = ""
    grid: str = ""

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise BadInput(f"the period ends ({self.last}) before it begins ({self.first})")
        if self.last - self.first >= timedelta(days=LONGEST_DAYS):
            raise BadInput(f"a report covers {LONGEST_DAYS} days at most")

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    @property
    def by_grid(self) -> bool:
        """Whether places are grids: there is but one community to look at."""
        return bool(self.community) or len({area.community for area in self.areas}) == 1

    def condition(self, campaign_id: Asked, community: Asked, grid: Asked) -> ColumnElement[bool]:
        """What is within it, by columns of the table that is asked; the period aside."""
        areas = [
            and_(community == area.community, grid == area.grid if area.grid else true())
            for area in self.areas
        ]
        return and_(
            or_(*areas) if areas else true(),
            campaign_id == self.campaign_id if self.campaign_id is not None else true(),
            community == self.community if self.community else true(),
            grid == self.grid if self.grid else true(),
        )
