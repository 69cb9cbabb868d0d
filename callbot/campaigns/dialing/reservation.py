"""Taking up what is due: a place on the line, its pace, and the last word on whether to ring."""

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func
from sqlmodel import Session, col, select

from callbot.campaigns.dialing.attempts import (
    LEASE_S,
    recent_attempts,
    recent_by_resident,
)
from callbot.campaigns.dialing.brief import AttemptBrief
from callbot.campaigns.dialing.choosing import choose
from callbot.campaigns.dialing.line import on_trial
from callbot.campaigns.dialing.not_dialled import put_off
from callbot.campaigns.dialing.second_contacts import number_of
from callbot.campaigns.dialing.steps import BEGIN_PLACING, GIVE_BACK, take
from callbot.campaigns.rules.eligibility import judge
from callbot.campaigns.rules.local_day import follow_up_day
from callbot.db import Database
from callbot.models import (
    Attempt,
    AttemptState,
    Campaign,
    CampaignState,
    Line,
    Resident,
    SecondContact,
)
from callbot.models.campaigns import LIVE

DIALLED_AHEAD_S = 0.3
"""How far ahead places in the line's pace are given out: a little more than a dialer's tick."""

LOOKED_AT_ONCE = 50
"""Attempts looked at in one transaction: at the end of the hours thousands are put off, and the
rows of running calls must not wait for that."""

POISON_DELAY_S = 300.0

log = logging.getLogger(__name__)


def reserve(
    database: Database, now: datetime, *, node: str, line: str, slots: int = LOOKED_AT_ONCE
) -> list[AttemptBrief]:
    """Takes up what is due, as far as the line has room, its pace and our `slots` allow.

    What is due but may no longer be called (opted out since, hours over, campaign stopped) is
    put off or ended, with the reason in the history. Each brief has its place in the pace.
    """
    briefs: list[AttemptBrief] = []
    with database.session() as session:
        # On PostgreSQL this row is the lock; SQLite has one writer anyway.
        row = _locked(session, line)
        wanted = min(slots, _room(session, row, now), _places_ahead(row, now), LOOKED_AT_ONCE)
        looked_at = 0
        while len(briefs) < wanted and looked_at < LOOKED_AT_ONCE:
            found = choose(session, now, wanted - len(briefs))
            if not found:
                break
            looked_at += len(found)
            for attempt in _still_wanted(session, found, now):
                attempt.state = AttemptState.RESERVED
                attempt.reserved_by, attempt.line = node, line
                attempt.lease_until = now + timedelta(seconds=LEASE_S)
                briefs.append(brief_of(session, attempt, row, take_place(row, now), now))
            session.flush()
    return briefs


def _room(session: Session, line: Line, now: datetime) -> int:
    """How many more calls the line takes; one to try it out, if the carrier has been failing."""
    if line.paused_until is not None and line.paused_until > now:
        return 0
    capacity = 1 if on_trial(line) else line.usable_capacity
    return max(0, capacity - session.exec(_IN_USE, params={"name": line.name}).one())


_LINE = select(Line).where(col(Line.name) == bindparam("name")).with_for_update()
_IN_USE = (
    select(func.count()).select_from(Attempt).where(LIVE, col(Attempt.line) == bindparam("name"))
)
_RESIDENTS = select(Resident).where(col(Resident.id).in_(bindparam("residents", expanding=True)))
_ATTEMPT = select(Attempt).where(col(Attempt.id) == bindparam("attempt")).with_for_update()
_JUDGED_BY = (
    select(Campaign, Resident)
    .select_from(Attempt)
    .join(Campaign, col(Campaign.id) == col(Attempt.campaign_id))
    .join(Resident, col(Resident.id) == col(Attempt.resident_id))
    .where(col(Attempt.id) == bindparam("attempt"))
)
"""Made once, since that costs as much as running them."""


def _locked(session: Session, line: str) -> Line:
    return session.exec(_LINE, params={"name": line}).one()


def _places_ahead(line: Line, now: datetime) -> int:
    first = max(now, line.next_dial_at or now)
    ahead_s = (now - first).total_seconds() + DIALLED_AHEAD_S
    return int(ahead_s * line.usable_calls_per_second) + 1 if ahead_s >= 0 else 0


def take_place(line: Line, now: datetime) -> datetime:
    """The next moment at which the line's pace allows a dial, from now on. The row is locked."""
    place = max(now, line.next_dial_at or now)
    line.next_dial_at = place + timedelta(seconds=1 / line.usable_calls_per_second)
    return place


def take_another_place(database: Database, line: str, now: datetime) -> datetime:
    """For a call that was late for its place."""
    with database.session() as session:
        return take_place(_locked(session, line), now)


def _still_wanted(session: Session, chosen: Sequence[Attempt], now: datetime) -> Iterator[Attempt]:
    """Those that may ring now; the others are put off or ended."""
    ids = [attempt.resident_id for attempt in chosen]
    found = session.exec(_RESIDENTS, params={"residents": ids})
    residents = {resident.id: resident for resident in found}
    recent = recent_by_resident(session, ids, now)
    for attempt in chosen:
        campaign = session.get_one(Campaign, attempt.campaign_id)
        resident = residents[attempt.resident_id]
        try:
            verdict = judge(
                resident,
                campaign,
                recent[attempt.resident_id],
                now,
                taking_up=attempt,
                contact=number_of(session, attempt, now),
            )
        except (ValueError, KeyError):
            # The row itself is broken: it is pushed ahead, so that it cannot block others.
            log.exception("attempt cannot be judged", extra={"attempt": attempt.id})
            attempt.due_at = now + timedelta(seconds=POISON_DELAY_S)
            continue
        if verdict.due_now:
            yield attempt
        else:
            put_off(session, attempt, campaign, resident, verdict, now)


def brief_of(
    session: Session,
    attempt: Attempt,
    line: Line,
    dial_at: datetime,
    now: datetime,
    *,
    rang_back: bool = False,
) -> AttemptBrief:
    campaign = session.get_one(Campaign, attempt.campaign_id)
    resident = session.get_one(Resident, attempt.resident_id)
    phone = resident.phone
    if attempt.second_contact_id is not None:
        phone = session.get_one(SecondContact, attempt.second_contact_id).phone
    return AttemptBrief(
        attempt_id=attempt.id,
        campaign_id=attempt.campaign_id,
        resident_id=attempt.resident_id,
        name=resident.name,
        phone=phone,
        locale=resident.locale,
        time_zone=resident.time_zone,
        community=resident.community,
        grid=resident.grid,
        script=campaign.script,
        number=attempt.number,
        follow_up_day=follow_up_day(resident, now),
        release_date=resident.release_date,
        caller_id=line.caller_id,
        dial_at=dial_at,
        resumes_call_id=attempt.resumes_call_id,
        second_contact_id=attempt.second_contact_id,
        rang_back=rang_back,
    )


def begin_placing(
    database: Database, attempt_id: str, moment: Callable[[], datetime], *, node: str
) -> bool:
    """Commits the intent to ring before the carrier is asked; False if it may not ring any more.

    Hours, campaign and opt-out are judged again: this is the last moment before the phone rings.
    """
    with database.session() as session:
        attempt = session.exec(_ATTEMPT, params={"attempt": attempt_id}).one()
        if attempt.state is not AttemptState.RESERVED or attempt.reserved_by != node:
            return False
        # All is read once the attempt is locked, for which there may be seconds to wait.
        now = moment()
        campaign, resident = session.exec(_JUDGED_BY, params={"attempt": attempt_id}).one()
        if campaign.state is CampaignState.PAUSED:
            take(session, GIVE_BACK, attempt_id, holder=node)
            return False
        recent = recent_attempts(session, attempt.resident_id, now)
        contact = number_of(session, attempt, now)
        verdict = judge(resident, campaign, recent, now, taking_up=attempt, contact=contact)
        if not verdict.due_now:
            put_off(session, attempt, campaign, resident, verdict, now)
            return False
        return take(session, BEGIN_PLACING, attempt_id, holder=node, now=now)


def to_hang_up(database: Database, campaign_ids: Collection[int]) -> set[int]:
    """Those of the campaigns whose calls under way are to be hung up."""
    with database.reading() as session:
        stopped = select(Campaign.id).where(
            col(Campaign.id).in_(campaign_ids), col(Campaign.hang_up).is_(True)
        )
        return {campaign_id for campaign_id in session.exec(stopped) if campaign_id is not None}
