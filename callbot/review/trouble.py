"""What keeps going wrong with a campaign's calls, in the carrier's own words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_
from sqlmodel import col, select

from callbot.db import Database
from callbot.dialog.events import Outcome
from callbot.models import OFFICE_STOPPED, Attempt
from callbot.models.campaigns import ENDED

_TROUBLED = or_(
    col(Attempt.outcome) == Outcome.FAILED,
    and_(
        col(Attempt.outcome) == Outcome.PARTIAL,
        col(Attempt.detail).not_in(("", OFFICE_STOPPED)),
    ),
)
"""An unfinished call has a detail when neither side has ended it."""

A_DAY = timedelta(hours=24)
LISTED = 5


@dataclass(frozen=True)
class Failure:
    """Calls that failed, or broke off, for one reason.

    detail: as the carrier put it; empty if it said nothing.
    """

    detail: str
    count: int
    last_at: datetime


def recent_failures(database: Database, campaign_id: int, now: datetime) -> Sequence[Failure]:
    """Of the last 24 hours, the latest first; the few most recent reasons only."""
    with database.reading() as rows:
        found = rows.exec(
            select(Attempt.detail, func.count(), func.max(Attempt.ended_at))
            .where(
                ENDED,
                Attempt.campaign_id == campaign_id,
                col(Attempt.ended_at) > now - A_DAY,
                _TROUBLED,
            )
            .group_by(col(Attempt.detail))
            .order_by(func.max(Attempt.ended_at).desc())
            .limit(LISTED)
        ).all()
    return [Failure(detail, count, at) for detail, count, at in found if at is not None]
