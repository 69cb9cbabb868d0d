"""Tickets: what residents asked for or complained of, until somebody has seen to it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from callbot.dialog.events import TicketKind
from callbot.models.columns import Moment, Private, Word


class TicketState(StrEnum):
    OPEN = "open"
    DONE = "done"


class Ticket(SQLModel, table=True):
    """flag_id: of the flag that was raised with it, if it came from a call. owner: whose it is to
    see to, by their log-in; empty while it is nobody's.
    """

    __table_args__ = (Index("tickets_by_state_and_due", "state", "due_at"),)

    id: int | None = Field(default=None, primary_key=True)
    resident_id: int = Field(foreign_key="resident.id", index=True)
    flag_id: int | None = Field(default=None, foreign_key="flag.id", index=True)
    kind: TicketKind = Field(sa_column=Column(Word(TicketKind), nullable=False))
    text: str = Field(sa_column=Column(Private, nullable=False))
    state: TicketState = Field(
        default=TicketState.OPEN, sa_column=Column(Word(TicketState), nullable=False)
    )
    owner: str = Field(default="", index=True)
    opened_at: datetime = Field(sa_column=Column(Moment, nullable=False))
    opened_by: str
    due_at: datetime = Field(sa_column=Column(Moment, nullable=False))
    done_at: datetime | None = Field(default=None, sa_column=Column(Moment))
    done_by: str = ""
    result: str = Field(default="", sa_column=Column(Private, nullable=False))
