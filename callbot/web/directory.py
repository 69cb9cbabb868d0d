"""Finding residents by name, pinyin initials, phone or address, though all of these are encrypted.

Each process keeps what can be searched in its memory, in blocks. At its start they are taken from
the database, where they lie sealed; later it looks at the history for whom to read again.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pypinyin import Style, lazy_pinyin
from sqlalchemy import func
from sqlmodel import Session, col, select, update

from callbot import vault
from callbot.campaigns.roster import values
from callbot.db import Database, DatabaseUnavailable
from callbot.models import Areas, History, Resident, covered, residents_within
from callbot.models.search import (
    ACTS_THAT_CHANGE_THE_SEARCH,
    RESIDENTS_IN_A_BLOCK,
    SearchBlock,
)

READ_WHILE_ONE_WAITS = 500
"""More changes than these are read in the background; searches do with what there is meanwhile."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """`text` is all that is searched, lower case, fields apart by line breaks."""

    id: int
    community: str
    grid: str
    text: str


class _Block:
    """`text` holds every entry's, so that most blocks are passed over at one look."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = sorted(entries, key=lambda entry: entry.id)
        self.text = "\n\n".join(entry.text for entry in self.entries)


@dataclass(frozen=True)
class Found:
    """Ids in order. Not complete: the search is still being made ready, `known` can be found."""

    ids: Sequence[int]
    complete: bool
    known: int


class Directory:
    """Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._blocks: dict[int, _Block] = {}
        self._last_act = 0
        self._lock = threading.Lock()
        self._reading = threading.Lock()
        self._ready = False
        self._closed = False

    def search(self, words: str, areas: Areas, *, limit: int = 50) -> Found:
        """Residents in the areas who have every one of the words."""
        complete = self._catch_up()
        wanted = [part for part in words.lower().split() if part]
        with self._lock:
            blocks = [self._blocks[number] for number in sorted(self._blocks)]
        found: list[int] = []
        for entry in _matching(blocks, wanted):
            if covered(areas, entry.community, entry.grid):
                found.append(entry.id)
                if len(found) == limit:
                    break
        if not complete:
            found = sorted({*found, *self._by_number(words, areas)})
        return Found(found, complete, sum(len(block.entries) for block in blocks))

    def make_ready(self) -> None:
        """Takes up the sealed blocks, reads who is missing or changed, and seals anew."""
        with self._reading:
            try:
                self._load()
                self._read_changes()
            except DatabaseUnavailable:
                log.warning("the search could not be made ready; the next search tries again")

    def close(self) -> None:
        """Ends reading in the background after the block it is at."""
        self._closed = True

    def _by_number(self, words: str, areas: Areas) -> list[int]:
        """A whole phone number finds its resident at any time."""
        try:
            number = values.phone(words)
        except values.WrongValue:
            return []
        with self._database.reading() as rows:
            return [
                found
                for found in rows.exec(
                    select(Resident.id).where(
                        Resident.phone_hash == vault.look_up_hash(number), residents_within(areas)
                    )
                )
                if found is not None
            ]

    def _catch_up(self) -> bool:
        """Reads a few changes at once; leaves many to a thread. Whether all are read."""
        if not self._reading.acquire(blocking=False):
            return False
        try:
            with self._database.reading() as rows:
                last_act, changed = self._changed(rows)
                few = len(changed) <= READ_WHILE_ONE_WAITS
                if few and (self._ready or not self._blocks):
                    self._take(rows, changed)
                    self._last_act, self._ready = last_act, True
                    return True
        finally:
            self._reading.release()
        threading.Thread(target=self.make_ready, name="search", daemon=True).start()
        return False

    def _load(self) -> None:
        if self._blocks:
            return
        with self._database.reading() as rows:
            for sealed in rows.exec(select(SearchBlock)):
                entries = (Entry(int(key), *told) for key, told in sealed.entries.items())
                with self._lock:
                    self._blocks[sealed.number] = _Block(entries)
                self._last_act = min(self._last_act or sealed.last_act, sealed.last_act)

    def _read_changes(self) -> None:
        """Block by block, each sealed when it is read."""
        with self._database.reading() as rows:
            last_act, changed = self._changed(rows)
        by_block: dict[int, list[int]] = defaultdict(list)
        for number in changed:
            by_block[number // RESIDENTS_IN_A_BLOCK].append(number)
        for block, ids in sorted(by_block.items()):
            if self._closed:
                return
            with self._database.reading() as rows:
                self._take(rows, ids)
            self._seal(block, last_act)
        with self._database.session() as session:
            session.execute(update(SearchBlock).values(last_act=last_act))
        self._last_act, self._ready = last_act, True

    def _changed(self, rows: Session) -> tuple[int, Sequence[int]]:
        """The latest act, and whoever is not known as they are, was deleted or was changed."""
        last_act = rows.exec(select(func.max(History.id))).one() or 0
        if self._ready:
            newest = max((b.entries[-1].id for b in self._blocks.values() if b.entries), default=0)
            there = rows.exec(select(Resident.id).where(col(Resident.id) > newest)).all()
            changed = {number for number in there if number is not None}
        else:
            known = {entry.id for block in self._blocks.values() for entry in block.entries}
            there = rows.exec(select(Resident.id)).all()
            changed = known.symmetric_difference(number for number in there if number is not None)
        acts = (
            select(History.resident_id)
            .where(
                col(History.id) > self._last_act,
                col(History.id) <= last_act,
                col(History.act).in_(ACTS_THAT_CHANGE_THE_SEARCH),
                col(History.resident_id).is_not(None),
            )
            .distinct()
        )
        if self._blocks:
            changed |= {number for number in rows.exec(acts) if number is not None}
        return last_act, sorted(changed)

    def _take(self, rows: Session, ids: Sequence[int]) -> None:
        """Reads these residents anew; who is no longer there is no longer found."""
        read: dict[int, dict[int, Entry]] = defaultdict(dict)
        for start in range(0, len(ids), RESIDENTS_IN_A_BLOCK):
            chunk = ids[start : start + RESIDENTS_IN_A_BLOCK]
            for resident in rows.exec(select(Resident).where(col(Resident.id).in_(chunk))):
                entry = _entry(resident)
                read[entry.id // RESIDENTS_IN_A_BLOCK][entry.id] = entry
        gone = set(ids)
        for number in {one // RESIDENTS_IN_A_BLOCK for one in ids}:
            with self._lock:
                before = self._blocks.get(number)
                kept = {e.id: e for e in (before.entries if before else ()) if e.id not in gone}
                self._blocks[number] = _Block({**kept, **read[number]}.values())

    def _seal(self, number: int, last_act: int) -> None:
        entries = {str(e.id): [e.community, e.grid, e.text] for e in self._blocks[number].entries}
        with self._database.session() as rows:
            rows.merge(SearchBlock(number=number, last_act=last_act, entries=entries))


def _matching(blocks: Sequence[_Block], wanted: Sequence[str]) -> Iterator[Entry]:
    for block in blocks:
        if all(part in block.text for part in wanted):
            yield from (e for e in block.entries if all(part in e.text for part in wanted))


def _entry(resident: Resident) -> Entry:
    assert resident.id is not None
    initials = "".join(lazy_pinyin(resident.name, style=Style.FIRST_LETTER))
    spelled = "".join(lazy_pinyin(resident.name))
    parts = (resident.name, initials, spelled, resident.phone, resident.address)
    return Entry(resident.id, resident.community, resident.grid, "\n".join(parts).lower())
