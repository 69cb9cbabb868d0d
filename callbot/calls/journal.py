"""A call's rows, written in order while it runs; a database that is away delays, loses none."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session as Rows
from sqlmodel import SQLModel, col, select, update

from callbot.clock import Clock
from callbot.db import Database, DatabaseUnavailable
from callbot.dialog.answers import Answer
from callbot.dialog.events import (
    AnswerRecorded,
    CallbackRequested,
    Event,
    Flagged,
    Misheard,
    OptedOut,
    Outcome,
)
from callbot.models import (
    AnswerRow,
    Call,
    FindingRow,
    Flag,
    History,
    Resident,
    SecondContact,
    Ticket,
    Turn,
    opt_out_number,
    record,
)
from callbot.outage import Outage

log = logging.getLogger(__name__)

ACTOR = "call"

RETRY_S = 0.5
RETRIES = 1800
"""A database that is locked, full or away is tried again for a quarter of an hour, long enough to
make room or to restart a server; then the call counts as not stored."""

Write = Callable[[Rows], None]


@dataclass(frozen=True)
class CallKey:
    """Which call the rows belong to."""

    call_id: str
    attempt_id: str
    resident_id: int
    campaign_id: int
    second_contact_id: int | None = None


class Journal:
    """Writes one call. Methods return at once; `close()` waits until everything is stored."""

    def __init__(self, database: Database, key: CallKey, clock: Clock) -> None:
        self._database = database
        self._key = key
        self._clock = clock
        self._queue: asyncio.Queue[Write | None] = asyncio.Queue()
        self._writer = asyncio.create_task(self._write_all())
        self._turns = 0
        self._outage = Outage(log, "the call's rows are kept and tried again", call=key.call_id)

    # -- what happens in a call --------------------------------------------------------------

    def opened(self, *, script: str, version: str, locale: str, recording: str) -> None:
        now = self._clock.now()
        self._add(
            Call,
            id=self._key.call_id,
            attempt_id=self._key.attempt_id,
            resident_id=self._key.resident_id,
            script=script,
            script_version=version,
            locale=locale,
            started_at=now,
            recording=recording,
        )

    def event(self, event: Event, *, script_version: str) -> None:
        """Keeps what the dialogue decided; flags reach the reviewers while the call runs."""
        now = self._clock.now()
        match event:
            case AnswerRecorded():
                self._answered(event.answer, now)
            case Flagged():
                self._flagged(event, script_version, now)
            case OptedOut():
                self._opted_out(now)
            case CallbackRequested():
                self._update_call(callback_at=event.at)
                self._history("callback_requested", now, time_named=event.at is not None)
            case Misheard():
                self._history("misheard", now, question=event.question, reason=event.reason)
            case _:
                pass

    def turn(
        self,
        *,
        speaker: str,
        question: str,
        text: str,
        start_ms: int,
        end_ms: int,
        response_ms: int | None = None,
        interrupted: bool = False,
    ) -> None:
        self._add(
            Turn,
            call_id=self._key.call_id,
            position=self._turns,
            speaker=speaker,
            question=question,
            text=text,
            start_ms=start_ms,
            end_ms=end_ms,
            response_ms=response_ms,
            interrupted=interrupted,
        )
        self._turns += 1

    def session(self, state: str) -> None:
        """Where the dialogue stands, so that a broken call can be taken up again."""
        self._update_call(session=state)

    def recording_failed(self, problem: str) -> None:
        self._update_call(recording_problem=problem)
        self._history("recording_failed", self._clock.now(), problem=problem)

    def closed(self, outcome: Outcome) -> None:
        self._update_call(outcome=outcome, ended_at=self._clock.now())

    async def close(self) -> None:
        """Returns once every row is stored. Raises what kept the database from taking them."""
        self._queue.put_nowait(None)
        await self._writer

    # -- rows ----------------------------------------------------------------------------------

    def _answered(self, answer: Answer, now: datetime) -> None:
        def supersede(rows: Rows) -> None:
            rows.exec(
                update(AnswerRow)
                .where(
                    col(AnswerRow.call_id) == self._key.call_id,
                    col(AnswerRow.resident_id) == self._whom(answer.member),
                    col(AnswerRow.question) == answer.question,
                )
                .values(superseded=True)
            )

        self._queue.put_nowait(supersede)
        self._add(
            AnswerRow,
            call_id=self._key.call_id,
            resident_id=self._whom(answer.member),
            question=answer.question,
            kind=answer.kind,
            status=answer.status,
            value=answer.value,
            heard=answer.heard,
            confidence=answer.confidence,
            alternatives=list(answer.alternatives),
            answered_at=now,
        )

    def _flagged(self, flagged: Flagged, script_version: str, now: datetime) -> None:
        self._add(
            FindingRow,
            call_id=self._key.call_id,
            rule=flagged.rule,
            script_version=script_version,
            severity=flagged.severity,
            question=flagged.question or "",
            reason=flagged.reason,
            evidence=flagged.evidence,
            found_at=now,
            resident_id=int(flagged.member) if flagged.member else None,
        )
        self._queue.put_nowait(lambda rows: self._raise_flag(rows, flagged, now))
        self._history(
            "flagged",
            now,
            resident_id=self._whom(flagged.member),
            rule=flagged.rule,
            severity=flagged.severity.value,
        )

    def _raise_flag(self, rows: Rows, flagged: Flagged, now: datetime) -> None:
        flag = Flag(
            resident_id=self._whom(flagged.member),
            campaign_id=self._key.campaign_id,
            call_id=self._key.call_id,
            rule=flagged.rule,
            severity=flagged.severity,
            reason=flagged.reason,
            question=flagged.question or "",
            evidence=flagged.evidence,
            raised_at=now,
            promised_at=flagged.promised_at,
        )
        rows.add(flag)
        if flagged.ticket is not None:
            rows.flush()
            rows.add(
                Ticket(
                    resident_id=flag.resident_id,
                    flag_id=flag.id,
                    kind=flagged.ticket.kind,
                    text=flagged.evidence or flagged.reason,
                    opened_at=now,
                    opened_by=ACTOR,
                    due_at=now + timedelta(hours=flagged.ticket.within_hours),
                )
            )
            record(
                *(rows, now, ACTOR, "ticket_opened"),
                resident_id=flag.resident_id,
                campaign_id=flag.campaign_id,
                detail={"kind": flagged.ticket.kind.value, "rule": flagged.rule},
            )

    def _whom(self, member: str) -> int:
        """The resident a sheet is about: another of the household, or who was rung."""
        return int(member) if member else self._key.resident_id

    def _opted_out(self, now: datetime) -> None:
        def write(rows: Rows) -> None:
            opt_out_number(rows, self._phone_hash(rows), now)

        self._queue.put_nowait(write)
        self._history("opted_out", now)

    def _phone_hash(self, rows: Rows) -> str:
        """Of the number that this call rang."""
        if self._key.second_contact_id is not None:
            return rows.get_one(SecondContact, self._key.second_contact_id).phone_hash
        return rows.get_one(Resident, self._key.resident_id).phone_hash

    def _update_call(self, **values: object) -> None:
        def write(rows: Rows) -> None:
            call = rows.exec(select(Call).where(Call.id == self._key.call_id)).one()
            for name, value in values.items():
                setattr(call, name, value)
            rows.add(call)

        self._queue.put_nowait(write)

    def _history(
        self, act: str, at: datetime, *, resident_id: int | None = None, **detail: object
    ) -> None:
        self._add(
            History,
            at=at,
            actor=ACTOR,
            act=act,
            resident_id=resident_id or self._key.resident_id,
            campaign_id=self._key.campaign_id,
            detail={"call": self._key.call_id, **detail},
        )

    def _add(self, table: type[SQLModel], **values: object) -> None:
        # The row is made anew at each try: one that was rolled back keeps its old id.
        self._queue.put_nowait(lambda rows: rows.add(table(**values)))

    # -- the writer ----------------------------------------------------------------------------

    async def _write_all(self) -> None:
        """One transaction for everything that is waiting, in order."""
        done = False
        while not done:
            batch = [await self._queue.get()]
            while not self._queue.empty():
                batch.append(self._queue.get_nowait())
            writes = [write for write in batch if write is not None]
            done = len(writes) < len(batch)
            if writes:
                await self._store(writes)

    async def _store(self, writes: list[Write]) -> None:
        for left in range(RETRIES, -1, -1):
            try:
                await asyncio.to_thread(self._commit, writes)
                self._outage.over()
                return
            except DatabaseUnavailable as away:
                if left == 0:
                    log.error("call not stored", extra={"call": self._key.call_id})
                    raise
                self._outage.seen(away)
                await asyncio.sleep(RETRY_S)

    def _commit(self, writes: list[Write]) -> None:
        with self._database.session() as rows:
            for write in writes:
                write(rows)
                rows.flush()
