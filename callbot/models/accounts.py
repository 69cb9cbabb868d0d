"""Who may use the console: accounts, log-ins that can be ended, and who looked at what."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Column
from sqlmodel import Field, Session, SQLModel

from callbot.models.columns import Moment, Word


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    OPERATOR = "operator"
    REVIEWER = "reviewer"
    VIEWER = "viewer"


class Account(SQLModel, table=True):
    """A person's log-in. `areas` as models.areas reads them; none: the whole office.

    `link_hash` is of the one-time link by which the person sets a password.
    """

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True, index=True)
    role: Role = Field(sa_column=Column(Word(Role), nullable=False))
    areas: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    password_hash: str = Field(default="", description="argon2id; empty until one is set")
    link_hash: str = ""
    link_expires_at: datetime | None = Field(default=None, sa_column=Column(Moment))
    created_at: datetime = Field(sa_column=Column(Moment, nullable=False))
    disabled_at: datetime | None = Field(default=None, sa_column=Column(Moment))


class LogIn(SQLModel, table=True):
    """One log-in of an account; the browser holds the token, the row only its hash."""

    __tablename__ = "log_in"

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    token_hash: str = Field(unique=True, index=True)
    started_at: datetime = Field(sa_column=Column(Moment, nullable=False))
    seen_at: datetime = Field(sa_column=Column(Moment, nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=Column(Moment))


class FailedLogIn(SQLModel, table=True):
    """A wrong password; name and address only as keyed hashes, enough to count them."""

    __tablename__ = "failed_log_in"

    id: int | None = Field(default=None, primary_key=True)
    name_hash: str = Field(index=True)
    address_hash: str = Field(index=True)
    at: datetime = Field(sa_column=Column(Moment, nullable=False))


class Viewing(StrEnum):
    """Private data that was looked at."""

    RESIDENT = "resident"
    PHONE = "phone"
    CALL = "call"
    RECORDING = "recording"
    REPORT = "report"


class Audit(SQLModel, table=True):
    """Someone looked at private data. Changes are in the history instead."""

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_column=Column(Moment, nullable=False))
    actor: str = Field(index=True)
    viewed: Viewing = Field(sa_column=Column(Word(Viewing), nullable=False))
    resident_id: int | None = Field(default=None, foreign_key="resident.id", index=True)
    call_id: str | None = Field(default=None, foreign_key="call.id")


def note_viewing(
    session: Session,
    at: datetime,
    actor: str,
    viewed: Viewing,
    *,
    resident_id: int | None = None,
    call_id: str | None = None,
) -> None:
    """Adds one viewing to the audit, within the transaction that gives the data out."""
    session.add(Audit(at=at, actor=actor, viewed=viewed, resident_id=resident_id, call_id=call_id))
