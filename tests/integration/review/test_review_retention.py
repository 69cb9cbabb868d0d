"""What was said is kept for 30 days after release and no longer; what was understood stays."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlmodel import select

from callbot import vault
from callbot.db import Database
from callbot.dialog.answers import Kind, Status
from callbot.dialog.events import Severity
from callbot.models import (
    AnswerRow,
    Attempt,
    Call,
    Campaign,
    Flag,
    FlagState,
    History,
    Resident,
    Turn,
)
from callbot.review.retention import RecordingKept, expired, purge

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
EXPOSED = date(2026, 10, 8)
"""Released on 22 October, 31 days ago."""

RECORDING = "2026-10-20/call.wav"
SAID = "三十八度二"


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    folder = tmp_path / "recordings"
    (folder / RECORDING).parent.mkdir(parents=True)
    (folder / RECORDING).write_bytes(b"sound")
    return folder


def add_called_resident(
    database: Database, exposed_on: date = EXPOSED, flag: FlagState = FlagState.RESOLVED
) -> None:
    with database.session() as rows:
        phone = "+8613800000001"
        resident = Resident(
            name="王秀英",
            phone=phone,
            phone_hash=vault.look_up_hash(phone),
            exposed_on=exposed_on,
            imported_at=NOW,
        )
        campaign = Campaign(name="每日随访", script="quarantine", created_at=NOW)
        rows.add(resident)
        rows.add(campaign)
        rows.flush()
        assert resident.id is not None
        assert campaign.id is not None
        rows.add(
            Attempt(
                id="attempt",
                campaign_id=campaign.id,
                resident_id=resident.id,
                number=1,
                due_at=NOW,
                state="ended",
            )
        )
        rows.flush()
        rows.add(
            Call(
                id="call",
                attempt_id="attempt",
                resident_id=resident.id,
                script="quarantine",
                script_version="1",
                locale="zh-CN",
                started_at=NOW,
                recording=RECORDING,
                session="{}",
            )
        )
        rows.flush()
        rows.add(
            Turn(call_id="call", position=1, speaker="resident", text=SAID, start_ms=0, end_ms=9)
        )
        rows.add(
            AnswerRow(
                call_id="call",
                resident_id=resident.id,
                question="temperature",
                kind=Kind.TEMPERATURE,
                status=Status.CLEAR,
                value={"celsius": 38.2},
                heard=SAID,
                alternatives=[SAID],
                answered_at=NOW,
            )
        )
        rows.add(
            Flag(
                resident_id=resident.id,
                call_id="call",
                rule="fever",
                severity=Severity.HIGH,
                reason="体温38度以上",
                evidence=SAID,
                state=flag,
                raised_at=NOW,
            )
        )


def test_thirty_days_after_release_words_and_recordings_go_and_values_stay(
    database: Database, recordings: Path
) -> None:
    add_called_resident(database)
    (due,) = expired(database, TODAY, 30)
    purge(database, recordings, due, NOW, actor="alice")

    with database.reading() as rows:
        assert rows.exec(select(Turn.text)).one() == ""
        answer = rows.exec(select(AnswerRow)).one()
        assert (answer.heard, answer.alternatives, answer.value) == ("", [], {"celsius": 38.2})
        flag = rows.exec(select(Flag)).one()
        assert (flag.evidence, flag.reason) == ("", "体温38度以上")
        call = rows.exec(select(Call)).one()
        assert (call.recording, call.session, call.purged_at) == ("", "", NOW)
        act = rows.exec(select(History)).one()
        assert (act.act, act.actor) == ("words_purged", "alice")
        assert act.detail == {"calls": 1, "recordings": 1}
    assert not (recordings / RECORDING).exists()
    assert expired(database, TODAY, 30) == []


@pytest.mark.parametrize(("day", "due"), [(date(2026, 11, 21), 0), (date(2026, 11, 22), 1)])
def test_the_thirtieth_day_after_release_is_still_kept(
    database: Database, day: date, due: int
) -> None:
    add_called_resident(database)
    assert len(expired(database, day, 30)) == due


def test_an_open_flag_is_named_so_that_nothing_needed_is_purged(database: Database) -> None:
    add_called_resident(database, flag=FlagState.CLAIMED)
    (due,) = expired(database, TODAY, 30)
    assert due.open_flags == 1


def test_a_recording_already_gone_does_not_stop_a_purge_broken_off_before(
    database: Database, recordings: Path
) -> None:
    add_called_resident(database)
    (recordings / RECORDING).unlink()
    (due,) = expired(database, TODAY, 30)
    purge(database, recordings, due, NOW, actor="alice")
    assert expired(database, TODAY, 30) == []


def test_a_recording_that_cannot_be_deleted_leaves_every_row(
    database: Database, recordings: Path
) -> None:
    add_called_resident(database)
    (recordings / RECORDING).unlink()
    (recordings / RECORDING).mkdir()
    (due,) = expired(database, TODAY, 30)
    with pytest.raises(RecordingKept, match="cannot be deleted"):
        purge(database, recordings, due, NOW, actor="alice")
    with database.reading() as rows:
        assert rows.exec(select(Turn.text)).one() == SAID
