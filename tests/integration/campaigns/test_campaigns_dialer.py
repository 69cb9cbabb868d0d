"""The dialer on a real database, with a scripted carrier."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from campaigns_office import (
    add_residents,
    attempts_of,
    completed,
    make_dialer,
    start_campaign,
)
from campaigns_scripted import (
    MORNING,
    PICKS_UP,
    PinnedClock,
    ScriptedCarrier,
)
from sqlmodel import select

from callbot import vault
from callbot.campaigns import campaign as campaigns
from callbot.campaigns.dialing.brief import AttemptBrief
from callbot.campaigns.planning.planner import plan
from callbot.db import Database
from callbot.dialog.events import Outcome
from callbot.errors import TelephonyError
from callbot.models import Attempt, AttemptState, FollowUp, Resident
from callbot.telephony.carrier import Found, Leg, Trace


async def test_a_planned_resident_is_rung_and_the_outcome_is_written_down(
    database: Database, clock: PinnedClock
) -> None:
    add_residents(database, 1)
    start_campaign(database)
    carrier = ScriptedCarrier(lambda _: PICKS_UP)
    dialer = make_dialer(database, carrier, clock)

    assert plan(database, clock.now()).planned == 1
    assert await dialer.tick() == 1
    await dialer.settled()

    [attempt] = attempts_of(database)
    assert attempt.outcome is Outcome.COMPLETED
    assert attempt.state is AttemptState.ENDED
    assert [dial.to for dial in carrier.dials] == ["+8613800000001"]
    assert carrier.legs[0].hung_up >= 1


async def test_nobody_is_called_in_the_midday_break_or_at_night(
    database: Database, clock: PinnedClock
) -> None:
    add_residents(database, 40)
    start_campaign(database)
    carrier = ScriptedCarrier()
    dialer = make_dialer(database, carrier, clock, capacity=1)
    rang_at = []
    clock.at = MORNING - timedelta(hours=4)
    while clock.at < MORNING + timedelta(hours=20):
        plan(database, clock.now())
        if await dialer.tick():
            rang_at.append(clock.now())
        await dialer.settled()
        clock.advance(minutes=14)

    hours = Counter((at + timedelta(hours=8)).hour for at in rang_at)
    assert set(hours) == {*range(8, 12), *range(14, 21)}


async def test_an_opt_out_between_reserving_and_ringing_keeps_the_phone_silent(
    database: Database, clock: PinnedClock
) -> None:
    add_residents(database, 1)
    start_campaign(database)
    carrier = ScriptedCarrier()
    dialer = make_dialer(database, carrier, clock)
    plan(database, clock.now())
    await dialer.tick()  # reserved; the call's task has not run yet
    with database.session() as session:
        session.exec(select(Resident)).one().opted_out_at = clock.now()
    await dialer.settled()

    assert carrier.dials == []
    [attempt] = attempts_of(database)
    assert (attempt.state, attempt.rang_at) == (AttemptState.ENDED, None)
    assert "not to be called" in attempt.detail


async def test_stopping_a_campaign_makes_no_new_ring_and_leaves_calls_alone(
    database: Database, clock: PinnedClock
) -> None:
    add_residents(database, 3)
    campaign_id = start_campaign(database)
    gate = asyncio.Event()
    carrier = ScriptedCarrier(lambda _: PICKS_UP, gate=gate)
    dialer = make_dialer(database, carrier, clock, capacity=1)
    plan(database, clock.now())
    await dialer.tick()
    await carrier.placed.wait()
    campaigns.stop(database, campaign_id, clock.now(), actor="alice")
    gate.set()
    await dialer.settled()
    for _ in range(3):
        clock.advance(minutes=30)
        plan(database, clock.now())
        await dialer.tick()

    assert len(carrier.dials) == 1
    outcomes = Counter(attempt.outcome for attempt in attempts_of(database))
    assert outcomes == {Outcome.COMPLETED: 1, None: 2}


async def test_a_line_never_carries_more_calls_than_it_has_room_for(
    database: Database, clock: PinnedClock
) -> None:
    add_residents(database, 10)
    start_campaign(database)
    gate = asyncio.Event()
    carrier = ScriptedCarrier(lambda _: PICKS_UP, gate=gate)
    dialer = make_dialer(database, carrier, clock, capacity=4)
    plan(database, clock.now())
    for _ in range(20):
        await dialer.tick()
        clock.advance(seconds=1)
    assert dialer.live == 4
    gate.set()
    await dialer.settled()
    for _ in range(20):
        await dialer.tick()
        await dialer.settled()
        clock.advance(seconds=1)
    assert len(carrier.dials) == 10


async def test_a_conversation_that_breaks_is_written_down_and_disturbs_no_other(
    database: Database, clock: PinnedClock, caplog: pytest.LogCaptureFixture
) -> None:
    async def sometimes_breaks(brief: AttemptBrief, leg: Leg) -> Outcome:
        if brief.phone.endswith("1"):
            raise RuntimeError("居民1的秘密")
        return await completed(brief, leg)

    add_residents(database, 3)
    start_campaign(database)
    carrier = ScriptedCarrier(lambda _: PICKS_UP)
    dialer = make_dialer(database, carrier, clock, sometimes_breaks)
    plan(database, clock.now())
    for _ in range(3):
        await dialer.tick()
        clock.advance(milliseconds=300)
    await dialer.settled()

    outcomes = Counter(a.outcome for a in attempts_of(database) if a.outcome)
    assert outcomes == {Outcome.FAILED: 1, Outcome.COMPLETED: 2}
    assert all(leg.hung_up for leg in carrier.legs)
    assert "13800000001" not in caplog.text.replace("居民1的秘密", "")


@pytest.mark.parametrize(
    ("found", "counts_as_ring"),
    [(Found.NEVER_PLACED, False), (Found.UNDER_WAY, True), (Found.CANNOT_TELL, True)],
)
async def test_after_a_time_out_the_carrier_is_asked_before_anything_else(
    database: Database, clock: PinnedClock, found: Found, counts_as_ring: bool
) -> None:
    add_residents(database, 1)
    start_campaign(database)
    carrier = ScriptedCarrier(
        lambda _: TelephonyError("timed out", permanent=False), known=Trace(found)
    )
    dialer = make_dialer(database, carrier, clock)
    plan(database, clock.now())
    await dialer.tick()
    await dialer.settled()

    first, second = attempts_of(database)
    assert carrier.asked == [first.id]
    assert (first.rang_at is not None) is counts_as_ring
    wait = timedelta(minutes=10 if counts_as_ring else 5)
    assert second.due_at - MORNING == wait


async def test_draining_waits_for_calls_and_rings_nobody_new(
    database: Database, clock: PinnedClock
) -> None:
    add_residents(database, 2)
    start_campaign(database)
    gate = asyncio.Event()
    carrier = ScriptedCarrier(lambda _: PICKS_UP, gate=gate)
    dialer = make_dialer(database, carrier, clock, capacity=1)
    plan(database, clock.now())
    await dialer.tick()
    draining = asyncio.create_task(dialer.drain())
    await asyncio.sleep(0.05)
    assert not draining.done()
    gate.set()
    await draining
    assert await dialer.tick() == 0
    assert len(carrier.dials) == 1


async def test_stopping_hangs_up_and_the_next_run_goes_on_where_this_one_stopped(
    database: Database, clock: PinnedClock
) -> None:
    add_residents(database, 2)
    start_campaign(database)
    carrier = ScriptedCarrier(lambda _: PICKS_UP, gate=asyncio.Event())
    talking = asyncio.Event()

    async def talks(brief: AttemptBrief, leg: Leg) -> Outcome:
        talking.set()
        return await completed(brief, leg)

    dialer = make_dialer(database, carrier, clock, talks, capacity=1)
    plan(database, clock.now())
    await dialer.tick()
    await talking.wait()
    await dialer.stop()

    assert dialer.live == 0
    assert carrier.legs[0].hung_up
    ended = [a for a in attempts_of(database) if a.state is AttemptState.ENDED]
    assert [a.outcome for a in ended] == [Outcome.PARTIAL]
    again = make_dialer(database, ScriptedCarrier(lambda _: PICKS_UP), clock)
    assert await again.recover() == 0
    for _ in range(3):
        await again.tick()
        await again.settled()
        clock.advance(minutes=30)
    outcomes = Counter(a.outcome for a in attempts_of(database))
    assert outcomes == {Outcome.PARTIAL: 1, Outcome.COMPLETED: 2}


async def test_a_call_that_has_ended_stays_as_it_ended_though_the_office_stops_in_that_moment(
    database: Database, clock: PinnedClock, caplog: pytest.LogCaptureFixture
) -> None:
    add_residents(database, 1)
    start_campaign(database)
    said_goodbye = asyncio.Event()

    async def talks(brief: AttemptBrief, leg: Leg) -> Outcome:
        outcome = await completed(brief, leg)
        said_goodbye.set()
        return outcome

    dialer = make_dialer(database, ScriptedCarrier(lambda _: PICKS_UP), clock, talks)
    plan(database, clock.now())
    await dialer.tick()
    await said_goodbye.wait()
    with database.session() as rows:
        # Its end cannot be written yet.
        rows.exec(select(Attempt).with_for_update()).one()
        stopping = asyncio.create_task(dialer.stop())
        await asyncio.sleep(0.05)
        assert not stopping.done()
    await stopping
    [attempt] = attempts_of(database)
    assert attempt.outcome is Outcome.COMPLETED
    assert "settled elsewhere" not in caplog.text


async def test_a_number_that_is_corrected_while_the_campaign_runs_is_the_one_that_rings(
    database: Database, clock: PinnedClock
) -> None:
    add_residents(database, 2)
    start_campaign(database)
    plan(database, clock.now())
    with database.session() as rows:
        corrected, gone = rows.get_one(Resident, 1), rows.get_one(Resident, 2)
        corrected.phone = "+8613900000001"
        corrected.phone_hash = vault.look_up_hash(corrected.phone)
        gone.follow_up = FollowUp.CANCELLED
    carrier = ScriptedCarrier()
    dialer = make_dialer(database, carrier, clock)
    await dialer.tick()
    await dialer.settled()
    assert [dial.to for dial in carrier.dials] == ["+8613900000001"]
    dropped = next(a for a in attempts_of(database) if a.resident_id == 2)
    assert (dropped.state, dropped.outcome) == (AttemptState.ENDED, None)
    assert "cancelled" in dropped.detail
