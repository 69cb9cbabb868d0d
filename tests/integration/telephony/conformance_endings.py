"""How calls end, with every carrier, and what becomes of attempts."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from conformance_calls import ConformanceCalls
from followed import Followed
from phones import FarEnd, Phone

from callbot.errors import TelephonyError
from callbot.speech.audio import FRAME_BYTES
from callbot.telephony.carrier import (
    Answered,
    Ended,
    EndReason,
    Found,
    Ringing,
)


class Endings(ConformanceCalls):
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
        if does is Phone.RINGS:
            dial = replace(dial, ring_timeout_s=self.gives_up_after_s)
        try:
            call = Followed(await far_end.carrier.place(dial), far_end)
        except TelephonyError as refused:
            # Some networks say so at once.
            assert does is Phone.NOBODYS
            assert refused.permanent
            assert dial.to.lstrip("+") not in str(refused)
            return
        ended = await call.ended()
        assert ended.reason is reason
        assert dial.to.lstrip("+") not in ended.detail
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
        call.leg.flush()
        await call.say(0.04)

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
        # A carrier that has forgotten everything must not say that no phone rang.
        await far_end.restarted(None)
        restarted = await carrier.trace(dial, placed_at)
        assert restarted.found in (Found.ENDED, Found.CANNOT_TELL)

    async def test_an_attempt_is_never_placed_twice(self, far_end: FarEnd) -> None:
        dial = await self.dial(far_end, Phone.LISTENS)
        call = Followed(await far_end.carrier.place(dial), far_end)
        with pytest.raises(TelephonyError) as refused:
            await far_end.carrier.place(dial)
        assert refused.value.permanent
        await call.leg.hang_up()
        await call.ended()
