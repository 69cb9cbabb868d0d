"""A telephone exchange: rings a resident of the embedded network for each SIP call that comes."""

import asyncio
from typing import Final

from callbot.rehearsal.transport import Transport
from callbot.speech.audio import SILENT_FRAME
from callbot.telephony.carrier import Answered, Audio, Dial, Ended, Incoming, Key, LegEvent
from callbot.telephony.simulated.leg import SimulatedLeg
from callbot.telephony.simulated.measurement import audible
from callbot.telephony.simulated.network import SimulatedCarrier
from callbot.telephony.sip.leg import SipLeg
from callbot.telephony.sip.lines import SipLines
from callbot.workers.protocol import Header

TOLD_WITHIN_S: Final = 10.0
"""Of a call, whose attempt it is: told beside the wire, and perhaps a little later."""


MOST_UNPLAYED: Final = 1
"""Frames that wait at the resident's phone. A delay that came of frames that were late is made up
for in the next pause, as phones do; else it would stay for the rest of the call."""


class Exchange:
    """What the network measures it measures where sound leaves the wire: as over Twilio's, no
    phone's jitter buffer is in it."""

    def __init__(self, network: SimulatedCarrier, lines: SipLines) -> None:
        self._network = network
        self._lines = lines
        self._dialled: dict[str, asyncio.Future[Dial]] = {}
        self.transport = Transport()

    async def start(self) -> Header:
        await self._network.start()
        await self._lines.start(self._rings)
        return {}

    async def close(self) -> None:
        await self._lines.close()
        await self._network.close()

    def expect(self, dial: Dial) -> None:
        """A call to this number is about to come, and is this attempt."""
        if dial.to in self._dialled and self._dialled[dial.to].done():
            del self._dialled[dial.to]
        self._told(dial.to).set_result(dial)

    def reach_us(self, port: int) -> None:
        """Calls come from one side only."""

    def _told(self, number: str) -> asyncio.Future[Dial]:
        return self._dialled.setdefault(number, asyncio.get_running_loop().create_future())

    async def _rings(self, incoming: Incoming) -> None:
        async with asyncio.timeout(TOLD_WITHIN_S):
            dial = await self._told(incoming.called)
        del self._dialled[incoming.called]
        resident = await self._network.place(dial)
        async for event in resident.events():
            if isinstance(event, Ended):
                await incoming.reject()
                return
            if isinstance(event, Answered):
                break
        trunk = await incoming.answer()
        assert isinstance(trunk, SipLeg)
        await _Connection(resident, trunk, self.transport).run()


class _Connection:
    """A resident and our side, until either hangs up."""

    def __init__(self, resident: SimulatedLeg, trunk: SipLeg, transport: Transport) -> None:
        self._resident = resident
        self._trunk = trunk
        self._transport = transport
        self._keys: asyncio.Queue[str] = asyncio.Queue()
        self._over = asyncio.Event()

    async def run(self) -> None:
        pressing = asyncio.create_task(self._press())
        try:
            self._resident.report_to(self._from_resident)
            self._trunk.report_to(self._from_trunk)
            await self._over.wait()
            await self._trunk.hang_up()
            await self._resident.hang_up()
        finally:
            pressing.cancel()
            await asyncio.gather(pressing, return_exceptions=True)

    def _from_resident(self, event: LegEvent) -> None:
        match event:
            case Audio():
                # With nothing to send the stack sends silence by itself, and what was late before
                # is made up for in the pause.
                if event.pcm != SILENT_FRAME:
                    self._trunk.send(event.pcm)
            case Key():
                self._keys.put_nowait(event.digit)
            case Ended():
                self._over.set()
            case _:
                pass

    def _from_trunk(self, event: LegEvent) -> None:
        match event:
            case Audio():
                self._transport.frames += 1
                # Coded silence is never quite zero: this frame did not come.
                self._transport.missing += event.pcm == SILENT_FRAME
                if self._resident.unplayed_frames < MOST_UNPLAYED or audible(event.pcm):
                    self._resident.send(event.pcm)
            case Ended():
                self._over.set()
            case _:
                pass

    async def _press(self) -> None:
        while True:
            await self._trunk.press(await self._keys.get())
