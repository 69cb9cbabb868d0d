"""Campaigns, the lines they use, and the attempts they make."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Index, text
from sqlmodel import Field, SQLModel

from callbot.dialog.events import Outcome
from callbot.models.columns import Moment, Word


class CampaignState(StrEnum):
    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    FINISHED = "finished"


class Campaign(SQLModel, table=True):
    """One script for an audience.

    `audience` and `policy` as campaigns.policy reads them; `ends_on` is the last day of calls.
    """

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(index=True)
    script: str
    state: CampaignState = Field(
        default=CampaignState.DRAFT,
        sa_column=Column(Word(CampaignState), nullable=False, index=True),
    )
    ends_on: date | None = None
    audience: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    policy: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    created_at: datetime = Field(sa_column=Column(Moment, nullable=False))
    started_at: datetime | None = Field(default=None, sa_column=Column(Moment))
    ended_at: datetime | None = Field(default=None, sa_column=Column(Moment))


class AttemptState(StrEnum):
    """From planned to ended, in this order; each step is a conditional UPDATE."""

    PLANNED = "planned"
    RESERVED = "reserved"
    PLACING = "placing"
    RINGING = "ringing"
    IN_PROGRESS = "in_progress"
    ENDED = "ended"


LIVE_STATES = (
    AttemptState.RESERVED,
    AttemptState.PLACING,
    AttemptState.RINGING,
    AttemptState.IN_PROGRESS,
)


class Attempt(SQLModel, table=True):
    """One dial. It counts once it has rung (`rang_at`)."""

    __table_args__ = (
        Index(
            "one_open_attempt_per_resident",
            "resident_id",
            unique=True,
            sqlite_where=text("state <> 'ended'"),
            postgresql_where=text("state <> 'ended'"),
        ),
        Index("attempts_by_due_time", "state", "due_at"),
    )

    id: str = Field(primary_key=True)
    campaign_id: int = Field(foreign_key="campaign.id", index=True)
    resident_id: int = Field(foreign_key="resident.id", index=True)
    number: int = Field(description="1 for the campaign's first attempt of that day")
    state: AttemptState = Field(
        default=AttemptState.PLANNED, sa_column=Column(Word(AttemptState), nullable=False)
    )
    due_at: datetime = Field(sa_column=Column(Moment, nullable=False))
    requested: bool = Field(default=False, description="the resident asked to be called then")
    line: str = Field(default="", description="the line it holds a place on while live")
    reserved_by: str = ""
    lease_until: datetime | None = Field(default=None, sa_column=Column(Moment))
    placed_at: datetime | None = Field(default=None, sa_column=Column(Moment))
    rang_at: datetime | None = Field(default=None, sa_column=Column(Moment))
    answered_at: datetime | None = Field(default=None, sa_column=Column(Moment))
    ended_at: datetime | None = Field(default=None, sa_column=Column(Moment))
    outcome: Outcome | None = Field(default=None, sa_column=Column(Word(Outcome)))
    detail: str = Field(default="", description="the carrier's words, or why it was given up")
    resumes_call_id: str | None = Field(default=None, description="unfinished call it continues")


class Line(SQLModel, table=True):
    """A carrier account's capacity: calls at once, and calls per second.

    One row, locked while a call is reserved. Calls in use are the live attempts that name it.
    """

    name: str = Field(primary_key=True)
    carrier: str
    caller_id: str = ""
    capacity: int
    calls_per_second: float
    next_dial_at: datetime | None = Field(default=None, sa_column=Column(Moment))
