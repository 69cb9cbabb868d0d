"""Calls that are handed to a person, and calls to us, with every carrier."""

import asyncio

import pytest
from conformance_calls import FIRST_WORD_S, LOST_S, ConformanceCalls
from followed import PATIENCE_S, Followed
from phones import FarEnd, Phone

from callbot.errors import TelephonyError
from callbot.telephony.carrier import (
    Answered,
    Ended,
    EndReason,
    Incoming,
)


class HandOver(ConformanceCalls):
    async def test_a_call_is_handed_to_a_person_after_what_was_said(self, far_end: FarEnd) -> None:
        call = await self.talking(far_end, Phone.LISTENS)
        person = await far_end.phone(Phone.LISTENS)
        async with asyncio.timeout(PATIENCE_S):
            await call.leg.transfer(person)
        assert (await call.ended()).reason is EndReason.TRANSFERRED
        await call.leg.hang_up()
        assert await far_end.heard_s(call.leg.attempt_id) > FIRST_WORD_S - LOST_S

    async def test_a_call_that_is_over_cannot_be_transferred(self, far_end: FarEnd) -> None:
        call = await self.talking(far_end, Phone.LISTENS)
        await call.leg.hang_up()
        await call.ended()
        with pytest.raises(TelephonyError):
            await call.leg.transfer("+8653288880000")

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
        assert call.events[0] == Answered()
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
