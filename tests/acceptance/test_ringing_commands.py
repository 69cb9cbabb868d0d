"""`callbot call` and `callbot serve` as they are typed, and a phone at the far end that rings."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from peers import needs_programs
from ports import HOST, RTP_PORTS, Ports
from sip_phone import PhoneNetwork, write_wav
from sqlmodel import select
from typer.testing import CliRunner

from callbot.cli import build
from callbot.config import Settings
from callbot.db import open_database
from callbot.models import AnswerRow, Attempt
from callbot.rehearsal.twilio_stand_in.network import TwilioStandIn
from callbot.rehearsal.twilio_stand_in.premises import ACCOUNT
from callbot.telephony.simulated.actor import AnsweringMachine
from callbot.telephony.simulated.network import SimulatedCarrier
from callbot.telephony.simulated.residents import SimulatedResident
from callbot.telephony.simulated.studio import Studio
from callbot.web.server import serving

RESIDENT = "+8613800000001"
PATIENCE_S = 400.0


@pytest.fixture
def office(short_script: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The commands' environment: a place where it is ten o'clock in the morning now."""
    ahead_h = (10 - datetime.now(UTC).hour + 12) % 24 - 12
    monkeypatch.setenv("CALLBOT_TIMEZONE", f"Etc/GMT{-ahead_h:+d}")
    monkeypatch.setenv("CALLBOT_PROMPTS_DIR", str(short_script))
    monkeypatch.setenv("CALLBOT_DATA_DIR", str(data_dir))
    return data_dir


@asynccontextmanager
async def command(*arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "callbot", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield running
    finally:
        if running.returncode is None:
            running.kill()
            await running.wait()


async def called(carrier: str, *more: str) -> dict[str, Any]:
    """What `callbot call` says of one call."""
    arguments = ("call", RESIDENT, "--script", "short", "--carrier", carrier, "--json", *more)
    async with asyncio.timeout(PATIENCE_S), command(*arguments) as running:
        told, problems = await running.communicate()
    assert running.returncode == 0, problems.decode()
    result = json.loads(told)
    assert isinstance(result, dict)
    return result


async def greeting(data_dir: Path) -> tuple[SimulatedCarrier, bytes]:
    """A network with an answering machine at the resident's number, and what it says."""
    machine = SimulatedResident.model_validate(
        {"name": "王秀英", "phone": RESIDENT, "picks_up": "voicemail"}
    )
    studio = Studio(data_dir / "cache")
    network = SimulatedCarrier(studio)
    await network.prepare([machine])
    [repertoire] = await studio.record([machine])
    act = AnsweringMachine(repertoire).step(1000.0, bot_audible=False)
    assert act is not None
    return network, act.speech


def check_machine(result: dict[str, Any]) -> None:
    assert result["outcome"] == "voicemail"
    assert result["answers"] == {}
    assert "temperature" not in {turn["question"] for turn in result["turns"]}


@needs_programs("baresip")
async def test_callbot_call_rings_over_sip_and_leaves_a_machine_alone(
    office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs, ours = Ports.free(), Ports.free()
    for name, value in (
        ("trunk", f"{HOST}:{theirs.sip}"),
        ("from", "+8653288880000"),
        ("listen", f"{HOST}:{ours.sip}"),
        ("interface", HOST),
        ("rtp_ports", f"{ours.rtp}-{ours.rtp + RTP_PORTS}"),
    ):
        monkeypatch.setenv(f"CALLBOT_SIP_{name.upper()}", value)
    _, sound = await greeting(office)
    speech = tmp_path / "greeting.wav"
    write_wav(speech, bytes(8000) + sound + bytes(16_000 * 60))
    account = (
        f"<sip:{RESIDENT}@{HOST}:{theirs.sip}>;regint=0;answermode=auto;"
        f"audio_source=aufile,{speech}"
    )
    async with PhoneNetwork(tmp_path / "phones", theirs, [account]) as phones:
        check_machine(await called("sip"))
        await phones.until("CALL_CLOSED")
        assert phones.heard()[0].stat().st_size > 8000


async def test_callbot_call_rings_over_twilio_and_leaves_a_machine_alone(
    office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, _ = await greeting(office)
    twilio = TwilioStandIn(ACCOUNT, network.place)
    twilio.webhooks.port = Ports.free().sip
    await network.start(twilio.takes)
    async with serving(twilio.rest.app, HOST, 0) as rest_port:
        for name, value in (
            ("TWILIO_ACCOUNT_SID", ACCOUNT.sid),
            ("TWILIO_AUTH_TOKEN", ACCOUNT.auth_token),
            ("TWILIO_FROM", ACCOUNT.caller_id),
            ("TWILIO_API_BASE_URL", f"http://{HOST}:{rest_port}"),
            ("PUBLIC_URL", ACCOUNT.public_url),
        ):
            monkeypatch.setenv(f"CALLBOT_{name}", value)
        check_machine(await called("twilio", "--port", str(twilio.webhooks.port)))
        await network.close()
        await twilio.close()
    [call] = twilio.calls.values()
    assert call.status == "completed"
    assert network.report(call.attempt_id).first_word_ms is not None


@pytest.mark.usefixtures("office")
def test_callbot_serve_rings_the_residents_of_the_embedded_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database_url = f"sqlite:///{tmp_path / 'office.sqlite3'}"
    monkeypatch.setenv("CALLBOT_DATABASE_URL", database_url)
    came_back = f"{datetime.now(UTC) - timedelta(days=2):%Y-%m-%d}"
    roster = tmp_path / "roster.csv"
    roster.write_text(f"姓名,电话,返回日期\n王秀英,13800000001,{came_back}\n", encoding="utf-8")
    for line in (
        f"roster import {roster}",
        "campaign create --name 每日 --script short",
        "campaign start 1",
    ):
        done = CliRunner().invoke(build(line.split()), line.split())
        assert done.exit_code == 0, done.output

    async def serve() -> None:
        port = str(Ports.free().sip)
        arguments = ("serve", "--carrier", "simulated", "--port", port)
        async with asyncio.timeout(PATIENCE_S), command(*arguments) as running:
            while not talked(database_url):
                await asyncio.sleep(0.5)
                assert running.returncode is None
            running.send_signal(signal.SIGINT)
            _, told = await running.communicate()
            assert running.returncode == 0, told.decode()

    asyncio.run(serve())


def talked(database_url: str) -> bool:
    """Whether somebody was rung and gave a temperature, and the call is over."""
    database = open_database(Settings(database_url=database_url))
    try:
        with database.reading() as rows:
            over = [attempt.outcome for attempt in rows.exec(select(Attempt)) if attempt.outcome]
            questions = {row.question for row in rows.exec(select(AnswerRow))}
    finally:
        database.close()
    return bool(over) and "temperature" in questions
