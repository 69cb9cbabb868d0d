"""Rings the trial calls that were asked for: row by row, through the carrier of this process."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, Protocol, cast

from sqlalchemy import CursorResult
from sqlmodel import col, select, update

from callbot.calls.trial import BotSaid, ResidentSaid, Speech, Told, talk
from callbot.clock import Clock
from callbot.db import Database, DatabaseUnavailable
from callbot.dialog.events import Event, Flagged, Outcome
from callbot.dialog.session import Session
from callbot.errors import CallbotError
from callbot.models import OFFICE_STOPPED, Line, TrialCall, TrialState, record
from callbot.telephony.carrier import Carrier, Dial
from callbot.telephony.dialled_leg import (
    LONGEST_CALL_S,
    broken_by_carrier,
    hang_up,
    until_answered,
)
from callbot.telephony.outcomes import OUTCOME_UNANSWERED

LOOK_EVERY_S: Final = 1.0
WRITE_EVERY_S: Final = 1.0

WAITS = timedelta(minutes=2)
"""Whoever asked is gone by then: the phone does not ring any more."""

RING_TIMEOUT_S: Final = 30.0

ACTOR: Final = "trial"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TrialBrief:
    """What is rung. attempt_id: the trial's id, by which the carrier knows the call."""

    attempt_id: str
    phone: str
    script: str
    locale: str
    campaign_id: int | None


class Company(Protocol):
    """Who picks up on a network without people."""

    async def meet(self, brief: TrialBrief) -> None:
        """Before the phone rings."""

    def observe(self, brief: TrialBrief, event: Event) -> None: ...


@dataclass
class _Transcript:
    """What the trial told so far, as the row keeps it. `unwritten`: more than the row has."""

    lines: list[list[str]] = field(default_factory=list)
    flags: list[list[str]] = field(default_factory=list)
    unwritten: bool = False

    def take(self, told: Told) -> None:
        match told:
            case BotSaid():
                self.lines.append(["bot", told.text])
            case ResidentSaid():
                self.lines.append(["resident", told.text])
            case Flagged():
                self.flags.append([told.severity.value, told.reason])
            case _:
                return
        self.unwritten = True

    @property
    def told(self) -> dict[str, Any]:
        return {"lines": list(self.lines), "flags": list(self.flags)}


class TrialRinger:
    """node: name of this process. session_of: the dialogue for a script and a locale.

    `company` is set where the far end has to be played.
    """

    def __init__(
        self,
        database: Database,
        carrier: Carrier,
        clock: Clock,
        speech: Speech,
        session_of: Callable[[str, str], Session],
        *,
        node: str,
        line: str,
    ) -> None:
        self._database = database
        self._carrier = carrier
        self._clock = clock
        self._speech = speech
        self._session_of = session_of
        self._node = node
        self._line = line
        self._calls: set[asyncio.Task[None]] = set()
        self.company: Company | None = None

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Trials are taken up inside; those under way are hung up at the end."""
        watch = asyncio.create_task(self._watch(), name="trial calls")
        try:
            yield
        finally:
            tasks = [watch, *self._calls]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _watch(self) -> None:
        await self._patiently(self._settle_lost)
        while True:
            for brief in await self._patiently(self._take_up) or ():
                call = asyncio.create_task(self._run(brief), name=f"trial-{brief.attempt_id}")
                self._calls.add(call)
                call.add_done_callback(self._calls.discard)
            await asyncio.sleep(LOOK_EVERY_S)

    async def _patiently(self, work: Callable[[], Any]) -> Any:
        try:
            return await asyncio.to_thread(work)
        except DatabaseUnavailable:
            log.warning("trial calls cannot be looked for now")
            return None

    # -- one trial -----------------------------------------------------------------------------

    async def _run(self, brief: TrialBrief) -> None:
        transcript = _Transcript()
        writing = asyncio.create_task(self._write(brief, transcript))
        outcome, detail = Outcome.FAILED, ""
        try:
            outcome, detail = await self._ring(brief, transcript)
        except asyncio.CancelledError:
            detail = OFFICE_STOPPED
            raise
        except CallbotError as error:
            detail = str(error)
        except Exception as error:
            log.exception("a trial call failed", extra={"trial": brief.attempt_id})
            detail = f"internal error: {type(error).__name__}"
        finally:
            writing.cancel()
            ended = partial(self._end, brief, outcome, detail, transcript.told)
            await asyncio.shield(self._patiently(ended))

    async def _ring(self, brief: TrialBrief, transcript: _Transcript) -> tuple[Outcome, str]:
        await self._speech.recognizer(brief.locale)
        session = await asyncio.to_thread(self._session_of, brief.script, brief.locale)
        observe = None
        if self.company is not None:
            await self.company.meet(brief)
            observe = partial(self.company.observe, brief)
        caller_id = await asyncio.to_thread(self._caller_id)
        dial = Dial(brief.attempt_id, brief.phone, caller_id, RING_TIMEOUT_S)
        placed_at = self._clock.now()
        leg = await self._carrier.place(dial)
        try:
            # Kept to the end: a generator dropped here would close what the conversation reads.
            events = leg.events()
            moved = partial(self._moved, brief)
            unanswered = await until_answered(
                events, RING_TIMEOUT_S, partial(moved, TrialState.RINGING)
            )
            if unanswered is not None:
                detail = unanswered.detail or unanswered.reason.value
                return OUTCOME_UNANSWERED[unanswered.reason], detail
            await moved(TrialState.TALKING)
            async with asyncio.timeout(LONGEST_CALL_S):
                outcome = await talk(
                    leg, session, self._speech, self._clock, transcript.take, observe
                )
            broken = await broken_by_carrier(self._carrier, dial, placed_at)
            return outcome, broken.detail if broken else ""
        finally:
            await hang_up(leg)

    async def _write(self, brief: TrialBrief, transcript: _Transcript) -> None:
        """What is said reaches the page of whoever asked while the call runs."""
        while True:
            await asyncio.sleep(WRITE_EVERY_S)
            if transcript.unwritten:
                transcript.unwritten = False
                await self._patiently(partial(self._update, brief, told=transcript.told))

    # -- rows ----------------------------------------------------------------------------------

    def _settle_lost(self) -> None:
        """Trials that an earlier process of this node was at; never rung again."""
        with self._database.session() as rows:
            rows.execute(
                update(TrialCall)
                .where(col(TrialCall.node) == self._node, col(TrialCall.state) != TrialState.ENDED)
                .values(
                    state=TrialState.ENDED,
                    outcome=Outcome.FAILED,
                    ended_at=self._clock.now(),
                    detail="the process that rang has ended",
                )
            )

    def _take_up(self) -> list[TrialBrief]:
        """Fresh ones, each by one process: `placing` is on disk before the carrier is asked."""
        now = self._clock.now()
        asked = col(TrialCall.state) == TrialState.ASKED
        with self._database.reading() as rows:
            waiting = rows.exec(select(TrialCall).where(asked)).all()
        if not waiting:
            return []
        briefs = []
        with self._database.session() as rows:
            for trial in waiting:
                fresh = trial.asked_at > now - WAITS
                values = _taken(self._node) if fresh else _expired(now)
                statement = update(TrialCall).where(col(TrialCall.id) == trial.id, asked)
                done = cast(CursorResult[Any], rows.execute(statement.values(**values)))
                if fresh and done.rowcount == 1:
                    briefs.append(
                        TrialBrief(
                            trial.id, trial.phone, trial.script, trial.locale, trial.campaign_id
                        )
                    )
        return briefs

    def _caller_id(self) -> str:
        with self._database.reading() as rows:
            line = rows.get(Line, self._line)
        return line.caller_id if line else ""

    async def _moved(self, brief: TrialBrief, to: TrialState) -> None:
        await self._patiently(partial(self._update, brief, state=to))

    def _update(self, brief: TrialBrief, **values: Any) -> None:
        with self._database.session() as rows:
            trial = rows.get_one(TrialCall, brief.attempt_id)
            for name, value in values.items():
                setattr(trial, name, value)

    def _end(self, brief: TrialBrief, outcome: Outcome, detail: str, told: dict[str, Any]) -> None:
        now = self._clock.now()
        with self._database.session() as rows:
            trial = rows.get_one(TrialCall, brief.attempt_id)
            trial.state, trial.outcome, trial.ended_at = TrialState.ENDED, outcome, now
            trial.detail, trial.told = detail, told
            about = {"trial": brief.attempt_id, "outcome": outcome.value}
            record(
                rows, now, ACTOR, "trial_call_ended", campaign_id=brief.campaign_id, detail=about
            )


def _taken(node: str) -> dict[str, Any]:
    return {"state": TrialState.PLACING, "node": node}


def _expired(now: datetime) -> dict[str, Any]:
    return {
        "state": TrialState.ENDED,
        "outcome": Outcome.FAILED,
        "ended_at": now,
        "detail": "nobody took it up in time",
    }
