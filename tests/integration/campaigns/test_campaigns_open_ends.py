"""Ends that come late, twice or never: no call stays open, and no later truth is overwritten."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from campaigns_office import add_residents, attempts_of, completed, make_dialer, start_campaign
from campaigns_scripted import NO_ANSWER, PinnedClock, ScriptedCarrier, ScriptedLeg

from callbot.campaigns.dialing import attempts, call, ending, reservation
from callbot.campaigns.dialing.brief import AttemptBrief
from callbot.campaigns.dialing.call import OneCall, Surroundings
from callbot.campaigns.dialing.line import set_line
from callbot.campaigns.planning.planner import plan
from callbot.db import Database
from callbot.dialog.events import Outcome
from callbot.models import Attempt, AttemptState
from callbot.telephony import dialled_leg
from callbot.telephony.carrier import Answered, Dial, Leg, LegEvent, Ringing

NODE, LINE = "node-1", "main"


def reserved(database: Database, clock: PinnedClock) -> AttemptBrief:
    add_residents(database, 1)
    start_campaign(database)
    plan(database, clock.now())
    set_line(database, LINE, carrier="scripted", capacity=1, calls_per_second=10, headroom=1)
    [brief] = reservation.reserve(database, clock.now(), node=NODE, line=LINE)
    return brief


class NeverEnds(ScriptedLeg):
    """Whoever waits for more than these events waits for ever."""

    async def events(self) -> AsyncIterator[LegEvent]:
        async for event in super().events():
            yield event
        await asyncio.Event().wait()


class SilentCarrier(ScriptedCarrier):
    async def place(self, dial: Dial) -> ScriptedLeg:
        leg = await super().place(dial)
        self.legs[-1] = NeverEnds(dial.attempt_id, leg.script)
        return self.legs[-1]


async def lead(
    database: Database, clock: PinnedClock, events: tuple[LegEvent, ...]
) -> tuple[Attempt, SilentCarrier]:
    async def for_ever(_brief: AttemptBrief, leg: Leg) -> Outcome:
        async for _ in leg.events():
            pass
        raise AssertionError("the leg has ended")

    brief = reserved(database, clock)
    carrier = SilentCarrier(lambda _: events)
    shared = Surroundings(database, carrier, clock, NODE, LINE, 0.05, for_ever, 1.0)
    await OneCall(shared, brief).run()
    [attempt, *_] = [a for a in attempts_of(database) if a.state is AttemptState.ENDED]
    return attempt, carrier


async def test_a_ringing_of_which_no_end_is_ever_reported_ends_by_itself(
    database: Database, clock: PinnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialled_leg, "RING_GRACE_S", 0.05)
    attempt, carrier = await lead(database, clock, (Ringing(),))
    assert attempt.outcome is Outcome.NO_ANSWER
    assert attempt.detail == "the carrier never said how the call ended"
    assert carrier.legs[-1].hung_up == 1


async def test_nobody_is_said_to_be_out_whose_phone_is_not_known_to_have_rung(
    database: Database, clock: PinnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialled_leg, "RING_GRACE_S", 0.05)
    attempt, carrier = await lead(database, clock, ())
    assert attempt.outcome is Outcome.FAILED
    assert attempt.detail == "the carrier never said that the phone rings"
    assert carrier.legs[-1].hung_up == 1


async def test_a_conversation_whose_hang_up_is_never_reported_is_cut_off(
    database: Database, clock: PinnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call, "LONGEST_CALL_S", 0.05)
    attempt, carrier = await lead(database, clock, (Ringing(), Answered()))
    assert attempt.outcome is Outcome.PARTIAL
    assert attempt.detail == "ended after the longest time allowed"
    assert carrier.legs[-1].hung_up == 1


def test_what_is_reported_after_the_end_changes_nothing(
    database: Database, clock: PinnedClock
) -> None:
    id_ = reserved(database, clock).attempt_id
    assert reservation.begin_placing(database, id_, clock.now, node=NODE)
    assert ending.end_attempt(database, id_, Outcome.COMPLETED, clock.now(), node=NODE)
    before = attempts_of(database)
    clock.advance(minutes=1)
    assert not attempts.mark_ringing(database, id_, clock.now(), node=NODE)
    assert not attempts.mark_answered(database, id_, clock.now(), node=NODE, line="main")
    assert not ending.end_attempt(database, id_, Outcome.NO_ANSWER, clock.now(), node=NODE)
    attempts.renew_leases(database, [id_], clock.now(), node=NODE)
    assert attempts_of(database) == before


async def test_the_place_of_a_call_in_vain_is_given_to_the_next(
    database: Database, clock: PinnedClock
) -> None:
    add_residents(database, 3)
    start_campaign(database)
    plan(database, clock.now())
    carrier = ScriptedCarrier(lambda _: NO_ANSWER)
    dialer = make_dialer(database, carrier, clock, completed, capacity=1)
    for _ in range(3):
        assert await dialer.tick() == 1
        await dialer.settled()
        clock.advance(seconds=1)
    assert len({dial.to for dial in carrier.dials}) == 3
