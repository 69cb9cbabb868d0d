"""Calls at Twilio from the first ring to the last callback, with a telephone network behind it."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from http import HTTPStatus
from typing import Any, Final
from xml.etree import ElementTree

from callbot.errors import TelephonyError
from callbot.rehearsal.transport import Transport
from callbot.rehearsal.twilio_stand_in.call import RemoteCall
from callbot.rehearsal.twilio_stand_in.rest import RestInterface
from callbot.rehearsal.twilio_stand_in.stream import TwilioStream
from callbot.rehearsal.twilio_stand_in.troubles import Troubles
from callbot.rehearsal.twilio_stand_in.webhooks import Answer, Webhooks
from callbot.telephony.carrier import (
    Answered,
    Dial,
    Ended,
    EndReason,
    Incoming,
    Leg,
    LegEvent,
    Ringing,
)
from callbot.telephony.twilio.account import TwilioAccount

Ring = Callable[[Dial], Awaitable[Leg]]
"""Rings a phone of the network behind."""

REMEMBERED: Final = 1000
"""Calls that can still be asked for."""

WEBHOOK_TIMEOUT_S: Final = 15
_HOST: Final = "127.0.0.1"
_TAKES_OVER_S: Final = 0.2
"""Until the person to whom a resident is put through has picked up."""

_REPEATED_AFTER_S: Final = 0.5

_UNANSWERED: Final = {
    EndReason.BUSY: ("busy", "486"),
    EndReason.REJECTED: ("busy", "603"),
    EndReason.INVALID_NUMBER: ("failed", "404"),
    EndReason.NETWORK_FAILED: ("failed", "503"),
    EndReason.NO_ANSWER: ("no-answer", "480"),
    EndReason.HUNG_UP_HERE: ("canceled", "487"),
}
"""Status and SIP code of a call that nobody picked up."""


class TwilioStandIn:
    """rest: the interface that we ask, its `app` to be served. webhooks: how it asks us."""

    def __init__(self, account: TwilioAccount, ring: Ring) -> None:
        self.account = account
        self.troubles = Troubles()
        self.transport = Transport()
        self.calls: OrderedDict[str, RemoteCall] = OrderedDict()
        self.webhooks = Webhooks(account)
        self.rest = RestInterface(self)
        self._ring = ring
        self._tasks: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.webhooks.close()

    @property
    def live(self) -> int:
        return sum(not call.over for call in self.calls.values())

    @property
    def putting_through(self) -> int:
        """Calls that have been told to go on with somebody else, and do not yet."""
        return sum(bool(call.dialled_person) and not call.over for call in self.calls.values())

    def call_of(self, attempt_id: str) -> RemoteCall:
        """KeyError if there is none."""
        for call in reversed(self.calls.values()):
            if call.attempt_id == attempt_id:
                return call
        raise KeyError(attempt_id)

    def ring(self, call: RemoteCall) -> None:
        self._keep(call)
        self._start(self._outgoing(call))

    async def takes(self, incoming: Incoming) -> None:
        """The handler of the network behind: somebody on it rings the office's number."""
        urls = {kind: self.account.url(kind, "incoming") for kind in ("voice", "status")}
        call = RemoteCall(incoming.called, incoming.caller, urls, direction="inbound")
        self._keep(call)
        call.status = "ringing"
        answer = await self.webhooks.post(call.webhooks["voice"], self.form(call))
        if _stream_in(answer) is None:
            await incoming.reject()
            await self._becomes(call, "busy")
        else:
            leg = await incoming.answer()
            await self._connect(call, leg, leg.events(), answer)

    # -- calls ---------------------------------------------------------------------------------

    def form(self, call: RemoteCall, **more: str) -> dict[str, str]:
        return call.as_form(self.account.sid) | more

    async def _becomes(self, call: RemoteCall, status: str, sip_code: str = "") -> None:
        call.status = status
        more = {"SipResponseCode": sip_code} if sip_code else {}
        form = self.form(call, **more)
        await self.webhooks.post(call.webhooks["status"], form)
        if self.troubles.repeats_callbacks:
            self._start(self._repeat(call.webhooks["status"], form))

    async def _repeat(self, url: str, form: dict[str, str]) -> None:
        await asyncio.sleep(_REPEATED_AFTER_S)
        await self.webhooks.post(url, form)

    def _keep(self, call: RemoteCall) -> None:
        self.calls[call.sid] = call
        if len(self.calls) > REMEMBERED:
            self.calls.popitem(last=False)

    def _start(self, playing: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(playing, name="twilio")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _outgoing(self, call: RemoteCall) -> None:
        await self._becomes(call, "initiated")
        dial = Dial(call.attempt_id, call.to, call.caller, call.ring_timeout_s)
        try:
            leg = await self._ring(dial)
        except TelephonyError:
            return await self._becomes(call, *_UNANSWERED[EndReason.NETWORK_FAILED])
        stopping = asyncio.create_task(_leave_when_stopped(call, leg), name="twilio stop")
        try:
            await self._follow(call, leg)
        finally:
            stopping.cancel()
            await asyncio.gather(stopping, return_exceptions=True)
        return None

    async def _follow(self, call: RemoteCall, leg: Leg) -> None:
        events = leg.events()
        async for event in events:
            match event:
                case Ringing():
                    await self._becomes(call, "ringing")
                case Answered():
                    await self._becomes(call, "in-progress")
                    answer = await self.webhooks.post(call.webhooks["voice"], self.form(call))
                    return await self._connect(call, leg, events, answer)
                case Ended():
                    return await self._becomes(call, *_UNANSWERED[event.reason])
                case _:
                    pass
        return None

    async def _connect(
        self, call: RemoteCall, leg: Leg, events: AsyncIterator[LegEvent], answer: Answer
    ) -> None:
        """As our answer to the voice webhook says; an answer without a stream hangs up."""
        stream = _stream_in(answer)
        if stream is not None:
            call.status = "in-progress"
            parameters = {p.get("name", ""): p.get("value", "") for p in stream.iter("Parameter")}
            async with self.webhooks.socket(stream.get("url", "")) as socket:
                media = TwilioStream(
                    socket,
                    call,
                    leg,
                    self.transport,
                    lambda: self._machine_heard(call),
                    loses_marks=self.troubles.loses_marks,
                )
                await media.run(self.account.sid, parameters, events)
        if call.dialled_person:
            await _within(call.stopped.wait(), _TAKES_OVER_S)
            await leg.transfer(call.dialled_person)
        await leg.hang_up()
        await self._becomes(call, "completed")

    async def _machine_heard(self, call: RemoteCall) -> None:
        await self.webhooks.post(call.webhooks["amd"], self.form(call, AnsweredBy="machine_start"))


async def _leave_when_stopped(call: RemoteCall, leg: Leg) -> None:
    await call.stopped.wait()
    await leg.hang_up()


def _stream_in(answer: Answer) -> ElementTree.Element | None:
    """None, too, where we would not answer."""
    if answer.status != HTTPStatus.OK:
        return None
    return ElementTree.fromstring(answer.text).find("Connect/Stream")


async def _within(waiting: Awaitable[Any], seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await waiting
    except TimeoutError:
        return False
    return True
