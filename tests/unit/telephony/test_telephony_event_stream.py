"""Events that are handed on as they are posted."""

from callbot.speech.audio import SILENT_FRAME
from callbot.telephony.carrier import Answered, Audio, Ended, EndReason, LegEvent, Ringing
from callbot.telephony.event_stream import EventStream

OVER = Ended(EndReason.HUNG_UP_THERE)


async def test_what_waits_is_handed_over_first_and_nothing_after_the_end() -> None:
    stream, seen = EventStream(), list[LegEvent]()
    stream.post(Ringing())
    stream.post(Answered())
    stream.hand_to(seen.append)
    assert seen == [Ringing(), Answered()]
    for event in (Audio(SILENT_FRAME), OVER, Audio(SILENT_FRAME)):
        stream.post(event)
    assert seen == [Ringing(), Answered(), Audio(SILENT_FRAME), OVER]
    assert stream.over


async def test_a_stream_that_is_over_is_handed_over_to_its_end() -> None:
    stream, seen = EventStream(), list[LegEvent]()
    stream.post(OVER)
    stream.hand_to(seen.append)
    assert seen == [OVER]
    await stream.wait_over()
