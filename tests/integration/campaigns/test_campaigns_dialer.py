"""The dialer on a real database, with a scripted carrier."""

import asyncio
from collections import Counter
from datetime import date, timedelta

import pytest
from campaigns_scripted import (
    BUSY,
    INVALID,
    MORNING,
    NETWORK_FAILED,
    NO_ANSWER,
    PICKS_UP,
    PinnedClock,
    ScriptedCarrier,
)
from sqlmodel import col, select

from callbot import vault
from callbot.campaigns import campaign as campaigns
from callbot.campaigns.brief import AttemptBrief
from callbot.campaigns.dialer import Dialer, OnAnswered
from callbot.campaigns.line import set_line
from callbot.campaigns.planner import next_due, plan
from callbot.campaigns.policy import CampaignFile
from callbot.clock import Clock
from callbot.db import Database
from callbot.dialog.events import Outcome
from callbot.errors import TelephonyError
from callbot.models import Attempt, AttemptState, Call, Flag, History, NumberProblem, Resident
from callbot.telephony.carrier import Found, Leg, Trace


def add_residents(database: Database, count: int) -> None:
    with database.session() as session:
        for n in range(1, count + 1):
            phone = f"+861380000{n:04d}"
            session.add(
                Resident(
                    name=f"居民{n}",
                    phone=phone,
                    phone_hash=vault.look_up_hash(phone),
                    exposed_on=date(2026, 11, 20),
                    imported_at=MORNING,
                )
            )


def start_campaign(database: Database, **fields: object) -> int:
    wanted = CampaignFile.model_validate({"name": "每日随访", "script": "quarantine", **fields})
    campaign_id = campaigns.create(database, wanted, MORNING, actor="alice")
    campaigns.start(database, campaign_id, MORNING, actor="alice")
    return campaign_id


async def completed(_brief: AttemptBrief, leg: Leg) -> Outcome:
    async for _ in leg.events():
        pass
    return Outcome.COMPLETED


def make_dialer(
    database: Database,
    carrier: ScriptedCarrier,
    clock: Clock,
    on_answered: OnAnswered = completed,
    *,
    capacity: int = 8,
    calls_per_second: float = 1000.0,
    node: str = "node-1",
) -> Dialer:
    set_line(
        database,
        "main",
        carrier="scripted",
        capacity=capacity,
        calls_per_second=calls_per_second,
        headroom=1.0,
    )
    return Dialer(database, carrier, clock, on_answered, node=node, line="main")


def attempts_of(database: Database) -> list[Attempt]:
    with database.reading() as session:
        return list(session.exec(select(Attempt).order_by(col(Attempt.due_at))))


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


@pytest.mark.parametrize(
    ("events", "outcome", "minutes"),
    [
        (NO_ANSWER, Outcome.NO_ANSWER, 60),
        (BUSY, Outcome.BUSY, 10),
        (NETWORK_FAILED, Outcome.FAILED, 5),
    ],
)
async def test_an_attempt_in_vain_is_followed_by_another_after_the_wait_of_its_outcome(
    database: Database, clock: PinnedClock, events: object, outcome: Outcome, minutes: int
) -> None:
    add_residents(database, 1)
    start_campaign(database)
    dialer = make_dialer(database, ScriptedCarrier(lambda _: events), clock)  # type: ignore[arg-type,return-value]
    plan(database, clock.now())
    await dialer.tick()
    await dialer.settled()

    first, second = attempts_of(database)
    assert first.outcome is outcome
    assert (second.state, second.number) == (AttemptState.PLANNED, 2)
    assert second.due_at == MORNING + timedelta(minutes=minutes)
    assert next_due(database, clock.now()) == second.due_at


async def test_who_is_not_reached_in_three_attempts_is_flagged_and_left_in_peace(
    database: Database, clock: PinnedClock
) -> None:
    add_residents(database, 1)
    start_campaign(database)
    carrier = ScriptedCarrier()
    dialer = make_dialer(database, carrier, clock)
    for _ in range(60):
        plan(database, clock.now())
        await dialer.tick()
        await dialer.settled()
        clock.advance(minutes=10)

    assert len(carrier.dials) == 3
    with database.reading() as session:
        [flag] = session.exec(select(Flag)).all()
    assert flag.rule == "unreachable"
    assert "响铃3次" in flag.reason


async def test_a_number_that_does_not_exist_is_flagged_and_never_dialled_again(
    database: Database, clock: PinnedClock
) -> None:
    add_residents(database, 1)
    start_campaign(database)
    carrier = ScriptedCarrier(lambda _: INVALID)
    dialer = make_dialer(database, carrier, clock)
    for _ in range(3):
        plan(database, clock.now())
        await dialer.tick()
        await dialer.settled()
        clock.advance(days=1)

    assert len(carrier.dials) == 1
    with database.reading() as session:
        assert session.exec(select(Flag.rule)).all() == ["invalid_number"]
        resident = session.exec(select(Resident)).one()
    assert resident.number_problem is NumberProblem.INVALID


@pytest.mark.parametrize(
    ("outcome", "rule"),
    [
        (Outcome.REFUSED, "refused"),
        (Outcome.OPTED_OUT, "opted_out"),
        (Outcome.WRONG_NUMBER, "wrong_number"),
        (Outcome.NOT_SELF, "not_self"),
    ],
)
async def test_what_only_a_person_can_settle_is_flagged_and_not_tried_again_that_day(
    database: Database, clock: PinnedClock, outcome: Outcome, rule: str
) -> None:
    async def ends_so(_brief: AttemptBrief, _leg: Leg) -> Outcome:
        return outcome

    add_residents(database, 1)
    start_campaign(database)
    carrier = ScriptedCarrier(lambda _: PICKS_UP)
    dialer = make_dialer(database, carrier, clock, ends_so)
    for _ in range(5):
        plan(database, clock.now())
        await dialer.tick()
        await dialer.settled()
        clock.advance(hours=1)

    assert len(carrier.dials) == 1
    with database.reading() as session:
        assert session.exec(select(Flag.rule)).all() == [rule]


async def test_who_asks_not_to_be_called_is_called_by_no_campaign_any_more(
    database: Database, clock: PinnedClock
) -> None:
    async def opts_out(_brief: AttemptBrief, _leg: Leg) -> Outcome:
        return Outcome.OPTED_OUT

    add_residents(database, 1)
    start_campaign(database)
    start_campaign(database)
    carrier = ScriptedCarrier(lambda _: PICKS_UP)
    dialer = make_dialer(database, carrier, clock, opts_out)
    for _ in range(4):
        plan(database, clock.now())
        await dialer.tick()
        await dialer.settled()
        clock.advance(hours=20)

    assert len(carrier.dials) == 1


async def test_an_unfinished_call_is_resumed_half_an_hour_later_even_after_a_call_in_vain(
    database: Database, clock: PinnedClock
) -> None:
    briefs: list[AttemptBrief] = []

    async def breaks_off(brief: AttemptBrief, _leg: Leg) -> Outcome:
        briefs.append(brief)
        add_call(database, brief)
        return Outcome.PARTIAL

    add_residents(database, 1)
    start_campaign(database)
    scripts = iter([PICKS_UP, NO_ANSWER, PICKS_UP])
    dialer = make_dialer(database, ScriptedCarrier(lambda _: next(scripts)), clock, breaks_off)
    plan(database, clock.now())
    for wait_min in (30, 60, 0):
        await dialer.tick()
        await dialer.settled()
        clock.advance(minutes=wait_min)

    first, last = briefs
    assert first.resumes_call_id is None
    assert (last.number, last.resumes_call_id) == (3, f"call-{first.attempt_id}")


def add_call(database: Database, brief: AttemptBrief, **fields: object) -> None:
    with database.session() as session:
        session.add(
            Call(
                id=f"call-{brief.attempt_id}",
                attempt_id=brief.attempt_id,
                resident_id=brief.resident_id,
                script="quarantine",
                script_version="1",
                locale="zh-CN",
                started_at=MORNING,
                **fields,
            )
        )


async def test_who_asks_to_be_called_at_noon_is_called_at_noon(
    database: Database, clock: PinnedClock
) -> None:
    noon = MORNING + timedelta(hours=3, minutes=20)

    async def busy_now(brief: AttemptBrief, _leg: Leg) -> Outcome:
        add_call(database, brief, callback_at=noon)
        return Outcome.CALLBACK_REQUESTED

    add_residents(database, 1)
    start_campaign(database)
    carrier = ScriptedCarrier(lambda _: PICKS_UP)
    dialer = make_dialer(database, carrier, clock, busy_now)
    plan(database, clock.now())
    await dialer.tick()
    await dialer.settled()
    assert next_due(database, clock.now()) == noon

    clock.at = noon
    assert await dialer.tick() == 1
    await dialer.settled()


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


async def test_every_end_of_an_attempt_is_in_the_residents_history(
    database: Database, clock: PinnedClock
) -> None:
    add_residents(database, 1)
    start_campaign(database)
    dialer = make_dialer(database, ScriptedCarrier(), clock)
    plan(database, clock.now())
    await dialer.tick()
    await dialer.settled()
    with database.reading() as session:
        acts = session.exec(select(History.act).where(History.resident_id == 1)).all()
    assert acts == ["attempt_ended", "retry_planned"]


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
