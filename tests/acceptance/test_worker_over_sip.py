"""`callbot worker --carrier sip` as an office runs it: a process, PostgreSQL, a real phone."""

import asyncio
import os
import signal
import sys
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from acceptance_people import SHORT_ANSWERS, is_calm, resident
from peers import needs_programs
from ports import HOST, RTP_PORTS, Ports
from postgres import PostgresServer
from sip_phone import PhoneNetwork
from sqlmodel import select
from test_sip_call import CLERK, US, ResidentOnThePhone

from callbot import vault
from callbot.campaigns import campaign as campaigns
from callbot.campaigns.planning.planner import plan
from callbot.campaigns.rules.policy import CampaignFile
from callbot.config import Settings
from callbot.db import Database, open_database
from callbot.dialog.events import Outcome
from callbot.models import AnswerRow, Attempt, AttemptState, Node, Resident
from callbot.speech.pyttsx3_engine import Pyttsx3Synthesizer
from callbot.telephony.simulated.loudness import pcm
from callbot.telephony.simulated.residents import SimulatedResident
from callbot.telephony.simulated.studio import Studio

ENDS_WITHIN_S = 400.0


def zone_where_it_is_nine(now: datetime) -> str:
    east = next(hours for hours in range(-12, 15) if (now.hour + hours) % 24 == 9)
    return f"Etc/GMT{-east:+d}" if east else "Etc/GMT"


def enrol(database: Database, person: SimulatedResident, now: datetime) -> None:
    with database.session() as rows:
        rows.add(
            Resident(
                name=person.name,
                phone=person.phone,
                phone_hash=vault.look_up_hash(person.phone),
                time_zone=zone_where_it_is_nine(now),
                exposed_on=(now - timedelta(days=3)).date(),
                imported_at=now,
            )
        )
    wanted = CampaignFile(name="test", script="short")
    campaign_id = campaigns.create(database, wanted, now, actor="alice")
    campaigns.start(database, campaign_id, now, actor="alice")
    plan(database, now)


def ended(database: Database) -> Attempt | None:
    with database.reading() as rows:
        return rows.exec(select(Attempt).where(Attempt.state == AttemptState.ENDED)).first()


@needs_programs("baresip", "initdb", "pg_ctl")
async def test_a_worker_rings_a_phone_over_sip_keeps_what_was_said_and_drains(
    postgres: PostgresServer,
    postgres_template: str,
    short_script: Path,
    data_dir: Path,
    tmp_path: Path,
) -> None:
    person = resident(1, says=SHORT_ANSWERS)
    theirs, ours = Ports.free(), Ports.free()
    address = postgres.make_database(postgres_template)
    settings = Settings(data_dir=data_dir, database_url=address)
    vault.unlock("", data_dir)
    database = open_database(settings)
    enrol(database, person, datetime.now(UTC))
    office = {
        "CALLBOT_DATABASE_URL": address,
        "CALLBOT_DATA_DIR": str(data_dir),
        "CALLBOT_PROMPTS_DIR": str(short_script),
        "CALLBOT_RECORDINGS_DIR": str(tmp_path / "recordings"),
        "CALLBOT_HUMAN_LINE": CLERK,
        "CALLBOT_SIP_TRUNK": f"{HOST}:{theirs.sip}",
        "CALLBOT_SIP_FROM": US,
        "CALLBOT_SIP_LISTEN": f"{HOST}:{ours.sip}",
        "CALLBOT_SIP_INTERFACE": HOST,
        "CALLBOT_SIP_RTP_PORTS": f"{ours.rtp}-{ours.rtp + RTP_PORTS}",
    }
    accounts = [
        f"<sip:{number}@{HOST}:{theirs.sip}>;regint=0;answermode=auto"
        for number in (person.phone, CLERK)
    ]
    async with AsyncExitStack() as stack:
        stack.callback(database.close)
        synthesizer = Pyttsx3Synthesizer()
        stack.push_async_callback(synthesizer.close)
        await synthesizer.start()
        (repertoire,) = await Studio(data_dir / "cache", synthesizer).record([person])
        phones = PhoneNetwork(tmp_path / "phones", theirs, accounts)
        await stack.enter_async_context(phones)
        talking = ResidentOnThePhone(phones, tmp_path)
        for words in SHORT_ANSWERS.values():
            talking.is_asked(pcm(repertoire.sounds[words]))
        log = stack.enter_context((tmp_path / "worker.log").open("wb"))
        worker = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "callbot", "worker", "--carrier", "sip", "--name", "node-1"),
            cwd=tmp_path,
            env={**os.environ, **office},
            stderr=log,
        )
        stack.push_async_callback(ended_process, worker)
        speaking = asyncio.create_task(talking.talk())
        stack.callback(speaking.cancel)
        async with asyncio.timeout(ENDS_WITHIN_S):
            while (attempt := ended(database)) is None:
                assert worker.returncode is None, (tmp_path / "worker.log").read_text()
                await asyncio.sleep(0.25)
            worker.send_signal(signal.SIGTERM)
            assert await worker.wait() == 0
        with database.reading() as rows:
            answers = {row.question: row.value for row in rows.exec(select(AnswerRow)).all()}
            nodes = rows.exec(select(Node)).all()
    assert (attempt.outcome, attempt.reserved_by) == (Outcome.PARTIAL, "node-1")
    assert attempt.rang_at is not None
    assert is_calm(answers["temperature"])
    assert list(nodes) == []


async def ended_process(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
        await process.wait()
