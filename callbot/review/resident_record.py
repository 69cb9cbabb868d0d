"""Everything about one resident: the days of the follow-up, answers, calls, notes, every act."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from callbot.db import Database
from callbot.dialog.answers import Kind, Status
from callbot.dialog.events import Outcome, Severity
from callbot.errors import BadInput
from callbot.models import (
    AnswerRow,
    Areas,
    Attempt,
    Call,
    Flag,
    History,
    PlanChange,
    Resident,
    StaffNote,
    covered,
    opt_out_number,
    record,
)
from callbot.review.tallies import BEST_FIRST


class NoSuchResident(BadInput):
    """There is no such resident, or they are outside the areas of whoever looks."""


@dataclass
class Day:
    """One day of the follow-up; `celsius` is the highest of the day."""

    number: int
    date: date
    outcome: Outcome | None = None
    attempts: int = 0
    celsius: float | None = None
    severities: set[Severity] = field(default_factory=set)
    answers: dict[str, AnswerRow] = field(default_factory=dict)


@dataclass(frozen=True)
class ResidentRecord:
    """`doubles`: the same person's other entries, whose calls and acts are among these."""

    resident: Resident
    doubles: Sequence[Resident]
    days: Sequence[Day]
    flags: Sequence[Flag]
    calls: Sequence[tuple[Call, Attempt]]
    attempts: Sequence[Attempt]
    notes: Sequence[StaffNote]
    changes: Sequence[PlanChange]
    history: Sequence[History]


def read_resident(
    database: Database, resident_id: int, zone: ZoneInfo, areas: Areas = ()
) -> ResidentRecord:
    """Newest first, but for the days. zone: the office's. Raises NoSuchResident."""
    with database.reading() as rows:
        resident = get_resident(rows, resident_id, areas)
        doubles = rows.exec(select(Resident).where(Resident.merged_into_id == resident_id)).all()
        everyone = [resident_id, *(double.id for double in doubles)]
        attempts = rows.exec(
            select(Attempt)
            .where(col(Attempt.resident_id).in_(everyone))
            .order_by(col(Attempt.due_at).desc())
        ).all()
        calls = rows.exec(select(Call).where(col(Call.resident_id).in_(everyone))).all()
        answers = rows.exec(
            select(AnswerRow)
            .where(col(AnswerRow.resident_id).in_(everyone), col(AnswerRow.superseded).is_(False))
            .order_by(col(AnswerRow.answered_at))
        ).all()
        flags = rows.exec(
            select(Flag).where(col(Flag.resident_id).in_(everyone)).order_by(col(Flag.id).desc())
        ).all()
        notes = rows.exec(
            select(StaffNote)
            .where(col(StaffNote.resident_id).in_(everyone))
            .order_by(col(StaffNote.id).desc())
        ).all()
        changes = rows.exec(
            select(PlanChange)
            .where(col(PlanChange.resident_id).in_(everyone))
            .order_by(col(PlanChange.id).desc())
        ).all()
        history = rows.exec(
            select(History)
            .where(col(History.resident_id).in_(everyone))
            .order_by(col(History.id).desc())
            .limit(200)
        ).all()
    by_attempt = {call.attempt_id: call for call in calls}
    return ResidentRecord(
        resident,
        doubles,
        _days(resident, attempts, calls, answers, flags, zone),
        flags,
        [(by_attempt[a.id], a) for a in attempts if a.id in by_attempt],
        attempts,
        notes,
        changes,
        history,
    )


def get_resident(rows: Session, resident_id: int, areas: Areas = ()) -> Resident:
    """Raises NoSuchResident."""
    resident = rows.get(Resident, resident_id)
    if resident is None or not covered(areas, resident.community, resident.grid):
        raise NoSuchResident(f"there is no resident {resident_id}")
    return resident


def _days(
    resident: Resident,
    attempts: Sequence[Attempt],
    calls: Sequence[Call],
    answers: Sequence[AnswerRow],
    flags: Sequence[Flag],
    zone: ZoneInfo,
) -> list[Day]:
    days = {
        resident.exposed_on + timedelta(days=n): Day(n, resident.exposed_on + timedelta(days=n))
        for n in range(resident.last_day_number + 1)
    }
    nowhere = Day(-1, resident.exposed_on)

    def day_of(moment: datetime) -> Day:
        return days.get(moment.astimezone(zone).date(), nowhere)

    outcomes: dict[int, set[Outcome]] = defaultdict(set)
    for attempt in attempts:
        day = day_of(attempt.placed_at or attempt.due_at)
        day.attempts += attempt.rang_at is not None
        if attempt.outcome is not None:
            outcomes[day.number].add(attempt.outcome)
    for day in days.values():
        if outcomes[day.number]:
            day.outcome = min(outcomes[day.number], key=BEST_FIRST.index)
    called_at = {call.id: call.started_at for call in calls}
    for answer in answers:
        _take_answer(day_of(called_at[answer.call_id]), answer)
    for flag in flags:
        day_of(called_at.get(flag.call_id or "", flag.raised_at)).severities.add(flag.severity)
    return list(days.values())


def _take_answer(day: Day, answer: AnswerRow) -> None:
    day.answers[answer.question] = answer
    celsius = (answer.value or {}).get("celsius")
    if answer.kind is Kind.TEMPERATURE and answer.status is Status.CLEAR and celsius:
        day.celsius = max(celsius, day.celsius or celsius)


# -- what staff do; each act is in the history -----------------------------------------------


def add_note(rows: Session, resident: Resident, text: str, now: datetime, *, actor: str) -> None:
    """Raises BadInput for an empty note."""
    if not text.strip():
        raise BadInput("the note is empty")
    assert resident.id is not None
    rows.add(StaffNote(resident_id=resident.id, at=now, author=actor, text=text.strip()))
    record(rows, now, actor, "noted", resident_id=resident.id)


def opt_out(
    rows: Session, resident: Resident, now: datetime, *, actor: str, out: bool = True
) -> None:
    """Calls to this number end at once, or may begin again; campaigns ask before each ring."""
    if out:
        opt_out_number(rows, resident.phone_hash, now)
    else:
        resident.opted_out_at = None
    act = "opted_out" if out else "opted_in"
    record(rows, now, actor, act, resident_id=resident.id)
