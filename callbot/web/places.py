"""Where residents live, and whatever else they have in common, as far as a visitor may see it."""

from collections.abc import Sequence

from sqlmodel import col, select

from callbot.db import Database
from callbot.models import Area, Areas, Resident, residents_within
from callbot.models.place_names import in_order


def known_values(database: Database, areas: Areas, column: str) -> Sequence[str]:
    """What residents of the areas have in this column, in order. column: as `Resident.grid`."""
    with database.reading() as rows:
        found = rows.exec(
            select(column).where(residents_within(areas), column != "").distinct()
        ).all()
    return sorted(found, key=in_order)


def communities(database: Database, areas: Areas) -> Sequence[str]:
    """Names of the communities that have residents, within the areas."""
    return known_values(database, areas, Resident.community)


def grids(database: Database, areas: Areas, community: str) -> Sequence[str]:
    """Names of the community's grids that have residents, within the areas."""
    with database.reading() as rows:
        found = rows.exec(
            select(Resident.grid)
            .where(residents_within(areas), Resident.community == community, Resident.grid != "")
            .distinct()
        ).all()
    return sorted(found, key=in_order)


def inhabited(database: Database, area: Area) -> bool:
    """Whether anybody lives there."""
    place = select(Resident.id).where(col(Resident.community) == area.community)
    if area.grid:
        place = place.where(col(Resident.grid) == area.grid)
    with database.reading() as rows:
        return rows.exec(place.limit(1)).first() is not None
