"""Our end of a simulated call."""

import asyncio

import pytest

from callbot.speech.audio import FRAME_BYTES, SILENT_FRAME
from callbot.telephony.carrier import Answered, Audio, Ended, EndReason, Key, LegEvent
from callbot.telephony.simulated.leg import SimulatedLeg

FRAME = b"\x01\x00" * (FRAME_BYTES // 2)


async def read(leg: SimulatedLeg) -> list[LegEvent]:
    return [event async for event in leg.events()]


async def test_a_slow_reader_loses_the_oldest_sound_and_nothing_else() -> None:
    leg = SimulatedLeg("a")
    leg.post(Answered())
    for number in range(400):
        leg.post(Audio(number.to_bytes(2, "little")))
        if number == 10:
            leg.post(Key("5"))
    leg.post(Ended(EndReason.HUNG_UP_THERE))
    events = await read(leg)
    sound = [int.from_bytes(event.pcm, "little") for event in events if isinstance(event, Audio)]
    assert sound == list(range(150, 400))
    assert leg.dropped == 150
    assert events[:2] == [Answered(), Key("5")]
    assert events[-1] == Ended(EndReason.HUNG_UP_THERE)


async def test_a_reader_may_wait_before_anything_happens() -> None:
    leg = SimulatedLeg("a")
    reading = asyncio.create_task(read(leg))
    await asyncio.sleep(0)
    leg.post(Ended(EndReason.BUSY))
    assert await reading == [Ended(EndReason.BUSY)]


async def test_hanging_up_twice_is_as_good_as_once() -> None:
    leg = SimulatedLeg("a")
    twice = asyncio.gather(leg.hang_up(), leg.hang_up())
    await asyncio.sleep(0)
    leg.post(Ended(EndReason.HUNG_UP_HERE))
    await twice
    await leg.hang_up()


def test_flushing_drops_what_was_not_yet_played() -> None:
    leg = SimulatedLeg("a")
    leg.send(FRAME)
    leg.send(FRAME)
    assert leg.next_frame() == FRAME
    leg.flush()
    assert leg.next_frame() == SILENT_FRAME


@pytest.mark.parametrize("wrong", [b"", FRAME[:-2], FRAME * 2])
def test_only_whole_frames_can_be_sent(wrong: bytes) -> None:
    with pytest.raises(ValueError, match="320 bytes"):
        SimulatedLeg("a").send(wrong)


def test_nothing_can_be_sent_after_the_end() -> None:
    leg = SimulatedLeg("a")
    leg.post(Ended(EndReason.HUNG_UP_THERE))
    leg.send(FRAME)
    assert leg.played_out
