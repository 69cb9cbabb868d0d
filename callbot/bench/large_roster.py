"""A roster of any size in seconds: a few residents as people are, and copies of them.

The copies share their (encrypted) names and numbers, so nobody may be told apart by these.
"""

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Insert, String, cast, insert, literal, select
from sqlmodel import SQLModel

from callbot import vault
from callbot.db import Database
from callbot.models import Resident

KINDS = 112
"""14 days of exposure, four wishes for a time, two communities."""

WISHES = ((None, None), (time(8), time(12)), (time(14), time(18)), (time(18), time(21)))


def fill(
    database: Database, residents: int, now: datetime, *, time_zone: str = "Asia/Shanghai"
) -> int:
    """On an empty database; returns how many there are: the next multiple of KINDS."""
    with database.session() as session:
        session.add_all(_kind(number, now, time_zone) for number in range(KINDS))
    copies = -(-residents // KINDS) - 1
    if copies:
        with database.session() as session:
            session.execute(_copy(copies))
    return KINDS * (copies + 1)


def _kind(number: int, now: datetime, time_zone: str) -> Resident:
    starts, ends = WISHES[number // 14 % len(WISHES)]
    phone = f"+8613{number:09d}"
    return Resident(
        name=f"居民{number}",
        phone=phone,
        phone_hash=vault.look_up_hash(phone),
        exposed_on=now.date() - timedelta(days=number % 14),
        community=f"第{number // 56 + 1}社区",
        time_zone=time_zone,
        window_start=starts,
        window_end=ends,
        imported_at=now,
    )


def _copy(copies: int) -> Insert:
    table = SQLModel.metadata.tables["resident"]
    number = select(literal(1).label("number")).cte("copies", recursive=True)
    number = number.union_all(select(number.c.number + 1).where(number.c.number < copies))
    copied: dict[str, Any] = {
        column.name: column for column in table.columns if column.name not in ("id", "phone_hash")
    }
    copied["phone_hash"] = table.c.phone_hash + "-" + cast(number.c.number, String)
    source = select(*copied.values()).select_from(table).join(number, literal(True))
    return insert(table).from_select(list(copied), source)
