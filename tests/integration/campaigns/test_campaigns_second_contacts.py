"""Whom the bot asks when a resident is not reached, and what it learns of whom."""

from collections.abc import Callable, Sequence
from datetime import time, timedelta
from itertools import pairwise

import pytest
from campaigns_scripted import INVALID, MORNING, NO_ANSWER, PICKS_UP, PinnedClock, ScriptedCarrier
from sqlmodel import select
from test_campaigns_dialer import (
    add_residents,
    attempts_of,
    make_dialer,
    start_campaign,
)

from callbot.campaigns.dialing.brief import AttemptBrief
from callbot.campaigns.follow_up import contacts
from callbot.campaigns.planning.planner import plan
from callbot.db import Database
from callbot.dialog.events import Outcome
from callbot.models import Flag, History, Relation, Resident, SecondContact
from callbot.telephony.carrier import Dial, Leg, LegEvent

OWN = "+8613800000001"
SON = "+8613800000091"
LANDLORD = "+8613800000092"
ONE_RING = {"retry": {"rings_per_day": 1, "no_answer": 60}}


def add_contacts(database: Database, *phones: str, resident_id: int = 1) -> None:
    with database.session() as rows:
        resident = rows.get_one(Resident, resident_id)
        for phone in phones:
            contacts.add_second_contact(
                rows, resident, Relation.FAMILY, "家人", phone, MORNING, actor="alice"
            )


async def play(
    database: Database,
    clock: PinnedClock,
    carrier: ScriptedCarrier,
    outcome: Outcome = Outcome.COMPLETED,
    *,
    ticks: int = 6,
) -> None:
    async def answered(_brief: AttemptBrief, leg: Leg) -> Outcome:
        async for _ in leg.events():
            pass
        return outcome

    dialer = make_dialer(database, carrier, clock, answered)
    for _ in range(ticks):
        plan(database, clock.now())
        await dialer.tick()
        await dialer.settled()
        clock.advance(minutes=11)


def by_phone(scripts: dict[str, Sequence[LegEvent]]) -> Callable[[Dial], Sequence[LegEvent]]:
    return lambda dial: scripts.get(dial.to, NO_ANSWER)


def flags(database: Database) -> list[Flag]:
    with database.reading() as rows:
        return list(rows.exec(select(Flag)).all())


async def test_family_that_answers_completes_the_day_of_who_was_not_reached(
    database: Database, clock: PinnedClock
) -> None:
    add_residents(database, 1)
    add_contacts(database, SON, LANDLORD)
    start_campaign(database, **ONE_RING)
    carrier = ScriptedCarrier(by_phone({SON: PICKS_UP}))
    await play(database, clock, carrier)
    assert [dial.to for dial in carrier.dials] == [OWN, SON]
    assert flags(database) == []
    assert [a.outcome for a in attempts_of(database)] == [Outcome.NO_ANSWER, Outcome.COMPLETED]
    with database.reading() as rows:
        acts = rows.exec(select(History.act)).all()
    assert "second_contact_called" in acts


async def test_when_nobody_is_reached_each_was_rung_once_and_a_visit_is_flagged(
    database: Database, clock: PinnedClock
) -> None:
    add_residents(database, 1)
    add_contacts(database, SON, LANDLORD)
    start_campaign(database, **ONE_RING)
    carrier = ScriptedCarrier(by_phone({LANDLORD: INVALID}))
    await play(database, clock, carrier, ticks=8)
    assert [dial.to for dial in carrier.dials] == [OWN, SON, LANDLORD]
    [flag] = flags(database)
    assert (flag.rule, flag.reason) == (
        "unreachable",
        "本人响铃1次未完成随访，第二联系人也未能完成，请上门",
    )
    with database.reading() as rows:
        assert [c.unusable for c in rows.exec(select(SecondContact)).all()] == [False, True]
        assert rows.get_one(Resident, 1).number_problem is None


async def test_a_contact_who_says_stop_is_not_called_again_and_the_resident_still_is(
    database: Database, clock: PinnedClock
) -> None:
    add_residents(database, 3)
    for resident_id in (1, 2):
        add_contacts(database, LANDLORD, resident_id=resident_id)
    with database.session() as rows:
        rows.get_one(Resident, 3).opted_out_at = MORNING
    start_campaign(database, **ONE_RING)
    carrier = ScriptedCarrier(by_phone({LANDLORD: PICKS_UP}))
    await play(database, clock, carrier, Outcome.OPTED_OUT, ticks=8)
    assert [dial.to for dial in carrier.dials].count(LANDLORD) == 1
    with database.reading() as rows:
        assert rows.get_one(Resident, 1).opted_out_at is None
        assert all(c.opted_out_at for c in rows.exec(select(SecondContact)).all())
    assert len(flags(database)) == 2


async def test_one_landlord_of_many_is_rung_ten_minutes_apart_and_at_most_three_times_a_day(
    database: Database, clock: PinnedClock
) -> None:
    add_residents(database, 5)
    for resident_id in range(1, 6):
        add_contacts(database, LANDLORD, resident_id=resident_id)
    start_campaign(database, retry={"rings_per_day": 1})
    carrier = ScriptedCarrier()
    dialer = make_dialer(database, carrier, clock)
    rung = []
    for _ in range(16):
        plan(database, clock.now())
        before = len(carrier.dials)
        await dialer.tick()
        await dialer.settled()
        rung += [clock.now() for dial in carrier.dials[before:] if dial.to == LANDLORD]
        clock.advance(minutes=5)
    gaps = [later - earlier for earlier, later in pairwise(rung)]
    assert len(rung) == 3
    assert min(gaps) >= timedelta(minutes=10)
    assert len(flags(database)) == 5


async def test_the_residents_own_wish_for_the_morning_does_not_bind_a_contact(
    database: Database, clock: PinnedClock
) -> None:
    add_residents(database, 1)
    add_contacts(database, SON)
    with database.session() as rows:
        resident = rows.get_one(Resident, 1)
        resident.window_start, resident.window_end = time(9), time(9, 5)
    start_campaign(database, **ONE_RING)
    carrier = ScriptedCarrier(by_phone({SON: PICKS_UP}))
    await play(database, clock, carrier, ticks=3)
    assert [dial.to for dial in carrier.dials] == [OWN, SON]


@pytest.mark.parametrize("rings", [0, 2])
async def test_how_often_a_contact_is_asked_is_the_campaigns_rule(
    database: Database, clock: PinnedClock, rings: int
) -> None:
    add_residents(database, 1)
    add_contacts(database, SON)
    start_campaign(database, retry={"rings_per_day": 1, "rings_per_second_contact": rings})
    carrier = ScriptedCarrier(by_phone({}))
    await play(database, clock, carrier, ticks=12)
    assert [dial.to for dial in carrier.dials] == [OWN, *[SON] * rings]
    assert len(flags(database)) == 1
