"""The embedded phone network: a carrier whose far end are simulated residents."""

import asyncio
import logging
import random
import time
from collections import Counter, OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from callbot.dialog.events import Listen
from callbot.errors import TelephonyError
from callbot.telephony.carrier import Dial, EndReason, Found, OnIncoming, Trace
from callbot.telephony.pacing import Metronome
from callbot.telephony.simulated.actor import Actor, AnsweringMachine, Person
from callbot.telephony.simulated.impairments import LineQuality, Noise
from callbot.telephony.simulated.incoming import SimulatedIncoming
from callbot.telephony.simulated.leg import SimulatedLeg
from callbot.telephony.simulated.line import Line, Reception
from callbot.telephony.simulated.measurement import LineReport
from callbot.telephony.simulated.repertoire import Repertoire
from callbot.telephony.simulated.residents import PickUp, SimulatedResident
from callbot.telephony.simulated.studio import Progress, Studio

RINGS_MS: Final = (1000.0, 4000.0)
_REFUSED_AFTER_MS: Final = 500.0
"""Until the network says that a line is busy or a number unknown."""

REMEMBERED: Final = 20_000
"""Calls that can be reported on after their end; more than a rehearsal makes."""

_BEHIND_GRID_S: Final = 0.002
"""What a wire or a playing bot brings on the grid has come by then, and is heard at once."""

_GOOD_LINE: Final = LineQuality()

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Over:
    report: LineReport
    trace: Trace


class SimulatedCarrier:
    """A Carrier, and the residents whom it reaches.

    Every draw (rings, reactions, losses, noise) comes from `seed`, the number dialled and how
    often it was dialled before, so that a call goes the same way whatever else is going on.
    """

    name = "simulated"

    def __init__(
        self,
        studio: Studio,
        *,
        lines: int = 8,
        seed: int = 0,
        pace: float = 1.0,
        quality: LineQuality = _GOOD_LINE,
        tells_machines: bool = False,
        rings_ms: tuple[float, float] = RINGS_MS,
    ) -> None:
        """lines: calls at once. pace: 2.0 is twice as fast as real time. rings_ms: at least and at
        most, until somebody picks up.

        tells_machines: whether the network itself listens for answering machines.
        """
        self._studio = studio
        self._capacity = lines
        self._seed = seed
        self._quality = quality
        self._tells_machines = tells_machines
        self._rings_ms = rings_ms
        self._on_incoming: OnIncoming | None = None
        self._answering: set[asyncio.Task[None]] = set()
        self._repertoires: dict[str, Repertoire] = {}
        self._noises: dict[str, Noise] = {}
        self._dialled: Counter[str] = Counter()
        self._live: dict[str, Line] = {}
        self._over: OrderedDict[str, _Over] = OrderedDict()
        self._opened = 0
        self._spent_s = 0.0
        self._metronome = Metronome(self._tick, pace, behind_grid_s=_BEHIND_GRID_S)

    async def prepare(
        self, residents: Iterable[SimulatedResident], progress: Progress | None = None
    ) -> None:
        """Connects residents to the network, all their lines spoken. See Studio.record."""
        for repertoire in await self._studio.record(residents, progress):
            resident = repertoire.resident
            self._repertoires[resident.phone] = repertoire
            self._noises.pop(resident.phone, None)
            if resident.noise_db is not None:
                seed = f"{self._seed} {resident.phone}"
                noise = await asyncio.to_thread(Noise, resident.noise_db, seed)
                self._noises[resident.phone] = noise

    async def start(self, on_incoming: OnIncoming | None = None) -> None:
        self._on_incoming = on_incoming
        self._metronome.start()

    async def place(self, dial: Dial) -> SimulatedLeg:
        if not self._metronome.running:
            raise TelephonyError("the simulated network is not running", permanent=False)
        if dial.attempt_id in self._live or dial.attempt_id in self._over:
            raise TelephonyError(
                f"attempt {dial.attempt_id} was already placed; dial again as a new attempt",
                permanent=True,
            )
        if len(self._live) >= self._capacity:
            raise TelephonyError(f"all {self._capacity} lines are busy", permanent=False)
        self._dialled[dial.to] += 1
        attempt = self._dialled[dial.to]
        draw = random.Random(f"{self._seed} {dial.to} {attempt}")
        reception = self._reception(self._repertoires.get(dial.to), attempt, dial, draw)
        return self._open_line(dial, reception, draw).leg

    async def trace(self, dial: Dial, placed_at: datetime) -> Trace:  # noqa: ARG002
        if line := self._live.get(dial.attempt_id):
            return line.trace()
        if over := self._over.get(dial.attempt_id):
            return over.trace
        whole = len(self._over) + len(self._live) == self._opened
        return Trace(Found.NEVER_PLACED if whole else Found.CANNOT_TELL)

    async def close(self) -> None:
        self._on_incoming = None
        for task in self._answering:
            task.cancel()
        await asyncio.gather(*self._answering, return_exceptions=True)
        await self._metronome.stop()
        for attempt_id, line in list(self._live.items()):
            line.end(EndReason.HUNG_UP_HERE, "the network was closed")
            self._put_away(attempt_id)

    # -- beyond the protocol: for the engine that plays with residents -------------------------

    def cue(self, attempt_id: str, listen: Listen, read_back_true: bool | None = None) -> None:
        """Tells the resident what the bot is about to ask, for residents answer by question.

        Called before the question is played. read_back_true: at a confirmation, whether the bot
        reads back what the resident meant; None when that is not known. Nothing happens when the
        call is over.
        """
        line = self._live.get(attempt_id)
        if line is not None:
            line.cue(listen, read_back_true)

    @property
    def live(self) -> int:
        """Lines in use."""
        return len(self._live)

    def report(self, attempt_id: str) -> LineReport:
        """What the call sounded like, so far or as a whole. KeyError if it was never
        placed, or long ago."""
        line = self._live.get(attempt_id)
        return line.report() if line else self._over[attempt_id].report

    @property
    def spent_s(self) -> float:
        """Processor seconds that the lines took so far, and the residents on them."""
        return self._spent_s

    def late_frames(self) -> int:
        """Of all calls together."""
        reports = [line.report() for line in self._live.values()]
        reports += [over.report for over in self._over.values()]
        return sum(report.late_frames for report in reports)

    def ring_in(self, caller: str, called: str) -> SimulatedIncoming:
        """A resident who is connected to the network rings us."""
        repertoire = self._repertoires[caller]
        number = self._opened + len(self._answering)
        draw = random.Random(f"{self._seed} {caller} {number}")

        def pick_up(incoming: SimulatedIncoming) -> SimulatedLeg:
            reception = Reception(False, 0.0, Person(repertoire, draw))
            dial = Dial(incoming.attempt_id, caller, called)
            return self._open_line(dial, reception, draw).leg

        incoming = SimulatedIncoming(f"incoming-{number}-{caller}", caller, called, pick_up)
        task = asyncio.create_task(incoming.offer_to(self._on_incoming), name="incoming call")
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)
        return incoming

    # -- inside --------------------------------------------------------------------------------

    def _open_line(self, dial: Dial, reception: Reception, draw: random.Random) -> Line:
        line = Line(
            dial,
            reception,
            noise=self._noises.get(dial.to),
            quality=self._quality,
            draw=draw,
            tells_machines=self._tells_machines,
        )
        self._live[dial.attempt_id] = line
        self._opened += 1
        self._metronome.wake()
        return line

    def _tick(self, late_s: float) -> bool:
        began_s = time.thread_time()
        for attempt_id, line in list(self._live.items()):
            try:
                alive = line.tick(late_s)
            except Exception:
                # One broken line must not stop the clock of the others.
                log.exception("a simulated line broke", extra={"attempt": attempt_id})
                line.end(EndReason.NETWORK_FAILED, "the simulated line broke")
                alive = False
            if not alive:
                self._put_away(attempt_id)
        self._spent_s += time.thread_time() - began_s
        return bool(self._live)

    def _put_away(self, attempt_id: str) -> None:
        """Of a line that is over, what may still be asked for is kept, and no sound."""
        line = self._live.pop(attempt_id)
        self._over[attempt_id] = _Over(line.report(), line.trace())
        if len(self._over) > REMEMBERED:
            self._over.popitem(last=False)

    def _reception(
        self, repertoire: Repertoire | None, attempt: int, dial: Dial, draw: random.Random
    ) -> Reception:
        if repertoire is None:
            return Reception(False, _REFUSED_AFTER_MS, EndReason.INVALID_NUMBER)
        picks_up, hangs_up_at = repertoire.resident.pick_up(attempt)
        rings_ms = draw.uniform(*self._rings_ms)
        who: Actor | EndReason
        match picks_up:
            case PickUp.BUSY:
                return Reception(False, _REFUSED_AFTER_MS, EndReason.BUSY)
            case PickUp.NO_ANSWER:
                return Reception(True, dial.ring_timeout_s * 1000, EndReason.NO_ANSWER)
            case PickUp.REJECT:
                who = EndReason.REJECTED
            case PickUp.VOICEMAIL:
                who = AnsweringMachine(repertoire)
            case PickUp.ANSWER | PickUp.HANGS_UP_AT:
                who = Person(repertoire, draw, hangs_up_at)
        return Reception(True, rings_ms, who)
