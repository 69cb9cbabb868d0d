"""One worker of `callbot bench starts`, as a process of its own: `python -m …starting ORDERS`.

Prints, when it is told to stop (SIGTERM), a line for each dial: seconds since 1970 and the attempt.
"""

import asyncio
import json
import signal
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from callbot import datafile, db, vault
from callbot.bench.dialer import FIGURES, ZONE, talk
from callbot.bench.soundless import Figures, SoundlessCarrier, SoundlessLeg
from callbot.campaigns.dialing.dialer import Dialer
from callbot.campaigns.engines.worker import Worker
from callbot.clock import SteadyClock
from callbot.config import Settings
from callbot.telephony.carrier import Dial

LINE = "bench"
SLOTS = 2000


@dataclass(frozen=True)
class Orders:
    node: str
    data_dir: str
    database_url: str

    def as_argument(self) -> str:
        return json.dumps(asdict(self))


class NotingCarrier(SoundlessCarrier):
    async def place(self, dial: Dial) -> SoundlessLeg:
        leg = await super().place(dial)
        print(f"{self.dials[-1][0].timestamp():.6f} {dial.attempt_id}", flush=True)
        return leg


async def _work(orders: Orders) -> None:
    settings = Settings(data_dir=Path(orders.data_dir), database_url=orders.database_url)
    vault.unlock("", settings.data_dir)
    database = db.open_database(settings)
    figures, _ = datafile.load(FIGURES, Figures)
    clock = SteadyClock()
    carrier = NotingCarrier(figures, clock, ZONE, seed=0)
    dialer = Dialer(database, carrier, clock, talk, node=orders.node, line=LINE, slots=SLOTS)
    worker = Worker(settings, database, dialer, clock)
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    working = asyncio.create_task(worker.run())
    waiting = asyncio.create_task(stopped.wait())
    await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
    worker.drain()
    await dialer.stop()
    await working
    database.close()


if __name__ == "__main__":
    asyncio.run(_work(Orders(**json.loads(sys.argv[1]))))
