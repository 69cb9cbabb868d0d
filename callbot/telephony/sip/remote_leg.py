"""A SIP call as the node sees it; the call itself is in the SIP process."""

from collections.abc import AsyncIterator, Callable
from typing import Protocol

from callbot.errors import TelephonyError
from callbot.speech.audio import FRAME_BYTES, Pcm
from callbot.telephony.carrier import Answered, Ended, EndReason, LegEvent, Ringing
from callbot.telephony.event_stream import EventStream
from callbot.telephony.sip.leg import TRANSFER_TIMEOUT_S
from callbot.telephony.sip.wire import Order, order
from callbot.workers.protocol import Header

ORDER_TIMEOUT_S = 15.0
"""Longer than the stack's own time-out: a process that does not answer by then hangs."""

KEY_S = 0.5
"""Longer than a key and the pause after it."""


class SipProcess(Protocol):
    """Where orders go."""

    def tell(self, header: Header) -> None: ...

    def play(self, attempt_id: str, pcm: Pcm) -> None: ...

    async def ask(self, header: Header, timeout_s: float) -> None:
        """Raises TelephonyError when it was refused, or the process is gone."""


class RemoteLeg:
    """A Leg."""

    def __init__(
        self, attempt_id: str, process: SipProcess, on_end: Callable[["RemoteLeg"], None]
    ) -> None:
        self.attempt_id = attempt_id
        self.answered = False
        self.ended: Ended | None = None
        self._process = process
        self._on_end = on_end
        self._rang = False
        self._leaving = False
        self._stream = EventStream()

    def events(self) -> AsyncIterator[LegEvent]:
        return self._stream.read()

    def send(self, pcm: Pcm) -> None:
        if len(pcm) != FRAME_BYTES:
            raise ValueError(f"a frame is {FRAME_BYTES} bytes, not {len(pcm)}")
        if not self._leaving and not self._stream.over:
            self._process.play(self.attempt_id, pcm)

    def flush(self) -> None:
        if not self._stream.over:
            self._process.tell(order(Order.FLUSH, self.attempt_id))

    async def hang_up(self) -> None:
        if not self._leaving and not self._stream.over:
            self._leaving = True
            self._process.tell(order(Order.HANG_UP, self.attempt_id))
        await self._stream.wait_over()

    async def transfer(self, to: str) -> None:
        if self._stream.over:
            raise TelephonyError("the call is over", permanent=True)
        # What was sent is played first.
        patience_s = TRANSFER_TIMEOUT_S + ORDER_TIMEOUT_S
        await self._process.ask(order(Order.TRANSFER, self.attempt_id, to=to), patience_s)

    async def press(self, keys: str) -> None:
        """Keys towards the far end, as RFC 2833 events; 100 ms each. For extensions and menus."""
        patience_s = ORDER_TIMEOUT_S + KEY_S * len(keys)
        await self._process.ask(order(Order.PRESS, self.attempt_id, keys=keys), patience_s)

    # -- for the carrier -----------------------------------------------------------------------

    def happened(self, event: LegEvent) -> None:
        """As the process reports it."""
        if self._stream.over:
            return
        if isinstance(event, Ended):
            self.ended = event
            self._on_end(self)
        self.answered = self.answered or isinstance(event, Answered)
        self._rang = self._rang or isinstance(event, Ringing)
        self._stream.post(event)

    def lost(self) -> None:
        """The process is gone, and the call with it."""
        if not self.answered and not self._rang:
            # The INVITE is out: the phone may ring, and the resident be disturbed.
            self.happened(Ringing())
        self.happened(Ended(EndReason.NETWORK_FAILED, "the SIP process died"))


class RemoteIncoming:
    """An Incoming. caller, called: E.164, or "" when it is no number."""

    def __init__(
        self,
        attempt_id: str,
        caller: str,
        called: str,
        process: SipProcess,
        take_up: Callable[[str], RemoteLeg],
    ) -> None:
        self.attempt_id = attempt_id
        self.caller = caller
        self.called = called
        self.settled = False
        self._process = process
        self._take_up = take_up

    async def answer(self) -> RemoteLeg:
        self.settled = True
        leg = self._take_up(self.attempt_id)
        try:
            await self._process.ask(order(Order.ANSWER, self.attempt_id), ORDER_TIMEOUT_S)
        except TelephonyError as error:
            leg.happened(Ended(EndReason.HUNG_UP_THERE, f"gone before the answer: {error}"))
        return leg

    async def reject(self) -> None:
        self.settled = True
        self._process.tell(order(Order.REJECT, self.attempt_id))
