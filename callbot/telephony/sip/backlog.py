"""Frames that pile up in the stack on their way out, and how they are worked off.

baresip sends by two clocks: one moves a frame of our sound into the stack every 20 ms, the other
sends one every 20 ms. Whenever the second finds none, because the first was kept waiting for a
core, it lets its turn pass, and whatever is said in the rest of the call is heard 20 ms later. The
first clock begins 4 ms before the second, which is soon missed. So what was sent is compared with
the time that has passed, and when frames have piled up while nobody speaks here, the first clock
rests until they are sent, and begins anew a little earlier. No frame is lost by that.

The binding passes none of this on. The functions are of baresip's public interface (`baresip.h`),
in the binding's own library.
"""

import ctypes
import math
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Final

from callbot.errors import TelephonyError
from callbot.telephony.pacing import FRAME_S

AHEAD_S: Final = 0.012
"""Of the second clock's turn, that the first one begins: what a busy moment may take."""

_SENT_S: Final = 0.026
"""Without a packet for so long, all is sent: the second clock looks every 4 ms whether its turn has
come. With what the first is ahead it is less than two turns, so that one is missed and no more."""

_MOST_S: Final = 1.0
"""Longer than the frames that the stack can hold."""

_LOOKED_AT_EVERY_S: Final = 0.002
_SOURCE: Final = (b"aumem", b"default")
"""The binding's, from which sound written in Python is sent."""


class Backlog:
    """Of one call, by the count of what it has sent."""

    def __init__(self) -> None:
        self.begin_anew()

    def begin_anew(self) -> None:
        """Nothing is known of what was sent before: the call was on hold, or is worked off."""
        self._least = math.inf
        self._last = -math.inf

    def frames(self, now_s: float, sent: int) -> int:
        """That wait in the stack, beyond those at its best moment; a stall that is just being made
        up for is none, so the look before must have seen them too.

        now_s: of a clock that never jumps. sent: packets since the call began.
        """
        behind = now_s / FRAME_S - sent
        self._least = min(self._least, behind)
        seen_twice = min(behind, self._last)
        self._last = behind
        return int(max(0.0, seen_twice - self._least))


@dataclass(frozen=True)
class Sent:
    """at_s: of time.monotonic. packets: by SIP Call-ID; none of a call that is over."""

    at_s: float
    packets: dict[str, int]


class StackClocks:
    """Of the stack that runs in this process. Its functions wait: they are not for the event loop's
    thread."""

    def __init__(self) -> None:
        found = find_spec("baresip._native")
        assert found is not None
        self._library = library = ctypes.CDLL(found.origin)
        for name, takes in (
            ("uag_call_find", [ctypes.c_char_p]),
            ("call_audio", [ctypes.c_void_p]),
            ("audio_strm", [ctypes.c_void_p]),
        ):
            function = getattr(library, name)
            function.argtypes, function.restype = takes, ctypes.c_void_p
        library.stream_metric_get_tx_n_packets.argtypes = [ctypes.c_void_p]
        library.stream_metric_get_tx_n_packets.restype = ctypes.c_uint32
        library.audio_set_source.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p]

    def sent(self, call_ids: Iterable[str]) -> Sent:
        packets: dict[str, int] = {}
        with self._between_its_steps():
            for call_id in call_ids:
                stream = self._library.audio_strm(self._audio(call_id))
                if stream is not None:
                    packets[call_id] = self._library.stream_metric_get_tx_n_packets(stream)
            return Sent(time.monotonic(), packets)

    def work_off(self, call_id: str) -> None:
        """Takes as long as what has piled up, and a tenth of a second; no sound may be written
        meanwhile. Nothing happens if the call is over.

        Raises TelephonyError if the stack takes no more sound.
        """
        with self._between_its_steps():
            self._library.audio_set_source(self._audio(call_id), None, None)
        turn_s = self._last_turn_s(call_id)
        turns = math.ceil((time.monotonic() + AHEAD_S - turn_s) / FRAME_S)
        time.sleep(max(0.0, turn_s + turns * FRAME_S - AHEAD_S - time.monotonic()))
        with self._between_its_steps():
            audio = self._audio(call_id)
            if audio is not None and self._library.audio_set_source(audio, *_SOURCE) != 0:
                raise TelephonyError("the stack takes no more sound", permanent=False)

    def _last_turn_s(self, call_id: str) -> float:
        """When the last packet was sent, by time.monotonic."""
        began = last = self.sent([call_id])
        while True:
            time.sleep(_LOOKED_AT_EVERY_S)
            now = self.sent([call_id])
            if now.packets != last.packets:
                last = now
            elif now.at_s - last.at_s > _SENT_S or now.at_s - began.at_s > _MOST_S:
                return last.at_s

    def _audio(self, call_id: str) -> int | None:
        call = self._library.uag_call_find(call_id.encode())
        audio: int | None = self._library.call_audio(call)
        return audio

    @contextmanager
    def _between_its_steps(self) -> Iterator[None]:
        """The stack's own thread stands still meanwhile."""
        self._library.re_thread_enter()
        try:
            yield
        finally:
            self._library.re_thread_leave()
