"""A checked roster into the follow-up database: all of it, or nothing.

A district's file has 100,000 rows: they are read and written as plain columns, many at once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, insert, select, update
from sqlmodel import Session, col
from sqlmodel import select as select_rows

from callbot import vault
from callbot.campaigns.follow_up.changes import as_json, new_act
from callbot.campaigns.follow_up.contacts import KnownContact, add_second_contact
from callbot.campaigns.roster.reading import Problem, RosterRow, read_roster
from callbot.campaigns.roster.shared_numbers import ask_together, without_a_telephone
from callbot.campaigns.rules.period import FollowUpError, Period, exposed_again
from callbot.db import Database
from callbot.errors import BadInput
from callbot.models import (
    Change,
    FollowUp,
    History,
    NumberProblem,
    PlanChange,
    Relation,
    Resident,
    SecondContact,
    household_key,
    record,
)

STORED_AT_ONCE = 500

LARGE_BYTES = 100_000
"""Of a file that takes a second or more to open; what fails sooner needs no progress shown."""

UPDATABLE = (
    *("name", "community", "grid", "address", "came_from", "transport", "locale", "note"),
    *("time_zone", "twice_daily", "key_person", "household"),
)

_COMPARED: tuple[Any, ...] = (
    *(getattr(Resident, key) for key in UPDATABLE),
    *(Resident.id, Resident.phone_hash, Resident.exposed_on, Resident.window_start),
    *(Resident.window_end, Resident.number_problem, Resident.opted_out_at),
    *(Resident.follow_up_days, Resident.ends_on, Resident.follow_up, Resident.paused_until),
)

Progress = Callable[[str, int, int], None]
"""Told the stage, rows done and rows in all; 0 of 0 while that is not known yet."""


@dataclass
class ImportReport:
    """What an import did, or would do; counts are of residents."""

    file: Path
    sheet: str
    dry_run: bool
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    restarted: int = 0
    left_out: int = 0
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class RosterRejected(BadInput):
    """Rows are wrong, so nothing was imported; `report` lists them."""

    def __init__(self, report: ImportReport) -> None:
        super().__init__(
            f"{report.file}: {report.left_out} of the rows cannot be taken, nothing was imported; "
            "correct them, or leave them out with --skip-bad"
        )
        self.report = report


def import_roster(
    database: Database,
    path: Path,
    now: datetime,
    zone: ZoneInfo,
    *,
    actor: str,
    skip_bad: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Reads the file and stores its residents in one transaction.

    A number that is already known updates that resident; a later date of exposure restarts the
    period. Who has no number of their own is asked about in a call to their household. zone: where
    the residents live. Raises RosterFileError when the file is no roster, RosterRejected when rows
    are bad and `skip_bad` is not set.
    """
    told = progress or (lambda _stage, _done, _of: None)
    if path.is_file() and path.stat().st_size >= LARGE_BYTES:
        told("rows read", 0, 0)
    roster = read_roster(path, now.astimezone(zone).date(), partial(told, "rows read"))
    with database.reading() as session:
        nobody_to_ring = without_a_telephone(session, roster.rows)
    alone = {problem.row for problem in nobody_to_ring}
    roster.rows = [row for row in roster.rows if row.row not in alone]
    roster.problems += nobody_to_ring
    report = ImportReport(path, roster.sheet, dry_run, problems=roster.problems, notes=roster.notes)
    report.left_out = len({problem.row for problem in roster.problems})
    if roster.problems and not skip_bad:
        raise RosterRejected(report)
    with database.reading() if dry_run else database.session() as session:
        store = _Store(session, report, now, zone, actor)
        for start in range(0, len(roster.rows), STORED_AT_ONCE):
            store.take(roster.rows[start : start + STORED_AT_ONCE])
            told("residents", min(start + STORED_AT_ONCE, len(roster.rows)), len(roster.rows))
        if not dry_run:
            report.notes += ask_together(session, roster.rows, now, actor=actor)
            store.finish()
    return report


class _Store:
    """Takes rows in, within one transaction; in a dry run it only counts."""

    def __init__(
        self, session: Session, report: ImportReport, now: datetime, zone: ZoneInfo, actor: str
    ) -> None:
        self._session = session
        self._report = report
        self._now = now
        self._zone = zone
        self._actor = actor

    def take(self, rows: Sequence[RosterRow]) -> None:
        """Adds those whose number is new, updates the others."""
        hashes = [vault.look_up_hash(key) for row in rows for key in _keys(row)]
        known = self._known(hashes)
        stopped = self._stopped(hashes)
        added: list[dict[str, Any]] = []
        for row in rows:
            phone_hash, *others = map(vault.look_up_hash, _keys(row))
            same = next((known[each] for each in (phone_hash, *others) if each in known), None)
            if same is not None:
                self._update(same, row, phone_hash)
            else:
                new = _new(row, phone_hash, self._now, self._zone)
                if phone_hash in stopped:
                    new["opted_out_at"] = stopped[phone_hash]
                    self._report.notes.append(
                        f"row {row.row}: asked, as a second contact, not to be called; not called"
                    )
                added.append(new)
        self._report.added += len(added)
        if self._report.dry_run:
            return
        if added:
            self._add(added)
        if any(row.contact_phone for row in rows):
            self._take_contacts(rows)

    def finish(self) -> None:
        report = self._report
        counts = {"added": report.added, "updated": report.updated, "left_out": report.left_out}
        record(self._session, self._now, self._actor, "roster_imported", detail=counts)

    def _known(self, hashes: Sequence[str]) -> dict[str, Row[Any]]:
        found = self._session.execute(
            select(*_COMPARED).where(col(Resident.phone_hash).in_(hashes))
        )
        return {row.phone_hash: row for row in found}

    def _stopped(self, hashes: Sequence[str]) -> dict[str, datetime | None]:
        """Numbers whose owner said stop when called as somebody's second contact."""
        found = self._session.execute(
            select(col(SecondContact.phone_hash), col(SecondContact.opted_out_at)).where(
                col(SecondContact.phone_hash).in_(hashes),
                col(SecondContact.opted_out_at).is_not(None),
            )
        )
        return {row.phone_hash: row.opted_out_at for row in found}

    def _add(self, added: list[dict[str, Any]]) -> None:
        ids = self._session.execute(insert(Resident).returning(col(Resident.id)), added).scalars()
        act = {"at": self._now, "actor": self._actor, "act": "resident_imported", "detail": {}}
        self._session.execute(
            insert(History), [{**act, "resident_id": resident_id} for resident_id in ids]
        )

    def _update(self, known: Row[Any], row: RosterRow, phone_hash: str) -> None:
        """Takes over what the row says and differs; an empty cell leaves what is known."""
        report = self._report
        changed = _changes(known, row, report)
        if row.exposed_on > known.exposed_on:
            changed |= self._restarted(known, row)
            report.restarted += 1
        elif row.exposed_on < known.exposed_on:
            report.notes.append(
                f"row {row.row}: already followed up from {known.exposed_on}, a later day; kept"
            )
        if known.number_problem is not None and row.phone:
            changed["number_problem"] = None
        if known.phone_hash != phone_hash:
            # Without a number so far; now with one of their own.
            changed |= {"phone": row.phone, "phone_hash": phone_hash, "asked_with_id": None}
        if not changed:
            report.unchanged += 1
            return
        report.updated += 1
        if report.dry_run:
            return
        self._session.execute(
            update(Resident).where(col(Resident.id) == known.id).values(**changed)
        )
        act = "period_restarted" if "exposed_on" in changed else "resident_updated"
        detail: dict[str, Any] = {"fields": sorted(changed)}
        if "exposed_on" in changed:
            detail["change"] = self._keep(known, changed)
        record(self._session, self._now, self._actor, act, resident_id=known.id, detail=detail)

    def _restarted(self, known: Row[Any], row: RosterRow) -> dict[str, object]:
        """A later exposure, by the rule of the period; calls begin again."""
        old = Period(known.exposed_on, known.follow_up_days, known.ends_on)
        anew = exposed_again(old, row.exposed_on, self._now.astimezone(self._zone).date())
        return {
            "exposed_on": anew.exposed_on,
            "ends_on": anew.ends_on,
            "follow_up": FollowUp.ACTIVE,
            "paused_until": None,
        }

    def _keep(self, known: Row[Any], changed: dict[str, object]) -> int | None:
        """What the restart changed of the plan, so that staff can take it back."""
        plan = {key: changed.get(key, getattr(known, key)) for key in RESTARTED}
        kept = PlanChange(
            act_id=new_act(),
            resident_id=known.id,
            change=Change.EXPOSED_AGAIN,
            before=as_json({key: getattr(known, key) for key in RESTARTED}),
            after=as_json(plan),
            actor=self._actor,
            at=self._now,
        )
        self._session.add(kept)
        self._session.flush()
        return kept.id

    def _take_contacts(self, rows: Sequence[RosterRow]) -> None:
        """Second contacts that are new, behind those who are there."""
        wanted = {vault.look_up_hash(row.key): row for row in rows if row.contact_phone}
        residents = self._session.exec(
            select_rows(Resident).where(col(Resident.phone_hash).in_(wanted))
        )
        for resident in residents:
            row = wanted[resident.phone_hash]
            try:
                add_second_contact(
                    self._session,
                    resident,
                    row.contact_relation or Relation.FAMILY,
                    row.contact_name or "",
                    row.contact_phone or "",
                    self._now,
                    actor=self._actor,
                )
            except KnownContact:
                continue
            except FollowUpError as refused:
                self._report.notes.append(f"row {row.row}: second contact not taken: {refused}")


RESTARTED = ("exposed_on", "follow_up_days", "ends_on", "follow_up", "paused_until")
"""What of the plan a later exposure may change."""

_BY_DEFAULT = {
    name: field.get_default()
    for name, field in Resident.model_fields.items()
    if name != "id" and not field.is_required()
}


def _keys(row: RosterRow) -> tuple[str, ...]:
    """What the row's resident may be known by: as the row has it, or as one without a number."""
    if not row.phone or row.household is None:
        return (row.key,)
    return row.key, household_key(row.household, row.name)


def _new(row: RosterRow, phone_hash: str, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    given = {key: value for key in UPDATABLE if (value := getattr(row, key)) is not None}
    return {
        **_BY_DEFAULT,
        "phone": row.phone,
        "phone_hash": phone_hash,
        "number_problem": None if row.phone else NumberProblem.NONE,
        "exposed_on": row.exposed_on,
        "time_zone": zone.key,
        "window_start": row.preferred.starts if row.preferred else None,
        "window_end": row.preferred.ends if row.preferred else None,
        "imported_at": now,
        **given,
    }


def _changes(known: Row[Any], row: RosterRow, report: ImportReport) -> dict[str, object]:
    changed: dict[str, object] = {
        key: value
        for key in UPDATABLE
        if (value := getattr(row, key)) is not None and value != getattr(known, key)
    }
    if row.preferred is not None:
        window = {"window_start": row.preferred.starts, "window_end": row.preferred.ends}
        changed |= {key: at for key, at in window.items() if getattr(known, key) != at}
    if known.opted_out_at is not None:
        report.notes.append(f"row {row.row}: asked not to be called; still not called")
    return changed
