"""Whatever dies, and whenever: nobody is dialled twice, no answer is lost, nothing is stuck.

Worker processes are killed at random moments and at each named point, the PostgreSQL server at
random moments; the carrier times out, and reports late, twice or not at all. The witness is a file
to which the network writes each dial before it rings. For longer, with other dice:

    CALLBOT_KILL_SECONDS=3600 CALLBOT_KILL_SEED=7 pytest -k whatever_dies
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from campaigns_worker import POINTS, Orders
from peers import needs_programs
from postgres import PostgresServer, postgres_server
from sqlmodel import col, select
from test_campaigns_dialer import start_campaign

from callbot import db, vault
from callbot.campaigns.line import set_line
from callbot.campaigns.planner import plan
from callbot.config import Settings
from callbot.models import LIVE_STATES, AnswerRow, Attempt, AttemptState, Resident

SECONDS = float(os.environ.get("CALLBOT_KILL_SECONDS", "6"))
SEED = int(os.environ.get("CALLBOT_KILL_SEED", "20261122"))
DIALS_PER_SECOND = 12.0
WORKER = Path(__file__).with_name("campaigns_worker.py")


def zone_where_it_is(hour: int) -> str:
    """A time zone whose local time is that hour, now."""
    now = datetime.now(UTC)
    east = next(h for h in range(-12, 15) if (now.hour + h) % 24 == hour)
    return f"Etc/GMT{-east:+d}" if east else "Etc/GMT"


@dataclass
class Office:
    settings: Settings
    network: Path
    server: PostgresServer | None
    chance: random.Random
    workers: dict[str, subprocess.Popen[str]] = field(default_factory=dict)
    kills: Counter[str] = field(default_factory=Counter)

    def start(self, node: str, *, dies_at: str = "", shift_s: float = 0.0) -> None:
        orders = Orders(
            node=node,
            data_dir=str(self.settings.data_dir),
            database_url=self.settings.database_url,
            network=str(self.network),
            seed=self.chance.randrange(1 << 30),
            dies_at=dies_at,
            shift_s=shift_s,
        )
        log = self.network.with_name(f"{node}.log").open("a")
        self.workers[node] = subprocess.Popen(
            [sys.executable, str(WORKER), orders.as_argument()],
            stdout=subprocess.DEVNULL,
            stderr=log,
            text=True,
        )
        log.close()

    def kill(self, node: str, why: str) -> None:
        worker = self.workers.pop(node)
        if worker.poll() is None:
            worker.send_signal(signal.SIGKILL)
            self.kills[why] += 1
        else:
            self.kills["at its point"] += 1
        worker.wait()

    def kill_server(self) -> None:
        if self.server is not None:
            self.server.kill()
            self.kills["server"] += 1
            time.sleep(self.chance.uniform(0.1, 1.5))
            self.server.start()


@contextmanager
def office(tmp_path: Path, kind: str) -> Iterator[tuple[Office, db.Database]]:
    if kind == "sqlite":
        settings, server = Settings(data_dir=tmp_path), None
        yield from _opened(settings, server, tmp_path)
    else:
        with postgres_server(durable=True) as server:
            settings = Settings(data_dir=tmp_path, database_url=server.make_database())
            yield from _opened(settings, server, tmp_path)


def _opened(
    settings: Settings, server: PostgresServer | None, tmp_path: Path
) -> Iterator[tuple[Office, db.Database]]:
    vault.unlock("", settings.data_dir)
    database = db.open_database(settings)
    db.upgrade(database)
    opened = Office(settings, tmp_path / "network", server, random.Random(SEED))
    try:
        yield opened, database
    finally:
        for node in list(opened.workers):
            opened.kill(node, "end")
        database.close()


def add_people(database: db.Database, count: int) -> None:
    """Those with even ids live where it is nine in the morning, the others where it is two."""
    now = datetime.now(UTC)
    zones = [zone_where_it_is(9), zone_where_it_is(2)]
    with database.session() as session:
        for n in range(count):
            phone = f"+86138{n:08d}"
            session.add(
                Resident(
                    id=n + 2,
                    name=f"居民{n}",
                    phone=phone,
                    phone_hash=vault.look_up_hash(phone),
                    time_zone=zones[n % 2],
                    exposed_on=(now - timedelta(days=3)).date(),
                    imported_at=now,
                )
            )


@pytest.mark.timeout(SECONDS * 8 + 300)
@pytest.mark.parametrize(
    "kind", ["sqlite", pytest.param("postgresql", marks=needs_programs("initdb", "pg_ctl"))]
)
def test_whatever_dies_nobody_is_dialled_twice_and_no_answer_is_lost(
    tmp_path: Path, kind: str
) -> None:
    with office(tmp_path, kind) as (here, database):
        people = int(SECONDS * DIALS_PER_SECOND * 2)
        add_people(database, people)
        start_campaign(database)
        set_line(
            database, "main", carrier="witnessed", capacity=40, calls_per_second=DIALS_PER_SECOND
        )
        plan(database, datetime.now(UTC))
        _let_it_rain(here)
        _calm_down(here, database)
        _check(here, database)


def _let_it_rain(here: Office) -> None:
    points = list(POINTS) * 100
    until = time.monotonic() + SECONDS
    names = ["node-1", "node-2"] if here.server else ["node-1"]
    while time.monotonic() < until:
        for node in names:
            if node in here.workers and here.workers[node].poll() is not None:
                here.kill(node, "gone")
            if node not in here.workers:
                here.start(node, dies_at=points.pop(0) if here.chance.random() < 0.7 else "")
        if here.server and "node-in-tomorrow" not in here.workers:
            # Its clock has jumped an hour ahead: what is due in an hour must not ring now.
            here.start("node-in-tomorrow", shift_s=3600)
        time.sleep(here.chance.uniform(0.5, 3.0))
        if here.chance.random() < 0.3:
            here.kill_server()
        elif here.chance.random() < 0.6 and (node := here.chance.choice(names)) in here.workers:
            here.kill(node, "at a random moment")
    for node in list(here.workers):
        here.kill(node, "at the end of the rain")


def _calm_down(here: Office, database: db.Database) -> None:
    """One worker without faults, until nothing is live and nothing is due."""
    here.start("node-1")
    until = time.monotonic() + 120 + 4 * SECONDS
    while time.monotonic() < until:
        time.sleep(0.5)
        if not _open_by_day(database):
            break
    here.kill("node-1", "end")


def _open_by_day(database: db.Database) -> int:
    with database.reading() as session:
        live = session.exec(select(Attempt.id).where(col(Attempt.state).in_(LIVE_STATES))).all()
        due = session.exec(
            select(Attempt.id).where(
                col(Attempt.state) == AttemptState.PLANNED,
                col(Attempt.due_at) <= datetime.now(UTC),
            )
        ).all()
    return len(live) + len(due)


def _check(here: Office, database: db.Database) -> None:
    noted = [line.split() for line in here.network.read_text().splitlines()]
    dialled = Counter(words[4] for words in noted if words[0] == "dial")
    answered = {words[1] for words in noted if words[0] == "answer"}
    with database.reading() as session:
        attempts = session.exec(select(Attempt)).all()
        residents = session.exec(select(Resident)).all()
        stored = Counter(session.exec(select(AnswerRow.call_id)).all())
    asleep = {r.phone for r in residents if r.id and r.id % 2}
    awake = {r.phone for r in residents} - asleep
    tried = {a.resident_id for a in attempts if a.state is AttemptState.ENDED}
    told = f"seed {SEED}, kills {dict(here.kills)}, {sum(dialled.values())} dials"
    print(told)
    assert [phone for phone, times in dialled.items() if times > 1] == [], told
    assert asleep & set(dialled) == set(), told
    assert [a.id for a in attempts if a.state in LIVE_STATES] == [], told
    assert {r.id for r in residents if r.phone in awake} - tried == set(), told
    assert answered - set(stored) == set(), told
    assert max(stored.values()) == 1, told
    assert not any(words[3] == "node-in-tomorrow" for words in noted), told
    assert sum(here.kills.values()) > SECONDS / 4, told
