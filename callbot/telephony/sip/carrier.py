"""SIP as a carrier: calls out and in through one trunk or PBX, by a stack in its own process.

The stack is native code that the network talks to: a message that breaks it costs the calls it
holds, each of which ends as failed, and not the node. It is started again at once.
"""

import asyncio
import logging
from datetime import datetime
from typing import Final

from callbot.clock import Clock
from callbot.errors import TelephonyError, WorkerError
from callbot.speech.audio import Pcm
from callbot.telephony.carrier import Audio, Dial, Ended, LegEvent, OnIncoming, Trace
from callbot.telephony.sip import wire
from callbot.telephony.sip.memory import AttemptMemory
from callbot.telephony.sip.remote_leg import ORDER_TIMEOUT_S, RemoteIncoming, RemoteLeg
from callbot.telephony.sip.stack import Endpoint
from callbot.telephony.sip.trunk import Trunk
from callbot.telephony.sip.wire import Notice, Order
from callbot.workers.process import WorkerProcess
from callbot.workers.protocol import Frame, Header

WORKER: Final = "callbot.telephony.sip.worker"

log = logging.getLogger(__name__)


class SipCarrier:
    """A Carrier. Each has a process, and each process a SIP port."""

    name = "sip"

    def __init__(self, trunk: Trunk, endpoint: Endpoint, clock: Clock, *, lines: int) -> None:
        """lines: calls at once, in both directions together."""
        self._greeting = wire.greeting(trunk, endpoint, lines)
        self._attempts = AttemptMemory(clock)
        self._worker: WorkerProcess | None = None
        self._legs: dict[str, RemoteLeg] = {}
        self._answering: set[asyncio.Task[None]] = set()
        self._on_incoming: OnIncoming | None = None
        self._to_play: list[tuple[str, Pcm]] = []

    @property
    def live(self) -> int:
        """Calls that ring or are up, in both directions."""
        return len(self._legs)

    @property
    def worker_pid(self) -> int | None:
        return self._worker.pid if self._worker else None

    async def start(self, on_incoming: OnIncoming | None = None) -> None:
        """Raises TelephonyError when the stack cannot start.

        A registration that fails does not stop the start: the stack goes on trying, and calls
        are refused for now until it succeeds.
        """
        self._on_incoming = on_incoming
        worker = WorkerProcess(
            WORKER, greeting=self._greeting, on_notice=self._told, on_death=self._lost
        )
        try:
            await worker.start()
        except WorkerError as error:
            raise TelephonyError(str(error), permanent=False) from error
        self._worker = worker

    async def place(self, dial: Dial) -> RemoteLeg:
        if self._worker is None or self._worker.pid is None:
            raise TelephonyError("SIP is not running", permanent=False)
        if self._attempts.remembers(dial.attempt_id):
            raise TelephonyError(
                f"attempt {dial.attempt_id} was already placed; dial again as a new attempt",
                permanent=True,
            )
        leg = self._take_up(dial.attempt_id)
        # On record before the INVITE is sent: a crash in between must not look like nothing.
        self._attempts.placing(dial.attempt_id)
        try:
            reply = await self._worker.request(wire.placing(dial), timeout_s=ORDER_TIMEOUT_S)
            wire.check(reply.header)
        except TelephonyError:
            self._attempts.never_placed(dial.attempt_id)
            self._legs.pop(dial.attempt_id, None)
            raise
        except WorkerError as error:
            self._give_up(dial.attempt_id)
            raise TelephonyError(f"SIP could not dial: {error}", permanent=False) from error
        except asyncio.CancelledError:
            self._give_up(dial.attempt_id)
            raise
        return leg

    async def trace(self, dial: Dial, placed_at: datetime) -> Trace:
        return self._attempts.trace(dial.attempt_id, placed_at)

    async def close(self) -> None:
        worker, self._worker = self._worker, None
        if worker is None:
            return
        for task in self._answering:
            task.cancel()
        await asyncio.gather(*self._answering, return_exceptions=True)
        try:
            await worker.request(wire.order(Order.CLOSE), timeout_s=ORDER_TIMEOUT_S)
        except WorkerError:
            log.warning("the SIP process did not take leave")
        await worker.close()
        self._lost()

    # -- for legs ------------------------------------------------------------------------------

    def play(self, attempt_id: str, pcm: Pcm) -> None:
        """The frames of all calls come at one time, and go out as one."""
        if not self._to_play:
            asyncio.get_running_loop().call_soon(self._send_sound)
        self._to_play.append((attempt_id, pcm))

    def tell(self, header: Header) -> None:
        self._send_sound()
        if self._worker is not None:
            self._worker.tell(header)

    async def ask(self, header: Header, timeout_s: float) -> None:
        self._send_sound()
        if self._worker is None:
            raise TelephonyError("SIP is not running", permanent=False)
        try:
            reply = await self._worker.request(header, timeout_s=timeout_s)
        except WorkerError as error:
            raise TelephonyError(str(error), permanent=False) from error
        wire.check(reply.header)

    def _send_sound(self) -> None:
        """Before any order that may speak of it."""
        batch, self._to_play = self._to_play, []
        if batch and self._worker is not None:
            frame = wire.sound(Order.PLAY, batch)
            self._worker.tell(frame.header, frame.payload)

    def _give_up(self, attempt_id: str) -> None:
        """Nobody waits for the call any more, and it may ring all the same."""
        self._attempts.lost(attempt_id)
        self._legs.pop(attempt_id, None)

    # -- what the process tells ----------------------------------------------------------------

    def _told(self, frame: Frame) -> None:
        header = frame.header
        match Notice(header["op"]):
            case Notice.SOUND:
                for attempt_id, pcm in wire.sounded(frame):
                    if leg := self._legs.get(attempt_id):
                        leg.happened(Audio(pcm))
            case Notice.EVENT:
                self._happened(header["attempt"], wire.happened(header))
            case Notice.INCOMING:
                self._rings(header)
            case Notice.LOG:
                log.log(header["level"], header["message"], extra=header["beside"])

    def _happened(self, attempt_id: str, event: LegEvent) -> None:
        leg = self._legs.get(attempt_id)
        if leg is not None:
            leg.happened(event)
        elif not isinstance(event, Ended):
            # Given up, and now it rings after all: not for long.
            self.tell(wire.order(Order.HANG_UP, attempt_id))

    def _rings(self, header: Header) -> None:
        incoming = RemoteIncoming(
            header["attempt"], header["caller"], header["called"], self, self._take_up
        )
        task = asyncio.create_task(self._take(incoming), name=f"sip-{incoming.attempt_id}")
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _take(self, incoming: RemoteIncoming) -> None:
        try:
            if self._on_incoming is not None:
                await self._on_incoming(incoming)
        except Exception:
            log.exception("an incoming call broke", extra={"attempt": incoming.attempt_id})
        finally:
            if not incoming.settled:
                await incoming.reject()

    def _take_up(self, attempt_id: str) -> RemoteLeg:
        leg = self._legs[attempt_id] = RemoteLeg(attempt_id, self, self._over)
        return leg

    def _over(self, leg: RemoteLeg) -> None:
        del self._legs[leg.attempt_id]
        self._attempts.ended(leg.attempt_id, leg.ended, answered=leg.answered)

    def _lost(self) -> None:
        """The process is gone. An attempt that is being placed is settled where it is placed."""
        for leg in list(self._legs.values()):
            leg.lost()
