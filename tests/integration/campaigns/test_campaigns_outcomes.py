"""What follows each outcome: a retry after its wait, a flag, or peace."""

from datetime import timedelta

import pytest
from campaigns_office import (
    add_call,
    add_residents,
    attempts_of,
    make_dialer,
    start_campaign,
)
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
from sqlmodel import select

from callbot.campaigns.dialing.brief import AttemptBrief
from callbot.campaigns.planning.planner import next_due, plan
from callbot.db import Database
from callbot.dialog.events import Outcome
from callbot.models import AttemptState, Flag, History, NumberProblem, Resident
from callbot.telephony.carrier import Answered, Ended, EndReason, Found, Leg, Ringing, Trace


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


@pytest.mark.parametrize(
    ("ended", "told"),
    [
        (Ended(EndReason.NETWORK_FAILED, "no sound came for 8 s"), "no sound came for 8 s"),
        (Ended(EndReason.UNHEARD, "no sound came for 8 s"), "no sound came for 8 s"),
        (Ended(EndReason.HUNG_UP_THERE, "Connection reset by peer"), ""),
    ],
    ids=["network", "unheard", "resident"],
)
async def test_a_conversation_that_the_network_broke_off_says_so_in_its_words(
    database: Database, clock: PinnedClock, ended: Ended, told: str
) -> None:
    async def broken_off(_brief: AttemptBrief, _leg: Leg) -> Outcome:
        return Outcome.PARTIAL

    add_residents(database, 1)
    start_campaign(database)
    known = Trace(Found.ENDED, ended, answered=True)
    carrier = ScriptedCarrier(lambda _: (Ringing(), Answered(), ended), known)
    dialer = make_dialer(database, carrier, clock, broken_off)
    plan(database, clock.now())
    await dialer.tick()
    await dialer.settled()
    assert attempts_of(database)[0].detail == told


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
