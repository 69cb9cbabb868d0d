"""One call at Twilio: put together from the REST interface, callbacks in any order, and sound."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from typing import Final

from callbot.errors import TelephonyError
from callbot.speech.audio import FRAME_BYTES, Pcm
from callbot.telephony.carrier import (
    SOUNDLESS_S,
    Answered,
    Dial,
    Ended,
    EndReason,
    Found,
    LegEvent,
    Machine,
    Ringing,
    Trace,
)
from callbot.telephony.event_stream import EventStream
from callbot.telephony.twilio import statuses, twiml
from callbot.telephony.twilio.media_stream import MediaSocket, MediaStream, StreamEnd
from callbot.telephony.twilio.messages import Start
from callbot.telephony.twilio.refusals import OVER_ALREADY, Refused
from callbot.telephony.twilio.rest import TwilioRest
from callbot.telephony.twilio.statuses import CallStatus

TOLD_OF_WITHIN_S: Final = 15.0
"""From Twilio's taking of a call to its first callback. Callbacks that do not reach us, or are not
signed for our address, mean a phone that rings for nobody."""

SOUND_WITHIN_S: Final = 10.0
"""From the answer to the first message of the media socket."""

COMPLETED_WITHIN_S: Final = 5.0
"""From our leaving to Twilio's last callback; else the call is ended by REST."""

log = logging.getLogger(__name__)


class TwilioLeg:
    """A Leg. `sid` is None until Twilio has told it."""

    def __init__(self, dial: Dial, rest: TwilioRest, *, rings_us: bool = False) -> None:
        """rings_us: it is an incoming call, and no phone rings because of us."""
        self.attempt_id = dial.attempt_id
        self.dial = dial
        self.sid: str | None = None
        self.seen = asyncio.Event()
        self.answered = False
        self._rest = rest
        self._happened = EventStream()
        self._ended: Ended | None = None
        self._progress = statuses.PROGRESS[CallStatus.RINGING] if rings_us else -1
        self._media: MediaStream | None = None
        self._machine = False
        self._leaving: EndReason | None = None
        self._finished = asyncio.Event()
        self._settling: asyncio.Task[None] | None = None
        self._patience: asyncio.TimerHandle | None = None

    # -- for the caller ------------------------------------------------------------------------

    def events(self) -> AsyncIterator[LegEvent]:
        return self._happened.read()

    def send(self, pcm: Pcm) -> None:
        if len(pcm) != FRAME_BYTES:
            raise ValueError(f"a frame is {FRAME_BYTES} bytes, not {len(pcm)}")
        if self._media is not None and self._leaving is None and not self.over:
            self._media.send(pcm)

    def flush(self) -> None:
        if self._media is not None and not self.over:
            self._media.clear()

    async def hang_up(self) -> None:
        if self._leaving is None and not self.over:
            self._leaving = EndReason.HUNG_UP_HERE
            if self._media is not None:
                await self._media.played_out()
            self.end(Ended(EndReason.HUNG_UP_HERE))
        await self._happened.wait_over()

    async def transfer(self, to: str) -> None:
        if self._media is None or self.over or self._leaving is not None or self.sid is None:
            raise TelephonyError("only a call in progress can be transferred", permanent=True)
        self._leaving = EndReason.TRANSFERRED
        await self._media.played_out()
        try:
            await self._rest.redirect(self.sid, twiml.transfer(to, self._shown_to(to)))
        except Refused:
            if not self.over:
                self._leaving = None
            raise
        self._finished.set()
        self.end(Ended(EndReason.TRANSFERRED))

    # -- for the carrier -----------------------------------------------------------------------

    @property
    def over(self) -> bool:
        return self._ended is not None

    @property
    def settling(self) -> asyncio.Task[None] | None:
        """What is still being done after the end."""
        return self._settling

    def trace(self) -> Trace:
        found = Found.ENDED if self.over else Found.UNDER_WAY
        return Trace(found, self._ended, answered=self.answered)

    def placed(self, sid: str) -> None:
        """Twilio has taken the call, and will tell what becomes of it."""
        self.sid = sid
        if not self.seen.is_set():
            self._wait(TOLD_OF_WITHIN_S, self._told_nothing)

    def told(self, status: CallStatus, sip_code: str = "") -> None:
        """A status callback; late and repeated ones change nothing."""
        if not self.seen.is_set():
            self.seen.set()
            self._wait_no_more()
        rank = statuses.PROGRESS.get(status)
        if rank is None:
            self._finished.set()
            ended = statuses.ended(status, sip_code)
            if self._leaving is not None:
                ended = Ended(self._leaving, ended.detail)
            self.end(ended)
        elif rank > self._progress:
            rang = statuses.PROGRESS[CallStatus.RINGING]
            if self._progress < rang <= rank:
                self._happened.post(Ringing())
            self._progress = rank

    def picked_up(self) -> None:
        """Twilio asks what to do with the call: sound must follow."""
        self.told(CallStatus.IN_PROGRESS)
        if not self.answered:
            self.answered = True
            self._wait(SOUND_WITHIN_S, self._no_sound)

    def machine_heard(self) -> None:
        if not self._machine:
            self._machine = True
            if self._media is not None:
                self._happened.post(Machine())

    @property
    def waits(self) -> bool:
        """For what becomes of it, or for its sound."""
        return self._media is None and not self.over and self._leaving is None

    @property
    def takes_media(self) -> bool:
        """Not before it was picked up: Twilio opens a media socket because we told it to, then."""
        return self.answered and self.waits

    async def carry(self, socket: MediaSocket, start: Start) -> None:
        """Sound goes both ways until the stream is over."""
        self._wait_no_more()
        self._media = MediaStream(socket, start.stream_sid, self._happened)
        self._happened.post(Answered())
        if self._machine:
            self._happened.post(Machine())
        how = await self._media.run()
        if self._leaving is None:
            self.end(self._ended_by_stream(how, sounded=self._media.sounded))

    def end(self, ended: Ended) -> None:
        """The call is over for its reader; what is left at Twilio is ended behind it."""
        if self._ended is not None:
            return
        self._ended = ended
        self._wait_no_more()
        self._happened.post(ended)
        self._settling = asyncio.create_task(self._settle(), name="twilio call settling")

    # -- inside --------------------------------------------------------------------------------

    def _wait(self, seconds: float, in_vain: Callable[[], None]) -> None:
        self._wait_no_more()
        self._patience = asyncio.get_running_loop().call_later(seconds, in_vain)

    def _wait_no_more(self) -> None:
        if self._patience is not None:
            self._patience.cancel()

    def _told_nothing(self) -> None:
        detail = "no webhook came from Twilio; see CALLBOT_PUBLIC_URL"
        self.end(Ended(EndReason.NETWORK_FAILED, detail))

    def _no_sound(self) -> None:
        detail = "answered, and no media socket came; does CALLBOT_PUBLIC_URL let WebSockets in?"
        self.end(Ended(EndReason.UNHEARD, detail))

    def _ended_by_stream(self, how: StreamEnd, *, sounded: bool) -> Ended:
        match how:
            case StreamEnd.SOUNDLESS:
                reason = EndReason.NETWORK_FAILED if sounded else EndReason.UNHEARD
                return Ended(reason, f"no sound came for {SOUNDLESS_S:.0f} s")
            case StreamEnd.LOST:
                return Ended(EndReason.NETWORK_FAILED, f"media stream {how}")
            case _:
                return Ended(EndReason.HUNG_UP_THERE, f"media stream {how}")

    async def _settle(self) -> None:
        """Closing the socket ends the call; if Twilio does not say so soon, it is told to."""
        if self._media is not None:
            await self._media.close()
            try:
                async with asyncio.timeout(COMPLETED_WITHIN_S):
                    await self._finished.wait()
            except TimeoutError:
                pass
        if self._finished.is_set() or self.sid is None:
            return
        try:
            await self._rest.complete(self.sid)
        except Refused as refused:
            if refused.code != OVER_ALREADY:
                log.warning("a call could not be ended", extra={"attempt": self.attempt_id})

    def _shown_to(self, _person: str) -> str:
        """The person who takes over sees our number: Twilio refuses to show the resident's."""
        return self.dial.caller_id or self._rest.caller_id
