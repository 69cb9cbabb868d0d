"""Campaigns as a clerk runs them, and the plan of each day."""

import asyncio
import threading
from datetime import timedelta
from typing import Any

import pytest
from campaigns_office import add_residents, attempts_of, make_dialer, start_campaign
from campaigns_scripted import MORNING, PICKS_UP, PinnedClock, ScriptedCarrier
from sqlmodel import select

from callbot.campaigns import campaign as campaigns
from callbot.campaigns.dialing import reservation
from callbot.campaigns.dialing.attempts import new_attempt
from callbot.campaigns.engines import nodes
from callbot.campaigns.engines.scheduler import Scheduler
from callbot.campaigns.planning.planner import next_due, plan
from callbot.campaigns.planning.preview import preview
from callbot.campaigns.rules.policy import CampaignFile
from callbot.db import Database
from callbot.dialog.events import Outcome
from callbot.models import AttemptState, CampaignState, Flag, History, Resident

PATIENCE_S = 60.0


def test_a_preview_tells_who_is_called_when_and_who_is_not_and_why(database: Database) -> None:
    add_residents(database, 3)
    with database.session() as session:
        first, second, _ = session.exec(select(Resident)).all()
        first.opted_out_at = MORNING
        second.exposed_on = MORNING.date() - timedelta(days=15)
    wanted = CampaignFile(name="每日", script="quarantine")
    campaign_id = campaigns.create(database, wanted, MORNING, actor="alice")
    rows = preview(database, campaign_id, MORNING - timedelta(hours=2)).rows()
    assert [row.why for row in rows] == [
        "asked on 2026-11-22 not to be called again",
        "the period ended on 2026-11-21",
        "",
    ]
    assert rows[2].call_at == MORNING - timedelta(hours=1)


def test_before_the_hours_the_day_is_planned_for_their_beginning(database: Database) -> None:
    add_residents(database, 1)
    start_campaign(database)
    assert plan(database, MORNING - timedelta(hours=3)).planned == 1
    assert next_due(database, MORNING - timedelta(hours=3)) == MORNING - timedelta(hours=1)


def test_after_the_hours_nothing_is_planned(database: Database) -> None:
    add_residents(database, 1)
    start_campaign(database)
    assert plan(database, MORNING + timedelta(hours=12)).planned == 0


def test_what_was_not_dialled_in_time_is_dropped_and_planned_anew_the_next_day(
    database: Database,
) -> None:
    add_residents(database, 1)
    start_campaign(database)
    plan(database, MORNING)
    late = plan(database, MORNING + timedelta(hours=13))
    assert (late.dropped, late.planned) == (1, 0)
    assert plan(database, MORNING + timedelta(days=1)).planned == 1
    dropped, anew = attempts_of(database)
    assert (dropped.state, dropped.outcome) == (AttemptState.ENDED, None)
    assert anew.number == 1
    with database.reading() as session:
        assert session.exec(select(Flag)).all() == []


async def test_a_retry_that_was_not_dialled_in_time_flags_who_was_not_reached_that_day(
    database: Database, clock: PinnedClock
) -> None:
    add_residents(database, 1)
    start_campaign(database)
    dialer = make_dialer(database, ScriptedCarrier(), clock)
    plan(database, clock.now())
    await dialer.tick()
    await dialer.settled()
    clock.advance(hours=13)
    assert plan(database, clock.now()).dropped == 1
    with database.reading() as session:
        [flag] = session.exec(select(Flag)).all()
    assert (flag.rule, flag.reason) == ("unreachable", "当天没有完成随访，响铃1次")


async def test_a_paused_campaign_rings_nobody_until_it_is_resumed(
    database: Database, clock: PinnedClock
) -> None:
    add_residents(database, 1)
    campaign_id = start_campaign(database)
    carrier = ScriptedCarrier(lambda _: PICKS_UP)
    dialer = make_dialer(database, carrier, clock)
    plan(database, clock.now())
    campaigns.pause(database, campaign_id, clock.now(), actor="alice")
    assert next_due(database, clock.now()) is None
    assert await dialer.tick() == 0
    campaigns.resume(database, campaign_id, clock.now(), actor="alice")
    assert await dialer.tick() == 1
    await dialer.settled()
    assert len(carrier.dials) == 1


async def test_a_pause_between_reserving_and_ringing_keeps_the_attempt_for_later(
    database: Database, clock: PinnedClock
) -> None:
    add_residents(database, 1)
    campaign_id = start_campaign(database)
    carrier = ScriptedCarrier(lambda _: PICKS_UP)
    dialer = make_dialer(database, carrier, clock)
    plan(database, clock.now())
    await dialer.tick()
    campaigns.pause(database, campaign_id, clock.now(), actor="alice")
    await dialer.settled()
    assert carrier.dials == []
    assert [a.state for a in attempts_of(database)] == [AttemptState.PLANNED]


def test_a_campaign_goes_only_where_its_state_allows(database: Database) -> None:
    campaign_id = start_campaign(database)
    with pytest.raises(campaigns.CampaignError, match="is running; it would have to be draft"):
        campaigns.start(database, campaign_id, MORNING, actor="alice")
    campaigns.stop(database, campaign_id, MORNING, actor="alice")
    with pytest.raises(campaigns.CampaignError, match="is stopped"):
        campaigns.resume(database, campaign_id, MORNING, actor="alice")
    with pytest.raises(campaigns.CampaignError, match="no campaign 99"):
        preview(database, 99, MORNING)
    with database.reading() as session:
        acts = session.exec(select(History.act).where(History.actor == "alice")).all()
    assert acts == ["campaign_created", "campaign_state", "campaign_state"]


def test_a_campaign_past_its_last_day_is_finished(database: Database) -> None:
    add_residents(database, 1)
    campaign_id = start_campaign(database, ends_on="2026-11-22")
    assert plan(database, MORNING).planned == 1
    assert plan(database, MORNING + timedelta(days=1)).planned == 0
    plan(database, MORNING + timedelta(days=3))
    [status] = campaigns.status(database, campaign_id)
    assert (status.state, status.planned) == (CampaignState.FINISHED, 0)


async def test_the_status_counts_what_happened(database: Database, clock: PinnedClock) -> None:
    add_residents(database, 2)
    campaign_id = start_campaign(database)
    scripts = iter([PICKS_UP, ()])
    dialer = make_dialer(database, ScriptedCarrier(lambda _: next(scripts)), clock)
    plan(database, clock.now())
    for _ in range(2):
        await dialer.tick()
        await dialer.settled()
        clock.advance(milliseconds=500)
    [status] = campaigns.status(database, campaign_id)
    assert status.outcomes == {"completed": 1, "failed": 1}
    assert (status.planned, status.live, status.calls) == (1, 0, 1)


async def test_the_scheduler_plans_dials_and_stops_cleanly(
    database: Database, clock: PinnedClock
) -> None:
    add_residents(database, 1)
    start_campaign(database)
    answered = asyncio.Event()

    async def answers(*_: object) -> Outcome:
        answered.set()
        return Outcome.COMPLETED

    dialer = make_dialer(database, ScriptedCarrier(lambda _: PICKS_UP), clock, answers)
    scheduler = Scheduler(database, dialer, clock, tick_every_s=0.02)
    await scheduler.start()
    await asyncio.wait_for(answered.wait(), timeout=PATIENCE_S)
    await scheduler.stop()
    assert dialer.live == 0
    assert [a.outcome for a in attempts_of(database)] == [Outcome.COMPLETED]


async def test_everybody_sees_that_the_scheduler_rings_until_it_is_asked_to_drain(
    database: Database, clock: PinnedClock
) -> None:
    dialer = make_dialer(database, ScriptedCarrier(lambda _: PICKS_UP), clock)
    scheduler = Scheduler(database, dialer, clock, tick_every_s=3600.0)
    await scheduler.start()
    [node] = nodes.machinery(database, clock.now()).nodes
    assert (node.name, node.line, node.gone) == ("node-1", "main", False)
    nodes.drain(database, "node-1", clock.now(), actor="alice")
    await scheduler.publish()
    add_residents(database, 1)
    start_campaign(database)
    assert await scheduler.plan() == 1
    assert await dialer.tick() == 0, "it takes no new call"
    await scheduler.stop()
    assert nodes.machinery(database, clock.now()).nodes == []


async def test_a_node_that_stops_is_seen_to_live_until_its_last_call_has_ended(
    database: Database, clock: PinnedClock
) -> None:
    add_residents(database, 1)
    start_campaign(database)
    answered, hangs_up = asyncio.Event(), asyncio.Event()

    async def talks_on(*_: object) -> Outcome:
        answered.set()
        await hangs_up.wait()
        return Outcome.COMPLETED

    dialer = make_dialer(database, ScriptedCarrier(lambda _: PICKS_UP), clock, talks_on)
    scheduler = Scheduler(database, dialer, clock, tick_every_s=0.02, publish_every_s=0.02)
    await scheduler.start()
    await asyncio.wait_for(answered.wait(), timeout=PATIENCE_S)
    stopping = asyncio.create_task(scheduler.stop())
    clock.advance(minutes=5)
    async with asyncio.timeout(PATIENCE_S):
        while nodes.machinery(database, clock.now()).nodes[0].gone:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert not stopping.done()
    hangs_up.set()
    await stopping
    assert nodes.machinery(database, clock.now()).nodes == []


async def test_stopped_in_the_middle_of_reserving_it_leaves_nothing_to_a_lease(
    database: Database,
    clock: PinnedClock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    add_residents(database, 3)
    start_campaign(database)
    reserving, stopped = threading.Event(), threading.Event()
    reserve = reservation.reserve

    def slowly(*args: Any, **more: Any) -> Any:
        reserving.set()
        stopped.wait(timeout=30)
        return reserve(*args, **more)

    monkeypatch.setattr(reservation, "reserve", slowly)
    dialer = make_dialer(database, ScriptedCarrier(lambda _: PICKS_UP), clock)
    scheduler = Scheduler(database, dialer, clock, tick_every_s=0.02)
    await scheduler.start()
    await asyncio.to_thread(reserving.wait, 30)
    stopping = asyncio.create_task(scheduler.stop())
    await asyncio.sleep(0)
    stopped.set()
    await stopping
    assert {a.state for a in attempts_of(database)} == {AttemptState.ENDED}
    assert "raised an exception" not in caplog.text


def test_who_wishes_two_calls_a_day_is_planned_again_in_the_afternoon(database: Database) -> None:
    add_residents(database, 2)
    campaign_id = start_campaign(database)
    with database.session() as session:
        first, second = session.exec(select(Resident)).all()
        first.twice_daily = True
        for resident in (first, second):
            assert resident.id is not None
            done = new_attempt(resident.id, campaign_id, MORNING)
            done.state, done.outcome = AttemptState.ENDED, Outcome.COMPLETED
            done.rang_at = done.ended_at = MORNING
            session.add(done)
    assert plan(database, MORNING + timedelta(hours=4)).planned == 0
    assert plan(database, MORNING + timedelta(hours=6)).planned == 1
    assert attempts_of(database)[-1].resident_id == 1
