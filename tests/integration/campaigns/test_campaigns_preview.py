"""Residents who are alike are judged once, as if each were judged alone."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from campaigns_office import start_campaign
from campaigns_scripted import MORNING
from sqlmodel import Session, col, select

from callbot.campaigns import campaign as campaigns
from callbot.campaigns.dialing.attempts import new_attempt, recent_by_resident
from callbot.campaigns.planning.judging import (
    first_call,
    flagged_since_yesterday,
    judge_all,
)
from callbot.campaigns.rules.eligibility import Verdict, judge
from callbot.campaigns.rules.policy import CampaignPolicy
from callbot.campaigns.rules.reasons import Blocker
from callbot.db import Database
from callbot.dialog.events import Outcome, Severity
from callbot.models import (
    Attempt,
    AttemptState,
    Campaign,
    Flag,
    FollowUp,
    NumberProblem,
    Relation,
    Resident,
    SecondContact,
)

RESIDENTS = 200
NOW = MORNING + timedelta(hours=6, minutes=20)
"""In the afternoon: of those called twice a day, some were called in either part."""

ZONES = ("Asia/Shanghai", "Asia/Shanghai", "Asia/Kolkata", "America/New_York", "Pacific/Kiritimati")
RULES: tuple[dict[str, Any], ...] = (
    {},
    {"twice_daily": True, "second_call_from": "10:30", "retry": {"rings_per_day": 5}},
    {"audience": {"communities": ["甲"], "locales": ["zh-CN"], "first_day": 2, "last_day": 9}},
    {"audience": {"flagged": True, "key_persons": True, "came_from": ["北京"], "grids": ["一"]}},
)
MOMENTS = (
    NOW,
    NOW + timedelta(hours=10),
    datetime(2026, 11, 22, 16, 0, tzinfo=UTC),
)
NEVER_MET = {
    Blocker.CAMPAIGN_NOT_RUNNING,
    Blocker.CAMPAIGN_OVER,
    Blocker.NO_ALERT,
    Blocker.FAILURES_TODAY,
}


def test_groups_are_judged_as_each_resident_alone(database: Database) -> None:
    campaign_ids = [
        start_campaign(database, name=f"任务{n}", **more) for n, more in enumerate(RULES)
    ]
    fill(database, random.Random(7), campaign_ids)
    met: set[Blocker] = set()
    with database.reading() as session:
        for campaign_id in campaign_ids:
            campaign = campaigns.get(session, campaign_id)
            for now in MOMENTS:
                alone = one_by_one(session, campaign, now)
                groups = list(judge_all(session, campaign, now))
                in_groups = {
                    resident_id: (group.verdict, group.call_at)
                    for group in groups
                    for resident_id in group.resident_ids
                }
                assert in_groups == alone
                assert sum(len(group.resident_ids) for group in groups) == RESIDENTS
                verdicts = [verdict for verdict, _ in alone.values()]
                met |= {reason.blocker for verdict in verdicts for reason in verdict.reasons}
    assert set(Blocker) - met <= NEVER_MET


def one_by_one(
    session: Session, campaign: Campaign, now: datetime
) -> dict[int, tuple[Verdict, datetime | None]]:
    hours = CampaignPolicy.model_validate(campaign.policy).hours
    everybody = session.exec(select(Resident)).all()
    attempts = recent_by_resident(session, [each.id or 0 for each in everybody], now)
    flagged = flagged_since_yesterday(session, now)
    judged = {}
    for resident in everybody:
        assert resident.id is not None
        mine = attempts[resident.id]
        verdict = judge(resident, campaign, mine, now, flagged=resident.id in flagged)
        judged[resident.id] = (verdict, first_call(resident, hours, verdict, now))
    return judged


def fill(database: Database, chance: random.Random, campaign_ids: Sequence[int]) -> None:
    with database.session() as session:
        session.add_all(somebody(chance, number) for number in range(1, RESIDENTS + 1))
    with database.session() as session:
        for resident in session.exec(select(Resident).order_by(col(Resident.id))):
            assert resident.id is not None
            contact = SecondContact(
                resident_id=resident.id,
                position=1,
                relation=Relation.FAMILY,
                phone="+8613900000000",
                phone_hash="of the family",
            )
            session.add(contact)
            session.flush()
            for attempt in calls_of(chance, resident.id, campaign_ids):
                attempt.second_contact_id = contact.id if chance.random() < 0.1 else None
                session.add(attempt)
            if chance.random() < 0.2:
                session.add(
                    Flag(
                        resident_id=resident.id,
                        rule="fever",
                        severity=Severity.HIGH,
                        reason="发热",
                        raised_at=NOW - timedelta(hours=chance.randrange(72)),
                    )
                )


def somebody(chance: random.Random, number: int) -> Resident:
    """Nearly everybody differs in little; each trouble befalls a few."""

    def rarely(value: Any, otherwise: Any = None) -> Any:
        return value if chance.random() < 0.06 else otherwise

    starts = chance.choice((None, None, time(9), time(13), time(18, 30)))
    return Resident(
        name=f"居民{number}",
        phone=f"+861380000{number:04d}",
        phone_hash=f"hash {number}",
        community=chance.choice("甲甲乙"),
        grid=chance.choice("一一二"),
        locale=chance.choice(("zh-CN", "zh-CN", "ko-KR")),
        time_zone=chance.choice(ZONES),
        exposed_on=date(2026, 11, 22) - timedelta(days=chance.randrange(-1, 17)),
        ends_on=rarely(date(2026, 11, 23)),
        paused_until=rarely(date(2026, 11, 23)),
        asked_with_id=rarely(number - 1 or None),
        twice_daily=chance.random() < 0.3,
        came_from=chance.choice(("", "北京")),
        window_start=starts,
        window_end=starts and starts.replace(hour=starts.hour + 2),
        follow_up=chance.choice(list(FollowUp)) if chance.random() < 0.2 else FollowUp.ACTIVE,
        number_problem=rarely(NumberProblem.INVALID),
        key_person=chance.random() < 0.3,
        opted_out_at=rarely(NOW - timedelta(hours=chance.randrange(100))),
        imported_at=MORNING,
    )


def calls_of(chance: random.Random, resident_id: int, campaign_ids: Sequence[int]) -> list[Attempt]:
    """Some of the last two and a half days, some minutes ago; perhaps one that is still open."""
    outcomes = [*Outcome, None, *[Outcome.COMPLETED] * len(Outcome)]
    made = []
    for _ in range(chance.choice((0, 0, 1, 1, 1, 1, 2, 3, 8))):
        hours = chance.choice((0.4, 5, 5, 5, 10, 26, 60))
        ended = NOW - timedelta(minutes=round(60 * chance.random() * hours))
        attempt = new_attempt(resident_id, chance.choice(campaign_ids), ended)
        attempt.state, attempt.outcome = AttemptState.ENDED, chance.choice(outcomes)
        attempt.rang_at = chance.choice((None, ended, ended - timedelta(seconds=40)))
        attempt.ended_at = ended
        made.append(attempt)
    if chance.random() < 0.15:
        due = NOW + timedelta(minutes=chance.randrange(600))
        still_open = new_attempt(resident_id, chance.choice(campaign_ids), due)
        if chance.random() < 0.4:
            still_open.state, still_open.rang_at = AttemptState.RINGING, NOW - timedelta(minutes=1)
        still_open.requested = chance.random() < 0.3
        made.append(still_open)
    return made
