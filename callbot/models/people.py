"""Residents, and the period in which each is followed up."""

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from callbot.models.columns import Moment, Private


class FollowUp(StrEnum):
    ACTIVE = "active"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    LOST = "lost"


class Resident(SQLModel, table=True):
    """A person under follow-up. Day 0 is `exposed_on`; the last call falls on day 14."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(sa_column=Column(Private, nullable=False))
    phone: str = Field(sa_column=Column(Private, nullable=False))
    phone_hash: str = Field(unique=True, index=True)
    address: str = Field(default="", sa_column=Column(Private, nullable=False))
    community: str = Field(default="", index=True)
    grid: str = Field(default="", index=True)
    locale: str = "zh-CN"
    time_zone: str = "Asia/Shanghai"
    exposed_on: date
    follow_up_days: int = 14
    came_from: str = ""
    transport: str = ""
    note: str = Field(default="", sa_column=Column(Private, nullable=False))
    window_start: time | None = None
    window_end: time | None = None
    follow_up: FollowUp = FollowUp.ACTIVE
    opted_out_at: datetime | None = Field(default=None, sa_column=Column(Moment))
    imported_at: datetime = Field(sa_column=Column(Moment, nullable=False))
