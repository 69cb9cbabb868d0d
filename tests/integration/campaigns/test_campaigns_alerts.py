"""An alert makes one call at once, and a flag unless that call clears it."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from campaigns_office import add_call, add_residents, attempts_of, make_dialer, start_campaign
from campaigns_scripted import MORNING, NO_ANSWER, PICKS_UP, PinnedClock, ScriptedCarrier
from sqlalchemy import text
from sqlmodel import select

from callbot.campaigns import campaign as campaigns
from callbot.campaigns.alerts import take_alert
from callbot.campaigns.dialing import verification
from callbot.campaigns.dialing.brief import AttemptBrief
from callbot.campaigns.planning.planner import plan
from callbot.campaigns.planning.preview import preview
from callbot.db import Database
from callbot.dialog.answers import Kind, Status
from callbot.dialog.events import Outcome, Severity
from callbot.models import (
    Alert,
    AlertKind,
    AnswerRow,
    Attempt,
    AttemptState,
    Flag,
    FollowUp,
    History,
    Occasion,
    Resident,
)
from callbot.telephony.carrier import Leg, LegEvent

PHONE = "+8613800000001"
STAYED = {"went_out": False, "places": [], "when": [], "transport": []}
WENT_OUT = {**STAYED, "went_out": True}


def alert(database: Database, clock: PinnedClock, number: str = "17") -> Alert:
    return take_alert(
        database, "door", number, AlertKind.DOOR_OPENED, PHONE, clock.now(), clock.now()
    )


def start_verification(database: Database, **fields: object) -> int:
    return start_campaign(database, script="verification", occasion=Occasion.ALERT, **fields)


async def ring(
    database: Database,
    clock: PinnedClock,
    events: Sequence[LegEvent],
    movements: dict[str, Any] | None = None,
    outcome: Outcome = Outcome.COMPLETED,
) -> ScriptedCarrier:
    """One tick, in which the resident says where they were, if anything."""
    carrier = ScriptedCarrier(lambda _dial: events)

    async def answered(brief: AttemptBrief, leg: Leg) -> Outcome:
        add_call(database, brief)
        with database.session() as rows:
            rows.add(
                AnswerRow(
                    call_id=f"call-{brief.attempt_id}",
                    resident_id=brief.resident_id,
                    question="movements",
                    kind=Kind.MOVEMENTS,
                    status=Status.CLEAR if movements else Status.UNCLEAR,
                    value=movements,
                    answered_at=clock.now(),
                )
            )
        async for _ in leg.events():
            pass
        return outcome

    dialer = make_dialer(database, carrier, clock, answered)
    await dialer.tick()
    await dialer.settled()
    return carrier


def flags(database: Database) -> list[Flag]:
    with database.reading() as rows:
        return list(rows.exec(select(Flag)).all())


def wait_until_held_up(database: Database, threads: int) -> None:
    """On PostgreSQL until so many transactions wait for a lock; SQLite's writers line up anyway."""
    if not database.is_shared:
        return
    held_up = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
    of_this = text(held_up + "AND datname = current_database()")
    while True:
        with database.reading() as rows:
            if rows.execute(of_this).scalar_one() >= threads:
                return
        time.sleep(0.01)


def acts(database: Database) -> list[str]:
    with database.reading() as rows:
        return [entry.act for entry in rows.exec(select(History).where(History.resident_id == 1))]


async def test_who_says_to_have_stayed_at_home_is_not_flagged(
    database: Database, clock: PinnedClock
) -> None:
    add_residents(database, 1)
    start_verification(database)
    taken = alert(database, clock)
    assert (taken.flag_id, taken.attempt_id) == (None, attempts_of(database)[0].id)
    carrier = await ring(database, clock, PICKS_UP, STAYED)
    assert [dial.to for dial in carrier.dials] == [PHONE]
    assert flags(database) == []
    assert acts(database) == [
        "alert_received",
        "attempt_ended",
        "alert_cleared",
        "gave_up_for_today",
    ]


@pytest.mark.parametrize(
    ("events", "movements", "outcome", "reason"),
    [
        (NO_ANSWER, None, Outcome.COMPLETED, "核实电话没有接通（无人接听）"),
        (PICKS_UP, STAYED, Outcome.PARTIAL, "核实通话没有完成"),
        (PICKS_UP, WENT_OUT, Outcome.COMPLETED, "没有说明一直在家"),
        (PICKS_UP, None, Outcome.COMPLETED, "没有说明一直在家"),
    ],
)
async def test_who_is_not_cleared_by_the_one_call_is_left_to_a_person(
    database: Database,
    clock: PinnedClock,
    events: Sequence[LegEvent],
    movements: dict[str, Any] | None,
    outcome: Outcome,
    reason: str,
) -> None:
    add_residents(database, 1)
    start_verification(database)
    alert(database, clock)
    await ring(database, clock, events, movements, outcome)
    [flag] = flags(database)
    assert (flag.rule, flag.severity) == ("alert_door_opened", Severity.HIGH)
    assert reason in flag.reason
    clock.advance(hours=1)
    plan(database, clock.now())
    assert [a.state for a in attempts_of(database)] == [AttemptState.ENDED]


@pytest.mark.parametrize(
    ("change", "hour", "reason"),
    [
        ({"opted_out_at": MORNING}, 9, "本人于2026-11-22要求不再来电"),
        ({"follow_up": FollowUp.PAUSED}, 9, "随访已暂停"),
        ({}, 23, "不在可呼叫时段"),
    ],
)
def test_whom_no_rule_lets_us_ring_is_flagged_at_once_with_the_reason(
    database: Database,
    clock: PinnedClock,
    change: dict[str, object],
    hour: int,
    reason: str,
) -> None:
    add_residents(database, 1)
    with database.session() as rows:
        rows.get_one(Resident, 1).sqlmodel_update(change)
    start_verification(database)
    clock.advance(hours=hour - 9)
    alert(database, clock)
    [flag] = flags(database)
    assert "没有打核实电话" in flag.reason
    assert reason in flag.reason
    assert attempts_of(database) == []


def test_without_such_a_campaign_every_alert_is_a_flag(
    database: Database, clock: PinnedClock
) -> None:
    add_residents(database, 1)
    start_campaign(database)
    alert(database, clock)
    assert [flag.reason for flag in flags(database)] == ["门磁告警：房门打开"]


async def test_a_call_that_is_still_to_come_is_brought_forward_and_asks_the_same(
    database: Database, clock: PinnedClock
) -> None:
    add_residents(database, 1)
    daily = start_campaign(database)
    plan(database, clock.now())
    with database.session() as rows:
        rows.exec(select(Attempt)).one().due_at = MORNING + timedelta(hours=2)
    start_verification(database)
    alert(database, clock)
    [attempt] = attempts_of(database)
    assert (attempt.campaign_id, attempt.due_at) == (daily, MORNING)
    await ring(database, clock, PICKS_UP, STAYED)
    assert flags(database) == []


async def test_a_door_that_swings_makes_one_call_and_one_flag(
    database: Database, clock: PinnedClock
) -> None:
    add_residents(database, 1)
    start_verification(database)
    for swing in range(4):
        alert(database, clock, f"door-{swing}")
    carrier = await ring(database, clock, NO_ANSWER)
    clock.advance(minutes=1)
    alert(database, clock, "door-later")
    assert len(carrier.dials) == 1
    [flag] = flags(database)
    with database.reading() as rows:
        assert {taken.flag_id for taken in rows.exec(select(Alert))} == {flag.id}


def test_alerts_that_come_in_the_same_moment_make_one_call(
    database: Database, clock: PinnedClock
) -> None:
    add_residents(database, 1)
    start_verification(database)
    numbers = ["same"] * 4 + ["other-1", "other-2"]
    with ThreadPoolExecutor(len(numbers)) as systems:
        with database.session() as rows:
            # Held, so that all of them have looked and found nothing before the first one writes.
            rows.exec(select(Resident).with_for_update()).one()
            taking = [systems.submit(alert, database, clock, number) for number in numbers]
            wait_until_held_up(database, len(numbers))
        taken = [each.result() for each in taking]
    [attempt] = attempts_of(database)
    assert {(each.attempt_id, each.flag_id) for each in taken} == {(attempt.id, None)}
    assert acts(database).count("alert_received") == 3


def test_an_alert_whose_call_no_line_takes_up_is_flagged_within_minutes(
    database: Database, clock: PinnedClock
) -> None:
    add_residents(database, 1)
    start_verification(database)
    alert(database, clock)
    clock.advance(minutes=9)
    plan(database, clock.now())
    assert flags(database) == []
    clock.advance(minutes=2)
    plan(database, clock.now())
    assert ["没能及时打核实电话" in flag.reason for flag in flags(database)] == [True]


@pytest.mark.parametrize("act", [campaigns.pause, campaigns.stop])
def test_a_campaign_that_stops_leaves_its_alerts_to_a_person(
    database: Database, clock: PinnedClock, act: Any
) -> None:
    add_residents(database, 1)
    waiting = start_verification(database)
    alert(database, clock)
    act(database, waiting, clock.now(), actor="alice")
    assert len(flags(database)) == 1


def test_a_campaign_that_waits_for_alerts_plans_nobody_and_says_so(
    database: Database, clock: PinnedClock
) -> None:
    add_residents(database, 3)
    waiting = start_verification(database)
    assert plan(database, clock.now()).planned == 0
    said = {row.said("zh-CN") for row in preview(database, waiting, clock.now()).rows()}
    assert said == {"本任务只在门磁、摄像头、门禁等告警后呼叫"}


def test_an_alert_in_the_moment_in_which_the_day_is_planned_is_not_lost(
    database: Database, clock: PinnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_residents(database, 1)
    start_campaign(database)
    start_verification(database)
    plan(database, clock.now())
    # As if the attempt had been planned after the alert had looked for one.
    monkeypatch.setattr(verification, "recent_attempts", lambda *_: [])
    alert(database, clock)
    assert ["刚刚安排了另一次来电" in flag.reason for flag in flags(database)] == [True]
    assert len(attempts_of(database)) == 1
