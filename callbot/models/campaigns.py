"""Campaigns, the lines they use, and the attempts they make."""

from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import Any, Final

from sqlalchemy import JSON, Column, Index, TextClause, text
from sqlmodel import Field, SQLModel

from callbot.dialog.events import Outcome
from callbot.models.columns import Moment, Word

OFFICE_STOPPED: Final = "the office stopped calling"
"""`Attempt.detail` of a call that was broken off here, on purpose."""


class CampaignState(StrEnum):
    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    FINISHED = "finished"


class Occasion(StrEnum):
    """What a campaign rings for: each day of the follow-up, or an alert that is to be verified."""

    DAILY = "daily"
    ALERT = "alert"


class Campaign(SQLModel, table=True):
    """One script for an audience.

    `audience` and `policy` as campaigns.rules.policy reads them; `ends_on`: the last day of calls.
    """

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(index=True)
    script: str
    state: CampaignState = Field(
        default=CampaignState.DRAFT,
        sa_column=Column(Word(CampaignState), nullable=False, index=True),
    )
    occasion: Occasion = Field(
        default=Occasion.DAILY, sa_column=Column(Word(Occasion), nullable=False)
    )
    ends_on: date | None = None
    audience: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    policy: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    created_at: datetime = Field(sa_column=Column(Moment, nullable=False))
    started_at: datetime | None = Field(default=None, sa_column=Column(Moment))
    ended_at: datetime | None = Field(default=None, sa_column=Column(Moment))
    hang_up: bool = Field(default=False, description="when stopped: calls under way, too")


class AttemptState(StrEnum):
    """From planned to ended, in this order; each step is a conditional UPDATE."""

    PLANNED = "planned"
    RESERVED = "reserved"
    PLACING = "placing"
    RINGING = "ringing"
    IN_PROGRESS = "in_progress"
    ENDED = "ended"


class Priority(IntEnum):
    """Whom to ring first among those who are due; the lower first."""

    REQUESTED = 0
    KEY = 1
    ORDINARY = 2


QUARTERS_OF_AN_HOUR = 1 << 24
"""More than there will be from 1970 to 2400."""


def urgency(priority: Priority, closes_at: datetime) -> int:
    """The order of taking up: by priority, then least time left in the window.

    The window's end counts by quarters of an hour, so that the due attempts fall into few groups,
    each of which an index finds at once.
    """
    return priority * QUARTERS_OF_AN_HOUR + quarter_of_an_hour(closes_at)


def quarter_of_an_hour(at: datetime) -> int:
    """The number of the quarter in which the moment lies, counted from 1970."""
    return int(at.timestamp()) // 900


def priority_of(urgency: int) -> Priority:
    return Priority(urgency // QUARTERS_OF_AN_HOUR)


def closing_quarter(urgency: int) -> int:
    """The quarter of an hour in which the window closes, of an attempt with this urgency."""
    return urgency % QUARTERS_OF_AN_HOUR


LIVE_STATES = (
    AttemptState.RESERVED,
    AttemptState.PLACING,
    AttemptState.RINGING,
    AttemptState.IN_PROGRESS,
)


PLANNED, ENDED = text("state = 'planned'"), text("state = 'ended'")
NOT_ENDED, LIVE = text("state <> 'ended'"), text("state NOT IN ('planned', 'ended')")
"""Conditions of indexes, for queries too: a bound parameter would hide the index from both
databases."""


def _index(name: str, *columns: str, where: TextClause, unique: bool = False) -> Index:
    """An index of the rows that fulfil a condition."""
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


class Attempt(SQLModel, table=True):
    """One dial. It counts once it has rung (`rang_at`)."""

    __table_args__ = (
        _index("one_open_attempt_per_resident", "resident_id", where=NOT_ENDED, unique=True),
        _index("attempts_to_choose", "campaign_id", "urgency", "due_at", where=PLANNED),
        _index("live_attempts", "line", where=LIVE),
        _index("ended_attempts", "campaign_id", "ended_at", where=ENDED),
        Index("attempts_by_day", "due_at"),
    )

    id: str = Field(primary_key=True)
    campaign_id: int = Field(foreign_key="campaign.id")
    resident_id: int = Field(foreign_key="resident.id", index=True)
    urgency: int = Field(default=0, description="as `urgency` reckons it; the lower first")
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
    second_contact_id: int | None = Field(
        default=None,
        foreign_key="second_contact.id",
        description="who is rung in the resident's place",
    )


class Line(SQLModel, table=True):
    """A carrier account's capacity: calls at once, and calls per second.

    One row, locked while a call is reserved. Calls in use are the live attempts that name it.
    `headroom` is the share of both limits that is used: what the carrier counts a moment later
    than we do must not pass its limit.
    """

    name: str = Field(primary_key=True)
    carrier: str
    caller_id: str = ""
    capacity: int
    calls_per_second: float
    headroom: float = 1.0
    next_dial_at: datetime | None = Field(default=None, sa_column=Column(Moment))
    failures: int = Field(default=0, description="calls in a row that the carrier failed")
    unheard: int = Field(
        default=0, description="answered calls without any sound, since one in which someone spoke"
    )
    paused_until: datetime | None = Field(default=None, sa_column=Column(Moment))

    @property
    def usable_capacity(self) -> int:
        return max(1, int(self.capacity * self.headroom))

    @property
    def usable_calls_per_second(self) -> float:
        return self.calls_per_second * self.headroom


class Node(SQLModel, table=True):
    """A process that rings. `slots` are the conversations it can lead at once."""

    name: str = Field(primary_key=True)
    line: str
    slots: int
    draining: bool = Field(default=False, description="takes no new call")
    started_at: datetime = Field(sa_column=Column(Moment, nullable=False))
    seen_at: datetime = Field(sa_column=Column(Moment, nullable=False))
