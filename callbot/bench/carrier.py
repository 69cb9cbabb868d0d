"""Calls in a row through one carrier, and what they leave behind in the machine."""

import asyncio
import time
import wave
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import psutil

from callbot.clock import SteadyClock
from callbot.config import Settings
from callbot.rehearsal.footprint import ours_among
from callbot.rehearsal.network_plan import NetworkPlan
from callbot.rehearsal.over_sip import OverSip
from callbot.rehearsal.over_twilio import OverTwilio
from callbot.rehearsal.reach import Reached, way_to
from callbot.speech.audio import SAMPLE_RATE_HZ, frames
from callbot.telephony.carrier import Dial, Ended, EndReason
from callbot.telephony.dialled_leg import HANG_UP_S, hang_up, until_answered
from callbot.telephony.simulated.network import SimulatedCarrier
from callbot.telephony.simulated.residents import SimulatedResident
from callbot.telephony.twilio.rest import THREADS

WARM_UP: Final = 0.05
"""Share of the calls after which the first look is taken: pools and caches are full by then."""

RESTS_S: Final = 20.0
"""After the last call, at most, until the last look is taken: connections that are kept open for
the next request are closed by then."""

KEPT_CONNECTIONS: Final = {Reached.TWILIO: THREADS}
"""For good: one for each thread of Twilio's client, which the server closes and it may reuse."""

_LOOKED_AT_EVERY_S: Final = 0.2

_RINGS_MS: Final = (40.0, 80.0)
_SAID_S: Final = 0.1
_NEVER_ENDED: Final = "never ended"
_CALLER_ID: Final = "+8653288880000"

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class OpenThings:
    """Of this process and those it started. calls: that the carrier has not given back.

    memory_mb: ours. far_end_memory_mb: of the process of the residents and what connects them,
    which keeps a report on each call, and is nothing of ours.
    """

    descriptors: int
    sockets: int
    threads: int
    tasks: int
    calls: int
    memory_mb: float
    far_end_memory_mb: float


@dataclass(frozen=True)
class CarrierBench:
    """ended: calls by how they ended. why: those that did not end by our hanging up, by the words
    that came with it. idle: before the first call; warm: after the first ones; after: at rest after
    the last."""

    carrier: str
    calls: int
    at_once: int
    seconds: float
    ended: dict[str, int]
    why: dict[str, int]
    idle: OpenThings
    warm: OpenThings
    after: OpenThings

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


async def bench_carrier(
    way: Reached,
    calls: int,
    at_once: int,
    settings: Settings,
    folder: Path,
    progress: Progress | None = None,
) -> CarrierBench:
    """Each call is answered, told a word, and hung up. folder: for the residents' voice."""
    people = _residents(at_once, folder)
    plan = NetworkPlan(folder, lines=2 * at_once, rings_ms=_RINGS_MS)
    towards = way_to(way, plan, settings, SteadyClock())
    carrier = towards.carrier
    await carrier.start()
    try:
        await towards.residents.prepare(people)
        idle = _open_things(carrier)
        row = _Row(carrier, [person.phone for person in people], calls, progress)
        began_s = time.monotonic()
        await row.place(round(calls * WARM_UP))
        warm = _open_things(carrier)
        await row.place(calls)
        seconds = time.monotonic() - began_s
        after = await _at_rest(carrier, idle, KEPT_CONNECTIONS.get(way, 0))
    finally:
        await carrier.close()
    seconds = round(seconds, 1)
    return CarrierBench(way, calls, at_once, seconds, row.ended, row.why, idle, warm, after)


class _Row:
    """One call after another to each of several phones."""

    def __init__(
        self,
        carrier: SimulatedCarrier | OverSip | OverTwilio,
        phones: list[str],
        calls: int,
        progress: Progress | None,
    ) -> None:
        self._carrier = carrier
        self._phones = phones
        self._calls = calls
        self._progress = progress
        self._numbers: Iterator[int] = iter(range(calls))
        self._ended = Counter[str]()
        self._why = Counter[str]()
        tone = bytes.fromhex("0010" * 80 + "00f0" * 80)
        self._word = frames(tone * round(_SAID_S * SAMPLE_RATE_HZ / 160))

    @property
    def ended(self) -> dict[str, int]:
        return dict(self._ended)

    @property
    def why(self) -> dict[str, int]:
        return dict(self._why)

    async def place(self, until: int) -> None:
        """Until so many have been placed in all."""
        async with asyncio.TaskGroup() as rows:
            for phone in self._phones:
                rows.create_task(self._row(phone, until))

    async def _row(self, phone: str, until: int) -> None:
        while self._ended.total() < until:
            number = next(self._numbers, None)
            if number is None:
                return
            self._note(await self._call(Dial(f"row-{number}", phone, _CALLER_ID)))
            if self._progress is not None:
                self._progress("calls", self._ended.total(), self._calls)

    def _note(self, ended: Ended | None) -> None:
        reason = ended.reason if ended else _NEVER_ENDED
        self._ended[reason] += 1
        if reason != EndReason.HUNG_UP_HERE:
            self._why[f"{reason}: {ended.detail}" if ended and ended.detail else reason] += 1

    async def _call(self, dial: Dial) -> Ended | None:
        """None: it never ended."""
        leg = await self._carrier.place(dial)
        events = leg.events()
        unanswered = await until_answered(events, dial.ring_timeout_s, _nothing)
        if unanswered is not None:
            await hang_up(leg)
            return unanswered
        for frame in self._word:
            leg.send(frame)
        hanging_up = asyncio.create_task(hang_up(leg))
        ended: Ended | None = None
        with suppress(TimeoutError):
            async with asyncio.timeout(HANG_UP_S):
                async for event in events:
                    if isinstance(event, Ended):
                        ended = event
        await hanging_up
        return ended


async def _nothing() -> None:
    """It rings."""


async def _at_rest(
    carrier: SimulatedCarrier | OverSip | OverTwilio, idle: OpenThings, kept: int
) -> OpenThings:
    """As soon as no more is open than was before the first call, or rest does not help."""
    rested_s = time.monotonic() + RESTS_S
    while True:
        now = _open_things(carrier)
        settled = (
            now.sockets <= idle.sockets + kept
            and now.descriptors <= idle.descriptors + kept
            and now.tasks <= idle.tasks
            and now.calls <= idle.calls
        )
        if settled or time.monotonic() >= rested_s:
            return now
        await asyncio.sleep(_LOOKED_AT_EVERY_S)


def _open_things(carrier: SimulatedCarrier | OverSip | OverTwilio) -> OpenThings:
    own = psutil.Process()
    children = own.children(recursive=True)
    processes, ours = [own, *children], [own, *ours_among(children)]
    theirs = [process for process in processes if process not in ours]
    return OpenThings(
        sum(process.num_fds() for process in processes),
        sum(len(process.net_connections()) for process in processes),
        sum(process.num_threads() for process in processes),
        len(asyncio.all_tasks()),
        carrier.live,
        _memory_mb(ours),
        _memory_mb(theirs),
    )


def _memory_mb(processes: list[psutil.Process]) -> float:
    return round(sum(process.memory_full_info().uss for process in processes) / 2**20, 1)


def _residents(count: int, folder: Path) -> list[SimulatedResident]:
    """They pick up and say nothing."""
    voice = folder / "voice"
    voice.mkdir()
    with wave.open(str(voice / "default.wav"), "wb") as file:
        file.setparams((1, 2, SAMPLE_RATE_HZ, 0, "NONE", ""))
        file.writeframes(bytes(2 * SAMPLE_RATE_HZ))
    return [
        SimulatedResident.model_validate(
            {"name": f"居民{n}", "phone": f"+86139{n:08d}", "voice": str(voice)}
        )
        for n in range(1, count + 1)
    ]
