"""Nobody is rung twice: not by two dialers, not after a crash."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from campaigns_office import add_residents, attempts_of, make_dialer, start_campaign
from campaigns_scripted import MORNING, PICKS_UP, PinnedClock, ScriptedCarrier
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from callbot import db
from callbot.campaigns.dialing.attempts import new_attempt
from callbot.campaigns.planning.planner import plan
from callbot.clock import SteadyClock
from callbot.config import Settings
from callbot.db import Database
from callbot.dialog.events import Outcome
from callbot.models import Attempt, AttemptState
from callbot.telephony.carrier import Found, Trace

RESIDENTS = 120


async def test_two_dialers_with_doubled_ticks_ring_each_of_120_residents_once(
    database: Database, settings: Settings, clock: PinnedClock
) -> None:
    add_residents(database, RESIDENTS)
    start_campaign(database)
    plan(database, clock.now())
    second_database = db.open_database(settings)
    carriers = [ScriptedCarrier(lambda _: PICKS_UP), ScriptedCarrier(lambda _: PICKS_UP)]
    dialers = [
        make_dialer(database, carriers[0], clock, capacity=4, node="node-1"),
        make_dialer(second_database, carriers[1], clock, capacity=4, node="node-2"),
    ]
    for _ in range(400):
        await asyncio.gather(*(d.tick() for d in dialers for _ in range(2)))
        clock.advance(seconds=0.25)
        if sum(len(c.dials) for c in carriers) >= RESIDENTS:
            break
    for dialer in dialers:
        await dialer.settled()
        await dialer.tick()
    second_database.close()

    rung = Counter(dial.to for carrier in carriers for dial in carrier.dials)
    assert len(rung) == RESIDENTS
    assert set(rung.values()) == {1}
    assert all(a.outcome is Outcome.COMPLETED for a in attempts_of(database))
    assert all(carrier.dials for carrier in carriers)


def test_the_database_itself_refuses_a_second_open_attempt(database: Database) -> None:
    add_residents(database, 1)
    campaign_id = start_campaign(database)
    with database.session() as session:
        session.add(new_attempt(1, campaign_id, MORNING))
    with pytest.raises(IntegrityError), database.session() as session:
        session.add(new_attempt(1, campaign_id, MORNING))


def test_two_planners_plan_each_resident_once(database: Database) -> None:
    add_residents(database, 5)
    start_campaign(database)
    start_campaign(database)
    assert plan(database, MORNING).planned == 5
    assert plan(database, MORNING).planned == 0


CHILD = """
import asyncio, sys
sys.path.insert(0, {here!r})
from pathlib import Path
from campaigns_scripted import NO_ANSWER, PICKS_UP, PinnedClock, ScriptedCarrier
from callbot import db, vault
from callbot.clock import SteadyClock
from callbot.config import Settings
from callbot.dialog.events import Outcome
from campaigns_office import make_dialer

settings = Settings(data_dir=Path({data_dir!r}), database_url={database_url!r})
vault.unlock("", settings.data_dir)
database = db.open_database(settings)

class NetworkOfItsOwn(ScriptedCarrier):
    # Writes each dial where the parent can see it, as a real network would remember it.
    async def place(self, dial):
        with open({network!r}, "a") as network:
            network.write(dial.attempt_id + " " + dial.to + "\\n")
        if dial.to.endswith("3"):
            await asyncio.sleep(3600)   # the carrier never answers: still placing
        return await super().place(dial)

def script(dial):
    return NO_ANSWER if dial.to.endswith("2") else PICKS_UP

talking = []

async def talk_for_ever(brief, leg):
    talking.append(brief)
    await asyncio.sleep(3600)
    return Outcome.COMPLETED

async def main():
    carrier = NetworkOfItsOwn(script, gate=asyncio.Event())
    clock = PinnedClock()
    dialer = make_dialer(database, carrier, clock, talk_for_ever, capacity=20)
    while len(talking) < 4 or len(Path({network!r}).read_text().split()) < 12:
        await dialer.tick()
        clock.advance(milliseconds=5)
        await asyncio.sleep(0.005)
    print("all lines are busy", flush=True)
    await asyncio.sleep(3600)

asyncio.run(main())
"""


def dial_six_in_a_child_and_kill_it(settings: Settings, network: Path) -> None:
    here = str(Path(__file__).parent)
    program = CHILD.format(
        here=here,
        data_dir=str(settings.data_dir),
        database_url=settings.database_url,
        network=str(network),
    )
    child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    with child.stdout:
        assert child.stdout.readline() == "all lines are busy\n"
        os.kill(child.pid, signal.SIGKILL)
    child.wait()


async def test_after_a_kill_in_mid_call_recovery_rings_nobody_twice(
    database: Database, settings: Settings, tmp_path: Path, clock: PinnedClock
) -> None:
    network = tmp_path / "network"
    add_residents(database, 6)
    start_campaign(database)
    plan(database, clock.now())
    dial_six_in_a_child_and_kill_it(settings, network)
    dialled = dict(line.split() for line in network.read_text().splitlines())

    carrier = ScriptedCarrier(lambda _: PICKS_UP, known=Trace(Found.UNDER_WAY))
    dialer = make_dialer(database, carrier, clock)
    settled = await dialer.recover()
    await dialer.tick()
    await dialer.settled()

    assert settled == 6
    assert set(carrier.asked) <= set(dialled)
    ended = [a for a in attempts_of(database) if a.state is AttemptState.ENDED]
    assert {a.id for a in ended} == set(dialled)
    assert {a.outcome for a in ended} == {Outcome.NO_ANSWER, Outcome.FAILED}
    assert carrier.dials == []
    assert await dialer.recover() == 0


async def test_a_sweep_settles_what_another_node_left_only_when_its_lease_has_run_out(
    database: Database, clock: PinnedClock
) -> None:
    add_residents(database, 1)
    start_campaign(database)
    plan(database, clock.now())
    with database.session() as session:
        attempt = session.exec(select(Attempt)).one()
        attempt.state, attempt.reserved_by = AttemptState.PLACING, "dead-node"
        attempt.placed_at, attempt.lease_until = clock.now(), clock.now()
    carrier = ScriptedCarrier(known=Trace(Found.NEVER_PLACED))
    dialer = make_dialer(database, carrier, clock)
    assert await dialer.sweep() == 0
    clock.advance(seconds=1)
    assert await dialer.sweep() == 1
    [attempt] = attempts_of(database)
    assert (attempt.state, attempt.reserved_by) == (AttemptState.PLANNED, "")
    assert carrier.asked == [attempt.id]


async def test_while_a_clock_that_has_jumped_is_in_doubt_nobody_is_rung(
    database: Database, clock: PinnedClock
) -> None:
    add_residents(database, 2)
    start_campaign(database)
    plan(database, clock.now())
    carrier = ScriptedCarrier(lambda _: PICKS_UP)
    dialer = make_dialer(database, carrier, SteadyClock(clock, lambda: 0.0))
    clock.advance(hours=1)
    assert await dialer.tick() == 0
    assert await dialer.sweep() == 0
    clock.advance(hours=-1)
    assert await dialer.tick() == 2
    # The last moment before the ring counts, too.
    clock.advance(hours=1)
    await dialer.settled()
    assert carrier.dials == []
    assert {(a.state, a.placed_at) for a in attempts_of(database)} == {(AttemptState.PLANNED, None)}
    clock.advance(hours=-1)
    await dialer.tick()
    await dialer.settled()
    assert len(carrier.dials) == 2
