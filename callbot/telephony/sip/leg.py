"""One SIP call from INVITE to BYE, as the carrier protocol tells it.

The stack's events and the carrier's clock both come on the event loop's thread. Who ends a call,
and why, is decided once: the first reason stands.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

from baresip import BaresipError, Call, Event, StackEvent, TransferFailed

from callbot.errors import TelephonyError
from callbot.speech.audio import FRAME_BYTES, FRAME_MS, Pcm
from callbot.telephony.carrier import (
    SOUNDLESS_S,
    Answered,
    Audio,
    Ended,
    EndReason,
    Key,
    LegEvent,
    Ringing,
)
from callbot.telephony.event_stream import EventStream
from callbot.telephony.network_words import without_numbers
from callbot.telephony.sip.outcomes import UNREACHED, ended_unanswered
from callbot.telephony.sip.sound import CallSound
from callbot.telephony.sip.trunk import Trunk

HELD_S: Final = 60.0
"""In place of SOUNDLESS_S, while the far end has put us on hold."""

UNREACHABLE: Final = "does the firewall let the UDP ports of CALLBOT_SIP_RTP_PORTS in?"

LAST_SOUND_S: Final = 0.2
"""Between the last frame and the BYE or REFER, so that the far end's jitter buffer is played."""

TRANSFER_TIMEOUT_S: Final = 40.0
_STUCK_S: Final = 1.0
_CLOSE_TIMEOUT_S: Final = 2.0
_TRANSFERRED: Final = "Call transfered"
_KEYS: Final = frozenset("0123456789*#")

log = logging.getLogger(__name__)


class SipLeg:
    """A Leg. The carrier calls `tick` every 20 ms and `half_tick` in between; the stack's events
    come to `hears`."""

    def __init__(
        self,
        attempt_id: str,
        trunk: Trunk,
        call: Call,
        ring_timeout_s: float,
        on_end: Callable[["SipLeg"], None],
    ) -> None:
        self.attempt_id = attempt_id
        self.answered = False
        self.ended: Ended | None = None
        self._trunk = trunk
        self._call = call
        self._ring_timeout_s = ring_timeout_s
        self._on_end = on_end
        self._sound = CallSound(call.audio)
        self._stream = EventStream()
        self._played = asyncio.Event()
        self._played.set()
        self._rang = False
        self._on_hold = False
        self._transferring = False
        self._clock_s = 0.0
        self._soundless_s = 0.0
        self._sounded = False
        self._play_until_s: float | None = None
        self._last_played_s = 0.0
        self._ticked_s = 0.0
        self._waited_s = 0.0
        self._closing: asyncio.Task[None] | None = None
        self._reason_here: Ended | None = None

    # -- for the caller ------------------------------------------------------------------------

    def events(self) -> AsyncIterator[LegEvent]:
        return self._stream.read()

    def report_to(self, reader: Callable[[LegEvent], None]) -> None:
        """In place of `events`; see EventStream.hand_to."""
        self._stream.hand_to(reader)

    def send(self, pcm: Pcm) -> None:
        if len(pcm) != FRAME_BYTES:
            raise ValueError(f"a frame is {FRAME_BYTES} bytes, not {len(pcm)}")
        if self._stream.over or self._play_until_s is not None:
            return
        if not self._on_hold:
            # Nobody listens on hold, and what was kept would be played afterwards, too late.
            self._sound.play(pcm)
            self._played.clear()

    def flush(self) -> None:
        self._sound.drop()

    async def hang_up(self) -> None:
        self._begin_to_hang_up()
        await self._stream.wait_over()

    async def transfer(self, to: str) -> None:
        try:
            uri = self._trunk.uri(to)
        except ValueError as error:
            raise TelephonyError(f"cannot transfer: {error}", permanent=True) from error
        await self._played.wait()
        await asyncio.sleep(LAST_SOUND_S)
        self._transferring = True
        try:
            await self._call.transfer(uri, timeout=TRANSFER_TIMEOUT_S)
        except TransferFailed as error:
            words = without_numbers(f"{error.status or ''} {error.reason}".strip())
            raise TelephonyError(
                f"the trunk did not transfer the call: {words or 'no outcome reported'}",
                permanent=False,
            ) from error
        except BaresipError as error:
            raise TelephonyError(f"cannot transfer: {error}", permanent=False) from error
        finally:
            self._transferring = False

    async def press(self, keys: str) -> None:
        """Keys towards the far end, as RFC 2833 events; 100 ms each. For extensions and menus."""
        await self._call.send_dtmf(keys)

    # -- for the carrier -----------------------------------------------------------------------

    def hears(self, event: StackEvent) -> None:
        """What the stack reports of this call."""
        match event.event:
            case Event.CALL_RINGING | Event.CALL_PROGRESS:
                self._ring()
            case Event.CALL_ESTABLISHED:
                self._answer()
            case Event.CALL_DTMF_START if event.text in _KEYS and self.answered:
                self._stream.post(Key(event.text))
            case Event.CALL_HOLD:
                self._on_hold = True
                self._sound.drop()
            case Event.CALL_RESUME:
                self._on_hold = False
                self._soundless_s = 0.0
            case Event.CALL_CLOSED:
                self._closed(event.text or "")
            case _:
                pass

    def tick(self) -> None:
        """20 ms pass.

        A tick that makes up for a stall of ours gives nobody time to play or to send: silence and
        playing are not measured by it.
        """
        self._clock_s += FRAME_MS / 1000
        now_s = asyncio.get_running_loop().time()
        makes_up = now_s - self._ticked_s < FRAME_MS / 1000 / 2
        if not makes_up:
            self._ticked_s = now_s
        if self.answered:
            self._carry_sound(0.0 if makes_up else FRAME_MS / 1000)
        elif self._clock_s >= self._ring_timeout_s and self._closing is None:
            self._nobody_answers()
        if self._play_until_s is not None and not makes_up:
            self._hang_up_when_played()

    def half_tick(self) -> None:
        """Sound that has come need not wait for the next tick."""
        if self.answered:
            for frame in self._sound.come():
                self._stream.post(Audio(frame))

    def end(self, ended: Ended) -> None:
        """The last event, whoever brings it first."""
        if not self._stream.over:
            self.ended = ended
            self._on_end(self)
            self._stream.post(ended)
            self._played.set()

    async def close(self) -> None:
        """Ends the call without waiting for what is still to be played."""
        if self._closing is None and not self._stream.over:
            self._close(Ended(EndReason.HUNG_UP_HERE))
        if self._closing is not None:
            await self._closing

    # -- inside --------------------------------------------------------------------------------

    def _ring(self) -> None:
        if not self._rang and not self.answered:
            self._rang = True
            self._stream.post(Ringing())

    def _answer(self) -> None:
        if self.answered or self._play_until_s is not None or self._closing is not None:
            return
        self._sound.skip()
        self.answered = True
        self._stream.post(Answered())

    def _carry_sound(self, passed_s: float) -> None:
        self._sound.hand_over()
        if not self._sound.unplayed_frames:
            self._played.set()
        frames, came = self._sound.arrived()
        for frame in frames:
            self._stream.post(Audio(frame))
        self._sounded = self._sounded or came
        self._soundless_s = 0.0 if came else self._soundless_s + passed_s
        limit_s = HELD_S if self._on_hold or self._transferring else SOUNDLESS_S
        if self._soundless_s >= limit_s and self._closing is None:
            self._close(self._soundless(limit_s))

    def _soundless(self, for_s: float) -> Ended:
        detail = f"no sound came for {for_s:.0f} s"
        if self._sounded:
            return Ended(EndReason.NETWORK_FAILED, detail)
        return Ended(EndReason.UNHEARD, f"{detail}; {UNREACHABLE}")

    def _nobody_answers(self) -> None:
        if self._rang:
            self._close(Ended(EndReason.NO_ANSWER))
        else:
            # A trunk that is down looks like this; a phone that rings is announced.
            silent = f"the trunk neither rang nor refused within {self._ring_timeout_s:.0f} s"
            detail = f"{silent}; {UNREACHED}"
            self._close(Ended(EndReason.NETWORK_FAILED, detail))

    def _begin_to_hang_up(self) -> None:
        if self._stream.over or self._play_until_s is not None:
            return
        to_play_s = self._sound.unplayed_frames * FRAME_MS / 1000 if self.answered else 0.0
        self._play_until_s = to_play_s + _STUCK_S
        if not self.answered:
            self._close(Ended(EndReason.HUNG_UP_HERE))

    def _hang_up_when_played(self) -> None:
        assert self._play_until_s is not None
        self._waited_s += FRAME_MS / 1000
        if self._sound.unplayed_frames:
            self._last_played_s = self._waited_s
        played = self._waited_s - self._last_played_s >= LAST_SOUND_S
        if (played or self._waited_s >= self._play_until_s) and self._closing is None:
            self._close(Ended(EndReason.HUNG_UP_HERE))

    def _close(self, ended: Ended) -> None:
        """We end it, for this reason: CANCEL before the answer, BYE after it."""
        self._reason_here = ended
        self._closing = asyncio.create_task(
            self._end_at_stack(self._call.hangup()), name=f"sip-close-{self.attempt_id}"
        )

    async def _end_at_stack(self, command: Awaitable[None]) -> None:
        try:
            await command
            async with asyncio.timeout(_CLOSE_TIMEOUT_S):
                await self._stream.wait_over()
        except (BaresipError, TimeoutError):
            log.warning("SIP call could not be closed", extra={"attempt": self.attempt_id})
        self._closed("")

    def _closed(self, words: str) -> None:
        if words == _TRANSFERRED:
            self.end(Ended(EndReason.TRANSFERRED))
        elif self._reason_here is not None:
            self.end(self._reason_here)
        elif self.answered:
            self.end(Ended(EndReason.HUNG_UP_THERE, without_numbers(words)))
        else:
            self.end(ended_unanswered(words))
