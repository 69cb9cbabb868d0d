"""What is heard on a call, keys and machines among it, with every carrier."""

import asyncio

import pytest
from conformance_calls import FIRST_WORD_S, LOST_S, ConformanceCalls
from followed import loud, tone
from phones import FarEnd, Phone

from callbot.speech.audio import FRAME_BYTES, frames
from callbot.telephony.carrier import (
    Answered,
    Ended,
    Key,
    Machine,
)

FLUSHED_S = 40.0
"""So long that the half of it is not played by the time at which a busy machine flushes it."""


class Sound(ConformanceCalls):
    async def test_a_goodbye_is_heard_to_its_end(self, far_end: FarEnd) -> None:
        call = await self.talking(far_end, Phone.LISTENS)
        await call.say(1.2)
        await call.leg.hang_up()
        await call.ended()
        await self.check_heard(far_end, call.leg.attempt_id, FIRST_WORD_S + 1.2)

    async def test_what_was_sent_and_is_flushed_is_not_heard(self, far_end: FarEnd) -> None:
        call = await self.talking(far_end, Phone.LISTENS)
        for frame in frames(tone(FLUSHED_S)):
            call.leg.send(frame)
        await asyncio.sleep(0.3 / far_end.pace)
        call.leg.flush()
        await call.say(0.2)
        await call.leg.hang_up()
        await call.ended()
        heard_s = await far_end.heard_s(call.leg.attempt_id)
        assert FIRST_WORD_S + 0.2 - LOST_S < heard_s < FLUSHED_S / 2

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

    async def test_a_machine_is_heard_and_told_by_a_network_that_listens_for_it(
        self, far_end: FarEnd
    ) -> None:
        call = await self.dialled(far_end, Phone.MACHINE)
        await call.answered()
        told = [Machine] if far_end.tells_machines else []
        await call.until(
            lambda events: (
                sum(map(loud, call.audio)) >= 20
                and sum(event == Machine() for event in events) == len(told)
            )
        )
        await call.leg.hang_up()
        await call.ended()
        assert [type(event) for event in call.signals] == [Answered, *told, Ended]

    async def test_only_whole_frames_can_be_sent(self, far_end: FarEnd) -> None:
        call = await self.dialled(far_end, Phone.LISTENS)
        await call.answered()
        for wrong in (b"", bytes(FRAME_BYTES - 2), bytes(FRAME_BYTES * 2)):
            with pytest.raises(ValueError, match="320 bytes"):
                call.leg.send(wrong)
        await call.leg.hang_up()
        await call.ended()
