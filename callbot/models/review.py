"""Flags: findings a person must look at."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from callbot.dialog.events import Severity
from callbot.models.columns import Moment, Private, Word


class FlagState(StrEnum):
    OPEN = "open"
    CLAIMED = "claimed"
    RESOLVED = "resolved"


class Settlement(StrEnum):
    """How a flag was settled."""

    SENT_HELP = "sent_help"
    ADVISED = "advised"
    REFERRED = "referred"
    WELL = "well"
    NOT_REACHED = "not_reached"
    OTHER = "other"


class Flag(SQLModel, table=True):
    """`call_id` is empty for a flag about not reaching a person.

    `was_right`: the reviewer's word on whether the rule had found something true; kept to measure
    the rules' precision.
    """

    __table_args__ = (
        Index("flags_by_state_and_time", "state", "severity", "raised_at"),
        Index("flags_by_time", "raised_at"),
        Index("flags_by_resolution", "state", "resolved_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    resident_id: int = Field(foreign_key="resident.id", index=True)
    campaign_id: int | None = Field(default=None, foreign_key="campaign.id", index=True)
    call_id: str | None = Field(default=None, foreign_key="call.id", index=True)
    rule: str
    severity: Severity = Field(sa_column=Column(Word(Severity), nullable=False, index=True))
    reason: str
    question: str = ""
    evidence: str = Field(default="", sa_column=Column(Private, nullable=False))
    state: FlagState = Field(
        default=FlagState.OPEN, sa_column=Column(Word(FlagState), nullable=False, index=True)
    )
    raised_at: datetime = Field(sa_column=Column(Moment, nullable=False))
    promised_at: datetime | None = Field(
        default=None,
        sa_column=Column(Moment),
        description="when the resident was told that a person will have called back",
    )
    claimed_by: str = ""
    claimed_at: datetime | None = Field(default=None, sa_column=Column(Moment))
    resolved_at: datetime | None = Field(default=None, sa_column=Column(Moment))
    settlement: Settlement | None = Field(default=None, sa_column=Column(Word(Settlement)))
    was_right: bool | None = None
    resolution: str = Field(default="", sa_column=Column(Private, nullable=False))
