"""The distant network as the rehearsal sees it."""

import json
from collections.abc import Iterable
from typing import Final

from callbot.dialog.events import Listen
from callbot.rehearsal.distant import wire
from callbot.rehearsal.distant.wire import Order, Wire
from callbot.rehearsal.network_plan import NetworkPlan
from callbot.rehearsal.transport import Transport
from callbot.telephony.carrier import Dial
from callbot.telephony.simulated.measurement import LineReport
from callbot.telephony.simulated.residents import SimulatedResident
from callbot.telephony.simulated.studio import Progress
from callbot.workers.process import WorkerProcess
from callbot.workers.protocol import Frame, Header

WORKER: Final = "callbot.rehearsal.distant.worker"
ORDER_TIMEOUT_S: Final = 30.0
SPEAKING_TIMEOUT_S: Final = 3600.0
"""For the residents' lines, which take a second each the first time."""


class DistantNetwork:
    """Residents, for one run: what was measured is known once it is closed."""

    def __init__(self, over: Wire, plan: NetworkPlan, trunk: Header | None = None) -> None:
        """trunk: of the exchange, as `sip.wire.greeting` has it; not over Twilio's wire."""
        self._process = WorkerProcess(
            WORKER,
            greeting=wire.greeting(over, plan, trunk or {}),
            on_notice=self._told,
        )
        self._progress: Progress | None = None
        self._reports: dict[str, LineReport] = {}
        self._late_frames = 0
        self.transport = Transport()

    async def start(self) -> Header:
        """What has to be known to reach it over its wire. Raises WorkerError."""
        await self._process.start()
        return self._process.ready_note

    async def prepare(
        self, residents: Iterable[SimulatedResident], progress: Progress | None = None
    ) -> None:
        self._progress = progress
        described = json.dumps([resident.model_dump(mode="json") for resident in residents])
        await self._process.request(
            {"op": Order.PREPARE}, described.encode(), timeout_s=SPEAKING_TIMEOUT_S
        )

    def expect(self, dial: Dial) -> None:
        """To be told before the call is placed over the wire."""
        self._process.tell(wire.expecting(dial))

    def cue(self, attempt_id: str, listen: Listen, read_back_true: bool | None = None) -> None:
        self._process.tell(wire.cue(attempt_id, listen, read_back_true))

    def reach_us(self, port: int) -> None:
        """For a network that asks us, such as Twilio's."""
        self._process.tell({"op": Order.REACH_US, "port": port})

    def report(self, attempt_id: str) -> LineReport:
        return self._reports[attempt_id]

    def late_frames(self) -> int:
        return self._late_frames

    async def close(self) -> None:
        if self._process.pid is None:
            return
        measured = await self._process.request({"op": Order.CLOSE}, timeout_s=ORDER_TIMEOUT_S)
        await self._process.close()
        self._reports = wire.reports(measured.payload)
        self._late_frames = measured.header["late_frames"]
        self.transport.frames = measured.header["frames"]
        self.transport.missing = measured.header["missing"]

    def _told(self, frame: Frame) -> None:
        if frame.header["op"] == wire.PREPARED and self._progress is not None:
            self._progress(frame.header["done"], frame.header["in_all"])
