"""Planning for a roster of any size.

Nearly all residents differ in nothing that matters to the verdict but a few columns: window, time
zone, period. So the verdict is made once for each combination of these, and one statement writes
the attempts of all who share it. Only who was called lately is judged one by one. The unique index
on open attempts passes over what another planner, or a retry, was faster to write.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import CursorResult, Row, bindparam, func, or_, text, true
from sqlalchemy import select as select_columns
from sqlalchemy.orm import load_only
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Session, col, select

from callbot.campaigns.dialing.attempts import recent_by_resident
from callbot.campaigns.planning.judging import NEEDED_TO_JUDGE, first_call, flagged_since_yesterday
from callbot.campaigns.rules.eligibility import Rules, judge_by
from callbot.campaigns.rules.local_day import last_time
from callbot.campaigns.rules.policy import (
    HARD_CAP_PER_24_HOURS,
    MIN_GAP_MIN,
    Audience,
)
from callbot.campaigns.rules.priority import urgency_at
from callbot.db import Database
from callbot.models import Attempt, Campaign, CampaignState, Flag, FollowUp, Occasion, Resident
from callbot.models.campaigns import ENDED, NOT_ENDED
from callbot.models.columns import Moment

RESIDENTS_AT_ONCE = 10_000

PLANNERS = 2
"""Parts of the roster planned side by side: one is at the server while another is reckoned here."""

_NEW_ROWS = {
    "postgresql": "SELECT :moment || lpad(to_hex(value), 8, '0') "
    "|| left(replace(gen_random_uuid()::text, '-', ''), 12), {} "
    "FROM unnest(CAST(:residents AS integer[])) AS resident(value)",
    "sqlite": "SELECT :moment || printf('%08x', value) || lower(hex(randomblob(6))), {} "
    "FROM json_each(:residents) WHERE true",
}
"""Ids in ascending order: a million random ones would take a third longer to get into the index."""

_UNLESS_OPEN = "ON CONFLICT (resident_id) WHERE state <> 'ended' DO NOTHING"


@dataclass(frozen=True)
class _Likeness:
    """What the verdict on somebody who was not called lately depends on."""

    flagged: bool
    time_zone: str
    window_start: time | None
    window_end: time | None
    exposed_on: date
    follow_up_days: int
    ends_on: date | None
    twice_daily: bool
    key_person: bool

    def resident(self, now: datetime) -> Resident:
        """Somebody like that, never stored: the columns that do not matter are empty."""
        return Resident(
            name="",
            phone="",
            phone_hash="",
            imported_at=now,
            time_zone=self.time_zone,
            window_start=self.window_start,
            window_end=self.window_end,
            exposed_on=self.exposed_on,
            follow_up_days=self.follow_up_days,
            ends_on=self.ends_on,
            twice_daily=self.twice_daily,
            key_person=self.key_person,
        )


Due = tuple[datetime, int]
"""When to call, and with which urgency."""


def plan_roster(database: Database, now: datetime) -> int:
    """Plans an attempt for all whom a running campaign has to call today; returns how many."""
    with database.reading() as session:
        running = session.exec(
            select(Campaign)
            .where(Campaign.state == CampaignState.RUNNING, Campaign.occasion == Occasion.DAILY)
            .order_by(col(Campaign.id))
        ).all()
        highest = session.exec(select(func.max(Resident.id))).one() or 0
        zones = session.exec(select(Resident.time_zone).distinct()).all()
    starts = range(1, highest + 1, RESIDENTS_AT_ONCE)
    parts = [range(first, first + RESIDENTS_AT_ONCE) for first in starts]
    planned = 0
    with ThreadPoolExecutor(PLANNERS if database.is_shared else 1, "plan") as planners:
        for campaign in running if zones else ():
            run = _Run(campaign, now, [ZoneInfo(zone) for zone in zones])
            planned += sum(planners.map(partial(run.plan, database), parts))
    return planned


class _Run:
    """One campaign's planning. zones: those in which residents live."""

    def __init__(self, campaign: Campaign, now: datetime, zones: Sequence[ZoneInfo]) -> None:
        self._id = campaign.id
        self._audience = Audience.model_validate(campaign.audience)
        # Whom these leave out is not even read; the other columns of an audience are judged.
        read_by = dict.fromkeys(("communities", "grids", "locales", "came_from"), ())
        judged = self._audience.model_copy(update=read_by).model_dump()
        self._rules = Rules.of(campaign.model_copy(update={"audience": judged}))
        self._policy = self._rules.policy
        self._now = now
        midnights = [last_time(time.min, zone, now) for zone in zones]
        self._called_since = min(*midnights, now - timedelta(minutes=MIN_GAP_MIN))
        # For everybody it is the same day since the latest midnight, and the same part of the day
        # since the latest of these and of the moments from which second calls are made.
        self._same_day_since = max(midnights)
        second = (last_time(self._policy.second_call_from, zone, now) for zone in zones)
        self._same_turn_since = max(*midnights, *second)
        self._known: dict[_Likeness, Due | None] = {}

    def plan(self, database: Database, part: range) -> int:
        """Residents with these ids. Reads and judges without the write lock."""
        first, last = part[0], part[-1]
        with database.reading() as session:
            due = self._due(session, first, last)
        if not due:
            return 0
        with database.session() as session:
            return sum(self._insert(session, when, who) for when, who in due.items())

    def _due(self, session: Session, first: int, last: int) -> dict[Due, list[int]]:
        due: dict[Due, list[int]] = defaultdict(list)
        among = col(Flag.resident_id).between(first, last)
        flagged = flagged_since_yesterday(session, self._now, among=among)
        lately = self._called_lately(session, first, last)
        for row in self._candidates(session, first, last):
            resident_id: int = row[0]
            if resident_id in lately:
                continue
            likeness = _Likeness(resident_id in flagged, *cast(Any, row[1:]))
            if likeness not in self._known:
                self._known[likeness] = self._judged(
                    likeness.resident(self._now), (), likeness.flagged
                )
            when = self._known[likeness]
            if when is not None:
                due[when].append(resident_id)
        for resident, attempts in self._one_by_one(session, lately):
            assert resident.id is not None
            when = self._judged(resident, attempts, resident.id in flagged)
            if when is not None:
                due[when].append(resident.id)
        return due

    def _judged(self, resident: Resident, attempts: Sequence[Attempt], flagged: bool) -> Due | None:
        calls = self._rules.calls(resident, attempts, self._now)
        verdict = judge_by(self._rules, resident, calls, self._now, flagged=flagged)
        at = first_call(resident, self._policy.hours, verdict, self._now)
        if at is None:
            return None
        return at, urgency_at(resident, self._policy.hours, at, flagged=flagged)

    def _candidates(self, session: Session, first: int, last: int) -> Sequence[Row[Any]]:
        columns = (
            Resident.id,
            Resident.time_zone,
            Resident.window_start,
            Resident.window_end,
            Resident.exposed_on,
            Resident.follow_up_days,
            Resident.ends_on,
            Resident.twice_daily,
            Resident.key_person,
        )
        statement = select_columns(*columns)  # type: ignore[call-overload]
        rows = session.execute(statement.where(*self._may_be_due(first, last)))
        return rows.all()

    def _may_be_due(self, first: int, last: int) -> Iterator[ColumnElement[bool]]:
        audience = self._audience
        yield col(Resident.id).between(first, last)
        yield col(Resident.follow_up) == FollowUp.ACTIVE
        yield col(Resident.opted_out_at).is_(None)
        yield col(Resident.number_problem).is_(None)
        yield col(Resident.asked_with_id).is_(None)
        mine = col(Attempt.resident_id) == col(Resident.id)
        yield ~select(Attempt.id).where(mine, NOT_ENDED).exists()
        settled = (
            # Compared as an expression, so that SQLite finds them by resident: by campaign and day
            # it reads all of today's calls again for each resident.
            col(Attempt.campaign_id) + 0 == self._id,
            col(Attempt.outcome).is_not(None),
            col(Attempt.ended_at) >= self._same_day_since,
            or_(col(Attempt.ended_at) >= self._same_turn_since, ~self._twice_daily()),
        )
        yield ~select(Attempt.id).where(mine, ENDED, *settled).exists()
        for listed, column in (
            (audience.communities, Resident.community),
            (audience.grids, Resident.grid),
            (audience.locales, Resident.locale),
            (audience.came_from, Resident.came_from),
        ):
            if listed:
                yield col(column).in_(listed)
        if audience.key_persons:
            yield col(Resident.key_person).is_(True)

    def _twice_daily(self) -> ColumnElement[bool]:
        return true() if self._policy.twice_daily else col(Resident.twice_daily).is_(True)

    def _called_lately(self, session: Session, first: int, last: int) -> set[int]:
        """Who was called today, moments ago, or so often that a cap may hold."""
        a_day_ago = self._now - timedelta(hours=24)
        return set(
            session.exec(
                select(Attempt.resident_id)
                .where(
                    ENDED,
                    col(Attempt.resident_id).between(first, last),
                    col(Attempt.ended_at) >= min(self._called_since, a_day_ago),
                )
                .group_by(col(Attempt.resident_id))
                .having(
                    (func.max(Attempt.ended_at) >= self._called_since)
                    | (func.count(col(Attempt.rang_at)) >= HARD_CAP_PER_24_HOURS)
                )
            )
        )

    def _one_by_one(
        self, session: Session, lately: set[int]
    ) -> Iterator[tuple[Resident, list[Attempt]]]:
        if not lately:
            return
        first, last = min(lately), max(lately)
        residents = [
            resident
            for resident in session.exec(
                select(Resident)
                .options(load_only(*NEEDED_TO_JUDGE))
                .where(*self._may_be_due(first, last))
            )
            if resident.id in lately
        ]
        recent = recent_by_resident(session, [r.id for r in residents if r.id], self._now)
        for resident in residents:
            assert resident.id is not None
            yield resident, recent[resident.id]

    def _insert(self, session: Session, when: Due, residents: list[int]) -> int:
        dialect = session.get_bind().dialect.name
        columns = (
            "id, campaign_id, resident_id, number, state, due_at, requested, urgency, line, "
            "reserved_by, detail"
        )
        values = ":campaign, value, 1, 'planned', :due_at, false, :urgency, '', '', ''"
        statement = text(
            f"INSERT INTO attempt ({columns}) {_NEW_ROWS[dialect].format(values)} " + _UNLESS_OPEN
        ).bindparams(bindparam("due_at", type_=Moment))
        due_at, urgency = when
        given = {
            "campaign": self._id,
            "moment": f"{int(self._now.timestamp() * 1000):012x}",
            "due_at": due_at,
            "urgency": urgency,
            "residents": residents if dialect == "postgresql" else json.dumps(residents),
        }
        return cast(CursorResult[Any], session.execute(statement, given)).rowcount
