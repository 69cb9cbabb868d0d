"""Residents who ring back are joined to the campaign that tried to reach them; nobody else is."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import pytest
from campaigns_scripted import (
    BUSY,
    NO_ANSWER,
    PICKS_UP,
    PinnedClock,
    ScriptedCarrier,
    ScriptedLeg,
)
from sqlmodel import col, select
from test_campaigns_dialer import add_residents, attempts_of, make_dialer, start_campaign

from callbot.campaigns.dialing.brief import AttemptBrief
from callbot.campaigns.planning.planner import plan
from callbot.db import Database
from callbot.dialog.events import Outcome
from callbot.models import Attempt, AttemptState, History, Resident
from callbot.telephony.carrier import Answered, Ended, EndReason, Leg, LegEvent

RESIDENT = "+8613800000001"
TALKS: tuple[LegEvent, ...] = (Answered(), Ended(EndReason.HUNG_UP_THERE))


@dataclass
class ScriptedCaller:
    """An Incoming."""

    caller: str
    script: tuple[LegEvent, ...] = TALKS
    attempt_id: str = "incoming-1"
    called: str = "+8653288880000"
    leg: ScriptedLeg | None = None

    async def answer(self) -> ScriptedLeg:
        self.leg = ScriptedLeg(self.attempt_id, self.script)
        return self.leg

    async def reject(self) -> None: ...


class Office:
    """A campaign with one resident, whom the carrier does not reach at first."""

    def __init__(
        self, database: Database, clock: PinnedClock, tried: tuple[LegEvent, ...], **policy: object
    ) -> None:
        self.database, self.clock = database, clock
        self.led: list[AttemptBrief] = []
        self.strangers: list[Leg] = []
        self.outcome = Outcome.COMPLETED
        add_residents(database, 1)
        start_campaign(database, **policy)
        self.carrier = ScriptedCarrier(lambda _: tried)
        self.dialer = make_dialer(database, self.carrier, clock, self._lead)
        self.dialer._on_stranger = self._turn_away

    async def tries(self) -> None:
        plan(self.database, self.clock.now())
        await self.dialer.tick()
        await self.dialer.settled()
        self.clock.advance(minutes=2)

    async def rung(self, caller: str = RESIDENT, **given: tuple[LegEvent, ...]) -> ScriptedCaller:
        incoming = ScriptedCaller(caller, **given)
        await self.dialer.take_call(incoming)
        return incoming

    @property
    def open_attempts(self) -> list[Attempt]:
        return [a for a in attempts_of(self.database) if a.state is not AttemptState.ENDED]

    async def _lead(self, brief: AttemptBrief, leg: Leg) -> Outcome:
        self.led.append(brief)
        async for _ in leg.events():
            pass
        return self.outcome

    async def _turn_away(self, leg: Leg) -> None:
        self.strangers.append(leg)


async def test_who_was_not_reached_and_rings_back_is_not_rung_again(
    database: Database, clock: PinnedClock
) -> None:
    office = Office(database, clock, NO_ANSWER)
    await office.tries()
    [retry] = office.open_attempts

    incoming = await office.rung()

    assert [(brief.attempt_id, brief.rang_back) for brief in office.led] == [(retry.id, True)]
    assert office.open_attempts == []
    with database.reading() as rows:
        taken = rows.get_one(Attempt, retry.id)
        acts = rows.exec(select(History.act).where(col(History.act) == "rang_back")).all()
    assert taken.outcome is Outcome.COMPLETED
    assert taken.rang_at is None, "that they ring us does not count as our ring"
    assert acts == ["rang_back"]
    assert incoming.leg is not None
    assert incoming.leg.hung_up >= 1
    clock.advance(hours=2)
    plan(database, clock.now())
    assert await office.dialer.tick() == 0
    assert len(office.carrier.dials) == 1


async def test_who_was_given_up_for_today_and_rings_back_is_asked(
    database: Database, clock: PinnedClock
) -> None:
    office = Office(database, clock, BUSY, retry={"busy": None})
    await office.tries()
    assert office.open_attempts == []
    await office.rung()
    assert len(office.led) == 1
    assert [a.outcome for a in attempts_of(database)] == [Outcome.BUSY, Outcome.COMPLETED]


async def test_a_call_that_breaks_off_is_followed_by_ours(
    database: Database, clock: PinnedClock
) -> None:
    office = Office(database, clock, NO_ANSWER)
    office.outcome = Outcome.PARTIAL
    await office.tries()
    await office.rung()
    [followed_by] = office.open_attempts
    assert followed_by.due_at > clock.now()


async def test_who_has_nothing_to_be_asked_is_told_who_we_are_and_nothing_is_written(
    database: Database, clock: PinnedClock
) -> None:
    office = Office(database, clock, PICKS_UP)
    await office.rung()
    assert len(office.strangers) == 1, "nobody has tried to reach them"
    await office.tries()
    before = attempts_of(database)
    for caller in (RESIDENT, "+8613800009999", ""):
        await office.rung(caller)
    assert len(office.led) == 1, "only the call that we made"
    assert len(office.strangers) == 4
    assert attempts_of(database) == before


@pytest.mark.parametrize("change", ["opted_out_at", "exposed_on"])
async def test_who_does_not_want_to_be_asked_or_need_not_be_is_left_in_peace(
    database: Database, clock: PinnedClock, change: str
) -> None:
    office = Office(database, clock, NO_ANSWER)
    await office.tries()
    with database.session() as rows:
        resident = rows.exec(select(Resident)).one()
        value = clock.now() if change == "opted_out_at" else resident.exposed_on - timedelta(30)
        setattr(resident, change, value)
    await office.rung()
    assert office.led == []
    assert len(office.strangers) == 1


async def test_who_rings_while_they_are_being_rung_gets_no_second_conversation(
    database: Database, clock: PinnedClock
) -> None:
    office = Office(database, clock, PICKS_UP)
    office.carrier.gate = asyncio.Event()
    plan(database, clock.now())
    await office.dialer.tick()
    await office.carrier.placed.wait()
    await office.rung()
    assert len(office.strangers) == 1
    office.carrier.gate.set()
    await office.dialer.settled()
    assert len(office.led) == 1


async def test_a_caller_who_gives_up_before_the_answer_changes_nothing(
    database: Database, clock: PinnedClock
) -> None:
    office = Office(database, clock, NO_ANSWER)
    await office.tries()
    before = attempts_of(database)
    await office.rung(script=(Ended(EndReason.HUNG_UP_THERE),))
    assert attempts_of(database) == before
    assert office.led == office.strangers == []


async def test_callers_hear_that_the_line_is_busy_while_we_stop(
    database: Database, clock: PinnedClock
) -> None:
    office = Office(database, clock, NO_ANSWER)
    await office.tries()
    await office.dialer.drain()
    assert (await office.rung()).leg is None
