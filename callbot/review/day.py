"""One day's calls as figures and as a line for each resident."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlmodel import Session, col, select

from callbot.db import Database
from callbot.dialog.answers import Kind, Status
from callbot.dialog.events import Outcome, Severity
from callbot.models import AnswerRow, Attempt, Call, Flag, FlagState, Resident
from callbot.review.choice import Choice
from callbot.review.queue import URGENCY
from callbot.review.tallies import BEST_FIRST, SPOKE_TO_A_PERSON, bounds


@dataclass(frozen=True)
class FlagLine:
    id: int
    severity: Severity
    state: FlagState
    rule: str
    reason: str
    evidence: str
    raised_at: datetime
    resident_id: int
    resident: str
    claimed_by: str
    resolution: str


@dataclass(frozen=True)
class AttemptLine:
    """One dial of the day; `outcome` None while it is under way or when it was not dialled."""

    id: str
    resident_id: int
    resident: str
    number: int
    at: datetime
    rang: bool
    duration_s: int | None
    outcome: Outcome | None
    detail: str


@dataclass
class ResidentLine:
    """A resident's day. What was not asked is None; what was not understood is in `unclear`."""

    resident_id: int
    name: str
    phone: str
    community: str
    grid: str
    address: str
    follow_up_day: int
    follow_up_days: int
    outcome: Outcome | None = None
    attempts: int = 0
    celsius: float | None = None
    temperature_reported: str = ""
    symptoms: list[str] | None = None
    household_symptoms: list[str] = field(default_factory=list)
    went_out: bool | None = None
    places: list[str] = field(default_factory=list)
    contact: bool | None = None
    persons: list[str] = field(default_factory=list)
    needs: str = ""
    unclear: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    heard: dict[str, str] = field(default_factory=dict)
    flags: list[FlagLine] = field(default_factory=list)

    @property
    def urgency(self) -> int:
        return min((URGENCY[flag.severity] for flag in self.flags), default=len(URGENCY))


@dataclass(frozen=True)
class Summary:
    """Counts of residents; rates from 0 to 1, None when nobody was called."""

    due: int
    called: int
    reached: int
    completed: int
    partial: int
    unreachable: int
    flagged: int
    urgent: int
    attempts: int
    response_rate: float | None
    completion_rate: float | None
    by_rule: dict[str, int]
    by_outcome: dict[str, int]


@dataclass(frozen=True)
class DayReport:
    day: date
    zone: str
    summary: Summary
    residents: list[ResidentLine]
    flags: list[FlagLine]
    attempts: list[AttemptLine]


def day_report(database: Database, choice: Choice, zone: ZoneInfo) -> DayReport:
    """Everything of the choice's first day in the office's time zone; flagged residents first."""
    day = choice.first
    starts, ends = bounds(day, zone)
    with database.reading() as session:
        attempts = _attempts(session, starts, ends, choice)
        flags = _flags(session, starts, ends, choice)
        ids = {a.resident_id for a in attempts} | {f.resident_id for f in flags}
        residents = _residents(session, ids)
        lines = {r.id: _line(r, day) for r in residents if r.id is not None}
        flag_lines = [_flag_line(flag, lines) for flag in flags]
        for flag_line in sorted(flag_lines, key=_by_urgency):
            lines[flag_line.resident_id].flags.append(flag_line)
        _fill_outcomes(lines, attempts)
        for answer in _answers(session, starts, ends):
            if answer.resident_id in lines:
                _fill_answer(lines[answer.resident_id], answer)
    ordered = sorted(lines.values(), key=lambda r: (r.urgency, r.community, r.grid, r.resident_id))
    return DayReport(
        day=day,
        zone=zone.key,
        summary=_summary(ordered, attempts),
        residents=ordered,
        flags=sorted(flag_lines, key=_by_urgency),
        attempts=[_attempt_line(a, lines) for a in attempts],
    )


def _by_urgency(flag: FlagLine) -> tuple[int, datetime, int]:
    return URGENCY[flag.severity], flag.raised_at, flag.id


def _attempts(
    session: Session, starts: datetime, ends: datetime, choice: Choice
) -> Sequence[Attempt]:
    """Those that were due on the day."""
    return session.exec(
        select(Attempt)
        .join(Resident, col(Resident.id) == col(Attempt.resident_id))
        .where(
            col(Attempt.due_at) >= starts,
            col(Attempt.due_at) < ends,
            choice.condition(col(Attempt.campaign_id), col(Resident.community), col(Resident.grid)),
        )
        .order_by(func.coalesce(col(Attempt.placed_at), col(Attempt.due_at)))
    ).all()


def _flags(session: Session, starts: datetime, ends: datetime, choice: Choice) -> Sequence[Flag]:
    return session.exec(
        select(Flag)
        .join(Resident, col(Resident.id) == col(Flag.resident_id))
        .where(
            col(Flag.raised_at) >= starts,
            col(Flag.raised_at) < ends,
            choice.condition(col(Flag.campaign_id), col(Resident.community), col(Resident.grid)),
        )
    ).all()


def _residents(session: Session, ids: Iterable[int]) -> list[Resident]:
    found: list[Resident] = []
    listed = sorted(ids)
    for start in range(0, len(listed), 500):
        chunk = listed[start : start + 500]
        found += session.exec(select(Resident).where(col(Resident.id).in_(chunk))).all()
    return found


def _answers(session: Session, starts: datetime, ends: datetime) -> Sequence[AnswerRow]:
    """Oldest first, so that a later call's answer takes the place of an earlier one's."""
    return session.exec(
        select(AnswerRow)
        .join(Call, col(Call.id) == col(AnswerRow.call_id))
        .join(Attempt, col(Attempt.id) == col(Call.attempt_id))
        .where(
            col(Attempt.due_at) >= starts,
            col(Attempt.due_at) < ends,
            col(AnswerRow.superseded).is_(False),
        )
        .order_by(col(AnswerRow.answered_at), col(AnswerRow.id))
    ).all()


def _line(resident: Resident, day: date) -> ResidentLine:
    assert resident.id is not None
    return ResidentLine(
        resident_id=resident.id,
        name=resident.name,
        phone=resident.phone,
        community=resident.community,
        grid=resident.grid,
        address=resident.address,
        follow_up_day=(day - resident.exposed_on).days,
        follow_up_days=resident.last_day_number,
    )


def _flag_line(flag: Flag, lines: dict[int, ResidentLine]) -> FlagLine:
    assert flag.id is not None
    return FlagLine(
        id=flag.id,
        severity=flag.severity,
        state=flag.state,
        rule=flag.rule,
        reason=flag.reason,
        evidence=flag.evidence,
        raised_at=flag.raised_at,
        resident_id=flag.resident_id,
        resident=lines[flag.resident_id].name,
        claimed_by=flag.claimed_by,
        resolution=flag.resolution,
    )


def _attempt_line(attempt: Attempt, lines: dict[int, ResidentLine]) -> AttemptLine:
    duration = None
    if attempt.answered_at is not None and attempt.ended_at is not None:
        duration = round((attempt.ended_at - attempt.answered_at).total_seconds())
    return AttemptLine(
        id=attempt.id,
        resident_id=attempt.resident_id,
        resident=lines[attempt.resident_id].name,
        number=attempt.number,
        at=attempt.placed_at or attempt.due_at,
        rang=attempt.rang_at is not None,
        duration_s=duration,
        outcome=attempt.outcome,
        detail=attempt.detail,
    )


def _fill_outcomes(lines: dict[int, ResidentLine], attempts: Sequence[Attempt]) -> None:
    outcomes: dict[int, set[Outcome]] = defaultdict(set)
    for attempt in attempts:
        lines[attempt.resident_id].attempts += attempt.rang_at is not None
        if attempt.outcome is not None:
            outcomes[attempt.resident_id].add(attempt.outcome)
    for resident_id, reached in outcomes.items():
        lines[resident_id].outcome = min(reached, key=BEST_FIRST.index)


def _fill_answer(line: ResidentLine, answer: AnswerRow) -> None:
    for list_ in (line.unclear, line.refused):
        if answer.question in list_:
            list_.remove(answer.question)
    if answer.heard:
        line.heard[answer.question] = answer.heard
    if answer.status is Status.UNCLEAR:
        line.unclear.append(answer.question)
    elif answer.status is Status.REFUSED:
        line.refused.append(answer.question)
    elif answer.status is Status.CLEAR and answer.value is not None:
        _fill_value(line, answer, answer.value)


def _fill_value(line: ResidentLine, answer: AnswerRow, value: dict[str, object]) -> None:
    def words(key: str) -> list[str]:
        listed = value.get(key)
        return [str(word) for word in listed] if isinstance(listed, list | tuple) else []

    match answer.kind:
        case Kind.TEMPERATURE:
            celsius = value.get("celsius")
            line.celsius = celsius if isinstance(celsius, int | float) else None
            line.temperature_reported = str(value.get("reported") or "")
        case Kind.SYMPTOMS:
            line.symptoms, line.household_symptoms = words("present"), words("household")
        case Kind.MOVEMENTS:
            line.went_out, line.places = bool(value.get("went_out")), words("places")
        case Kind.CONTACTS:
            line.contact, line.persons = bool(value.get("contact")), words("persons")
        case Kind.OPEN:
            if answer.question == "needs" and not value.get("nothing"):
                line.needs = str(value.get("text") or answer.heard)
        case Kind.YES_NO:
            pass


def _summary(lines: Sequence[ResidentLine], attempts: Sequence[Attempt]) -> Summary:
    called = [line for line in lines if line.attempts]
    reached = [line for line in called if line.outcome in SPOKE_TO_A_PERSON]
    completed = sum(line.outcome is Outcome.COMPLETED for line in lines)
    rules = Counter(rule for line in lines for rule in {flag.rule for flag in line.flags})
    return Summary(
        due=len({a.resident_id for a in attempts}),
        called=len(called),
        reached=len(reached),
        completed=completed,
        partial=sum(line.outcome is Outcome.PARTIAL for line in lines),
        unreachable=len(called) - len(reached),
        flagged=sum(bool(line.flags) for line in lines),
        urgent=sum(line.urgency == URGENCY[Severity.URGENT] for line in lines),
        attempts=sum(a.rang_at is not None for a in attempts),
        response_rate=len(reached) / len(called) if called else None,
        completion_rate=completed / len(called) if called else None,
        by_rule=dict(rules.most_common()),
        by_outcome=dict(Counter(a.outcome.value for a in attempts if a.outcome is not None)),
    )
