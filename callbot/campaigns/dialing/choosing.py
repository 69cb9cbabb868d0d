"""Which of the planned attempts are taken up next, whatever the size of the roster.

The due attempts fall into few groups of one urgency each (see models.campaigns.urgency). The first
query leaps through an index from group to group, the second reads the front of those that have
something due: what is not due, or belongs to a campaign that does not run, is never looked at.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Integer, Select, Subquery, bindparam, select
from sqlmodel import Session, col
from sqlmodel import select as select_rows

from callbot.models import Attempt, AttemptState, Campaign, CampaignState
from callbot.models.campaigns import PLANNED, closing_quarter, quarter_of_an_hour


def choose(session: Session, now: datetime, limit: int) -> Sequence[Attempt]:
    """The next attempts that are due, the most urgent first, locked for this transaction.

    What another process is taking up at this moment is passed over.
    """
    groups = [
        (urgency, campaign_id)
        for campaign_id in _running(session)
        for urgency, earliest in session.execute(_GROUPS, {"campaign": campaign_id})
        if earliest <= now
    ]
    chosen: list[Attempt] = []
    for urgency, campaign_id in sorted(groups):
        if len(chosen) >= limit:
            break
        wanted = {
            "campaign": campaign_id,
            "urgency": urgency,
            "now": now,
            "limit": limit - len(chosen),
        }
        chosen += session.exec(_FRONT, params=wanted).all()
    # Another process may have finished with a row between the index and the lock.
    return [attempt for attempt in chosen if attempt.state is AttemptState.PLANNED]


def next_due(session: Session) -> datetime | None:
    """When the next planned attempt of a running campaign is due."""
    return min(
        (
            earliest
            for campaign_id in _running(session)
            for _, earliest in session.execute(_GROUPS, {"campaign": campaign_id})
        ),
        default=None,
    )


def closed_groups(session: Session, campaign_id: int, now: datetime) -> list[int]:
    """Urgencies of a campaign's planned attempts whose window closes this quarter or has closed."""
    quarter = quarter_of_an_hour(now)
    groups = session.execute(_GROUPS, {"campaign": campaign_id})
    return [urgency for urgency, _ in groups if closing_quarter(urgency) <= quarter]


def _running(session: Session) -> Sequence[int]:
    return session.execute(_RUNNING).scalars().all()


_RUNNING = select(col(Campaign.id)).where(col(Campaign.state) == CampaignState.RUNNING)


def _groups() -> Select[tuple[int, datetime]]:
    """Each urgency among a campaign's planned attempts, with its earliest due time."""
    planned = (PLANNED, col(Attempt.campaign_id) == bindparam("campaign"))
    lowest = select(col(Attempt.urgency)).where(*planned).order_by(col(Attempt.urgency)).limit(1)
    group = select(lowest.scalar_subquery().label("urgency")).cte("urgencies", recursive=True)
    above = lowest.where(col(Attempt.urgency) > group.c.urgency).correlate(group)
    group = group.union_all(
        select(above.scalar_subquery()).select_from(group).where(group.c.urgency.is_not(None))
    )
    earliest = (
        select(col(Attempt.due_at))
        .where(*planned, col(Attempt.urgency) == group.c.urgency)
        .order_by(col(Attempt.due_at))
        .limit(1)
        .correlate(group)
    )
    found: Subquery = (
        select(group.c.urgency, earliest.scalar_subquery().label("earliest"))
        .where(group.c.urgency.is_not(None))
        .subquery()
    )
    return select(found.c.urgency, found.c.earliest).where(found.c.earliest.is_not(None))


_GROUPS = _groups()
_FRONT = (
    select_rows(Attempt)
    .where(
        PLANNED,
        col(Attempt.campaign_id) == bindparam("campaign"),
        col(Attempt.urgency) == bindparam("urgency"),
        col(Attempt.due_at) <= bindparam("now"),
    )
    .order_by(col(Attempt.due_at))
    .limit(bindparam("limit", type_=Integer))
    .with_for_update(skip_locked=True)
    .execution_options(populate_existing=True)
)
"""Of one group, those that are due. Made once, since that costs as much as running it."""
