"""The process in which the SIP stack runs: follows the carrier's orders, reports what happens.

Run as `python -m callbot.telephony.sip.worker`, with frames of `callbot.telephony.sip.wire` on its
standard streams. It ends when its parent does, and when its stack does.
"""

import asyncio
import logging
import os
from collections.abc import Coroutine
from functools import partial
from typing import Any, Final

from callbot.errors import TelephonyError
from callbot.speech.audio import Pcm
from callbot.telephony.carrier import Audio, Dial, Ended, Incoming, Leg, LegEvent
from callbot.telephony.sip import wire
from callbot.telephony.sip.leg import SipLeg
from callbot.telephony.sip.lines import SipLines
from callbot.telephony.sip.wire import Notice, Order
from callbot.workers.channel import AsyncChannel, run_child
from callbot.workers.protocol import Frame, Header

UNREAD_SOUND_BYTES: Final = 4 << 20
"""With more than this unread by the parent, sound is left out: it would come too late."""

STACK_LOST: Final = 3
"""Exit status."""


class SipWorker:
    """Between the parent's orders and the lines."""

    def __init__(self, channel: AsyncChannel, lines: SipLines) -> None:
        self._channel = channel
        self._lines = lines
        self._legs: dict[str, SipLeg] = {}
        self._callers: dict[str, asyncio.Future[None]] = {}
        self._incoming: dict[str, Incoming] = {}
        self._batch: list[tuple[str, Pcm]] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until the parent is gone. Raises TelephonyError when the stack cannot start."""
        await self._lines.start(self._rung, lambda: os._exit(STACK_LOST))
        self._do(self._leave_when_it_hangs())
        self._channel.send(Frame({}))
        while True:
            self._follow(await self._channel.receive())

    # -- orders --------------------------------------------------------------------------------

    def _follow(self, frame: Frame) -> None:
        header = frame.header
        if header["op"] == Order.PLAY:
            for attempt_id, pcm in wire.sounded(frame):
                if playing := self._legs.get(attempt_id):
                    playing.send(pcm)
            return
        attempt_id = header["attempt"]
        leg = self._legs.get(attempt_id)
        match Order(header["op"]):
            case Order.FLUSH:
                if leg is not None:
                    leg.flush()
            case Order.HANG_UP:
                if leg is not None:
                    self._do(leg.hang_up())
            case Order.REJECT:
                self._settle(attempt_id)
            case _:
                self._do(self._reply(header, leg))

    async def _reply(self, header: Header, leg: SipLeg | None) -> None:
        reply: Header = {}
        try:
            await self._obey(header, leg)
        except TelephonyError as refused:
            reply = wire.refusal(refused)
        self._channel.send(Frame({**reply, "id": header["id"]}))

    async def _obey(self, header: Header, leg: SipLeg | None) -> None:
        attempt_id = header["attempt"]
        match Order(header["op"]):
            case Order.PLACE:
                self._take(await self._lines.place(Dial(**header["dial"])))
            case Order.ANSWER if attempt_id in self._incoming:
                self._take(await self._incoming[attempt_id].answer())
                self._settle(attempt_id)
            case Order.TRANSFER if leg is not None:
                await leg.transfer(header["to"])
            case Order.PRESS if leg is not None:
                await leg.press(header["keys"])
            case Order.CLOSE:
                await self._lines.close()
            case _:
                raise TelephonyError("the call is over", permanent=True)

    # -- what happens --------------------------------------------------------------------------

    async def _rung(self, incoming: Incoming) -> None:
        """The carrier's handler of incoming calls: rejects when it returns without an answer."""
        attempt_id = incoming.attempt_id
        self._incoming[attempt_id] = incoming
        self._callers[attempt_id] = asyncio.get_running_loop().create_future()
        self._channel.send(
            Frame(
                {
                    "op": Notice.INCOMING,
                    "attempt": attempt_id,
                    "caller": incoming.caller,
                    "called": incoming.called,
                }
            )
        )
        try:
            await self._callers[attempt_id]
        finally:
            del self._callers[attempt_id], self._incoming[attempt_id]

    def _settle(self, attempt_id: str) -> None:
        caller = self._callers.get(attempt_id)
        if caller is not None and not caller.done():
            caller.set_result(None)

    def _take(self, leg: Leg) -> None:
        assert isinstance(leg, SipLeg)
        self._legs[leg.attempt_id] = leg
        leg.report_to(partial(self._report, leg))

    def _report(self, leg: SipLeg, event: LegEvent) -> None:
        if isinstance(event, Audio):
            self._add_sound(leg.attempt_id, event.pcm)
            return
        self._send_sound()
        self._channel.send(wire.event(leg.attempt_id, event))
        if isinstance(event, Ended):
            del self._legs[leg.attempt_id]

    def _add_sound(self, attempt_id: str, pcm: Pcm) -> None:
        """The sound of all calls comes in one tick, and goes out as one frame."""
        if not self._batch:
            asyncio.get_running_loop().call_soon(self._send_sound)
        self._batch.append((attempt_id, pcm))

    def _send_sound(self) -> None:
        batch, self._batch = self._batch, []
        if batch and self._channel.unsent_bytes < UNREAD_SOUND_BYTES:
            self._channel.send(wire.sound(Notice.SOUND, batch))

    async def _leave_when_it_hangs(self) -> None:
        if await self._lines.hangs():
            os._exit(STACK_LOST)

    def _do(self, what: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(what)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _LogToParent(logging.Handler):
    """Messages are static, with ids beside them."""

    def __init__(self, channel: AsyncChannel) -> None:
        super().__init__(logging.WARNING)
        self._channel = channel

    def emit(self, record: logging.LogRecord) -> None:
        beside = {key: getattr(record, key) for key in wire.LOGGED if hasattr(record, key)}
        self._channel.send(
            Frame(
                {
                    "op": Notice.LOG,
                    "level": record.levelno,
                    "message": self._words(record),
                    "beside": beside,
                }
            )
        )

    def _words(self, record: logging.LogRecord) -> str:
        _, error, _ = record.exc_info or (None, None, None)
        why = str(error) if isinstance(error, TelephonyError) else type(error).__name__
        return record.getMessage() if error is None else f"{record.getMessage()}: {why}"


async def main() -> None:
    channel = await AsyncChannel.of_this_process()
    logging.getLogger("callbot").addHandler(_LogToParent(channel))
    trunk, endpoint, lines = wire.greeted((await channel.receive()).header)
    await SipWorker(channel, SipLines(trunk, endpoint, lines=lines)).run()


if __name__ == "__main__":
    run_child(main)
