"""What every carrier must do, whatever network is behind it.

A carrier's own test module derives a class from `CarrierConformance` and gives it a fixture
`far_end`: a phone network with phones that do as `Phone` says, and the carrier, started, that
reaches them.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from itertools import count
from typing import Protocol

import numpy as np
import pytest

from callbot.errors import TelephonyError
from callbot.speech.audio import FRAME_BYTES, Pcm, frames, samples
from callbot.telephony.carrier import (
    Answered,
    Audio,
    Carrier,
    Dial,
    Ended,
    EndReason,
    Found,
    Incoming,
    Key,
    Leg,
    LegEvent,
    Machine,
    OnIncoming,
    Ringing,
)

PATIENCE_S = 40.0
"""For anything at all to happen, on a machine that is busy with other things."""

LOUD = 700.0
"""Root mean square of a frame in which somebody is heard."""

FIRST_WORD_S = 0.4

_numbers = count(1)


class Phone(StrEnum):
    """What the phone at the far end does when it is rung."""

    LISTENS = "listens"
    """Picks up, says nothing, never hangs up by itself."""

    SPEAKS = "speaks"
    """Picks up and, once it has heard us, speaks for about a second."""

    PRESSES = "presses"
    """Picks up and, once it has heard us, presses 3, 6, #."""

    HANGS_UP = "hangs_up"
    """Picks up and, once it has heard us, hangs up."""

    MACHINE = "machine"
    """An answering machine picks up."""

    RINGS = "rings"
    """Is never picked up: rings until the ring time-out, which is 15 s."""

    BUSY = "busy"
    REJECTS = "rejects"
    NOBODYS = "nobodys"
    """A number that does not exist."""


class Caller(Protocol):
    """Somebody at the far end who rings us."""

    async def answered(self) -> bool:
        """Waits until the carrier has picked up or refused."""


class FarEnd(Protocol):
    """cannot: phones that this network has not; their tests are left out."""

    carrier: Carrier
    cannot: frozenset[Phone]
    pace: float

    async def phone(self, does: Phone) -> str:
        """The number (E.164) of a phone that does this."""

    def picked_up(self, attempt_id: str) -> None:
        """Told when a test has seen Answered, before it says a word."""

    async def heard_s(self, attempt_id: str) -> float:
        """Seconds in which the far end heard us, since it picked up; after the call's end."""

    async def ring_in(self) -> Caller:
        """A phone that LISTENS rings us."""

    async def restarted(self, on_incoming: OnIncoming | None) -> None:
        """Closes the carrier and starts it with this handler."""

    def open_things(self) -> dict[str, int]:
        """Sockets, ports, threads, entries in tables: what must not grow from call to call."""


def tone(seconds: float) -> Pcm:
    return (np.sin(np.arange(round(seconds * 8000)) * 0.35) * 6000).astype("<i2").tobytes()


def loud(frame: Pcm) -> bool:
    return float(np.sqrt(np.mean(samples(frame).astype(float) ** 2))) > LOUD


class Followed:
    """A leg whose events are read as they come."""

    def __init__(self, leg: Leg, far_end: FarEnd) -> None:
        self.leg = leg
        self.events: list[LegEvent] = []
        self._far_end = far_end
        self._news = asyncio.Condition()
        self._reading = asyncio.create_task(self._read())

    async def until(self, holds: Callable[[list[LegEvent]], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S), self._news:
            await self._news.wait_for(lambda: holds(self.events))

    async def answered(self) -> None:
        await self.until(lambda events: Answered() in events)
        self._far_end.picked_up(self.leg.attempt_id)

    async def ended(self) -> Ended:
        async with asyncio.timeout(PATIENCE_S):
            await self._reading
        assert isinstance(self.events[-1], Ended)
        return self.events[-1]

    async def say(self, seconds: float) -> None:
        """In step with a clock and two frames ahead of it, as a conversation does."""
        loop = asyncio.get_running_loop()
        started_s = loop.time()
        for number, frame in enumerate(frames(tone(seconds))):
            due_s = started_s + (number - 2) * 0.02 / self._far_end.pace
            await asyncio.sleep(max(0.0, due_s - loop.time()))
            self.leg.send(frame)

    @property
    def signals(self) -> list[LegEvent]:
        return [event for event in self.events if not isinstance(event, Audio | Ringing)]

    @property
    def audio(self) -> list[Pcm]:
        return [event.pcm for event in self.events if isinstance(event, Audio)]

    async def _read(self) -> None:
        async for event in self.leg.events():
            async with self._news:
                self.events.append(event)
                self._news.notify_all()


class CarrierConformance:
    """Derive from it, name the class Test…, and give it a fixture `far_end`."""

    async def dialled(self, far_end: FarEnd, does: Phone) -> Followed:
        return Followed(await far_end.carrier.place(await self.dial(far_end, does)), far_end)

    async def dial(self, far_end: FarEnd, does: Phone) -> Dial:
        if does in far_end.cannot:
            pytest.skip(f"no phone of this network {does}")
        number = await far_end.phone(does)
        return Dial(f"attempt{next(_numbers)}", number, "+15005550006", ring_timeout_s=15.0)

    async def talking(self, far_end: FarEnd, does: Phone) -> Followed:
        """A call that was answered, in which we have said a word."""
        call = await self.dialled(far_end, does)
        await call.answered()
        await call.say(FIRST_WORD_S)
        return call

    async def check_heard(self, far_end: FarEnd, attempt_id: str, said_s: float) -> None:
        """All was heard; a busy machine may have left gaps, which some far ends count."""
        heard_s = await far_end.heard_s(attempt_id)
        assert said_s - 0.1 <= heard_s <= said_s + 0.5

    # -- how calls end -------------------------------------------------------------------------

    async def test_a_call_is_answered_carries_sound_and_ends_when_we_hang_up(
        self, far_end: FarEnd
    ) -> None:
        call = await self.talking(far_end, Phone.LISTENS)
        await call.until(lambda _: len(call.audio) >= 10)
        await call.leg.hang_up()
        await call.ended()
        assert [type(event) for event in call.signals] == [Answered, Ended]
        assert call.events[-1] == Ended(EndReason.HUNG_UP_HERE, call.events[-1].detail)
        assert {len(frame) for frame in call.audio} == {FRAME_BYTES}

    @pytest.mark.parametrize(
        ("does", "reason"),
        [
            (Phone.BUSY, EndReason.BUSY),
            (Phone.REJECTS, EndReason.REJECTED),
            (Phone.NOBODYS, EndReason.INVALID_NUMBER),
            (Phone.RINGS, EndReason.NO_ANSWER),
        ],
    )
    async def test_who_does_not_answer_ends_the_attempt_for_the_networks_reason(
        self, far_end: FarEnd, does: Phone, reason: EndReason
    ) -> None:
        dial = await self.dial(far_end, does)
        try:
            call = Followed(await far_end.carrier.place(dial), far_end)
        except TelephonyError as refused:
            # Some networks say so at once.
            assert does is Phone.NOBODYS
            assert refused.permanent
            return
        ended = await call.ended()
        assert ended.reason is reason
        assert call.signals == [ended]

    async def test_a_resident_who_hangs_up_ends_the_call(self, far_end: FarEnd) -> None:
        call = await self.talking(far_end, Phone.HANGS_UP)
        await call.say(1.5)
        assert (await call.ended()).reason is EndReason.HUNG_UP_THERE
        await call.leg.hang_up()

    async def test_a_call_hung_up_while_it_rings_is_never_answered(self, far_end: FarEnd) -> None:
        call = await self.dialled(far_end, Phone.RINGS)
        await call.until(lambda events: Ringing() in events)
        await call.leg.hang_up()
        assert (await call.ended()).reason is EndReason.HUNG_UP_HERE
        assert Answered() not in call.events

    async def test_hanging_up_twice_is_as_good_as_once(self, far_end: FarEnd) -> None:
        call = await self.talking(far_end, Phone.LISTENS)
        await asyncio.gather(call.leg.hang_up(), call.leg.hang_up())
        await call.leg.hang_up()
        assert sum(isinstance(event, Ended) for event in call.events) <= 1
        await call.ended()

    # -- sound and keys ------------------------------------------------------------------------

    async def test_a_goodbye_is_heard_to_its_end(self, far_end: FarEnd) -> None:
        call = await self.talking(far_end, Phone.LISTENS)
        await call.say(1.2)
        await call.leg.hang_up()
        await call.ended()
        await self.check_heard(far_end, call.leg.attempt_id, FIRST_WORD_S + 1.2)

    async def test_what_was_sent_and_is_flushed_is_not_heard(self, far_end: FarEnd) -> None:
        call = await self.talking(far_end, Phone.LISTENS)
        for frame in frames(tone(4.0)):
            call.leg.send(frame)
        await asyncio.sleep(0.3 / far_end.pace)
        call.leg.flush()
        await call.say(0.2)
        await call.leg.hang_up()
        await call.ended()
        heard_s = await far_end.heard_s(call.leg.attempt_id)
        assert FIRST_WORD_S + 0.2 <= heard_s < 2.0

    async def test_what_the_resident_says_is_heard(self, far_end: FarEnd) -> None:
        call = await self.talking(far_end, Phone.SPEAKS)
        await call.until(lambda _: sum(map(loud, call.audio)) >= 20)
        await call.leg.hang_up()
        await call.ended()

    async def test_keys_arrive_one_by_one_and_in_order(self, far_end: FarEnd) -> None:
        call = await self.talking(far_end, Phone.PRESSES)
        await call.until(lambda _: Key("#") in call.events)
        await call.leg.hang_up()
        assert [e.digit for e in call.signals if isinstance(e, Key)] == ["3", "6", "#"]
        await call.ended()

    async def test_a_machine_is_told_once_and_after_the_answer(self, far_end: FarEnd) -> None:
        call = await self.dialled(far_end, Phone.MACHINE)
        await call.until(lambda events: Machine() in events)
        await call.leg.hang_up()
        await call.ended()
        assert [type(event) for event in call.signals] == [Answered, Machine, Ended]

    async def test_only_whole_frames_can_be_sent(self, far_end: FarEnd) -> None:
        call = await self.dialled(far_end, Phone.LISTENS)
        await call.answered()
        for wrong in (b"", bytes(FRAME_BYTES - 2), bytes(FRAME_BYTES * 2)):
            with pytest.raises(ValueError, match="320 bytes"):
                call.leg.send(wrong)
        await call.leg.hang_up()
        await call.ended()

    # -- transfer ------------------------------------------------------------------------------

    async def test_a_call_is_handed_to_a_person_after_what_was_said(self, far_end: FarEnd) -> None:
        person = await far_end.phone(Phone.LISTENS)
        call = await self.talking(far_end, Phone.LISTENS)
        async with asyncio.timeout(PATIENCE_S):
            await call.leg.transfer(person)
        assert (await call.ended()).reason is EndReason.TRANSFERRED
        await call.leg.hang_up()
        assert await far_end.heard_s(call.leg.attempt_id) >= FIRST_WORD_S - 0.06

    async def test_a_call_that_is_over_cannot_be_transferred(self, far_end: FarEnd) -> None:
        call = await self.talking(far_end, Phone.LISTENS)
        await call.leg.hang_up()
        await call.ended()
        with pytest.raises(TelephonyError):
            await call.leg.transfer("+8653288880000")

    # -- what became of an attempt -------------------------------------------------------------

    async def test_a_carrier_tells_what_became_of_an_attempt(self, far_end: FarEnd) -> None:
        carrier, placed_at = far_end.carrier, datetime.now(UTC)
        dial = await self.dial(far_end, Phone.LISTENS)
        assert (await carrier.trace(dial, placed_at)).found in (
            Found.NEVER_PLACED,
            Found.CANNOT_TELL,
        )
        call = Followed(await carrier.place(dial), far_end)
        await call.answered()
        during = await carrier.trace(dial, placed_at)
        assert during.found is Found.UNDER_WAY
        await call.leg.hang_up()
        await call.ended()
        after = await carrier.trace(dial, placed_at)
        assert after.found in (Found.ENDED, Found.CANNOT_TELL)
        if after.found is Found.ENDED:
            assert after.answered

    async def test_an_attempt_is_never_placed_twice(self, far_end: FarEnd) -> None:
        dial = await self.dial(far_end, Phone.LISTENS)
        call = Followed(await far_end.carrier.place(dial), far_end)
        with pytest.raises(TelephonyError) as refused:
            await far_end.carrier.place(dial)
        assert refused.value.permanent
        await call.leg.hang_up()
        await call.ended()

    # -- incoming ------------------------------------------------------------------------------

    async def test_who_calls_us_is_answered_and_both_sides_are_heard(self, far_end: FarEnd) -> None:
        talked: asyncio.Future[tuple[Incoming, Followed]] = asyncio.Future()

        async def answers(incoming: Incoming) -> None:
            call = Followed(await incoming.answer(), far_end)
            await call.answered()
            await call.say(FIRST_WORD_S)
            await call.until(lambda _: len(call.audio) >= 10)
            await call.leg.hang_up()
            await call.ended()
            talked.set_result((incoming, call))

        await far_end.restarted(answers)
        caller = await far_end.ring_in()
        assert await caller.answered()
        async with asyncio.timeout(PATIENCE_S):
            incoming, call = await talked
        assert incoming.caller == await far_end.phone(Phone.LISTENS)
        assert incoming.called.startswith("+")
        assert [type(event) for event in call.signals] == [Answered, Ended]
        await self.check_heard(far_end, incoming.attempt_id, FIRST_WORD_S)

    async def test_who_calls_and_is_not_taken_hears_so(self, far_end: FarEnd) -> None:
        rang: list[Incoming] = []

        async def rejects_the_first(incoming: Incoming) -> None:
            rang.append(incoming)
            if len(rang) == 1:
                await incoming.reject()

        await far_end.restarted(rejects_the_first)
        for _ in range(2):
            caller = await far_end.ring_in()
            async with asyncio.timeout(PATIENCE_S):
                assert not await caller.answered()
        assert len(rang) == 2

    async def test_who_calls_where_nobody_takes_calls_hears_so(self, far_end: FarEnd) -> None:
        caller = await far_end.ring_in()
        async with asyncio.timeout(PATIENCE_S):
            assert not await caller.answered()

    # -- the carrier as a whole ----------------------------------------------------------------

    async def test_calls_at_once_do_not_disturb_each_other(self, far_end: FarEnd) -> None:
        async def one(said_s: float) -> None:
            call = await self.talking(far_end, Phone.LISTENS)
            await call.say(said_s)
            await call.leg.hang_up()
            assert (await call.ended()).reason is EndReason.HUNG_UP_HERE
            await self.check_heard(far_end, call.leg.attempt_id, FIRST_WORD_S + said_s)

        await asyncio.gather(*(one(said_s) for said_s in (0.2, 0.4, 0.6, 0.8, 1.0)))

    async def test_a_carrier_that_does_not_run_takes_no_calls(self, far_end: FarEnd) -> None:
        await far_end.carrier.close()
        await far_end.carrier.close()
        with pytest.raises(TelephonyError) as refused:
            await far_end.carrier.place(await self.dial(far_end, Phone.LISTENS))
        assert not refused.value.permanent

    async def test_closing_ends_every_call(self, far_end: FarEnd) -> None:
        call = await self.talking(far_end, Phone.LISTENS)
        async with asyncio.timeout(PATIENCE_S):
            await far_end.carrier.close()
        await call.ended()
        await call.leg.hang_up()

    async def test_calls_leave_nothing_open(self, far_end: FarEnd) -> None:
        async def one() -> None:
            call = await self.dialled(far_end, Phone.LISTENS)
            await call.answered()
            await call.leg.hang_up()
            await call.ended()

        await one()
        before = far_end.open_things()
        for _ in range(5):
            await one()
        for _ in range(100):
            grown = {k: n for k, n in far_end.open_things().items() if n > before[k]}
            if not grown:
                break
            await asyncio.sleep(0.05)
        assert grown == {}
