"""Which parts of the office's area a person may see: communities, or grids of a community."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import and_, col, or_, true

from callbot.errors import BadInput
from callbot.models.people import Resident


@dataclass(frozen=True, order=True)
class Area:
    """A community, or one grid of it; grids of different communities share their names."""

    community: str
    grid: str = ""

    def __str__(self) -> str:
        return f"{self.community}/{self.grid}" if self.grid else self.community

    def covers(self, community: str, grid: str) -> bool:
        return self.community == community and self.grid in ("", grid)


Areas = tuple[Area, ...]
"""No area at all: the whole office."""


def parse_areas(written: Iterable[str]) -> Areas:
    """From `金海社区` and `金海社区/第一网格`. Raises BadInput."""
    areas = []
    for text in written:
        community, _, grid = (part.strip() for part in text.partition("/"))
        if not community:
            raise BadInput(f"area {text!r}: write COMMUNITY or COMMUNITY/GRID")
        areas.append(Area(community, grid))
    return tuple(sorted(set(areas)))


def covered(areas: Sequence[Area], community: str, grid: str) -> bool:
    return not areas or any(area.covers(community, grid) for area in areas)


def residents_within(areas: Sequence[Area]) -> ColumnElement[bool]:
    """A condition on Resident."""
    if not areas:
        return true()
    return or_(
        *(
            and_(
                col(Resident.community) == area.community,
                col(Resident.grid) == area.grid if area.grid else true(),
            )
            for area in areas
        )
    )
