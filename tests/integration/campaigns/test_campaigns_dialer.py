"""The dialer on a real database, with a scripted carrier."""

import asyncio
from collections import Counter
from datetime import date, timedelta

import pytest
from campaigns_scripted import (
    BUSY,
    INVALID,
    MORNING,
    NETWORK_FAILED,
    NO_ANSWER,
    PICKS_UP,
    PinnedClock,
    ScriptedCarrier,
)
from sqlmodel import col, select

from callbot import vault
from callbot.campaigns import campaign as campaigns
from callbot.campaigns.brief import AttemptBrief
from callbot.campaigns.dialer import Dialer, OnAnswered
from callbot.campaigns.line import set_line
from callbot.campaigns.planner import next_due, plan
from callbot.campaigns.policy import CampaignFile
from callbot.db import Database
from callbot.dialog.events import Outcome
from callbot.errors import TelephonyError
from callbot.models import Attempt, AttemptState, Call, Flag, History, NumberProblem, Resident
from callbot.telephony.carrier import Leg


def add_residents(database: Database, count: int) -> None:
    with database.session() as session:
        for n in range(1, count + 1):
            phone = f"+861380000{n:04d}"
            session.add(
                Resident(
                    name=f"居民{n}",
                    phone=phone,
                    phone_hash=vault.look_up_hash(phone),
                    exposed_on=date(2026, 11, 20),
                    imported_at=MORNING,
                )
            )


def start_campaign(database: Database, **fields: object) -> int:
    wanted = CampaignFile.model_validate({"name": "每日随访", "script": "quarantine", **fields})
    campaign_id = campaigns.create(database, wanted, MORNING, actor="alice")
    campaigns.start(database, campaign_id, MORNING, actor="alice")
    return campaign_id


async def completed(_brief: AttemptBrief, leg: Leg) -> Outcome:
    async for _ in leg.events():
        pass
    return Outcome.COMPLETED


def make_dialer(
    database: Database,
    carrier: ScriptedCarrier,
    clock: PinnedClock,
    on_answered: OnAnswered = completed,
    *,
    capacity: int = 8,
    calls_per_second: float = 1000.0,
    node: str = "node-1",
) -> Dialer:
    set_line(
        database, "main", carrier="scripted", capacity=capacity, calls_per_second=calls_per_second
    )
    return Dialer(database, carrier, clock, on_answered, node=node, line="main")


def attempts_of(database: Database) -> list[Attempt]:
    with database.reading() as session:
        return list(session.exec(select(Attempt).order_by(col(Attempt.due_at))))


async def finish(dialer: Dialer) -> None:
    """Waits for the calls under way, without ending the dialer."""
    while dialer.live:
        await asyncio.sleep(0.005)


async def test_a_planned_resident_is_rung_and_the_outcome_is_written_down(
    database: Database, clock: PinnedClock
) -> None:
    add_residents(database, 1)
    start_campaign(database)
    carrier = ScriptedCarrier(lambda _: PICKS_UP)
    dialer = make_dialer(database, carrier, clock)

    assert plan(database, clock.now()).planned == 1
    assert await dialer.tick() == 1
    await finish(dialer)

    [attempt] = attempts_of(database)
    assert attempt.outcome is Outcome.COMPLETED
    assert attempt.state is AttemptState.ENDED
    assert [dial.to for dial in carrier.dials] == ["+8613800000001"]
    assert carrier.legs[0].hung_up >= 1
