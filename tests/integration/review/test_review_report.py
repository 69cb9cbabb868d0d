"""The daily report, read back from the workbook as a clerk would see it."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from python_calamine import CalamineWorkbook
from sqlmodel import Session

from callbot import vault
from callbot.cli.output import print_json
from callbot.db import Database
from callbot.dialog.answers import Kind, Status
from callbot.dialog.events import Outcome, Severity
from callbot.errors import BadInput
from callbot.models import (
    AnswerRow,
    Attempt,
    AttemptState,
    Call,
    Campaign,
    Flag,
    Resident,
)
from callbot.review.report import report_data, write_report

DAY = date(2026, 11, 22)
NINE = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
NAMES = {"cough": "咳嗽", "fever": "发烧"}


def add_resident(session: Session, number: int, name: str) -> int:
    phone = f"+86138000000{number:02d}"
    session.add(
        Resident(
            id=number,
            name=name,
            phone=phone,
            phone_hash=vault.look_up_hash(phone),
            community="金海社区",
            grid="第一网格",
            exposed_on=date(2026, 11, 19),
            imported_at=NINE,
        )
    )
    session.flush()
    return number


def add_attempt(
    session: Session, resident_id: int, number: int, outcome: Outcome | None, at: datetime = NINE
) -> str:
    attempt_id = f"a{resident_id}-{number}-{at:%d}"
    answered = outcome in (Outcome.COMPLETED, Outcome.PARTIAL)
    session.add(
        Attempt(
            id=attempt_id,
            campaign_id=1,
            resident_id=resident_id,
            number=number,
            state=AttemptState.ENDED,
            due_at=at,
            placed_at=at,
            rang_at=at,
            answered_at=at if answered else None,
            ended_at=at + timedelta(seconds=75),
            outcome=outcome,
        )
    )
    session.flush()
    if answered:
        session.add(
            Call(
                id=f"c-{attempt_id}",
                attempt_id=attempt_id,
                resident_id=resident_id,
                script="quarantine",
                script_version="1",
                locale="zh-CN",
                started_at=at,
            )
        )
        session.flush()
    return f"c-{attempt_id}"


def add_answer(
    session: Session,
    call_id: str,
    resident_id: int,
    question: str,
    kind: Kind,
    value: dict[str, Any] | None,
    *,
    heard: str = "",
    status: Status = Status.CLEAR,
) -> None:
    session.add(
        AnswerRow(
            call_id=call_id,
            resident_id=resident_id,
            question=question,
            kind=kind,
            status=status,
            value=value,
            heard=heard,
            answered_at=NINE,
        )
    )


@pytest.fixture
def day_of_calls(database: Database) -> Iterator[Database]:
    """One well, one with fever, one not understood, one not reached; yesterday's is left out."""
    with database.session() as session:
        session.add(Campaign(id=1, name="每日", script="quarantine", created_at=NINE))
        session.flush()
        well, ill, mumbling, away = (
            add_resident(session, number, name)
            for number, name in enumerate(("王秀英", '=cmd|"x"!A1', "张桂兰", "刘志强"), start=1)
        )
        call = add_attempt(session, well, 1, Outcome.COMPLETED)
        add_answer(session, call, well, "temperature", Kind.TEMPERATURE, {"celsius": 36.5})
        nothing: dict[str, Any] = {"present": [], "absent": [], "household": []}
        add_answer(session, call, well, "symptoms", Kind.SYMPTOMS, nothing)
        add_answer(session, call, well, "movements", Kind.MOVEMENTS, {"went_out": False})
        add_answer(session, call, well, "contacts", Kind.CONTACTS, {"contact": False})
        yesterday = add_attempt(session, well, 1, Outcome.NO_ANSWER, NINE - timedelta(days=1))
        assert yesterday

        call = add_attempt(session, ill, 1, Outcome.COMPLETED)
        add_answer(session, call, ill, "temperature", Kind.TEMPERATURE, {"celsius": 38.2})
        symptoms = {"present": ["cough"], "absent": [], "household": ["fever"]}
        add_answer(session, call, ill, "symptoms", Kind.SYMPTOMS, symptoms)
        movements = {"went_out": True, "places": ["超市"], "when": ["昨天"], "transport": []}
        add_answer(session, call, ill, "movements", Kind.MOVEMENTS, movements)
        add_answer(session, call, ill, "needs", Kind.OPEN, {"text": "要退烧药", "nothing": False})
        session.add(
            Flag(
                resident_id=ill,
                campaign_id=1,
                call_id=call,
                rule="high_fever",
                severity=Severity.URGENT,
                reason="体温38.0度以上",
                evidence="三十八度二",
                raised_at=NINE,
            )
        )

        call = add_attempt(session, mumbling, 1, Outcome.PARTIAL)
        add_answer(
            session,
            call,
            mumbling,
            "temperature",
            Kind.TEMPERATURE,
            None,
            heard="三什么度",
            status=Status.UNCLEAR,
        )
        add_attempt(session, away, 1, Outcome.NO_ANSWER)
        add_attempt(session, away, 2, Outcome.BUSY, NINE + timedelta(hours=1))
    yield database


def sheets(path: Path) -> dict[str, list[list[Any]]]:
    workbook = CalamineWorkbook.from_path(path)
    return {name: workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names}


def by_name(rows: list[list[Any]]) -> dict[str, dict[str, Any]]:
    head, *body = rows
    return {row[1]: dict(zip(head, row, strict=True)) for row in body}


def test_the_flagged_come_first_and_every_cell_is_what_was_answered(
    day_of_calls: Database, tmp_path: Path
) -> None:
    path = tmp_path / "report.xlsx"
    write_report(day_of_calls, DAY, SHANGHAI, path, symptom_names=NAMES)
    rows = sheets(path)["居民"]
    assert rows[1][1] == '=cmd|"x"!A1'  # the words of the file, not run as a formula
    ill = by_name(rows)['=cmd|"x"!A1']
    assert ill["体温（℃）"] == 38.2
    assert ill["症状"] == "咳嗽\n同住人：发烧"
    assert (ill["是否外出"], ill["去过哪里"], ill["需求"]) == ("外出", "超市", "要退烧药")
    assert (ill["预警级别"], ill["原话"]) == ("紧急", "「三十八度二」")
    assert ill["有无接触"] == "未问到"
    well = by_name(rows)["王秀英"]
    assert (well["症状"], well["是否外出"], well["有无接触"]) == ("无", "未外出", "无")
    assert (well["随访天数"], well["呼叫次数"]) == ("第3天／共14天", 1)


def test_what_was_not_understood_is_never_shown_as_normal_or_blank(
    day_of_calls: Database, tmp_path: Path
) -> None:
    path = tmp_path / "report.xlsx"
    write_report(day_of_calls, DAY, SHANGHAI, path)
    mumbling = by_name(sheets(path)["居民"])["张桂兰"]
    assert mumbling["体温（℃）"] == ""
    assert mumbling["体温说明"] == "未听清"
    assert mumbling["症状"] == "未问到"
    assert mumbling["原话"] == "「三什么度」"


def test_the_summary_counts_residents_and_rates_are_numbers(
    day_of_calls: Database, tmp_path: Path
) -> None:
    path = tmp_path / "report.xlsx"
    report = write_report(day_of_calls, DAY, SHANGHAI, path)
    figures = {row[0]: row[1] for row in sheets(path)["汇总"]}
    assert figures["已呼叫人数"] == 4
    assert figures["接通人数"] == 3
    assert figures["完成随访人数"] == 2
    assert figures["未接通人数"] == 1
    assert figures["接通率"] == 0.75
    assert figures["体温38.0度以上"] == 1
    assert report.summary.by_outcome == {"completed": 2, "partial": 1, "no_answer": 1, "busy": 1}


def test_every_call_of_the_day_and_none_of_another_is_listed_in_local_time(
    day_of_calls: Database, tmp_path: Path
) -> None:
    path = tmp_path / "report.xlsx"
    write_report(day_of_calls, DAY, SHANGHAI, path)
    head, *calls = sheets(path)["呼叫记录"]
    assert len(calls) == 5
    assert {f"{call[2]:%Y-%m-%d %H:%M}" for call in calls} == {
        "2026-11-22 09:00",
        "2026-11-22 10:00",
    }
    assert [call[head.index("通话秒数")] for call in calls].count(75) == 3


def test_the_report_can_be_had_in_english_and_as_data(
    day_of_calls: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "report.xlsx"
    report = write_report(day_of_calls, DAY, SHANGHAI, path, locale="en-US")
    assert list(sheets(path)) == ["Summary", "Residents", "Flags", "Calls"]
    print_json(report_data(report))
    data = json.loads(capsys.readouterr().out)
    assert data["residents"][0]["celsius"] == 38.2
    assert data["residents"][0]["phone"] == "+86138****0002"


def test_a_day_without_calls_makes_a_report_without_rates(
    database: Database, tmp_path: Path
) -> None:
    report = write_report(database, DAY, SHANGHAI, tmp_path / "report.xlsx")
    assert report.summary.response_rate is None


@pytest.mark.parametrize(("name", "locale"), [("r.pdf", "zh-CN"), ("r.xlsx", "fr-FR")])
def test_a_report_that_cannot_be_written_is_refused(
    database: Database, tmp_path: Path, name: str, locale: str
) -> None:
    with pytest.raises(BadInput):
        write_report(database, DAY, SHANGHAI, tmp_path / name, locale=locale)


def test_a_folder_that_does_not_exist_is_named(database: Database, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"nowhere/r\.xlsx: cannot be written"):
        write_report(database, DAY, SHANGHAI, tmp_path / "nowhere" / "r.xlsx")
