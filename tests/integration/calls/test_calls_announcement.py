"""What a caller hears whom we have nothing to ask."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from callbot.calls.announcement import announce, load_announcements
from callbot.speech.audio import FRAME_BYTES, Pcm, frames
from callbot.telephony.carrier import Ended, EndReason, LegEvent
from callbot.telephony.event_stream import EventStream

SENTENCE = bytes(range(256)) * 50


class Caller:
    """A leg whose far end hangs up after so many frames, or never."""

    attempt_id = "incoming"

    def __init__(self, patience_frames: int | None = None) -> None:
        self.heard: list[Pcm] = []
        self._patience_frames = patience_frames
        self._stream = EventStream()

    def events(self) -> AsyncIterator[LegEvent]:
        return self._stream.read()

    def send(self, pcm: Pcm) -> None:
        self.heard.append(pcm)
        if len(self.heard) == self._patience_frames:
            self._stream.post(Ended(EndReason.HUNG_UP_THERE))

    def flush(self) -> None: ...

    async def hang_up(self) -> None:
        self._stream.post(Ended(EndReason.HUNG_UP_HERE))

    async def transfer(self, to: str) -> None: ...


async def test_an_announcement_is_said_to_its_end_and_the_line_cleared() -> None:
    caller = Caller()
    await announce(caller, SENTENCE, pace=20.0)
    assert caller.heard == frames(SENTENCE)
    assert len(caller.heard[-1]) == FRAME_BYTES


async def test_an_announcement_stops_when_the_caller_has_gone() -> None:
    caller = Caller(patience_frames=3)
    await announce(caller, SENTENCE, pace=20.0)
    assert len(caller.heard) < len(frames(SENTENCE))


@pytest.mark.parametrize("word", ["隔离", "随访", "quarantine", "follow-up", "격리", "안부"])
def test_a_stranger_is_not_told_that_somebody_is_under_follow_up(
    prompts_dir: Path, word: str
) -> None:
    for text in load_announcements(prompts_dir).values():
        assert word not in text.lower()
