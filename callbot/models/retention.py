"""Orders to delete what was said: given by one person, carried out by another."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from callbot.models.columns import Moment, Word


class PurgeState(StrEnum):
    ASKED = "asked"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class PurgeOrder(SQLModel, table=True):
    """resident_ids: whose calls were listed when it was asked for; nobody else's are deleted."""

    __tablename__ = "purge_order"

    id: int | None = Field(default=None, primary_key=True)
    resident_ids: list[int] = Field(sa_column=Column(JSON, nullable=False))
    asked_by: str
    asked_at: datetime = Field(sa_column=Column(Moment, nullable=False))
    state: PurgeState = Field(
        default=PurgeState.ASKED, sa_column=Column(Word(PurgeState), nullable=False)
    )
    settled_by: str = ""
    settled_at: datetime | None = Field(default=None, sa_column=Column(Moment))
