"""Whatever dies, and whenever: nobody is dialled twice, no answer is lost, nothing is stuck.

Worker processes are killed at random moments and at each named point, and the PostgreSQL server;
SQLite's file is held by somebody else; clocks jump by an hour; the carrier times out, and reports
twice, in the wrong order or not at all; windows close meanwhile, and in three time zones clocks are
changed for summer or winter. The witness is a file to which the
network writes each dial before it rings. For longer, with other dice:

    CALLBOT_KILL_SECONDS=3600 CALLBOT_KILL_SEED=7 pytest -s -k whatever_dies
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
from datetime import time as clock_time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from campaigns_clock_changes import HOUR_S, add_zone, search_path, zones_of
from campaigns_office import start_campaign
from campaigns_witness import Witness
from campaigns_worker import POINTS, Orders
from peers import needs_programs
from postgres import PostgresServer, postgres_server
from sqlmodel import col, select

from callbot import db, vault
from callbot.campaigns.dialing.line import set_line
from callbot.campaigns.planning.planner import plan
from callbot.config import Settings
from callbot.models import LIVE_STATES, Attempt, AttemptState, Resident
from callbot.models.campaigns import ENDED

SECONDS = float(os.environ.get("CALLBOT_KILL_SECONDS", "5"))
SEED = int(os.environ.get("CALLBOT_KILL_SEED", "20261122"))
DIALS_PER_SECOND = 12.0
SILENT = 0.01 if SECONDS >= 60 else 0.0
"""The share of calls whose end is never reported: each is waited for 45 s."""

CLOCK_CHANGES = {
    # Zone: local time when the clocks change, and by how much they do.
    "Test/Opens_An_Hour_Early": (clock_time(7, 40), HOUR_S),
    "Test/Closes_An_Hour_Early": (clock_time(20, 40), HOUR_S),
    "Test/Closes_Again": (clock_time(8, 20), -HOUR_S),
}

STANDSTILL_S = 180.0

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
    zones: Path
    server: PostgresServer | None
    chance: random.Random
    workers: dict[str, subprocess.Popen[str]] = field(default_factory=dict)
    kills: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)

    def start(self, node: str, *, dies_at: str = "", shift_s: float = 0.0) -> None:
        orders = Orders(
            node=node,
            data_dir=str(self.settings.data_dir),
            database_url=self.settings.database_url,
            network=str(self.network),
            seed=self.chance.randrange(1 << 30),
            dies_at=dies_at,
            shift_s=shift_s,
            silent=SILENT,
        )
        log = self.network.with_name(f"{node}.log").open("a")
        self.workers[node] = subprocess.Popen(
            [sys.executable, str(WORKER), orders.as_argument()],
            env={**os.environ, "PYTHONTZPATH": search_path(self.zones)},
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

    def take_the_database_away(self, database: db.Database) -> None:
        """The server dies; or, with SQLite, another program holds the file."""
        if self.server is not None:
            self.server.kill()
            self.kills["server"] += 1
            time.sleep(self.chance.uniform(0.1, 1.5))
            self.server.start()
        else:
            self.faults["file held"] += 1
            with database.session():
                time.sleep(self.chance.uniform(0.1, 6.0))

    def make_clock_jump(self, node: str) -> None:
        """By an hour, for a moment."""
        if self.workers[node].poll() is None:
            self.faults["clock jumps"] += 1
            self.workers[node].send_signal(signal.SIGUSR1)
            time.sleep(self.chance.uniform(0.2, 2.0))
            self.workers[node].send_signal(signal.SIGUSR2)

    def let_end(self, node: str) -> None:
        worker = self.workers.pop(node)
        worker.send_signal(signal.SIGTERM)
        worker.wait(timeout=90)


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
    zones = tmp_path / "zones"
    opened = Office(settings, tmp_path / "network", zones, server, random.Random(SEED))
    try:
        with zones_of(zones):
            yield opened, database
    finally:
        for node in list(opened.workers):
            opened.kill(node, "end")
        database.close()


def add_people(database: db.Database, count: int, *, closes_in_s: float | None = None) -> None:
    """Those with even numbers live where it is nine in the morning; the others where it is two, or
    where the clocks change.

    closes_in_s: every fourth of those with even numbers wishes no call later than that.
    """
    now = datetime.now(UTC)
    zones = [zone_where_it_is(2), *CLOCK_CHANGES]
    morning = zone_where_it_is(9)
    closes_at = now.astimezone(ZoneInfo(morning)) + timedelta(seconds=closes_in_s or 0)
    with database.session() as session:
        for n in range(count):
            phone = f"+86138{n:08d}"
            wishes = closes_in_s and n % 8 == 0
            zone = zones[n // 2 % len(zones)] if n % 2 else morning
            session.add(
                Resident(
                    id=n + 2,
                    name=f"居民{n}",
                    phone=phone,
                    phone_hash=vault.look_up_hash(phone),
                    time_zone=zone,
                    # Before others, or they would not be called before their hours end.
                    key_person=zone == "Test/Closes_Again",
                    window_start=clock_time(8) if wishes else None,
                    window_end=closes_at.time() if wishes else None,
                    exposed_on=(now - timedelta(days=3)).date(),
                    imported_at=now,
                )
            )


@pytest.mark.timeout(SECONDS * 12 + 600)
@pytest.mark.parametrize(
    "kind", ["sqlite", pytest.param("postgresql", marks=needs_programs("initdb", "pg_ctl"))]
)
def test_whatever_dies_nobody_is_dialled_twice_and_no_answer_is_lost(
    tmp_path: Path, kind: str
) -> None:
    with office(tmp_path, kind) as (here, database):
        changes_at = datetime.now(UTC) + timedelta(seconds=SECONDS * 0.6)
        for zone, (local, by_s) in CLOCK_CHANGES.items():
            add_zone(here.zones, zone, changes_at, local, by_s)
        people = int(SECONDS * DIALS_PER_SECOND * 1.5)
        add_people(database, people, closes_in_s=SECONDS * 0.6)
        start_campaign(database)
        set_line(
            database, "main", carrier="witnessed", capacity=40, calls_per_second=DIALS_PER_SECOND
        )
        plan(database, datetime.now(UTC))
        _let_it_rain(here, database)
        _calm_down(here, database)
        _check(here, database)


def _let_it_rain(here: Office, database: db.Database) -> None:
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
        fate, node = here.chance.random(), here.chance.choice(names)
        if fate < 0.25:
            here.take_the_database_away(database)
        elif fate < 0.4:
            here.make_clock_jump(node)
        elif fate < 0.75:
            here.kill(node, "at a random moment")
    for node in list(here.workers):
        here.kill(node, "at the end of the rain")


def _calm_down(here: Office, database: db.Database) -> None:
    """One worker without faults, until nothing is left of what was live or due before.

    As long as attempts end, a slow machine is waited for.
    """
    began = datetime.now(UTC)
    here.start("node-1")
    ended, moved_at = -1, time.monotonic()
    while _open_since(database, began) and time.monotonic() - moved_at < STANDSTILL_S:
        if (now_ended := _ended(database)) != ended:
            ended, moved_at = now_ended, time.monotonic()
        time.sleep(0.5)
    here.let_end("node-1")


def _ended(database: db.Database) -> int:
    with database.reading() as session:
        return len(session.exec(select(Attempt.id).where(ENDED)).all())


def _open_since(database: db.Database, began: datetime) -> bool:
    """Retries that come due meanwhile are not waited for."""
    with database.reading() as session:
        return bool(
            session.exec(
                select(Attempt.id)
                .where(
                    col(Attempt.state).in_((AttemptState.PLANNED, *LIVE_STATES)),
                    col(Attempt.due_at) <= began,
                )
                .limit(1)
            ).first()
        )


def _check(here: Office, database: db.Database) -> None:
    seen = Witness(here.network, database)
    told = (
        f"seed {SEED}, {len(seen.dialled)} dials, {sum(here.kills.values())} kills "
        f"{dict(here.kills)}, {dict(here.faults)}; where clocks change "
        f"{ {zone: seen.dials_in(zone) for zone in CLOCK_CHANGES} }"
    )
    print(told)
    assert seen.dialled_twice() == [], told
    assert seen.outside_hours() == [], told
    assert seen.by_wrong_clocks() == [], told
    assert seen.live() == [], told
    assert seen.never_tried() == set(), told
    assert seen.answers_lost() == set(), told
    assert seen.stored_twice() == [], told
    assert here.kills, told
