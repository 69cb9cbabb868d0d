"""Counted days, kept in a small database of their own, where they are added up.

Counting a day takes the office's database longer than a page may; adding counted days up takes
milliseconds. Days that still change are counted again soon, others seldom; up to a limit a page
gets what is there while it is counted anew behind it, and says of when it is. A day that was over
when it was counted is given out whatever its age: only a flag that is settled late, or a resident
who moves, still changes it.
"""

import logging
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from hashlib import sha256
from math import inf
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Column,
    Connection,
    Date,
    Engine,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    delete,
    event,
    insert,
    select,
)
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import StaticPool
from sqlmodel import col

from callbot.db import Database, DatabaseUnavailable
from callbot.dialog.events import Outcome, Severity
from callbot.models import History
from callbot.models.columns import Moment, Word
from callbot.review.tallies import Rows, bounds, tally_day

CHANGES_FOR = timedelta(days=1)
"""Today's figures change with every call, yesterday's with every flag that is settled."""

COUNTED_EVERY = timedelta(seconds=30)
OLD_DAYS_COUNTED_EVERY = timedelta(minutes=10)
GIVEN_OUT_FOR = 10
"""So many times as long a day may be given out while it is counted anew."""

MOST_DAYS = 400

_log = logging.getLogger(__name__)
_tables = MetaData()


def _table(name: str, *columns: Column[str] | Column[int]) -> Table:
    """What was counted in one campaign, community and grid on one day."""
    return Table(
        name,
        _tables,
        Column("day", Date, nullable=False),
        Column("campaign_id", Integer, nullable=False),
        Column("community", String, nullable=False),
        Column("grid", String, nullable=False),
        *columns,
        Index(f"{name}_by_day", "day"),
    )


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


FOLLOW_UPS = _table(
    "follow_ups",
    Column("outcome", Word(Outcome)),
    *map(_count, ("due", "called", "rings")),
)
HOURS = _table("hours", *map(_count, ("hour", "rings", "answered")))
RULES = _table(
    "rules",
    Column("rule", String, nullable=False),
    Column("severity", Word(Severity), nullable=False),
    Column("reason", String, nullable=False),
    *map(_count, ("flags", "resolved", "right", "wrong")),
)
FLAGGED = _table("flagged", *map(_count, ("flagged", "urgent")))


COUNTED = Table(
    "counted",
    _tables,
    Column("day", Date, primary_key=True),
    Column("at", Moment, nullable=False),
)


class Ledger:
    """Safe to share between threads. zone: the office's.

    file: where counted days outlive the process; else they are kept in memory. It holds nothing
    that cannot be counted again: one of another office, version or time zone is begun anew.
    """

    def __init__(self, database: Database, zone: ZoneInfo, file: Path | None = None) -> None:
        self._database = database
        self.zone = zone
        self._memory = _opened(file, _identity(database, zone) if file else "")
        with self._memory.connect() as memory:
            kept = memory.execute(select(COUNTED.c.day, COUNTED.c.at))
            self._counted_at: dict[date, datetime] = {row.day: row.at for row in kept}
        self._one_at_a_time = threading.Lock()
        self._counting = threading.Lock()
        self._behind = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger")
        self._under_way: set[date] = set()

    @contextmanager
    def reading(
        self, first: date, last: date, now: datetime
    ) -> Iterator[tuple[Connection, datetime]]:
        """The tables above, with every day from the first to the last in them, and when the oldest
        of these was counted. Raises DatabaseUnavailable."""
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        if any(self._is_too_old(day, now) for day in days):
            with self._counting:
                self._count(days, now)
        with self._one_at_a_time, self._memory.connect() as connection:
            # What is counted anew is written when these have been read.
            self._count_behind([day for day in days if self._age(day, now) >= 1], now)
            yield connection, min(self._counted_at[day] for day in days)

    def settle(self) -> None:
        """Waits for what is being counted behind."""
        self._behind.submit(lambda: None).result()

    def close(self) -> None:
        self._behind.shutdown(wait=True, cancel_futures=True)
        self._memory.dispose()

    def bring_up_to_date(self, first: date, last: date, now: datetime) -> None:
        """For a document that is kept: waits until its days are counted anew."""
        with self._counting:
            self._count([first + timedelta(days=n) for n in range((last - first).days + 1)], now)

    def keep_up(self, days: int, now: datetime) -> None:
        """Counts, behind and the latest first, what a page of so many days up to today would have
        to wait for."""
        today = now.astimezone(self.zone).date()
        for n in range(days):
            if self._is_too_old(day := today - timedelta(days=n), now):
                self._count_behind([day], now)

    def _is_too_old(self, day: date, now: datetime) -> bool:
        at = self._counted_at.get(day)
        was_over = at is not None and at >= bounds(day, self.zone)[1]
        return not was_over and self._age(day, now) >= GIVEN_OUT_FOR

    def _age(self, day: date, now: datetime) -> float:
        """As a multiple of how often the day is counted; infinite when it never was."""
        if day not in self._counted_at:
            return inf
        changes = day >= now.astimezone(self.zone).date() - CHANGES_FOR
        every = COUNTED_EVERY if changes else OLD_DAYS_COUNTED_EVERY
        return (now - self._counted_at[day]) / every

    def _count(self, days: Iterable[date], now: datetime) -> None:
        """Those that are due; another thread may have counted some while this one waited."""
        for day in days:
            if self._age(day, now) < 1:
                continue
            with self._database.reading() as rows:
                tally = tally_day(rows, day, self.zone)
            with self._one_at_a_time, self._memory.begin() as memory:
                self._make_room(memory)
                _write(memory, FOLLOW_UPS, day, tally.follow_ups)
                _write(memory, HOURS, day, tally.hours)
                _write(memory, RULES, day, tally.rules)
                _write(memory, FLAGGED, day, tally.flagged)
                _write(memory, COUNTED, day, [(now,)])
                self._counted_at[day] = now

    def _make_room(self, memory: Connection) -> None:
        """Forgets the day that was counted longest ago."""
        if len(self._counted_at) >= MOST_DAYS:
            oldest = min(self._counted_at, key=self._counted_at.__getitem__)
            del self._counted_at[oldest]
            for table in _tables.sorted_tables:
                memory.execute(delete(table).where(table.c.day == oldest))

    def _count_behind(self, days: list[date], now: datetime) -> None:
        fresh = [day for day in days if day not in self._under_way]
        if fresh:
            self._under_way.update(fresh)
            self._behind.submit(self._count_anew, fresh, now)

    def _count_anew(self, days: list[date], now: datetime) -> None:
        try:
            with self._counting:
                self._count(days, now)
        except DatabaseUnavailable:
            _log.warning("the days of a report could not be counted anew")
        finally:
            self._under_way.difference_update(days)


def _write(memory: Connection, table: Table, day: date, counted: Rows) -> None:
    memory.execute(delete(table).where(table.c.day == day))
    if counted:
        names = [column.name for column in table.columns]
        rows = [dict(zip(names, (day, *row), strict=True)) for row in counted]
        memory.execute(insert(table), rows)


# -- the file -------------------------------------------------------------------------------------


def _identity(database: Database, zone: ZoneInfo) -> str:
    """Of what is counted: the office by its first act, the zone, and the form of the tables."""
    with database.reading() as rows:
        first = rows.execute(select(History.at).order_by(col(History.id)).limit(1)).scalar()  # type: ignore[call-overload]
    form = [(table.name, [str(c.type) for c in table.columns]) for table in _tables.sorted_tables]
    return sha256(repr((first, zone.key, form)).encode()).hexdigest()


def _opened(file: Path | None, identity: str) -> Engine:
    """An empty one in place of a file that is another's, or damaged."""
    engine = create_engine(
        f"sqlite:///{file}" if file else "sqlite://",
        poolclass=StaticPool,
        connect_args={"check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare)
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS office (identity TEXT)")
            known = connection.exec_driver_sql("SELECT identity FROM office").scalar()
            if known != identity:
                _tables.drop_all(connection)
                connection.exec_driver_sql("DELETE FROM office")
                connection.exec_driver_sql("INSERT INTO office VALUES (?)", (identity,))
            _tables.create_all(connection)
    except DatabaseError:
        if file is None or not file.exists():
            raise
        engine.dispose()
        file.unlink()
        return _opened(file, identity)
    return engine


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    # A power cut may cost what was counted last, never the file.
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")
