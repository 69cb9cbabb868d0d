"""A day of calls by the real engine, without sound and in compressed time."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from statistics import quantiles
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from callbot import datafile, vault
from callbot.bench.leaping_loop import LeapingLoop, LoopClock
from callbot.bench.soundless import Figures, SoundlessCarrier
from callbot.campaigns import campaign as campaigns
from callbot.campaigns.dialing.brief import AttemptBrief
from callbot.campaigns.dialing.dialer import RENEW_EVERY_S, Dialer
from callbot.campaigns.dialing.line import set_line
from callbot.campaigns.engines.scheduler import TICK_EVERY_S
from callbot.campaigns.planning.planner import next_due, plan
from callbot.campaigns.rules.policy import MIN_GAP_MIN, CallingHours, CampaignFile
from callbot.campaigns.rules.window import is_open
from callbot.db import Database
from callbot.dialog.events import Outcome
from callbot.models import Attempt, AttemptState, Line, Resident
from callbot.telephony.carrier import Leg

FIGURES = Path(__file__).with_name("dialer_figures.yaml")
ZONE = ZoneInfo("Asia/Shanghai")
LINE = "bench"
OPENS, CLOSES = 8, 21
"""The hours of calls."""
STORED_AT_ONCE = 5000


@dataclass(frozen=True)
class DialerBench:
    """One day from 8 on. window_misses: residents whose phone never rang that day.

    outside_hours: dials when no phone may ring. duplicates: dials less than ten minutes after
    another to the same number. over_rate: sliding seconds with more dials than the line allows.
    ticks: without those that would have found no room or nothing due. tick_ms: real time of a
    tick, nearly all of it the database's. dial_ms: of one dial from the choice to the end, all of
    the engine's work in the day divided by the dials.
    """

    residents: int
    planned: int
    plan_s: float
    dials: int
    completed: int
    calls_per_hour: float
    window_misses: int
    outside_hours: int
    duplicates: int
    over_rate: int
    most_at_once: int
    most_rings_to_one: int
    ticks: int
    tick_ms_p50: float
    tick_ms_p95: float
    dial_ms: float
    elapsed_s: float


def bench_dialer(
    database: Database,
    *,
    residents: int,
    lines: int,
    calls_per_second: float,
    day: datetime,
    seed: int,
    figures: Path = FIGURES,
    until_hour: int = CLOSES,
) -> DialerBench:
    """Plays the day on an empty database. lines: calls at once; both limits as the carrier's.

    until_hour: the day ends then, with whom it has not reached. Raises DataFileError for figures
    that are wrong.
    """
    found, _ = datafile.load(figures, Figures)
    start, end = (
        datetime.combine(day.astimezone(ZONE).date(), time_of_day(hour), ZONE)
        for hour in (OPENS, until_hour)
    )
    _fill(database, residents, start)
    set_line(
        database,
        LINE,
        carrier=SoundlessCarrier.name,
        capacity=lines,
        calls_per_second=calls_per_second,
    )
    wanted = CampaignFile(name="bench", script="quarantine")
    campaign_id = campaigns.create(database, wanted, start, actor="bench")
    campaigns.start(database, campaign_id, start, actor="bench")
    with asyncio.Runner(loop_factory=LeapingLoop) as runner:
        return runner.run(_Day(database, found, start, end, seed).play(residents, calls_per_second))


def _fill(database: Database, residents: int, start: datetime) -> None:
    for first in range(0, residents, STORED_AT_ONCE):
        with database.session() as session:
            session.add_all(
                Resident(
                    name=f"居民{n}",
                    phone=(phone := f"+8613{n:09d}"),
                    phone_hash=vault.look_up_hash(phone),
                    exposed_on=start.date() - timedelta(days=3),
                    imported_at=start,
                )
                for n in range(first, min(residents, first + STORED_AT_ONCE))
            )


class _Day:
    def __init__(
        self, database: Database, figures: Figures, start: datetime, end: datetime, seed: int
    ) -> None:
        self._database = database
        self._start, self._end = start, end
        self._figures = figures
        self._seed = seed
        self._tick_ms: list[float] = []
        with database.reading() as rows:
            self._lines = rows.get_one(Line, LINE).usable_capacity

    async def play(self, residents: int, calls_per_second: float) -> DialerBench:
        clock = LoopClock(self._start, asyncio.get_running_loop())
        carrier = SoundlessCarrier(self._figures, clock, ZONE, self._seed)
        dialer = Dialer(
            self._database, carrier, clock, talk, node="bench", line=LINE, ring_timeout_s=30.0
        )
        began_s = time.monotonic()
        planned = plan(self._database, self._start).planned
        plan_s = time.monotonic() - began_s
        while clock.now() < self._end:
            ticked_s = time.monotonic()
            rung = await dialer.tick()
            self._tick_ms.append((time.monotonic() - ticked_s) * 1000)
            if rung and dialer.live < self._lines:
                await asyncio.sleep(TICK_EVERY_S)
            elif not await self._until_another_can_ring(dialer, carrier, clock):
                break
        await dialer.drain()
        played_s = time.monotonic() - began_s - plan_s
        ended = _ended(self._database)
        dials = carrier.dials
        hours = (dials[-1][0] - dials[0][0]).total_seconds() / 3600 if len(dials) > 1 else 0
        rings = Counter(attempt.resident_id for attempt in ended if attempt.rang_at)
        ticks = quantiles(self._tick_ms, n=20) if len(self._tick_ms) > 1 else [0.0] * 19
        return DialerBench(
            residents=residents,
            planned=planned,
            plan_s=round(plan_s, 2),
            dials=len(dials),
            completed=sum(attempt.outcome is Outcome.COMPLETED for attempt in ended),
            calls_per_hour=round(len(dials) / hours, 1) if hours else 0.0,
            window_misses=planned - len(rings),
            outside_hours=sum(not is_open(CallingHours(), at, ZONE) for at, _ in dials),
            duplicates=_duplicates(dials),
            over_rate=over_rate([at for at, _ in dials], calls_per_second),
            most_at_once=carrier.most_at_once,
            most_rings_to_one=max(rings.values(), default=0),
            ticks=len(self._tick_ms),
            tick_ms_p50=round(ticks[9], 2),
            tick_ms_p95=round(ticks[18], 2),
            dial_ms=round(played_s * 1000 / len(dials), 1) if dials else 0.0,
            elapsed_s=round(plan_s + played_s, 1),
        )

    async def _until_another_can_ring(
        self, dialer: Dialer, carrier: SoundlessCarrier, clock: LoopClock
    ) -> bool:
        """Leaves out ticks that would change nothing; False when nobody is left to ring today."""
        due = await asyncio.to_thread(next_due, self._database, clock.now())
        to_come = due is not None and due < self._end
        if not to_come and not dialer.live:
            return False
        wait_s = RENEW_EVERY_S
        if due is not None and dialer.live < self._lines:
            # The line's pace allows another soon; else the next one's time has to come.
            wait_s = max(TICK_EVERY_S, (due - clock.now()).total_seconds())
        if not dialer.live:
            await asyncio.sleep(wait_s)
            return True
        carrier.leg_over.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(carrier.leg_over.wait(), min(wait_s, RENEW_EVERY_S))
            # Its place is free once its end is written.
            await asyncio.sleep(TICK_EVERY_S)
        return True


async def talk(_brief: AttemptBrief, leg: Leg) -> Outcome:
    async for _ in leg.events():
        pass
    return Outcome.COMPLETED


def _ended(database: Database) -> Sequence[Attempt]:
    with database.reading() as session:
        return session.exec(select(Attempt).where(col(Attempt.state) == AttemptState.ENDED)).all()


def _duplicates(dials: Sequence[tuple[datetime, str]]) -> int:
    last: dict[str, datetime] = {}
    duplicates = 0
    for at, phone in dials:
        if phone in last and at - last[phone] < timedelta(minutes=MIN_GAP_MIN):
            duplicates += 1
        last[phone] = at
    return duplicates


def over_rate(dials: Sequence[datetime], calls_per_second: float) -> int:
    """Seconds, each ending with a dial, in which there were more than allowed."""
    allowed = max(1, int(calls_per_second))
    return sum(
        dials[n] - dials[n - allowed] < timedelta(seconds=1) for n in range(allowed, len(dials))
    )
