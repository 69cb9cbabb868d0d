"""Residents of a campaign with the verdict on calling them, for previews.

As in `whole_roster`, most of them are alike: one verdict holds for all who share what it depends
on, so that a preview of a hundred thousand costs some hundreds of judgements.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col, select

from callbot.campaigns.planning.alike import Facts, LatelyTried, Tried, residents_alike
from callbot.campaigns.rules.eligibility import Rules, Verdict, judge_by, next_allowed
from callbot.campaigns.rules.local_day import local_date
from callbot.campaigns.rules.policy import Audience, CallingHours
from callbot.campaigns.rules.recent_calls import RecentCalls
from callbot.models import Campaign, Flag, Resident

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
    connection = session.connection()
    people = [
        (_like(columns, facts, now), resident_ids)
        for facts, resident_ids in residents_alike(connection, columns)
    ]
    zones = {resident.time_zone for resident, _ in people}
    lately = LatelyTried(zones, rules.policy, now).by_resident(connection) if people else {}
    flagged = flagged_since_yesterday(session, now) if rules.audience.flagged else None
    for resident, resident_ids in people:
        tried: dict[tuple[bool | None, tuple[Tried, ...]], list[int]] = defaultdict(list)
        for each in resident_ids:
            tried[None if flagged is None else each in flagged, lately.get(each, ())].append(each)
        groups: dict[tuple[bool | None, RecentCalls], list[int]] = defaultdict(list)
        for (was_flagged, attempts), alike in tried.items():
            groups[was_flagged, rules.calls(resident, attempts, now)].extend(alike)
        for (was_flagged, calls), alike in groups.items():
            verdict = judge_by(rules, resident, calls, now, flagged=was_flagged)
            yield Alike(verdict, first_call(resident, rules.policy.hours, verdict, now), alike)


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
