"""`python -m callbot.rehearsal.distant.worker`: the process of a distant network.

It ends when its parent does.
"""

import asyncio
import json
from collections.abc import Coroutine
from typing import Any, Final, Protocol

from callbot.dialog.events import Listen
from callbot.errors import CallbotError, TelephonyError
from callbot.rehearsal.distant import wire
from callbot.rehearsal.distant.wire import Order, Wire
from callbot.rehearsal.network_plan import NetworkPlan
from callbot.rehearsal.transport import Transport
from callbot.speech.pyttsx3_engine import Pyttsx3Synthesizer
from callbot.telephony.carrier import Dial
from callbot.telephony.simulated.network import SimulatedCarrier
from callbot.telephony.simulated.residents import SimulatedResident
from callbot.telephony.sip.lines import SipLines
from callbot.telephony.sip.wire import greeted
from callbot.workers.channel import AsyncChannel, run_child
from callbot.workers.priority import give_way
from callbot.workers.protocol import FAULT, Frame, Header

NICENESS: Final = 3
"""It shall not measure itself: the far end gives way to what is measured."""


class Gate(Protocol):
    """Between the network and the wire."""

    @property
    def transport(self) -> Transport: ...

    async def start(self) -> Header:
        """What the parent has to know to reach it."""

    def expect(self, dial: Dial) -> None: ...

    def reach_us(self, port: int) -> None: ...

    async def close(self) -> None: ...


class DistantWorker:
    """Follows the parent's orders."""

    def __init__(
        self,
        channel: AsyncChannel,
        network: SimulatedCarrier,
        gate: Gate,
        synthesizer: Pyttsx3Synthesizer,
    ) -> None:
        self._channel = channel
        self._network = network
        self._gate = gate
        self._synthesizer = synthesizer
        self._attempts: list[str] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until the parent is gone. Raises TelephonyError when the wire cannot be had."""
        self._channel.send(Frame(await self._gate.start()))
        while True:
            self._follow(await self._channel.receive())

    def _follow(self, frame: Frame) -> None:
        header = frame.header
        match Order(header["op"]):
            case Order.EXPECT:
                dial = Dial(**header["dial"])
                self._attempts.append(dial.attempt_id)
                self._gate.expect(dial)
            case Order.CUE:
                listen = Listen.model_validate(header["listen"])
                self._network.cue(header["attempt"], listen, header["read_back_true"])
            case Order.REACH_US:
                self._gate.reach_us(header["port"])
            case _:
                self._do(self._reply(frame))

    async def _reply(self, frame: Frame) -> None:
        try:
            reply = await self._obey(frame)
        except CallbotError as error:
            reply = Frame({FAULT: str(error)})
        self._channel.send(Frame({**reply.header, "id": frame.header["id"]}, reply.payload))

    async def _obey(self, frame: Frame) -> Frame:
        match Order(frame.header["op"]):
            case Order.PREPARE:
                described = json.loads(frame.payload)
                await self._prepare([SimulatedResident.model_validate(one) for one in described])
                return Frame({})
            case Order.CLOSE:
                await self._gate.close()
                return self._measured()
            case order:
                raise TelephonyError(f"{order} is not answered", permanent=True)

    async def _prepare(self, residents: list[SimulatedResident]) -> None:
        """The synthesizer's process is there for as long as somebody speaks with its voice."""

        def told(done: int, in_all: int) -> None:
            self._channel.send(Frame({"op": wire.PREPARED, "done": done, "in_all": in_all}))

        await self._synthesizer.start()
        try:
            await self._network.prepare(residents, told)
        finally:
            await self._synthesizer.close()

    def _measured(self) -> Frame:
        reports = []
        for attempt_id in self._attempts:
            try:
                reports.append(self._network.report(attempt_id))
            except KeyError:
                # It never came over the wire.
                continue
        return wire.measured(self._gate.transport, self._network.late_frames(), reports)

    def _do(self, what: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(what)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _gate(kind: Wire, network: SimulatedCarrier, trunk: Header) -> Gate:
    match kind:
        case Wire.SIP:
            from callbot.rehearsal.distant.exchange import Exchange

            own, endpoint, lines = greeted(trunk)
            return Exchange(network, SipLines(own, endpoint, lines=lines))
        case Wire.TWILIO:
            from callbot.rehearsal.twilio_stand_in.premises import Premises

            return Premises(network)


async def main() -> None:
    channel = await AsyncChannel.of_this_process()
    give_way(NICENESS)
    greeting = (await channel.receive()).header
    synthesizer = Pyttsx3Synthesizer()
    network = NetworkPlan.of(greeting["plan"]).behind_a_wire().network(synthesizer)
    gate = _gate(Wire(greeting["wire"]), network, greeting["trunk"])
    await DistantWorker(channel, network, gate, synthesizer).run()


if __name__ == "__main__":
    run_child(main)
