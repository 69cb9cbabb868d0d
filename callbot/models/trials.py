"""Trial calls: a script rung on a clerk's own phone. No resident, attempt or flag comes of one."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from callbot.dialog.events import Outcome
from callbot.models.columns import Moment, Private, PrivateObject, Word


class TrialState(StrEnum):
    """In this order; each step is a conditional UPDATE, `placing` before the carrier is asked."""

    ASKED = "asked"
    PLACING = "placing"
    RINGING = "ringing"
    TALKING = "talking"
    ENDED = "ended"


class TrialCall(SQLModel, table=True):
    """One ring. told: `lines` of [who, words], `flags` of [severity, reason] that would be raised.

    detail: the carrier's words, or why nobody was rung.
    """

    __tablename__ = "trial_call"

    id: str = Field(primary_key=True)
    campaign_id: int | None = Field(default=None, foreign_key="campaign.id", index=True)
    script: str
    locale: str
    phone: str = Field(sa_column=Column(Private, nullable=False))
    phone_hash: str = Field(index=True)
    asked_by: str
    asked_at: datetime = Field(sa_column=Column(Moment, nullable=False, index=True))
    state: TrialState = Field(
        default=TrialState.ASKED, sa_column=Column(Word(TrialState), nullable=False)
    )
    node: str = Field(default="", description="the process that rings")
    ended_at: datetime | None = Field(default=None, sa_column=Column(Moment))
    outcome: Outcome | None = Field(default=None, sa_column=Column(Word(Outcome)))
    detail: str = ""
    told: dict[str, Any] | None = Field(default=None, sa_column=Column(PrivateObject))
