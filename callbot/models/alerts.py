"""Alerts from door sensors, cameras, gates and vehicle checks: someone may have left home."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from callbot.models.columns import Moment, Word


class AlertKind(StrEnum):
    DOOR_OPENED = "door_opened"
    LEFT_HOME = "left_home"
    SEEN_OUTSIDE = "seen_outside"
    VEHICLE_CHECKED = "vehicle_checked"


class Alert(SQLModel, table=True):
    """One event of a system, known by its own number: sent twice, it is taken once."""

    source: str = Field(primary_key=True)
    number: str = Field(primary_key=True)
    resident_id: int = Field(foreign_key="resident.id", index=True)
    kind: AlertKind = Field(sa_column=Column(Word(AlertKind), nullable=False))
    happened_at: datetime = Field(sa_column=Column(Moment, nullable=False))
    received_at: datetime = Field(sa_column=Column(Moment, nullable=False))
    attempt_id: str | None = Field(
        default=None, foreign_key="attempt.id", index=True, description="which is to verify it"
    )
    flag_id: int | None = Field(
        default=None,
        foreign_key="flag.id",
        description="none for who is not followed up, nor while and after a call verifies it",
    )
