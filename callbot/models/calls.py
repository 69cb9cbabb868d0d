"""Answered calls: what was said, when, and what was understood."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, Session, SQLModel, col, select

from callbot.dialog.answers import Answer, Kind, Status
from callbot.dialog.events import Outcome, Severity
from callbot.models.columns import Moment, Private, PrivateList, PrivateObject, Word


class Call(SQLModel, table=True):
    """An attempt that was answered. `session` is the dialogue as it stood after the last turn."""

    id: str = Field(primary_key=True)
    attempt_id: str = Field(foreign_key="attempt.id", unique=True)
    resident_id: int = Field(foreign_key="resident.id", index=True)
    script: str
    script_version: str
    locale: str
    started_at: datetime = Field(sa_column=Column(Moment, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=Column(Moment))
    outcome: Outcome | None = Field(default=None, sa_column=Column(Word(Outcome)))
    recording: str = Field(
        default="", description="file in the recordings folder; left resident, right bot"
    )
    recording_problem: str = ""
    callback_at: datetime | None = Field(default=None, sa_column=Column(Moment))
    session: str = Field(default="", sa_column=Column(Private, nullable=False))
    purged_at: datetime | None = Field(
        default=None,
        sa_column=Column(Moment),
        description="when the recording and all words were deleted",
    )


class Turn(SQLModel, table=True):
    """One side speaking; milliseconds from the recording's first sample."""

    id: int | None = Field(default=None, primary_key=True)
    call_id: str = Field(foreign_key="call.id", index=True)
    position: int
    speaker: str = Field(description="bot or resident")
    question: str = ""
    text: str = Field(default="", sa_column=Column(Private, nullable=False))
    start_ms: int
    end_ms: int
    response_ms: int | None = Field(
        default=None, description="bot turns: from the end of the resident's speech"
    )
    interrupted: bool = False


class AnswerRow(SQLModel, table=True):
    """The latest answer to a question in a call; earlier ones stay, marked superseded."""

    __tablename__ = "answer"

    id: int | None = Field(default=None, primary_key=True)
    call_id: str = Field(foreign_key="call.id", index=True)
    resident_id: int = Field(foreign_key="resident.id", index=True)
    question: str
    kind: Kind = Field(sa_column=Column(Word(Kind), nullable=False))
    status: Status = Field(sa_column=Column(Word(Status), nullable=False))
    value: dict[str, Any] | None = Field(default=None, sa_column=Column(PrivateObject))
    heard: str = Field(default="", sa_column=Column(Private, nullable=False))
    confidence: float = 0.0
    alternatives: list[str] = Field(
        default_factory=list, sa_column=Column(PrivateList, nullable=False)
    )
    answered_at: datetime = Field(sa_column=Column(Moment, nullable=False))
    superseded: bool = False
    corrected_by: str = Field(default="", description="the reviewer, when it is a correction")


class FindingRow(SQLModel, table=True):
    """A rule that held in a call, with the version of the script it was judged by."""

    __tablename__ = "finding"

    id: int | None = Field(default=None, primary_key=True)
    call_id: str = Field(foreign_key="call.id", index=True)
    rule: str
    script_version: str
    severity: Severity = Field(sa_column=Column(Word(Severity), nullable=False))
    question: str = ""
    reason: str
    evidence: str = Field(default="", sa_column=Column(Private, nullable=False))
    found_at: datetime = Field(sa_column=Column(Moment, nullable=False))
    resident_id: int | None = Field(
        default=None,
        foreign_key="resident.id",
        description="whom it is about, if not who was rung: another of the household",
    )


def standing_answers(
    session: Session, call_id: str, member_id: int | None = None
) -> dict[str, Answer]:
    """The answers that stood at the end of a call, by question.

    member_id: of another member of the household, in place of the resident who was rung.
    """
    whose = select(Call.resident_id).where(Call.id == call_id).scalar_subquery()
    kept = session.exec(
        select(AnswerRow).where(
            col(AnswerRow.call_id) == call_id,
            col(AnswerRow.resident_id) == (whose if member_id is None else member_id),
            col(AnswerRow.superseded).is_(False),
        )
    )
    return {
        row.question: Answer(
            question=row.question,
            kind=row.kind,
            status=row.status,
            value=row.value,
            heard=row.heard,
            confidence=row.confidence,
            alternatives=tuple(row.alternatives),
        )
        for row in kept
    }
