"""A worker beside a PostgreSQL database: it plans, rings, is seen, drains, and outlives outages."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest
from campaigns_office import add_residents, attempts_of, make_dialer, start_campaign
from campaigns_scripted import MORNING, PICKS_UP, ScriptedCarrier
from fastapi.testclient import TestClient
from peers import needs_programs
from postgres import PostgresServer, postgres_server
from test_campaigns_kill import add_people

from callbot import db
from callbot.campaigns.dialing.brief import AttemptBrief
from callbot.campaigns.dialing.dialer import Dialer
from callbot.campaigns.engines import nodes
from callbot.campaigns.engines import worker as working
from callbot.campaigns.engines.worker import Worker
from callbot.campaigns.planning.planner import plan
from callbot.clock import SystemClock
from callbot.config import Settings
from callbot.db import Database
from callbot.dialog.events import Outcome
from callbot.errors import BadInput
from callbot.models import AttemptState
from callbot.telephony.carrier import Leg
from callbot.web.app import Office, create_app

pytestmark = needs_programs("initdb", "pg_ctl")


@pytest.fixture
def database_url(postgres: PostgresServer, postgres_template: str) -> str:
    return postgres.make_database(postgres_template)


def in_their_day(database: Database) -> None:
    """A resident for whom it is nine in the morning now."""
    add_people(database, 1)


@asynccontextmanager
async def at_work(settings: Settings, database: Database, dialer: Dialer) -> AsyncIterator[Worker]:
    worker = Worker(settings, database, dialer, SystemClock())
    running = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        worker.drain()
        await asyncio.wait_for(running, timeout=60)


async def times_seen(database: Database, times: int) -> None:
    """Returns when the node has published itself so often."""
    seen: set[datetime] = set()
    async with asyncio.timeout(60):
        while len(seen) <= times:
            seen |= {node.seen_at for node in nodes.machinery(database, MORNING).nodes}
            await asyncio.sleep(0.02)


async def test_a_worker_rings_is_seen_and_drains_when_asked_to_from_another_machine(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "PUBLISH_EVERY_S", 0.1)
    in_their_day(database)
    start_campaign(database)
    called, gate = asyncio.Event(), asyncio.Event()

    async def talks(_brief: AttemptBrief, _leg: Leg) -> Outcome:
        called.set()
        await gate.wait()
        return Outcome.COMPLETED

    clock = SystemClock()
    dialer = make_dialer(database, ScriptedCarrier(lambda _: PICKS_UP), clock, talks)
    dialer.slots = 3
    async with at_work(settings, database, dialer):
        plan(database, clock.now())
        await asyncio.wait_for(called.wait(), timeout=60)
        state = nodes.machinery(database, clock.now())
        [node] = state.nodes
        assert (node.name, node.slots, node.live, node.free) == ("node-1", 3, 1, 2)
        assert state.attempts == {"in_progress": 1}
        nodes.drain(database, "node-1", clock.now(), actor="alice")
        # Also while its last call is under way.
        await times_seen(database, 4)
        gate.set()
    assert [a.outcome for a in attempts_of(database)] == [Outcome.COMPLETED]
    assert nodes.machinery(database, clock.now()).nodes == []


async def test_a_call_goes_on_while_the_server_is_away_and_is_written_down_afterwards(
    tmp_path: Path,
) -> None:
    with postgres_server(durable=True) as server:
        settings = Settings(data_dir=tmp_path, database_url=server.make_database())
        database = db.open_database(settings)
        db.upgrade(database)
        in_their_day(database)
        start_campaign(database)
        called, gate = asyncio.Event(), asyncio.Event()

        async def talks(_brief: AttemptBrief, _leg: Leg) -> Outcome:
            called.set()
            await gate.wait()
            return Outcome.COMPLETED

        carrier = ScriptedCarrier(lambda _: PICKS_UP)
        dialer = make_dialer(database, carrier, SystemClock(), talks)
        plan(database, SystemClock().now())
        async with at_work(settings, database, dialer):
            await asyncio.wait_for(called.wait(), timeout=60)
            await asyncio.to_thread(server.kill)
            gate.set()
            await asyncio.sleep(1)
            assert dialer.live == 1
            await asyncio.to_thread(server.start)
            await asyncio.wait_for(dialer.settled(), timeout=60)
        [attempt] = attempts_of(database)
        assert (attempt.state, attempt.outcome) == (AttemptState.ENDED, Outcome.COMPLETED)
        assert len(carrier.dials) == 1
        database.close()


def test_with_sqlite_a_worker_says_what_to_use_instead(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    database = db.open_database(settings)
    dialer = Dialer(
        database,
        ScriptedCarrier(),
        SystemClock(),
        lambda *_: None,
        node="n",
        line="main",  # type: ignore[arg-type,return-value]
    )
    with pytest.raises(BadInput, match="callbot serve"):
        Worker(settings, database, dialer, SystemClock())
    database.close()


def test_metrics_show_nodes_lines_and_what_hangs(settings: Settings, database: Database) -> None:
    add_residents(database, 1)
    make_dialer(database, ScriptedCarrier(), SystemClock())
    nodes.publish(database, "node-1", SystemClock().now(), line="main", slots=4)
    client = TestClient(create_app(Office(settings, database, SystemClock())))
    shown = client.get("/metrics").text
    assert 'callbot_node_slots_free{node="node-1"} 4.0' in shown
    assert 'callbot_line_capacity{line="main"} 8.0' in shown
    assert "callbot_attempts_stuck 0.0" in shown


def test_every_command_works_on_postgresql(tmp_path: Path, database_url: str) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("姓名,电话,返回日期\n王秀英,13800000001,2026-11-20\n", encoding="utf-8")

    def callbot(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "callbot", *arguments],
            cwd=tmp_path,
            env={**os.environ, "CALLBOT_DATABASE_URL": database_url},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    callbot("roster", "import", str(roster), "--skip-bad")
    callbot("campaign", "create", "--name", "每日", "--script", "quarantine")
    callbot("campaign", "start", "1")
    assert len(json.loads(callbot("campaign", "preview", "1", "--json"))) <= 1
    machines = json.loads(callbot("campaign", "status", "--machines", "--json"))
    assert machines["stuck"] == 0
    callbot("flags", "list", "--json")
    callbot("report", "--date", "2026-11-22", "--out", str(tmp_path / "day.xlsx"))
