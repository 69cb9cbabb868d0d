"""Rows of a call: in order, in time, and not lost to a locked database."""

import asyncio
import sqlite3
from datetime import datetime, timedelta

import pytest
from calls_office import PinnedClock
from sqlmodel import select

from callbot.calls.journal import CallKey, Journal
from callbot.db import Database
from callbot.dialog.answers import Answer, Kind, Status
from callbot.dialog.events import (
    AnswerRecorded,
    Flagged,
    OptedOut,
    Outcome,
    Severity,
    TicketKind,
    TicketWanted,
)
from callbot.models import (
    AnswerRow,
    Call,
    FindingRow,
    Flag,
    History,
    Relation,
    Resident,
    SecondContact,
    Ticket,
    standing_answers,
)
from callbot.review.call_record import read_call


def answer(celsius: float) -> AnswerRecorded:
    return AnswerRecorded(
        answer=Answer(
            question="temperature",
            kind=Kind.TEMPERATURE,
            status=Status.CLEAR,
            value={"celsius": celsius},
            heard="三十六度五",
        )
    )


async def opened(database: Database, morning: datetime) -> Journal:
    journal = Journal(database, CallKey("c1", "a1", 1, 1), PinnedClock(morning))
    journal.opened(script="quarantine", version="v1", locale="zh-CN", recording="c1.wav")
    return journal


async def test_a_later_answer_supersedes_the_earlier_which_stays(
    database: Database, morning: datetime
) -> None:
    journal = await opened(database, morning)
    journal.event(answer(36.5), script_version="v1")
    journal.event(answer(37.5), script_version="v1")
    journal.closed(Outcome.COMPLETED)
    await journal.close()
    with database.reading() as rows:
        kept = rows.exec(select(AnswerRow).order_by(AnswerRow.id)).all()  # type: ignore[arg-type]
        call = rows.get(Call, "c1")
    assert [(row.value, row.superseded) for row in kept] == [
        ({"celsius": 36.5}, True),
        ({"celsius": 37.5}, False),
    ]
    assert call is not None
    assert (call.outcome, call.ended_at) == (Outcome.COMPLETED, morning)


async def test_a_finding_becomes_a_flag_with_the_script_s_version(
    database: Database, morning: datetime
) -> None:
    journal = await opened(database, morning)
    flagged = Flagged(rule="fever", severity=Severity.HIGH, reason="体温", evidence="「三十八度」")
    journal.event(flagged, script_version="v7")
    await journal.close()
    with database.reading() as rows:
        assert rows.exec(select(FindingRow.script_version)).all() == ["v7"]
        assert rows.exec(select(Flag.evidence)).all() == ["「三十八度」"]
        detail = rows.exec(select(History.detail)).all()
    assert "三十八度" not in str(detail), "the history names no words spoken"


async def test_the_promised_time_stands_with_the_flag(
    database: Database, morning: datetime
) -> None:
    journal = await opened(database, morning)
    by = morning + timedelta(hours=2)
    flagged = Flagged(rule="human", severity=Severity.HIGH, reason="要求人工", promised_at=by)
    journal.event(flagged, script_version="v1")
    await journal.close()
    with database.reading() as rows:
        assert rows.exec(select(Flag.promised_at)).all() == [by]


async def test_a_request_becomes_a_ticket_beside_its_flag(
    database: Database, morning: datetime
) -> None:
    journal = await opened(database, morning)
    flagged = Flagged(
        rule="help_needed",
        severity=Severity.HIGH,
        reason="需要帮助",
        evidence="「要降压药」",
        ticket=TicketWanted(kind=TicketKind.REQUEST, within_hours=24),
    )
    journal.event(flagged, script_version="v1")
    await journal.close()
    with database.reading() as rows:
        [flag], [ticket] = rows.exec(select(Flag)).all(), rows.exec(select(Ticket)).all()
        acts = rows.exec(select(History.act)).all()
    assert (ticket.flag_id, ticket.text, ticket.owner) == (flag.id, "「要降压药」", "")
    assert ticket.due_at == morning + timedelta(hours=24)
    assert set(acts) == {"flagged", "ticket_opened"}


async def test_stop_reaches_the_resident_s_row(database: Database, morning: datetime) -> None:
    journal = await opened(database, morning)
    journal.event(OptedOut(), script_version="v1")
    await journal.close()
    with database.reading() as rows:
        resident = rows.get(Resident, 1)
    assert resident is not None
    assert resident.opted_out_at == morning


async def test_a_locked_database_delays_rows_and_loses_none(
    database: Database, morning: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callbot.calls.journal.RETRY_S", 0.05)
    monkeypatch.setattr("callbot.db.BUSY_TIMEOUT_MS", 50)
    database.engine.dispose()
    path = str(database.engine.url.database)
    lock = sqlite3.connect(path, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    journal = await opened(database, morning)
    journal.event(answer(36.5), script_version="v1")
    closing = asyncio.create_task(journal.close())
    await asyncio.sleep(0.4)
    assert not closing.done()
    lock.execute("ROLLBACK")
    lock.close()
    await closing
    with database.reading() as rows:
        assert len(rows.exec(select(AnswerRow)).all()) == 1


async def test_each_of_a_household_keeps_answers_and_flags_of_their_own(
    database: Database, morning: datetime
) -> None:
    with database.session() as rows:
        mother = rows.get_one(Resident, 1).model_dump()
        rows.add(Resident(**{**mother, "id": 2, "phone_hash": "y", "asked_with_id": 1}))
    journal = await opened(database, morning)
    journal.event(answer(36.5), script_version="v1")
    of_child = answer(38.2).answer.model_copy(update={"member": "2"})
    journal.event(AnswerRecorded(answer=of_child), script_version="v1")
    fever = Flagged(
        rule="fever", severity=Severity.HIGH, reason="体温", question="temperature", member="2"
    )
    journal.event(fever, script_version="v1")
    journal.closed(Outcome.COMPLETED)
    await journal.close()
    with database.reading() as rows:
        assert standing_answers(rows, "c1")["temperature"].value == {"celsius": 36.5}
        assert standing_answers(rows, "c1", 2)["temperature"].value == {"celsius": 38.2}
        assert [flag.resident_id for flag in rows.exec(select(Flag))] == [2]
    read = read_call(database, "c1")
    assert [(line.member, [f.rule for f in line.findings]) for line in read.answers] == [
        ("", []),
        ("王秀英", ["fever"]),
    ]
    assert read.unanswered == []


@pytest.mark.parametrize("of_contact", [False, True])
async def test_stop_ends_calls_to_the_number_that_was_rung_and_to_no_other(
    database: Database, morning: datetime, of_contact: bool
) -> None:
    with database.session() as rows:
        told = {"resident_id": 1, "position": 1, "relation": Relation.LANDLORD}
        rows.add(SecondContact(**told, id=1, phone="+8613800000092", phone_hash="z"))
    key = CallKey("c1", "a1", 1, 1, second_contact_id=1 if of_contact else None)
    journal = Journal(database, key, PinnedClock(morning))
    journal.event(OptedOut(), script_version="v1")
    await journal.close()
    with database.reading() as rows:
        assert (rows.get_one(Resident, 1).opted_out_at is None) is of_contact
        assert (rows.get_one(SecondContact, 1).opted_out_at is None) is not of_contact
