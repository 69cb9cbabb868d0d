"""A small office: residents, a campaign, and a dialer with a scripted carrier."""

from datetime import date

from campaigns_scripted import (
    MORNING,
    ScriptedCarrier,
)
from sqlmodel import col, select

from callbot import vault
from callbot.campaigns import campaign as campaigns
from callbot.campaigns.dialing.brief import AttemptBrief
from callbot.campaigns.dialing.dialer import Dialer, OnAnswered
from callbot.campaigns.dialing.line import set_line
from callbot.campaigns.rules.policy import CampaignFile
from callbot.clock import Clock
from callbot.db import Database
from callbot.dialog.events import Outcome
from callbot.models import Attempt, Call, Resident
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
    clock: Clock,
    on_answered: OnAnswered = completed,
    *,
    capacity: int = 8,
    calls_per_second: float = 1000.0,
    node: str = "node-1",
) -> Dialer:
    set_line(
        database,
        "main",
        carrier="scripted",
        capacity=capacity,
        calls_per_second=calls_per_second,
        headroom=1.0,
    )
    return Dialer(database, carrier, clock, on_answered, node=node, line="main")


def attempts_of(database: Database) -> list[Attempt]:
    with database.reading() as session:
        return list(session.exec(select(Attempt).order_by(col(Attempt.due_at))))


def add_call(database: Database, brief: AttemptBrief, **fields: object) -> None:
    with database.session() as session:
        session.add(
            Call(
                id=f"call-{brief.attempt_id}",
                attempt_id=brief.attempt_id,
                resident_id=brief.resident_id,
                script="quarantine",
                script_version="1",
                locale="zh-CN",
                started_at=MORNING,
                **fields,
            )
        )
