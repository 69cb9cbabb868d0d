"""Residents of a campaign with the verdict on calling them, for previews.

As in `whole_roster`, most of them are alike: one verdict holds for all who share what it depends
on, so that a preview of a hundred thousand costs some hundreds of judgements.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from sqlalchemy import select as select_columns
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col, select

from callbot.campaigns.rules.eligibility import Rules, Verdict, judge_by, next_allowed
from callbot.campaigns.rules.local_day import last_time, local_date
from callbot.campaigns.rules.policy import Audience, CallingHours
from callbot.campaigns.rules.recent_calls import NO_CALLS, RecentCalls
from callbot.dialog.events import Outcome
from callbot.models import Attempt, AttemptState, Campaign, Flag, Resident
from callbot.models.campaigns import ENDED, NOT_ENDED

FLAGGED_FOR = timedelta(hours=36)
"""Since yesterday, in every time zone."""

NEEDED_TO_JUDGE: tuple[Any, ...] = (
    Resident.community,
    Resident.grid,
    Resident.locale,
    Resident.time_zone,
    Resident.exposed_on,
    Resident.follow_up_days,
    Resident.ends_on,
    Resident.paused_until,
    Resident.asked_with_id,
    Resident.came_from,
    Resident.key_person,
    Resident.twice_daily,
    Resident.window_start,
    Resident.window_end,
    Resident.follow_up,
    Resident.number_problem,
    Resident.opted_out_at,
)
"""Leaves the encrypted columns unread: deciphering thousands of names each minute is slow."""


def flagged_since_yesterday(
    session: Session, now: datetime, *, among: ColumnElement[bool] | None = None
) -> set[int]:
    """Ids of residents; among: a condition on Flag."""
    statement = select(Flag.resident_id).where(col(Flag.raised_at) > now - FLAGGED_FOR)
    return set(session.exec(statement if among is None else statement.where(among)))


NEVER = datetime.max.replace(tzinfo=UTC)

Facts = tuple[Any, ...]
"""The columns of a resident that decide, in their order."""


@dataclass(frozen=True)
class Alike:
    """Residents who differ in nothing that the verdict on calling them now depends on.

    call_at: when today to call them, None if not today.
    """

    verdict: Verdict
    call_at: datetime | None
    resident_ids: Sequence[int]


def judge_all(session: Session, campaign: Campaign, now: datetime) -> Iterator[Alike]:
    """Every resident, in one of the groups; each group is judged once."""
    rules = Rules.of(campaign)
    columns = _decisive(rules.audience)
    # Not by way of the session, which would take as long again over each row.
    connection = session.connection()
    roster = connection.execute(select_columns(col(Resident.id), *columns)).all()
    people = {facts: _like(columns, facts, now) for facts in {row[1:] for row in roster}}
    attempts = _recent_attempts(connection, {each.time_zone for each in people.values()}, now)
    flagged = flagged_since_yesterday(session, now) if rules.audience.flagged else None
    groups: dict[tuple[Facts, bool | None, RecentCalls], list[int]] = defaultdict(list)
    for row in roster:
        resident_id, facts = row[0], row[1:]
        calls = NO_CALLS
        if resident_id in attempts:
            calls = rules.calls(people[facts], attempts[resident_id], now)
        was_flagged = None if flagged is None else resident_id in flagged
        groups[facts, was_flagged, calls].append(resident_id)
    for (facts, was_flagged, calls), resident_ids in groups.items():
        resident = people[facts]
        verdict = judge_by(rules, resident, calls, now, flagged=was_flagged)
        yield Alike(verdict, first_call(resident, rules.policy.hours, verdict, now), resident_ids)


def _decisive(audience: Audience) -> list[Any]:
    """Columns of Resident; what no audience asks for decides nothing."""
    asked = {
        "community": audience.communities,
        "grid": audience.grids,
        "locale": audience.locales,
        "came_from": audience.came_from,
        "key_person": audience.key_persons,
    }
    return [column for column in NEEDED_TO_JUDGE if asked.get(column.key, True)]


def _like(columns: Sequence[Any], facts: Facts, now: datetime) -> Resident:
    """Somebody of whom these facts hold, never stored: what does not matter is empty."""
    known = {column.key: fact for column, fact in zip(columns, facts, strict=True)}
    return Resident(name="", phone="", phone_hash="", imported_at=now, **known)


class _Tried(NamedTuple):
    """What is read of an attempt; of one that has ended, all but the last three."""

    resident_id: int
    campaign_id: int
    rang_at: datetime | None
    ended_at: datetime | None
    outcome: Outcome | None
    second_contact_id: int | None
    due_at: datetime = NEVER
    requested: bool = False
    state: AttemptState = AttemptState.ENDED


def _recent_attempts(
    connection: Connection, zones: Iterable[str], now: datetime
) -> dict[int, list[_Tried]]:
    """By resident, oldest first: those that are open, or ended within 24 hours or today.

    zones: those of the residents. What ended before decides nothing any more.
    """
    midnights = (last_time(time.min, ZoneInfo(zone), now) for zone in zones)
    since = min((now - timedelta(hours=24), *midnights))
    columns = [getattr(Attempt, name) for name in _Tried._fields]
    of_campaigns = col(Attempt.campaign_id).in_(select(Campaign.id))
    lately = (ENDED, of_campaigns, col(Attempt.ended_at) >= since)
    found: dict[int, list[_Tried]] = defaultdict(list)
    for statement in (
        select_columns(*columns).where(NOT_ENDED),
        select_columns(*columns[:-3]).where(*lately).order_by(col(Attempt.due_at)),
    ):
        for row in connection.execute(statement):
            found[row[0]].append(_Tried(*row))
    return found


def first_call(
    resident: Resident, hours: CallingHours, verdict: Verdict, now: datetime
) -> datetime | None:
    """When today to call a resident with this verdict; None if not today."""
    if verdict.due_now:
        return now
    if not verdict.due_later_today:
        return None
    earliest = max((r.until for r in verdict.reasons if r.until is not None), default=now)
    at = next_allowed(resident, hours, earliest)
    if at is None or local_date(resident, at) != local_date(resident, now):
        return None
    return at
