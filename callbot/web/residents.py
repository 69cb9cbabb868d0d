"""Finding residents by name, pinyin initials, phone or address, though all of these are encrypted.

Each process keeps an index of what can be searched in its memory and looks at the history for
whom to read again: every change to a resident is an act there.
"""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pypinyin import Style, lazy_pinyin
from sqlalchemy import func
from sqlmodel import Session, col, select

from callbot.db import Database
from callbot.models import Areas, FollowUp, History, Resident, covered, residents_within

READ_AT_ONCE = 500


@dataclass(frozen=True)
class Entry:
    """`text` is all that is searched, lower case, fields apart by line breaks."""

    id: int
    community: str
    grid: str
    follow_up: FollowUp
    text: str


class Directory:
    """Safe to share between threads. The first search of a process reads everybody."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._entries: dict[int, Entry] = {}
        self._last_act = 0
        self._lock = threading.Lock()

    def search(self, words: str, areas: Areas, *, limit: int = 50) -> list[int]:
        """Ids of residents in the areas who have every one of the words, in order of id."""
        wanted = [part for part in words.lower().split() if part]
        found: list[int] = []
        for entry in self.entries():
            if all(part in entry.text for part in wanted) and covered(
                areas, entry.community, entry.grid
            ):
                found.append(entry.id)
                if len(found) == limit:
                    break
        return found

    def entries(self) -> Iterable[Entry]:
        """Everybody, as of now."""
        with self._lock, self._database.reading() as rows:
            self._catch_up(rows)
            return list(self._entries.values())

    def _catch_up(self, rows: Session) -> None:
        """Reads who is new, and whom an act since the last time was about."""
        last_act = rows.exec(select(func.max(History.id))).one() or 0
        newest = max(self._entries, default=0)
        changed = set(rows.exec(select(Resident.id).where(col(Resident.id) > newest)).all())
        if self._entries:
            changed |= set(
                rows.exec(
                    select(History.resident_id)
                    .where(
                        col(History.id) > self._last_act,
                        col(History.id) <= last_act,
                        col(History.resident_id).is_not(None),
                    )
                    .distinct()
                ).all()
            )
        ids = sorted(number for number in changed if number is not None)
        for start in range(0, len(ids), READ_AT_ONCE):
            chunk = ids[start : start + READ_AT_ONCE]
            for resident in rows.exec(select(Resident).where(col(Resident.id).in_(chunk))):
                entry = _entry(resident)
                self._entries[entry.id] = entry
        self._last_act = last_act


def _entry(resident: Resident) -> Entry:
    assert resident.id is not None
    initials = "".join(lazy_pinyin(resident.name, style=Style.FIRST_LETTER))
    spelled = "".join(lazy_pinyin(resident.name))
    parts = (resident.name, initials, spelled, resident.phone, resident.address)
    return Entry(
        resident.id,
        resident.community,
        resident.grid,
        resident.follow_up,
        "\n".join(parts).lower(),
    )


def communities(database: Database, areas: Areas) -> Sequence[str]:
    """Names of the communities that have residents, within the areas."""
    with database.reading() as rows:
        return rows.exec(
            select(Resident.community)
            .where(residents_within(areas), Resident.community != "")
            .distinct()
            .order_by(Resident.community)
        ).all()
