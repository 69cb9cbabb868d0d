"""What staff change of a resident's follow-up, whom else to ask, and staff's own contacts."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, Session, SQLModel, select

from callbot.models.columns import Moment, Private, Word
from callbot.models.people import Resident


class Change(StrEnum):
    """What was done to a plan; also the act in the history."""

    EXPOSED_AGAIN = "exposed_again"
    EXTENDED = "extended"
    END_OVERRIDDEN = "end_overridden"
    DATES_CHANGED = "dates_changed"
    PAUSED = "follow_up_paused"
    RESUMED = "follow_up_resumed"
    CANCELLED = "follow_up_cancelled"
    LOST = "follow_up_lost"
    REOPENED = "follow_up_reopened"
    RELEASED = "released"
    WISHES_CHANGED = "wishes_changed"
    HOUSEHOLD_CHANGED = "household_changed"
    MERGED = "residents_merged"


class PlanChange(SQLModel, table=True):
    """One change of one resident's plan, with what it takes to undo it.

    before, after: the changed columns of Resident as JSON. act_id: the same for all changes that
    one act made, to a whole household for instance; they are undone together.
    """

    __tablename__ = "plan_change"

    id: int | None = Field(default=None, primary_key=True)
    act_id: str = Field(index=True)
    resident_id: int = Field(foreign_key="resident.id", index=True)
    change: Change = Field(sa_column=Column(Word(Change), nullable=False))
    before: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    after: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    reason: str = Field(default="", sa_column=Column(Private, nullable=False))
    actor: str
    at: datetime = Field(sa_column=Column(Moment, nullable=False))
    undone_at: datetime | None = Field(default=None, sa_column=Column(Moment))
    undone_by: str = ""


class Relation(StrEnum):
    """What a second contact is to the resident."""

    FAMILY = "family"
    LANDLORD = "landlord"
    NEIGHBOUR = "neighbour"
    COLLEAGUE = "colleague"
    OTHER = "other"


class SecondContact(SQLModel, table=True):
    """Someone who is asked after a resident who was not reached; the lower `position` first.

    The same number may stand for several residents: a landlord's, for instance.
    """

    __tablename__ = "second_contact"

    id: int | None = Field(default=None, primary_key=True)
    resident_id: int = Field(foreign_key="resident.id", index=True)
    position: int
    relation: Relation = Field(sa_column=Column(Word(Relation), nullable=False))
    name: str = Field(default="", sa_column=Column(Private, nullable=False))
    phone: str = Field(sa_column=Column(Private, nullable=False))
    phone_hash: str = Field(index=True)
    opted_out_at: datetime | None = Field(default=None, sa_column=Column(Moment))
    unusable: bool = Field(default=False, description="wrong or invalid number")
    removed_at: datetime | None = Field(default=None, sa_column=Column(Moment))


def opt_out_number(rows: Session, phone_hash: str, now: datetime) -> None:
    """Stops all calls to a number, whoever it stands for."""
    for resident in rows.exec(select(Resident).where(Resident.phone_hash == phone_hash)):
        resident.opted_out_at = resident.opted_out_at or now
        rows.add(resident)
    for contact in rows.exec(select(SecondContact).where(SecondContact.phone_hash == phone_hash)):
        contact.opted_out_at = contact.opted_out_at or now
        rows.add(contact)


class Way(StrEnum):
    """How staff got in touch."""

    CALL = "call"
    VISIT = "visit"
    MESSAGE = "message"


class StaffContact(SQLModel, table=True):
    """Staff called or visited, counted apart from the attempts of campaigns.

    day: of the follow-up it stands for, in the resident's zone. reached: spoke with the person,
    which answers that day.
    """

    __tablename__ = "staff_contact"

    id: int | None = Field(default=None, primary_key=True)
    resident_id: int = Field(foreign_key="resident.id", index=True)
    day: date
    at: datetime = Field(sa_column=Column(Moment, nullable=False))
    actor: str
    way: Way = Field(sa_column=Column(Word(Way), nullable=False))
    reached: bool
    note: str = Field(default="", sa_column=Column(Private, nullable=False))
