"""A checked roster into the follow-up database: all of it, or nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from callbot import vault
from callbot.campaigns.roster.reading import Problem, Roster, RosterRow, read_roster
from callbot.db import Database
from callbot.errors import BadInput
from callbot.models import FollowUp, Resident, record

LOOKED_UP_AT_ONCE = 500
UPDATABLE = ("name", "community", "grid", "address", "came_from", "transport", "locale", "note")


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
    progress: Callable[[int, int], None] | None = None,
) -> ImportReport:
    """Reads the file and stores its residents in one transaction.

    A number that is already known updates that resident; a later date of exposure restarts the
    period. zone: where the residents live. Raises RosterFileError when the file is no roster,
    RosterRejected when rows are bad and `skip_bad` is not set.
    """
    roster = read_roster(path, now.astimezone(zone).date(), progress)
    report = ImportReport(path, roster.sheet, dry_run, problems=roster.problems, notes=roster.notes)
    report.left_out = len({problem.row for problem in roster.problems})
    if roster.problems and not skip_bad:
        raise RosterRejected(report)
    if dry_run:
        with database.reading() as session:
            _store(session, roster, report, now, zone, actor)
            session.rollback()
    else:
        with database.session() as session:
            _store(session, roster, report, now, zone, actor)
    return report


def _store(
    session: Session,
    roster: Roster,
    report: ImportReport,
    now: datetime,
    zone: ZoneInfo,
    actor: str,
) -> None:
    known = _known(session, [vault.look_up_hash(row.phone) for row in roster.rows])
    added: list[Resident] = []
    for row in roster.rows:
        resident = known.get(vault.look_up_hash(row.phone))
        if resident is None:
            added.append(_new(row, now, zone))
        else:
            _update(session, resident, row, report, now, actor)
    report.added = len(added)
    if report.dry_run:
        return
    session.add_all(added)
    session.flush()
    for resident in added:
        record(session, now, actor, "resident_imported", resident_id=resident.id)
    counts = {"added": report.added, "updated": report.updated, "left_out": report.left_out}
    record(session, now, actor, "roster_imported", detail=counts)


def _known(session: Session, hashes: Sequence[str]) -> dict[str, Resident]:
    known: dict[str, Resident] = {}
    for start in range(0, len(hashes), LOOKED_UP_AT_ONCE):
        chunk = hashes[start : start + LOOKED_UP_AT_ONCE]
        found = session.exec(select(Resident).where(col(Resident.phone_hash).in_(chunk)))
        known.update((resident.phone_hash, resident) for resident in found)
    return known


def _new(row: RosterRow, now: datetime, zone: ZoneInfo) -> Resident:
    given = {key: getattr(row, key) for key in UPDATABLE if getattr(row, key) is not None}
    return Resident(
        phone=row.phone,
        phone_hash=vault.look_up_hash(row.phone),
        exposed_on=row.exposed_on,
        time_zone=zone.key,
        window_start=row.preferred.starts if row.preferred else None,
        window_end=row.preferred.ends if row.preferred else None,
        imported_at=now,
        **given,
    )


def _update(
    session: Session,
    resident: Resident,
    row: RosterRow,
    report: ImportReport,
    now: datetime,
    actor: str,
) -> None:
    """Takes over what the row says and differs; an empty cell leaves what is known."""
    changed = _changes(resident, row, report)
    if row.exposed_on > resident.exposed_on:
        changed["exposed_on"] = row.exposed_on
        changed["follow_up"] = FollowUp.ACTIVE
        report.restarted += 1
    elif row.exposed_on < resident.exposed_on:
        report.notes.append(
            f"row {row.row}: already followed up from {resident.exposed_on}, a later day; kept"
        )
    if resident.number_problem is not None:
        changed["number_problem"] = None
    if not changed:
        report.unchanged += 1
        return
    report.updated += 1
    if report.dry_run:
        return
    for key, value in changed.items():
        setattr(resident, key, value)
    act = "period_restarted" if "exposed_on" in changed else "resident_updated"
    record(session, now, actor, act, resident_id=resident.id, detail={"fields": sorted(changed)})


def _changes(resident: Resident, row: RosterRow, report: ImportReport) -> dict[str, object]:
    changed: dict[str, object] = {
        key: value
        for key in UPDATABLE
        if (value := getattr(row, key)) is not None and value != getattr(resident, key)
    }
    if row.preferred is not None:
        window = {"window_start": row.preferred.starts, "window_end": row.preferred.ends}
        changed |= {key: at for key, at in window.items() if getattr(resident, key) != at}
    if resident.opted_out_at is not None:
        report.notes.append(f"row {row.row}: asked not to be called; still not called")
    return changed
