"""Recordings and transcripts are kept as long as they are needed, then purged.

What was said goes: recordings, transcripts, words heard, quoted evidence. What was understood
stays: answers, findings, flags and their outcomes, without which no figure could be counted again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import update
from sqlmodel import Session, col, select

from callbot.db import Database
from callbot.errors import CallbotError
from callbot.models import (
    AnswerRow,
    Call,
    FindingRow,
    Flag,
    FlagState,
    Resident,
    Ticket,
    TicketState,
    Turn,
    record,
)


class RecordingKept(CallbotError):
    """A recording could not be deleted; its call is left as it is."""


@dataclass(frozen=True)
class Expired:
    """One resident's calls whose time has come. recordings: paths within the recordings folder.

    open_flags: with open tickets; while there are any, what was said is needed and stays.
    """

    resident_id: int
    released_on: date
    call_ids: tuple[str, ...]
    recordings: tuple[str, ...]
    open_flags: int


def expired(database: Database, today: date, keep_days: int) -> Sequence[Expired]:
    """Residents released more than `keep_days` before `today` whose words are still stored."""
    last_day = today - timedelta(days=keep_days)
    words = select(Call.id).where(Call.resident_id == Resident.id, col(Call.purged_at).is_(None))
    with database.reading() as rows:
        people = rows.exec(
            select(Resident)
            .where(col(Resident.exposed_on) < last_day, words.exists())
            .order_by(col(Resident.id))
        ).all()
        return [_expired(rows, person) for person in people if person.release_date < last_day]


def _expired(rows: Session, person: Resident) -> Expired:
    assert person.id is not None
    calls = rows.exec(
        select(Call.id, Call.recording).where(
            Call.resident_id == person.id, col(Call.purged_at).is_(None)
        )
    ).all()
    flags = rows.exec(
        select(Flag.id).where(Flag.resident_id == person.id, col(Flag.state) != FlagState.RESOLVED)
    ).all()
    tickets = rows.exec(
        select(Ticket.id).where(Ticket.resident_id == person.id, Ticket.state == TicketState.OPEN)
    ).all()
    return Expired(
        person.id,
        person.release_date,
        tuple(call_id for call_id, _ in calls),
        tuple(recording for _, recording in calls if recording),
        len(flags) + len(tickets),
    )


def purge(database: Database, recordings: Path, due: Expired, now: datetime, *, actor: str) -> None:
    """Deletes what was said in the calls of one resident; a second time does nothing.

    The files go first: broken off in between, the rows still name what is to be purged. Raises
    RecordingKept when a file cannot be deleted, and then changes no row.
    """
    for name in due.recordings:
        try:
            (recordings / name).unlink(missing_ok=True)
        except OSError as error:
            raise RecordingKept(
                f"{recordings / name}: cannot be deleted ({error.strerror}); give this user write "
                "access to the folder and purge again"
            ) from error
    with database.session() as rows:
        _forget_words(rows, due.call_ids)
        rows.execute(
            update(Call)
            .where(col(Call.id).in_(due.call_ids))
            .values(recording="", session="", purged_at=now)
        )
        record(
            rows,
            now,
            actor,
            "words_purged",
            resident_id=due.resident_id,
            detail={"calls": len(due.call_ids), "recordings": len(due.recordings)},
        )


def _forget_words(rows: Session, calls: Sequence[str]) -> None:
    for statement in (
        update(Turn).where(col(Turn.call_id).in_(calls)).values(text=""),
        update(AnswerRow)
        .where(col(AnswerRow.call_id).in_(calls))
        .values(heard="", alternatives=[]),
        update(FindingRow).where(col(FindingRow.call_id).in_(calls)).values(evidence=""),
        update(Flag).where(col(Flag.call_id).in_(calls)).values(evidence=""),
        update(Ticket)
        .where(col(Ticket.flag_id).in_(select(Flag.id).where(col(Flag.call_id).in_(calls))))
        .values(text=""),
    ):
        rows.execute(statement)
