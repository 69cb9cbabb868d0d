"""Wording and lexicons that staff are changing, and every version that was published."""

from datetime import datetime

from sqlalchemy import JSON, Column, Text
from sqlmodel import Field, SQLModel

from callbot.models.columns import Moment


class ScriptDraft(SQLModel, table=True):
    """A file as somebody is changing it. `path` as from the prompts folder; one draft for all.

    base_hash: SHA-256 of the file when the draft was begun; if the file has changed since, the
    draft is not published over it.
    """

    __tablename__ = "script_draft"

    path: str = Field(primary_key=True)
    text: str = Field(sa_column=Column(Text, nullable=False))
    base_hash: str
    author: str
    changed_at: datetime = Field(sa_column=Column(Moment, nullable=False))


class ScriptVersion(SQLModel, table=True):
    """A script's files as they were published, by path; `version` as calls and answers name it."""

    __tablename__ = "script_version"

    id: int | None = Field(default=None, primary_key=True)
    script: str = Field(index=True)
    version: str
    published_at: datetime = Field(sa_column=Column(Moment, nullable=False))
    actor: str = Field(description="empty: found in the folder, not published here")
    note: str = Field(default="", sa_column=Column(Text, nullable=False))
    files: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
