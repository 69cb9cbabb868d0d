"""A whole spoken conversation over Twilio's wire, with the real recogniser."""

from datetime import datetime
from pathlib import Path

import pytest
from acceptance_people import ANSWERS, resident
from carrier_conformance import Phone
from fastapi import FastAPI
from sqlmodel import select
from twilio_network import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    OFFICE,
    PUBLIC_URL,
    TwilioNetwork,
    served,
)

from callbot import vault
from callbot.campaigns import campaign
from callbot.campaigns.line import set_line
from callbot.campaigns.planner import plan
from callbot.campaigns.policy import CampaignFile
from callbot.cli import calling
from callbot.config import Settings
from callbot.db import open_database, upgrade
from callbot.models import AnswerRow, Attempt, Call, Resident
from callbot.rehearsal.leaping_clock import LeapingClock
from callbot.rehearsal.simulate import ONCE
from callbot.speech.audio import Pcm
from callbot.telephony.simulated.loudness import pcm
from callbot.telephony.simulated.studio import Studio
from callbot.telephony.twilio.account import TwilioAccount
from callbot.telephony.twilio.carrier import TwilioCarrier
from callbot.web.twilio_webhooks import router_of

MORNING = datetime.fromisoformat("2026-11-22T09:00:00+08:00")
SPOKEN = ["identity", "permission", "temperature", "yes", "symptoms", "movements", "contacts"]


@pytest.fixture
async def answers(data_dir: Path) -> list[Pcm]:
    """What a resident with nothing to report says, in the order of the questions."""
    person = resident(1, says={"yes": "是的"})
    studio = Studio(data_dir / "cache")
    [repertoire] = await studio.record([person])
    words = {**ANSWERS, "yes": "是的"}
    return [pcm(repertoire.sounds[words[question]]) for question in [*SPOKEN, "needs"]]


async def test_a_resident_is_rung_speaks_and_is_understood(
    data_dir: Path, tmp_path: Path, answers: list[Pcm]
) -> None:
    settings = Settings(
        data_dir=data_dir,
        database_url=f"sqlite:///{tmp_path / 'callbot.sqlite3'}",
        recordings_dir=tmp_path / "recordings",
    )
    vault.unlock("", data_dir)
    database = open_database(settings)
    upgrade(database)
    clock = LeapingClock(MORNING)
    phone = "+8613800000001"
    with database.session() as rows:
        rows.add(
            Resident(
                name="王秀英",
                phone=phone,
                phone_hash=vault.look_up_hash(phone),
                exposed_on=clock.now().date(),
                imported_at=clock.now(),
            )
        )
    wish = CampaignFile(name="twilio", script="quarantine", retry=ONCE)
    campaign_id = campaign.create(database, wish, clock.now(), actor="test")
    campaign.start(database, campaign_id, clock.now(), actor="test")

    network, app = TwilioNetwork(), FastAPI()
    network.phones[phone], network.answers = Phone.SPEAKS, answers
    async with served(network.app) as api_port, served(app) as port:
        network.port = port
        account = TwilioAccount(
            ACCOUNT_SID, AUTH_TOKEN, OFFICE, PUBLIC_URL, f"http://127.0.0.1:{api_port}"
        )
        carrier = TwilioCarrier(account, clock)
        app.include_router(router_of(carrier))
        set_line(
            database, calling.LINE, carrier="twilio", capacity=1, calls_per_second=1, headroom=1.0
        )
        async with calling.running_node(settings, database, carrier, clock) as node:
            await calling.prepare(node, database)
            plan(database, clock.now())
            assert await node.dialer.tick() == 1
            await node.dialer.settled()
        await network.close()

    with database.reading() as rows:
        attempt = rows.exec(select(Attempt)).one()
        call = rows.exec(select(Call)).one()
        kept = {row.question: row.value for row in rows.exec(select(AnswerRow))}
    database.close()
    assert attempt.outcome == "completed"
    assert kept["temperature"] == {"celsius": 36.5}
    assert kept["symptoms"]["present"] == []
    assert kept["contacts"]["contact"] is False
    assert (settings.recordings / call.recording).stat().st_size > 100_000
    assert len(network.response_ms) >= 7
