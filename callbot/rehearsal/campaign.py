"""A campaign on the embedded network, from the first ring to the last, by the real engine."""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import func
from sqlmodel import col, select

from callbot.calls.turn_taking import load_turn_taking
from callbot.campaigns.dialing.line import set_line
from callbot.campaigns.planning.planner import next_due, plan
from callbot.config import Settings
from callbot.db import Database
from callbot.errors import CallbotError
from callbot.models import Attempt, AttemptState, FollowUp, Resident
from callbot.node import Node
from callbot.rehearsal.far_end import FarEnd
from callbot.rehearsal.footprint import Footprint, Part
from callbot.rehearsal.leaping_clock import LeapingClock
from callbot.rehearsal.network_plan import NetworkPlan
from callbot.rehearsal.outcome import ResidentResult, results
from callbot.rehearsal.reach import Reached, way_to
from callbot.rehearsal.residents import Residents
from callbot.rehearsal.transport import Transport
from callbot.speech.prompts import PromptLibrary
from callbot.speech.pyttsx3_engine import Pyttsx3Synthesizer
from callbot.telephony.simulated.impairments import LineQuality
from callbot.telephony.simulated.measurement import LineReport
from callbot.telephony.simulated.residents import SimulatedResident

log = logging.getLogger(__name__)

LINE = "embedded"
CALLER_ID = "+8653288880000"
ROUND = timedelta(minutes=119)
CHECK_EVERY_S = 0.2

LOOK_EVERY_S = 0.5
LOOK_IN_CALLS_EVERY_S = 10.0
"""At the memory in use. Each look takes some 20 ms of processor, which calls can ill spare."""

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it, and how much in all."""


@dataclass
class Stage:
    """What a rehearsal is played with. pace: 1.0 is real time, and the only one where residents
    are reached by another way than the embedded network alone.

    cache_dir: where voices and prompts are kept between runs.
    """

    settings: Settings
    database: Database
    clock: LeapingClock
    residents: list[SimulatedResident]
    script: str = "quarantine"
    cache_dir: Path = Path("data")
    lines: int = 8
    calls_per_second: float = 2.0
    ring_timeout_s: float = 15.0
    seed: int = 0
    pace: float = 1.0
    quality: LineQuality = field(default_factory=LineQuality)
    reached: Reached = Reached.SIMULATED


class CampaignRehearsal:
    """Plays the running campaigns of a database to their end."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._synthesizer = Pyttsx3Synthesizer()
        settings = stage.settings
        plan = NetworkPlan(
            stage.cache_dir,
            # Behind a wire, the last call may still be ending when the next is placed.
            lines=stage.lines * (1 if stage.reached is Reached.SIMULATED else 2),
            seed=stage.seed,
            pace=stage.pace,
            quality=stage.quality,
        )
        self._way = way_to(stage.reached, plan, settings, stage.clock, self._synthesizer)
        self.carrier = self._way.carrier
        self._node = Node(
            settings,
            stage.database,
            self.carrier,
            stage.clock,
            PromptLibrary(
                self._synthesizer,
                settings.prompts_dir,
                stage.cache_dir / "prompts",
            ),
            name=LINE,
            line=LINE,
            ring_timeout_s=stage.ring_timeout_s,
            pace=stage.pace,
            seal_recordings=False,
            observer=lambda brief, event: self._far_end.observe(brief, event),
        )
        self._far_end = FarEnd(
            self._way.residents, stage.residents, partial(self._node.script, stage.script)
        )
        self._stopping = asyncio.Event()
        self._began_s = time.monotonic()
        self.most_at_once = 0
        self.to_first_ring_s = 0.0
        self.footprint = Footprint()

    async def play(self, progress: Progress | None = None) -> None:
        """To the end of every running campaign, or until `stop()`.

        Raises SpeechError or ModelMissing before anyone is rung.
        """
        stage = self._stage
        set_line(
            stage.database,
            LINE,
            carrier=self.carrier.name,
            capacity=stage.lines,
            calls_per_second=stage.calls_per_second * stage.pace,
            caller_id=CALLER_ID,
            headroom=1.0,
        )
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._synthesizer.close)
            stack.callback(asyncio.create_task(self._look_at_memory()).cancel)
            await stack.enter_async_context(self._node.running())
            if not await self._prepared(progress):
                return
            self.to_first_ring_s = time.monotonic() - self._began_s
            self.footprint.begin()
            await self._node.scheduler.start()
            try:
                await self._until_done(progress)
            finally:
                self.footprint.sample()
                if self._stopping.is_set():
                    self._node.say_goodbye()
                await self._node.scheduler.stop(let_ringing_go=self._stopping.is_set())

    def stop(self) -> None:
        """No new ring; calls in progress end politely, preparations at once. A later run goes on
        from there."""
        self._stopping.set()

    def results(self) -> list[ResidentResult]:
        languages = load_turn_taking(self._stage.settings.prompts_dir).values()
        fillers = {language.filler for language in languages}
        return results(self._stage.database, self._report, fillers)

    @property
    def residents(self) -> Residents:
        return self._way.residents

    @property
    def transport(self) -> Transport | None:
        """Of the way to the network, where there is one."""
        return None if self._way.distant is None else self._way.distant.transport

    def far_end_cpu_s(self) -> float:
        """Processor seconds of the residents' side, wherever it runs."""
        return self.footprint.cpu_s(Part.FAR_END) + self._far_end_here_s()

    def own_cpu_s(self) -> float:
        """Of the node, without what the residents' side spends in its process."""
        return self.footprint.own_cpu_s() - self._far_end_here_s()

    def _far_end_here_s(self) -> float:
        here = self._way.here
        return self._far_end.spent_s + (0.0 if here is None else here.spent_s)

    def late_frames(self) -> int:
        """Frames that any line played more than one frame late."""
        return self._way.residents.late_frames()

    def _report(self, attempt_id: str) -> LineReport | None:
        try:
            return self._way.residents.report(attempt_id)
        except KeyError:
            return None

    async def _prepared(self, progress: Progress | None) -> bool:
        """False when it was stopped before all was ready."""
        preparing = asyncio.create_task(self._prepare(progress))
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({preparing, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if preparing.done():
                preparing.result()
                return True
            return False
        finally:
            for task in (preparing, stopping):
                task.cancel()
            await asyncio.wait({preparing, stopping})

    async def _prepare(self, progress: Progress | None) -> None:
        def told(what: str) -> Callable[[int, int], None] | None:
            return None if progress is None else lambda done, all_: progress(what, done, all_)

        with self._stage.database.reading() as rows:
            followed_up = select(Resident).where(Resident.follow_up == FollowUp.ACTIVE)
            people = rows.exec(followed_up).all()
        try:
            async with asyncio.TaskGroup() as preparing:
                preparing.create_task(self._synthesizer.start())
                voices = preparing.create_task(
                    self._way.residents.prepare(self._stage.residents, told("residents' voices"))
                )
                # Who speaks for the residents takes 550 MB, and is gone afterwards.
                preparing.create_task(
                    self._node.get_ready(self._stage.script, people, told("prompts"), room=voices)
                )
        except* CallbotError as group:
            # Either of them is enough to go no further; the first says why.
            raise group.exceptions[0] from None

    async def _until_done(self, progress: Progress | None) -> None:
        """Leaps over waits in which nothing is going on."""
        told_of: int | None = None
        while not self._stopping.is_set():
            live = self._node.dialer.live
            self.most_at_once = max(self.most_at_once, live)
            if progress is not None and live != told_of:
                told_of = live
                ended, planned = await asyncio.to_thread(self._attempts)
                progress("calls", ended, ended + planned)
            if live == 0:
                now = self._stage.clock.now()
                due = await asyncio.to_thread(next_due, self._stage.database, now)
                if due is None:
                    planned_now = await asyncio.to_thread(plan, self._stage.database, now)
                    if planned_now.planned == 0:
                        return
                elif self._another_day(now, due):
                    return
                elif due > now + timedelta(seconds=1):
                    # What falls due within the two hours after is rung in the same round.
                    self._stage.clock.leap_to(due + ROUND)
            await asyncio.sleep(CHECK_EVERY_S)

    async def _look_at_memory(self) -> None:
        while True:
            await asyncio.to_thread(self.footprint.sample)
            await asyncio.sleep(LOOK_IN_CALLS_EVERY_S if self.to_first_ring_s else LOOK_EVERY_S)

    def _another_day(self, now: datetime, due: datetime) -> bool:
        zone = self._stage.settings.zone
        return now.astimezone(zone).date() != due.astimezone(zone).date()

    def _attempts(self) -> tuple[int, int]:
        with self._stage.database.reading() as rows:
            counted = dict(
                rows.exec(select(Attempt.state, func.count()).group_by(col(Attempt.state))).all()
            )
        ended = counted.pop(AttemptState.ENDED, 0)
        return ended, sum(counted.values())
