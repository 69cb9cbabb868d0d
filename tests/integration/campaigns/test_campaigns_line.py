"""A line: its pace, its headroom, and what happens when its carrier fails."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import cycle

import pytest
from campaigns_office import add_residents, attempts_of, make_dialer, start_campaign
from campaigns_scripted import (
    NETWORK_FAILED,
    NO_ANSWER,
    PICKS_UP,
    PinnedClock,
    RunningClock,
    ScriptedCarrier,
    ScriptedLeg,
)
from sqlmodel import select

from callbot.campaigns import campaign as campaigns
from callbot.campaigns.dialing.brief import AttemptBrief
from callbot.campaigns.dialing.dialer import Dialer
from callbot.campaigns.dialing.line import FAILURES_BEFORE_REST, FIRST_REST_S, set_line
from callbot.campaigns.engines.nodes import machinery
from callbot.campaigns.planning.planner import plan
from callbot.clock import Clock
from callbot.db import Database
from callbot.dialog.events import Outcome
from callbot.errors import TelephonyError
from callbot.models import AttemptState, History, Line
from callbot.telephony.carrier import Dial, Ended, EndReason, Found, Leg, LegEvent, Trace


def dialer_on_carriers_limits(
    database: Database, carrier: ScriptedCarrier, clock: Clock, **limits: float
) -> Dialer:
    """With the headroom that real carriers get."""
    dialer = make_dialer(database, carrier, clock)
    figures = {"capacity": 10, "calls_per_second": 100.0, **limits}
    set_line(database, "main", carrier="scripted", **figures)  # type: ignore[arg-type]
    return dialer


def most_in_a_second(dials: Sequence[datetime]) -> int:
    """In any second, wherever it starts."""
    return max(
        sum(start <= dial < start + timedelta(seconds=1) for dial in dials) for start in dials
    )


@pytest.mark.parametrize("calls_per_second", [1.0, 5.0])
async def test_no_sliding_second_sees_more_dials_than_the_carrier_allows(
    database: Database, calls_per_second: float
) -> None:
    clock = RunningClock()
    dials: list[datetime] = []

    class Noting(ScriptedCarrier):
        async def place(self, dial: Dial) -> ScriptedLeg:
            dials.append(clock.now())
            return await super().place(dial)

    add_residents(database, 20)
    start_campaign(database)
    plan(database, clock.now())
    dialer = dialer_on_carriers_limits(database, Noting(), clock, calls_per_second=calls_per_second)
    # For four seconds, and on a busy machine until there is something to be judged.
    while clock.now() < plan_of_seconds(4) or len(dials) < 3:
        await dialer.tick()
        await asyncio.sleep(0.1)
        if calls_per_second > 1:
            # A machine that stalls now and then: what was late must not be caught up in a burst.
            await asyncio.sleep(0.25)
    await dialer.settled()
    assert most_in_a_second(dials) <= calls_per_second


def plan_of_seconds(seconds: float) -> datetime:
    return PinnedClock().now() + timedelta(seconds=seconds)


async def test_a_line_uses_nine_tenths_of_what_the_carrier_allows_at_once(
    database: Database, clock: PinnedClock
) -> None:
    add_residents(database, 15)
    start_campaign(database)
    gate = asyncio.Event()
    dialer = dialer_on_carriers_limits(
        database, ScriptedCarrier(lambda _: PICKS_UP, gate=gate), clock, capacity=10
    )
    plan(database, clock.now())
    for _ in range(10):
        await dialer.tick()
        clock.advance(seconds=1)
    assert dialer.live == 9
    gate.set()
    await dialer.settled()


@pytest.mark.parametrize(
    "failure", [NETWORK_FAILED, TelephonyError("503", permanent=False)], ids=["ended", "refused"]
)
async def test_a_carrier_that_fails_is_given_rest_then_tried_with_one_call_and_taken_up_again(
    database: Database,
    clock: PinnedClock,
    caplog: pytest.LogCaptureFixture,
    failure: Sequence[LegEvent] | TelephonyError,
) -> None:
    add_residents(database, 40)
    start_campaign(database)
    carrier = ScriptedCarrier(lambda _: failure, known=Trace(Found.NEVER_PLACED))
    dialer = make_dialer(database, carrier, clock)
    plan(database, clock.now())

    async def dialled_in(seconds: float) -> int:
        before = len(carrier.dials)
        until = clock.now() + timedelta(seconds=seconds)
        while clock.now() < until:
            await dialer.tick()
            await dialer.settled()
            clock.advance(seconds=1)
        return len(carrier.dials) - before

    assert FAILURES_BEFORE_REST <= await dialled_in(FIRST_REST_S - 1) <= 8
    assert "its line is paused" in caplog.text
    assert await dialled_in(FIRST_REST_S) == 1
    assert await dialled_in(FIRST_REST_S) == 0
    carrier.script = lambda _: PICKS_UP
    assert await dialled_in(FIRST_REST_S * 2) > 10
    with database.reading() as session:
        acts = session.exec(select(History.act).where(History.actor == "dialer")).all()
        line = session.exec(select(Line)).one()
    assert acts.count("line_paused") == 2
    assert acts.count("line_resumed") == 1
    assert (line.failures, line.paused_until) == (0, None)


async def test_a_line_from_whose_calls_no_sound_comes_rests_though_other_phones_ring_out(
    database: Database, clock: PinnedClock
) -> None:
    add_residents(database, 40)
    start_campaign(database)
    unheard = Ended(EndReason.UNHEARD, "no sound came for 8 s")
    happens = cycle((PICKS_UP, NO_ANSWER))
    known = Trace(Found.ENDED, unheard, answered=True)
    carrier = ScriptedCarrier(lambda _: next(happens), known)
    outcome = Outcome.PARTIAL

    async def talks(_brief: AttemptBrief, _leg: Leg) -> Outcome:
        return outcome

    dialer = make_dialer(database, carrier, clock, talks, capacity=2)
    plan(database, clock.now())

    async def picked_up_in(seconds: float) -> int:
        before = len(carrier.legs)
        until = clock.now() + timedelta(seconds=seconds)
        while clock.now() < until:
            await dialer.tick()
            await dialer.settled()
            clock.advance(seconds=1)
        return sum(leg.script is PICKS_UP for leg in carrier.legs[before:])

    assert await picked_up_in(FIRST_REST_S) == FAILURES_BEFORE_REST
    [line] = machinery(database, clock.now()).lines
    assert (line.failures, line.unheard) == (0, FAILURES_BEFORE_REST)
    outcome = Outcome.COMPLETED
    assert await picked_up_in(FIRST_REST_S) > FAILURES_BEFORE_REST
    with database.reading() as session:
        line = session.exec(select(Line)).one()
        acts = session.exec(select(History.act).where(History.actor == "dialer")).all()
    assert (line.unheard, line.paused_until) == (0, None)
    assert (acts.count("line_paused"), acts.count("line_resumed")) == (1, 1)


async def test_a_campaign_stopped_at_once_hangs_up_at_the_next_tick(
    database: Database, clock: PinnedClock
) -> None:
    add_residents(database, 2)
    campaign_id = start_campaign(database)
    carrier = ScriptedCarrier(lambda _: PICKS_UP)
    talking = asyncio.Event()

    async def talks_on(_brief: AttemptBrief, _leg: Leg) -> Outcome:
        talking.set()
        await asyncio.sleep(3600)
        return Outcome.COMPLETED

    dialer = make_dialer(database, carrier, clock, talks_on, capacity=1)
    plan(database, clock.now())
    await dialer.tick()
    await talking.wait()
    campaigns.stop(database, campaign_id, clock.now(), actor="alice", hang_up=True)
    await dialer.tick()
    await dialer.settled()
    assert carrier.legs[0].hung_up
    assert {a.state for a in attempts_of(database)} == {AttemptState.ENDED}
    assert {a.outcome for a in attempts_of(database)} == {Outcome.PARTIAL, None}
    with database.reading() as rows:
        acts = rows.exec(select(History.act).where(History.resident_id == 1)).all()
    assert acts == ["attempt_ended", "gave_up_for_today"]
