"""Twilio as a carrier: places calls by REST, and is told by webhooks and sockets what happens."""

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from callbot.clock import Clock
from callbot.errors import TelephonyError
from callbot.telephony.carrier import Dial, Ended, EndReason, Found, OnIncoming, Trace
from callbot.telephony.twilio import messages, statuses, twiml
from callbot.telephony.twilio.account import TwilioAccount
from callbot.telephony.twilio.callbacks import BadCallback, Callback
from callbot.telephony.twilio.incoming import TwilioIncoming
from callbot.telephony.twilio.leg import TwilioLeg
from callbot.telephony.twilio.media_stream import MediaSocket, SocketClosed
from callbot.telephony.twilio.refusals import Fault, Refused
from callbot.telephony.twilio.rest import TIMEOUT_S, RemoteCall, TwilioRest

INITIATED_WITHIN_S: Final = 10.0
"""After a request that timed out: how long its first callback may take."""

LISTED_WITHIN: Final = timedelta(seconds=30)
"""A call not on Twilio's list by then was never made."""

CLOCKS_DIFFER: Final = timedelta(seconds=10)

DECIDED_WITHIN_S: Final = 10.0
"""Twilio waits 15 s for the answer to a webhook."""

START_WITHIN_S: Final = 10.0
ENDED_KEPT: Final = 200
"""Calls remembered after their end, for late callbacks."""

log = logging.getLogger(__name__)


class TwilioCarrier:
    """A Carrier. The web application hands callbacks and sockets over, their signatures checked."""

    name = "twilio"

    def __init__(
        self, account: TwilioAccount, clock: Clock, *, request_timeout_s: float = TIMEOUT_S
    ) -> None:
        self.account = account
        self._clock = clock
        self._timeout_s = request_timeout_s
        self._rest: TwilioRest | None = None
        self._on_incoming: OnIncoming | None = None
        self._legs: dict[str, TwilioLeg] = {}
        self._abandoned: dict[str, datetime] = {}
        self._incoming: dict[str, TwilioIncoming] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def live(self) -> int:
        """Calls that are not over."""
        return sum(not leg.over for leg in self._legs.values())

    async def start(self, on_incoming: OnIncoming | None = None) -> None:
        self._on_incoming = on_incoming
        if self._rest is None:
            self._rest = TwilioRest(self.account, timeout_s=self._timeout_s)

    async def place(self, dial: Dial) -> TwilioLeg:
        rest = self._rest
        if rest is None:
            raise TelephonyError("the connection to Twilio is not running", permanent=False)
        if dial.attempt_id in self._legs or dial.attempt_id in self._abandoned:
            raise TelephonyError(
                f"attempt {dial.attempt_id} was already placed; dial again as a new attempt",
                permanent=True,
            )
        self._forget_ended()
        leg = self._legs[dial.attempt_id] = TwilioLeg(dial, rest)
        asked_at = self._clock.now()
        try:
            leg.placed(await rest.create(dial))
        except Refused as refused:
            if refused.fault is Fault.UNKNOWN and await self._rings_after_all(leg, asked_at):
                return leg
            del self._legs[dial.attempt_id]
            if refused.fault is Fault.UNKNOWN:
                self._abandoned[dial.attempt_id] = asked_at
            raise
        except asyncio.CancelledError:
            del self._legs[dial.attempt_id]
            self._abandoned[dial.attempt_id] = asked_at
            raise
        return leg

    async def trace(self, dial: Dial, placed_at: datetime) -> Trace:
        leg = self._legs.get(dial.attempt_id)
        if leg is not None:
            return leg.trace()
        if self._rest is None:
            return Trace(Found.CANNOT_TELL)
        try:
            call = await self._listed(self._rest, dial, placed_at)
        except Refused:
            return Trace(Found.CANNOT_TELL)
        if call is None:
            young = self._clock.now() - placed_at < LISTED_WITHIN
            return Trace(Found.CANNOT_TELL if young else Found.NEVER_PLACED)
        answered = call.status in (statuses.CallStatus.IN_PROGRESS, statuses.CallStatus.COMPLETED)
        if call.status in statuses.PROGRESS:
            return Trace(Found.UNDER_WAY, answered=answered)
        return Trace(Found.ENDED, statuses.ended(call.status), answered)

    async def close(self) -> None:
        rest, self._rest, self._on_incoming = self._rest, None, None
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for leg in self._legs.values():
            leg.end(Ended(EndReason.HUNG_UP_HERE, "calling was stopped"))
        settling = [leg.settling for leg in self._legs.values() if leg.settling is not None]
        await asyncio.gather(*settling, return_exceptions=True)
        self._legs.clear()
        self._incoming.clear()
        if rest is not None:
            rest.close()

    # -- from the web --------------------------------------------------------------------------

    def voice(self, attempt_id: str, callback: Callback) -> str:
        """Somebody has picked up: what Twilio is to do. Hangs up on calls that nobody leads."""
        leg = self._leg(attempt_id, callback)
        if leg is None or leg.over:
            return twiml.hang_up()
        leg.picked_up()
        return twiml.connect(self.account, attempt_id)

    async def voice_incoming(self, callback: Callback) -> str:
        """Somebody rings us; asked again for the same call, the answer is the same."""
        if self._rest is None:
            return twiml.reject()
        incoming = self._incoming.get(callback.call_sid) or self._offer(callback, self._rest)
        try:
            async with asyncio.timeout(DECIDED_WITHIN_S):
                taken = await incoming.taken()
        except TimeoutError:
            taken = False
        leg = self._legs.get(incoming.attempt_id)
        if not taken or leg is None or leg.over:
            self._legs.pop(incoming.attempt_id, None)
            return twiml.reject()
        leg.picked_up()
        return twiml.connect(self.account, incoming.attempt_id)

    async def status(self, attempt_id: str, callback: Callback) -> None:
        """Raises BadCallback for an attempt that is not ours."""
        if callback.status is None:
            raise BadCallback(400, "CallStatus is missing")
        leg = self._leg(attempt_id, callback)
        if leg is not None:
            leg.told(callback.status, callback.sip_code)
        elif attempt_id in self._abandoned and self._rest is not None:
            # Given up, and now it rings after all: not for long.
            if callback.status in statuses.PROGRESS:
                self._abandoned.pop(attempt_id)
                await self._rest.complete(callback.call_sid)
        else:
            raise BadCallback(404, "no such attempt here")

    def incoming_status(self, callback: Callback) -> None:
        incoming = self._incoming.get(callback.call_sid)
        leg = self._legs.get(incoming.attempt_id) if incoming else None
        if leg is None or callback.status is None:
            raise BadCallback(404, "no such call here")
        leg.told(callback.status, callback.sip_code)

    def machine_detection(self, attempt_id: str, callback: Callback) -> None:
        leg = self._leg(attempt_id, callback)
        if leg is None:
            raise BadCallback(404, "no such attempt here")
        if callback.answered_by in statuses.MACHINES:
            leg.machine_heard()

    def waits(self, attempt_id: str) -> bool:
        """Whether Twilio has yet to tell what becomes of this call, or to bring its sound."""
        leg = self._legs.get(attempt_id)
        return leg is not None and leg.waits

    def expects_media(self, attempt_id: str) -> bool:
        leg = self._legs.get(attempt_id)
        return leg is not None and leg.takes_media

    async def media(self, attempt_id: str, socket: MediaSocket) -> None:
        """Carries the call's sound; returns when the socket is closed."""
        leg = self._legs.get(attempt_id)
        start = await self._started(socket)
        if start is None or leg is None or not self._belongs(start, leg):
            await socket.close(1008)
            return
        leg.sid = start.call_sid
        await leg.carry(socket, start)

    # -- inside --------------------------------------------------------------------------------

    def _leg(self, attempt_id: str, callback: Callback) -> TwilioLeg | None:
        """The attempt's leg, which learns its sid here if the request for it timed out."""
        leg = self._legs.get(attempt_id)
        if leg is not None:
            if leg.sid is None:
                leg.sid = callback.call_sid
            elif leg.sid != callback.call_sid:
                raise BadCallback(409, "another call than this attempt's")
        return leg

    def _belongs(self, start: messages.Start, leg: TwilioLeg) -> bool:
        return (
            leg.takes_media
            and start.account_sid == self.account.sid
            and start.call_sid == (leg.sid or start.call_sid)
            and start.parameters.get(twiml.ATTEMPT_PARAMETER) == leg.attempt_id
        )

    async def _started(self, socket: MediaSocket) -> messages.Start | None:
        """The message that opens a stream; None if something else came, or nothing."""
        try:
            async with asyncio.timeout(START_WITHIN_S):
                while True:
                    message = messages.parse(await socket.receive())
                    if isinstance(message, messages.Start):
                        return message
                    if not isinstance(message, messages.Connected):
                        return None
        except (TimeoutError, SocketClosed, messages.Malformed):
            return None

    async def _rings_after_all(self, leg: TwilioLeg, asked_at: datetime) -> bool:
        """Whether a request that was never answered has made a call: it is joined then."""
        try:
            async with asyncio.timeout(INITIATED_WITHIN_S):
                await leg.seen.wait()
        except TimeoutError:
            pass
        else:
            return True
        if self._rest is None:
            return False
        try:
            call = await self._listed(self._rest, leg.dial, asked_at)
        except Refused:
            return False
        if call is None:
            return False
        leg.sid = leg.sid or call.sid
        leg.told(call.status)
        return True

    async def _listed(self, rest: TwilioRest, dial: Dial, placed_at: datetime) -> RemoteCall | None:
        """The call made for an attempt, by its numbers and time."""
        known = {leg.sid for leg in self._legs.values() if leg.attempt_id != dial.attempt_id}
        since = placed_at - CLOCKS_DIFFER
        for call in await rest.calls(dial.to, dial.caller_id):
            if call.sid not in known and call.created_at is not None and call.created_at >= since:
                return call
        return None

    def _offer(self, callback: Callback, rest: TwilioRest) -> TwilioIncoming:
        """Asks the handler whether we pick up."""
        self._forget_ended()
        dial = Dial(uuid4().hex, to=callback.caller, caller_id=callback.called)
        leg = self._legs[dial.attempt_id] = TwilioLeg(dial, rest, rings_us=True)
        leg.sid = callback.call_sid
        incoming = self._incoming[callback.call_sid] = TwilioIncoming(leg)
        task = asyncio.create_task(self._handle(incoming), name="incoming call")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return incoming

    async def _handle(self, incoming: TwilioIncoming) -> None:
        try:
            if self._on_incoming is not None:
                await self._on_incoming(incoming)
        except Exception:
            log.exception("incoming call failed", extra={"attempt": incoming.attempt_id})
        finally:
            await incoming.reject()

    def _forget_ended(self) -> None:
        """The oldest of the calls that are over, beyond those kept for late callbacks."""
        ended = [a for a, leg in self._legs.items() if leg.over]
        for attempt_id in ended[: max(0, len(ended) - ENDED_KEPT)]:
            del self._legs[attempt_id]
        gone = [s for s, i in self._incoming.items() if i.attempt_id not in self._legs]
        for sid in gone:
            del self._incoming[sid]
        for attempt_id in list(self._abandoned)[:-ENDED_KEPT]:
            del self._abandoned[attempt_id]
