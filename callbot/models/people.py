"""Residents, and the period in which each is followed up."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import Column
from sqlmodel import Field, Session, SQLModel, col, select

from callbot import vault
from callbot.errors import ConfigurationError
from callbot.models.columns import Moment, Private, Word


class FollowUp(StrEnum):
    """Paused: no calls until `Resident.paused_until`, or until staff resume it."""

    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    LOST = "lost"


class NumberProblem(StrEnum):
    """Why a number is not dialled until staff have looked at it."""

    INVALID = "invalid"
    WRONG_PERSON = "wrong_person"
    NONE = "none"
    """Of a household, and without a number of their own: a child, or who shares a telephone."""


class Resident(SQLModel, table=True):
    """A person under follow-up. Day 0 is `exposed_on`; the last call falls on day 14.

    phone: empty if they have none of their own; `phone_hash`, by which they are found again, is
    then that of `household_key`. follow_up_days: the period as the rule has it. ends_on: the last
    day where a household member's exposure or staff moved it. What staff change of the plan goes
    through campaigns.follow_up, which keeps the reason and can take it back.
    """

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(sa_column=Column(Private, nullable=False))
    phone: str = Field(sa_column=Column(Private, nullable=False))
    phone_hash: str = Field(unique=True, index=True)
    address: str = Field(default="", sa_column=Column(Private, nullable=False))
    community: str = Field(default="", index=True)
    grid: str = Field(default="", index=True)
    household: str = Field(default="", index=True, description="the same for who lives together")
    asked_with_id: int | None = Field(
        default=None,
        foreign_key="resident.id",
        index=True,
        description="who is rung for the household and asked about this one, too",
    )
    locale: str = "zh-CN"
    time_zone: str = "Asia/Shanghai"
    exposed_on: date
    follow_up_days: int = 14
    ends_on: date | None = None
    paused_until: date | None = Field(default=None, description="first day of calls again")
    twice_daily: bool = False
    came_from: str = ""
    transport: str = ""
    note: str = Field(default="", sa_column=Column(Private, nullable=False))
    window_start: time | None = None
    window_end: time | None = None
    follow_up: FollowUp = Field(
        default=FollowUp.ACTIVE, sa_column=Column(Word(FollowUp), nullable=False, index=True)
    )
    number_problem: NumberProblem | None = Field(
        default=None, sa_column=Column(Word(NumberProblem))
    )
    key_person: bool = Field(default=False, description="called before others")
    opted_out_at: datetime | None = Field(default=None, sa_column=Column(Moment))
    merged_into_id: int | None = Field(
        default=None,
        foreign_key="resident.id",
        index=True,
        description="the same person's other entry, which alone is called",
    )
    imported_at: datetime = Field(sa_column=Column(Moment, nullable=False))

    @property
    def release_date(self) -> date:
        """The last day of follow-up, on which the last call falls."""
        return self.ends_on or self.exposed_on + timedelta(days=self.follow_up_days)

    @property
    def last_day_number(self) -> int:
        """The number of the last day, day 0 being that of exposure; 14 unless it was moved."""
        return (self.release_date - self.exposed_on).days


class StaffNote(SQLModel, table=True):
    """What staff wrote about a resident; never changed, only added to."""

    __tablename__ = "staff_note"

    id: int | None = Field(default=None, primary_key=True)
    resident_id: int = Field(foreign_key="resident.id", index=True)
    at: datetime = Field(sa_column=Column(Moment, nullable=False))
    author: str
    text: str = Field(sa_column=Column(Private, nullable=False))


def household_key(household: str, name: str) -> str:
    """What stands for a number where a member of a household has none. No number reads like it."""
    return f"{household}\n{name}"


def check_key(session: Session) -> None:
    """Raises ConfigurationError if the vault's keys are not those the residents are stored with.

    To be asked before anything is written: under a lost key everybody would be taken for new.
    """
    with_number = select(Resident).where(col(Resident.phone) != "")
    resident = session.exec(with_number.order_by(col(Resident.id)).limit(1)).first()
    if resident is not None and vault.look_up_hash(resident.phone) != resident.phone_hash:
        raise ConfigurationError(
            "CALLBOT_ENCRYPTION_KEYS: the oldest key, by which phone numbers are found, is "
            "missing; put it back at the end of the list"
        )


def mask_phone(phone: str) -> str:
    """`+8613800000001` → `+86138****0001`: enough to tell people apart, too little to dial."""
    hidden = min(4, max(0, len(phone) - 4))
    head, tail = phone[: len(phone) - 4 - hidden], phone[len(phone) - 4 :]
    return f"{head}{'*' * hidden}{tail}" if hidden else "*" * len(phone)
