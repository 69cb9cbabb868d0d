"""The frames of a SIP call, by a script of what has come over the network."""

from collections import deque
from collections.abc import Iterable
from typing import cast

from baresip.audio import CallAudio

from callbot.speech.audio import FRAME_BYTES, SILENT_FRAME, Pcm
from callbot.telephony.sip.sound import CallSound


class ScriptedAudio:
    """came: what there is to be read each time it is read to the end."""

    def __init__(self, came: Iterable[bytes]) -> None:
        self._came = deque(came)
        self._now = b""

    def read(self, most_bytes: int) -> bytes:
        if not self._now:
            self._now = self._came.popleft() if self._came else b""
        read, self._now = self._now[:most_bytes], self._now[most_bytes:]
        return read


def frame(number: int) -> Pcm:
    return bytes([number + 1]) * FRAME_BYTES


def sound(*came: bytes) -> CallSound:
    return CallSound(cast(CallAudio, ScriptedAudio(came)))


def test_a_frame_that_comes_between_two_ticks_is_given_at_once_and_once() -> None:
    call = sound(*(one for n in range(8) for one in (frame(n), b"")))
    given: list[Pcm] = []
    for _ in range(8):
        given += call.come()
        frames, came = call.arrived()
        given += frames
        assert came
    assert given == [frame(n) for n in range(8)]


def test_what_is_overdue_is_given_as_silence_and_what_comes_late_after_all_is_kept() -> None:
    late = b"".join(frame(n) for n in range(5))
    call = sound(*[b""] * 10, late)
    given: list[Pcm] = []
    for _ in range(5):
        given += call.come() + call.arrived()[0]
    assert given == [SILENT_FRAME, SILENT_FRAME]
    assert call.come() == [frame(n) for n in range(5)]
    frames, came = call.arrived()
    assert (frames, came) == ([], True)
    assert call.arrived() == ([], False)


def test_half_a_frame_waits_for_its_other_half() -> None:
    call = sound(frame(0)[:100], frame(0)[100:] + frame(1)[:4])
    assert call.come() == []
    assert call.come() == [frame(0)]
