"""Residents and their latest attempts as a preview reads them: in groups of those who are alike.

The database does the grouping, and hands over one row for all who share it: where an office has a
hundred thousand residents, they differ in some hundreds of facts.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Select, String, case, cast, func, literal, union_all
from sqlalchemy import select as select_columns
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import col, select

from callbot.campaigns.rules.local_day import last_time, present_day
from callbot.campaigns.rules.policy import MIN_GAP_MIN, CampaignPolicy
from callbot.dialog.events import Outcome
from callbot.models import Attempt, AttemptState, Campaign, Resident
from callbot.models.campaigns import ENDED, NOT_ENDED
from callbot.models.columns import Moment

A_DAY = timedelta(hours=24)

Facts = tuple[Any, ...]
"""What some columns hold, in their order."""


def residents_alike(
    connection: Connection, columns: Sequence[Any]
) -> Iterator[tuple[Facts, list[int]]]:
    """What these columns of Resident hold, each time with the ids of those in whom they do."""
    return _alike(connection, select_columns(col(Resident.id), *columns))


class Tried(NamedTuple):
    """What is read of an attempt; of one that has ended, all but the last three."""

    campaign_id: int
    outcome: Outcome | None
    second_contact_id: int | None
    rang_at: datetime | None
    ended_at: datetime | None
    due_at: datetime = datetime.max.replace(tzinfo=UTC)
    requested: bool = False
    state: AttemptState = AttemptState.ENDED


class LatelyTried:
    """Attempts that may decide on the next: open, or ended within 24 hours or on the present day.

    zones: those in which residents live.
    """

    def __init__(self, zones: Collection[str], policy: CampaignPolicy, now: datetime) -> None:
        self._since = min(now - A_DAY, *(last_time(time.min, ZoneInfo(z), now) for z in zones))
        self._stretches = _Stretches(self._since, zones, policy, now)
        of_campaigns = col(Attempt.campaign_id).in_(select(Campaign.id))
        self._ended = (ENDED, of_campaigns, col(Attempt.ended_at) >= self._since)

    def by_resident(self, connection: Connection) -> dict[int, tuple[Tried, ...]]:
        """Oldest first. Of who was tried once, moments may be others that decide the same."""
        found: dict[int, tuple[Tried, ...]] = {}
        for statement in self._statements(self._stretches.floor):
            for facts, resident_ids in _alike(connection, statement):
                found |= dict.fromkeys(resident_ids, (Tried(*facts),))
        return found | self._of_the_often_tried(connection)

    def _of_the_often_tried(self, connection: Connection) -> dict[int, tuple[Tried, ...]]:
        each = col(Attempt.resident_id)
        tried = union_all(
            select_columns(each).where(NOT_ENDED), select_columns(each).where(*self._ended)
        ).subquery()
        resident_id = tried.c.resident_id
        often = select_columns(resident_id).group_by(resident_id).having(func.count() > 1)
        found: dict[int, tuple[Tried, ...]] = {}
        for statement in self._statements(lambda moment: moment):
            ordered = statement.where(each.in_(often)).order_by(col(Attempt.due_at))
            for row in connection.execute(ordered):
                found[row[0]] = (*found.get(row[0], ()), Tried(*row[1:]))
        return found

    def _statements(self, told: Callable[[Any], Any]) -> Iterator[Select[Any]]:
        """Resident and attempt, of the open ones and of the others, with moments as `told`."""
        always = (Attempt.resident_id, *(getattr(Attempt, name) for name in Tried._fields[:3]))
        when_open = (getattr(Attempt, name) for name in Tried._fields[3:])
        yield select_columns(*always, *when_open).where(NOT_ENDED)
        moments = (told(Attempt.rang_at), told(Attempt.ended_at))
        yield select_columns(*always, *moments).where(*self._ended)


class _Stretches:
    """The latest day, cut where the verdict on a moment in it may change.

    Only of a phone that stopped ringing just now does the very moment decide; and on a day on
    which clocks are changed every moment is taken as it is.
    """

    def __init__(
        self, since: datetime, zones: Collection[str], policy: CampaignPolicy, now: datetime
    ) -> None:
        days = [present_day(zone, now) for zone in zones]
        seconds = [last_time(policy.second_call_from, ZoneInfo(zone), now) for zone in zones]
        self._cuts = sorted({since - A_DAY, *(begins for begins, _ in days), *seconds})
        ordinary = all(ends - begins == A_DAY for begins, ends in days)
        self._exact_from = now - timedelta(minutes=MIN_GAP_MIN) if ordinary else self._cuts[0]

    def floor(self, moment: Any) -> ColumnElement[datetime | None]:
        """The cut before the moment, which stands for all of its stretch."""
        stretches = ((moment >= cut, literal(cut, Moment)) for cut in reversed(self._cuts))
        return case((moment > self._exact_from, moment), *stretches)


def _alike(connection: Connection, statement: Select[Any]) -> Iterator[tuple[Facts, list[int]]]:
    """Of rows that differ only in their first column, an id: the others, and all these ids."""
    rows = statement.subquery()
    each, *others = rows.c
    ids = func.aggregate_strings(cast(each, String), ",")
    for *facts, listed in connection.execute(select_columns(*others, ids).group_by(*others)):
        yield tuple(facts), [int(number) for number in listed.split(",")]
