"""A carrier as a whole: many calls, closing, and nothing left open."""

import asyncio

import pytest
from conformance_calls import FIRST_WORD_S, ConformanceCalls
from followed import PATIENCE_S
from phones import FarEnd, Phone

from callbot.errors import TelephonyError
from callbot.telephony.carrier import EndReason, Ringing


class Operation(ConformanceCalls):
    async def test_calls_at_once_do_not_disturb_each_other(self, far_end: FarEnd) -> None:
        async def one(said_s: float) -> None:
            call = await self.talking(far_end, Phone.LISTENS)
            await call.say(said_s)
            await call.leg.hang_up()
            assert (await call.ended()).reason is EndReason.HUNG_UP_HERE
            said_s += FIRST_WORD_S
            await self.check_heard(far_end, call.leg.attempt_id, said_s)

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
        await closed_again(far_end, before)

    async def test_a_call_given_up_while_it_is_placed_rings_no_phone_on(
        self, far_end: FarEnd
    ) -> None:
        async def one() -> None:
            call = await self.dialled(far_end, Phone.RINGS)
            await call.until(lambda events: Ringing() in events)
            await call.leg.hang_up()
            await call.ended()

        await one()
        before = far_end.open_things()
        dial = await self.dial(far_end, Phone.RINGS)
        placing = asyncio.create_task(far_end.carrier.place(dial))
        # As far as it goes without waiting for the network.
        await asyncio.sleep(0)
        placing.cancel()
        try:
            leg = await placing
        except asyncio.CancelledError:
            pass
        else:
            # It waits for nothing, so that there is nothing to cancel.
            await leg.hang_up()
        # By then the network has been told of both.
        await one()
        await closed_again(far_end, before)


async def closed_again(far_end: FarEnd, before: dict[str, int]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while grown(before, far_end.open_things()):  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.05)


def grown(before: dict[str, int], now: dict[str, int]) -> bool:
    return any(count > before[what] for what, count in now.items())
