"""Every act on a person or a campaign, automatic or not, with who did it and when."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, Session, SQLModel

from callbot.models.columns import Moment


class History(SQLModel, table=True):
    """`detail` holds ids and figures, never names, numbers or spoken words."""

    __table_args__ = (Index("acts_by_actor", "actor", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_column=Column(Moment, nullable=False))
    actor: str = Field(description="a person's log-in, or the part of the system that acted")
    act: str = Field(index=True)
    resident_id: int | None = Field(default=None, foreign_key="resident.id", index=True)
    campaign_id: int | None = Field(default=None, foreign_key="campaign.id", index=True)
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


def record(
    session: Session,
    at: datetime,
    actor: str,
    act: str,
    *,
    resident_id: int | None = None,
    campaign_id: int | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Adds one act to the history, within the transaction in which it happens."""
    session.add(
        History(
            at=at,
            actor=actor,
            act=act,
            resident_id=resident_id,
            campaign_id=campaign_id,
            detail=dict(detail or {}),
        )
    )
