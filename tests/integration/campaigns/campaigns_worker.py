"""A worker as a process of its own, on a network that remembers each dial in a file.

Its arguments are one JSON object: see Orders. It speaks `ready` once it has begun, and can be
told to kill itself at a named point between reserving and ending. SIGUSR1 makes its machine's clock
jump by an hour, SIGUSR2 sets it right; SIGTERM lets its calls end.
"""

import asyncio
import contextlib
import json
import os
import random
import signal
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from callbot import db, vault
from callbot.campaigns.dialing import attempts, ending, reservation
from callbot.campaigns.dialing import dialer as dialing
from callbot.campaigns.dialing.brief import AttemptBrief
from callbot.campaigns.dialing.dialer import Dialer
from callbot.campaigns.engines.worker import Worker
from callbot.campaigns.planning.planner import plan
from callbot.clock import SteadyClock, SystemClock
from callbot.config import Settings
from callbot.dialog.answers import Kind, Status
from callbot.dialog.events import Outcome
from callbot.errors import CallbotError, TelephonyError
from callbot.models import AnswerRow, Call
from callbot.speech.audio import Pcm
from callbot.telephony.carrier import (
    Answered,
    Dial,
    Ended,
    EndReason,
    Found,
    Leg,
    LegEvent,
    OnIncoming,
    Ringing,
    Trace,
)

POINTS = ("reserved", "placing", "dialled", "ringing", "answered", "stored", "ending", "ended")
"""Named points between reserve and end at which a worker can die."""


@dataclass(frozen=True)
class Orders:
    """dies_at: one of POINTS or empty. shift_s: by how much the clock is wrong.

    silent: share of the calls whose end the carrier never reports.
    """

    node: str
    data_dir: str
    database_url: str
    network: str
    seed: int
    dies_at: str = ""
    shift_s: float = 0.0
    silent: float = 0.0

    def as_argument(self) -> str:
        return json.dumps(asdict(self))


class MachineClock:
    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._chance = random.Random(orders.seed)
        self.shift_s = orders.shift_s

    def now(self) -> datetime:
        return SystemClock().now() + timedelta(seconds=self.shift_s)

    def jump(self) -> None:
        self.shift_s = self._orders.shift_s + self._chance.choice((-3600, 3600))

    def set_right(self) -> None:
        self.shift_s = self._orders.shift_s


class Network:
    """A carrier without sound. Each dial and each answer is on disk before anything follows.

    A line of the file: kind, attempt, true time, node, by how much its clock is wrong, phone.
    """

    name = "witnessed"

    def __init__(self, orders: Orders, machine: MachineClock, die: Callable[[str], None]) -> None:
        self._machine = machine
        self._silent = orders.silent
        self._path = Path(orders.network)
        self._chance = random.Random(f"{orders.seed}-{orders.node}-{os.getpid()}")
        self._die = die
        self._node = orders.node

    def note(self, kind: str, attempt_id: str, detail: str = "") -> None:
        true = SystemClock().now().isoformat()
        line = f"{kind} {attempt_id} {true} {self._node} {self._machine.shift_s} {detail}\n"
        file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(file, line.encode())
        os.fsync(file)
        os.close(file)

    async def start(self, on_incoming: OnIncoming | None = None) -> None: ...

    async def close(self) -> None: ...

    async def place(self, dial: Dial) -> Leg:
        if self._chance.random() < 0.05:
            raise TelephonyError("timed out before the dial", permanent=False)
        self.note("dial", dial.attempt_id, dial.to)
        self._die("dialled")
        if self._chance.random() < 0.05:
            raise TelephonyError("timed out after the dial", permanent=False)
        return WitnessedLeg(dial.attempt_id, self._events(), self._die)

    def _events(self) -> list[LegEvent]:
        kind = self._chance.random()
        if kind < 0.2:
            return [Ringing(), Ended(EndReason.NO_ANSWER)]
        if kind < 0.25:
            return [Ended(EndReason.NETWORK_FAILED)]
        # Callbacks come twice, out of order, or not at all.
        answered: list[LegEvent] = [Ringing(), Answered(), Ended(EndReason.HUNG_UP_THERE)]
        if kind < 0.35:
            answered.insert(1, Ringing())
        elif kind < 0.45:
            answered.remove(Ringing())
        elif kind < 0.5:
            answered[0], answered[1] = answered[1], answered[0]
        elif kind < 0.55:
            answered += [Ended(EndReason.HUNG_UP_THERE), Ringing()]
        elif kind < 0.55 + self._silent:
            return [Ringing()]
        return answered

    async def trace(self, dial: Dial, placed_at: datetime) -> Trace:  # noqa: ARG002
        known = self._path.read_text() if self._path.exists() else ""
        found = Found.UNDER_WAY if f"dial {dial.attempt_id} " in known else Found.NEVER_PLACED
        return Trace(found)


class WitnessedLeg:
    def __init__(self, attempt_id: str, events: list[LegEvent], die: Callable[[str], None]) -> None:
        self.attempt_id = attempt_id
        self._events = events
        self._die = die

    async def events(self) -> AsyncIterator[LegEvent]:
        ended = False
        for event in self._events:
            await asyncio.sleep(0.02)
            ended = ended or isinstance(event, Ended)
            if isinstance(event, Ringing | Answered):
                self._die("ringing" if isinstance(event, Ringing) else "answered")
            yield event
        if not ended:
            await asyncio.Event().wait()

    def send(self, pcm: Pcm) -> None: ...

    def flush(self) -> None: ...

    async def hang_up(self) -> None: ...

    async def transfer(self, to: str) -> None: ...


def main() -> None:
    orders = Orders(**json.loads(sys.argv[1]))
    chance = random.Random(orders.seed)
    until_death = chance.randint(1, 4)

    def die(point: str) -> None:
        nonlocal until_death
        if point == orders.dies_at:
            until_death -= 1
            if until_death <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

    machine = MachineClock(orders)
    signal.signal(signal.SIGUSR1, lambda *_: machine.jump())
    signal.signal(signal.SIGUSR2, lambda *_: machine.set_right())
    network = Network(orders, machine, die)
    _watch_points(die)
    asyncio.run(_run(orders, network, machine, die))


def _watch_points(die: Callable[[str], None]) -> None:
    """Wraps the steps that the points lie behind; the steps themselves are the product's."""
    reserve, begin = reservation.reserve, reservation.begin_placing
    end = ending.end_attempt

    def reserved(*a: object, **k: object) -> object:
        briefs = reserve(*a, **k)  # type: ignore[arg-type]
        if briefs:
            die("reserved")
        return briefs

    def placing(*a: object, **k: object) -> bool:
        begun = begin(*a, **k)  # type: ignore[arg-type]
        die("placing")
        return begun

    def ended(*a: object, **k: object) -> bool:
        die("ending")
        written = end(*a, **k)  # type: ignore[arg-type]
        die("ended")
        return written

    reservation.reserve, reservation.begin_placing = reserved, placing  # type: ignore[assignment]
    ending.end_attempt = ended  # type: ignore[assignment]


async def _run(
    orders: Orders, network: Network, machine: MachineClock, die: Callable[[str], None]
) -> None:
    settings = Settings(data_dir=Path(orders.data_dir), database_url=orders.database_url)
    vault.unlock("", settings.data_dir)
    database = await _opened(settings)
    clock = SteadyClock(machine)

    async def talk(brief: AttemptBrief, leg: Leg) -> Outcome:
        await asyncio.sleep(0.05)
        await asyncio.to_thread(_store_answer, database, brief, clock.now())
        network.note("answer", brief.attempt_id)
        die("stored")
        async for _ in leg.events():
            pass
        return Outcome.COMPLETED

    dialer = Dialer(database, network, clock, talk, node=orders.node, line="main", slots=12)
    print("ready", flush=True)
    if settings.database.startswith("postgresql"):
        worker = Worker(settings, database, dialer, clock)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, worker.drain)
        await worker.run()
        return
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    await dialer.recover()
    ticks = 0
    while not stopping.is_set():
        with contextlib.suppress(CallbotError):
            await dialer.tick()
            if ticks % 20 == 0:
                await asyncio.to_thread(plan, database, clock.now())
                await dialer.sweep()
        ticks += 1
        await asyncio.sleep(0.1)
    await dialer.drain()


async def _opened(settings: Settings) -> db.Database:
    """Waits for a database that is away."""
    while True:
        try:
            return db.open_database(settings)
        except db.DatabaseUnavailable:
            await asyncio.sleep(0.2)


def _store_answer(database: db.Database, brief: AttemptBrief, now: datetime) -> None:
    """As the journal of a conversation does; until the database takes it."""
    while True:
        with contextlib.suppress(db.DatabaseUnavailable), database.session() as session:
            call = Call(
                id=brief.attempt_id,
                attempt_id=brief.attempt_id,
                resident_id=brief.resident_id,
                script="quarantine",
                script_version="1",
                locale="zh-CN",
                started_at=now,
            )
            if session.get(Call, call.id) is None:
                session.add(call)
                session.flush()
                session.add(
                    AnswerRow(
                        call_id=call.id,
                        resident_id=brief.resident_id,
                        question="temperature",
                        kind=Kind.TEMPERATURE,
                        status=Status.CLEAR,
                        answered_at=now,
                    )
                )
            session.commit()
            return


if __name__ == "__main__":
    attempts.LEASE_S = reservation.LEASE_S = 4.0
    dialing.RENEW_EVERY_S = 1.0
    main()
