"""Our end of a simulated call: what is to be played, and what has happened."""

from collections import deque
from collections.abc import AsyncIterator, Callable

from callbot.errors import TelephonyError
from callbot.speech.audio import FRAME_BYTES, SILENT_FRAME, Pcm
from callbot.telephony.carrier import Answered, LegEvent
from callbot.telephony.event_stream import EventStream


class SimulatedLeg:
    """A Leg. The line takes frames to play from it and posts events to it."""

    def __init__(self, attempt_id: str) -> None:
        self.attempt_id = attempt_id
        self.hanging_up = False
        self.transferring_to: str | None = None
        self._answered = False
        self._to_play: deque[Pcm] = deque()
        self._stream = EventStream()

    # -- for the caller ------------------------------------------------------------------------

    def events(self) -> AsyncIterator[LegEvent]:
        return self._stream.read()

    def report_to(self, reader: Callable[[LegEvent], None]) -> None:
        """In place of `events`; see EventStream.hand_to."""
        self._stream.hand_to(reader)

    def send(self, pcm: Pcm) -> None:
        if len(pcm) != FRAME_BYTES:
            raise ValueError(f"a frame is {FRAME_BYTES} bytes, not {len(pcm)}")
        if not (self._stream.over or self.hanging_up or self.transferring_to):
            self._to_play.append(pcm)

    def flush(self) -> None:
        self._to_play.clear()

    async def hang_up(self) -> None:
        self.hanging_up = True
        await self._stream.wait_over()

    async def transfer(self, to: str) -> None:
        if not self._answered or self._stream.over or self.hanging_up:
            raise TelephonyError("only a call in progress can be transferred", permanent=True)
        self.transferring_to = to
        await self._stream.wait_over()

    # -- for the line --------------------------------------------------------------------------

    @property
    def dropped(self) -> int:
        """Frames of sound that a slow reader never got."""
        return self._stream.dropped

    @property
    def played_out(self) -> bool:
        return not self._to_play

    @property
    def unplayed_frames(self) -> int:
        return len(self._to_play)

    def next_frame(self) -> Pcm:
        """What is played in the next 20 ms; silence when nothing was sent."""
        return self._to_play.popleft() if self._to_play else SILENT_FRAME

    def post(self, event: LegEvent) -> None:
        """See EventStream.post."""
        self._answered = self._answered or isinstance(event, Answered)
        self._stream.post(event)
