"""The daily report, read back from the workbook as a clerk would see it."""

import json
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from python_calamine import CalamineWorkbook
from review_rows import NINE, add_answer, add_attempt, add_resident

from callbot.cli.output import print_json
from callbot.db import Database
from callbot.dialog.answers import Kind, Status
from callbot.dialog.events import Outcome, Severity
from callbot.errors import BadInput
from callbot.models import Attempt, Campaign, Flag
from callbot.review.choice import Choice
from callbot.review.ledger import Ledger
from callbot.review.report import Report, make_report, report_data, workbook_of

DAY = date(2026, 11, 22)
TODAY = Choice(DAY, DAY)
SHANGHAI = ZoneInfo("Asia/Shanghai")
NETWORK, OURS = "486 Busy Here", "no sound came for 8 s"
NAMES = {"cough": "咳嗽", "fever": "发烧"}


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
        session.get_one(Attempt, "a1-4-2-22").detail = f"{NETWORK}; {OURS}"
    yield database


def report_of(database: Database, choice: Choice, *, lists: bool = True) -> Report:
    with closing(Ledger(database, SHANGHAI)) as ledger:
        return make_report(database, ledger, choice, NINE, {"temperature"}, lists=lists)


def written(
    database: Database,
    path: Path,
    choice: Choice = TODAY,
    *,
    locale: str = "zh-CN",
    lists: bool = True,
) -> Report:
    report = report_of(database, choice, lists=lists)
    path.write_bytes(workbook_of(report, NAMES, locale))
    return report


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
    written(day_of_calls, path)
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
    written(day_of_calls, path)
    mumbling = by_name(sheets(path)["居民"])["张桂兰"]
    assert mumbling["体温（℃）"] == ""
    assert mumbling["体温说明"] == "未听清"
    assert mumbling["症状"] == "未问到"
    assert mumbling["原话"] == "「三什么度」"


def test_the_summary_counts_residents_and_rates_are_numbers(
    day_of_calls: Database, tmp_path: Path
) -> None:
    path = tmp_path / "report.xlsx"
    report = written(day_of_calls, path)
    figures = {row[0]: row[1] for row in sheets(path)["汇总"]}
    assert figures["已呼叫人数"] == 4
    assert figures["接通人数"] == 3
    assert figures["完成随访人数"] == 2
    assert figures["未接通人数"] == 1
    assert figures["接通率"] == 0.75
    assert figures["体温38.0度以上"] == 1
    assert report.day is not None
    assert report.day.summary.by_outcome == {
        "completed": 2,
        "partial": 1,
        "no_answer": 1,
        "busy": 1,
    }


def test_every_call_of_the_day_and_none_of_another_is_listed_in_local_time(
    day_of_calls: Database, tmp_path: Path
) -> None:
    path = tmp_path / "report.xlsx"
    written(day_of_calls, path)
    head, *calls = sheets(path)["呼叫记录"]
    assert len(calls) == 5
    assert {f"{call[2]:%Y-%m-%d %H:%M}" for call in calls} == {
        "2026-11-22 09:00",
        "2026-11-22 10:00",
    }
    assert [call[head.index("通话秒数")] for call in calls].count(75) == 3


@pytest.mark.parametrize(
    ("locale", "sheet", "why"),
    [
        ("zh-CN", "呼叫记录", f"{NETWORK}；8秒内没有收到声音"),
        ("en-US", "Calls", f"{NETWORK}; {OURS}"),
    ],
)
def test_why_a_call_failed_is_told_in_the_reports_language(
    day_of_calls: Database, tmp_path: Path, locale: str, sheet: str, why: str
) -> None:
    path = tmp_path / "report.xlsx"
    written(day_of_calls, path, locale=locale)
    _, *calls = sheets(path)[sheet]
    assert [call[-1] for call in calls if call[-1]] == [why]


def test_the_report_can_be_had_in_english_and_as_data(
    day_of_calls: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "report.xlsx"
    report = written(day_of_calls, path, locale="en-US")
    assert list(sheets(path))[:4] == ["Summary", "Residents", "Flags", "Calls"]
    print_json(report_data(report))
    data = json.loads(capsys.readouterr().out)
    assert data["residents"][0]["celsius"] == 38.2
    assert data["residents"][0]["phone"] == "+86138****0002"


def test_a_day_without_calls_makes_a_report_without_rates(
    database: Database, tmp_path: Path
) -> None:
    report = written(database, tmp_path / "report.xlsx")
    assert report.day is not None
    assert report.day.summary.response_rate is None
    assert report.figures.total.response_rate is None


FORMULAS = ("=cmd|' /C calc'!A0", "+8613800000001", "@SUM(A1)", "-2+3", "\t=1", "=HYPERLINK(1)")


def test_nothing_that_was_typed_or_said_becomes_a_formula(
    day_of_calls: Database, tmp_path: Path
) -> None:
    with day_of_calls.session() as session:
        session.get_one(Campaign, 1).name = FORMULAS[0]
        for number, text in enumerate(FORMULAS, start=10):
            resident = add_resident(session, number, text, community=text, grid=text)
            call = add_attempt(session, resident, 1, Outcome.COMPLETED)
            add_answer(session, call, resident, "needs", Kind.OPEN, {"text": text}, heard=text)
            flag = Flag(
                resident_id=resident,
                rule=text,
                severity=Severity.HIGH,
                reason=text,
                question="temperature",
                evidence=text,
                raised_at=NINE,
            )
            session.add(flag)
    path = tmp_path / "report.xlsx"
    written(day_of_calls, path)
    with zipfile.ZipFile(path) as parts:
        names = [name for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
        for name in names:
            assert b"<f>" not in parts.read(name), name
            assert b"<hyperlink" not in parts.read(name), name
    places = [row[0] for row in sheets(path)["按社区"][1:]]
    assert {text.strip() for text in FORMULAS} <= {str(place).strip() for place in places}


def test_the_workbook_draws_its_figures(day_of_calls: Database, tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    written(day_of_calls, path, lists=False)
    with zipfile.ZipFile(path) as parts:
        charts = [name for name in parts.namelist() if name.startswith("xl/charts/chart")]
    # By day, community and campaign, reasons, hours, rules.
    assert len(charts) == 6


def test_figures_of_a_period_are_numbers_and_days_are_dates(
    day_of_calls: Database, tmp_path: Path
) -> None:
    path = tmp_path / "report.xlsx"
    written(day_of_calls, path, Choice(DAY - timedelta(days=1), DAY), lists=False)
    found = sheets(path)
    assert "居民" not in found
    head, yesterday, today = found["按日"]
    assert (yesterday[0], today[0]) == (DAY - timedelta(days=1), DAY)
    figures = dict(zip(head, today, strict=True))
    assert (figures["应随访（人次）"], figures["接通"], figures["未接通"]) == (4, 3, 1)
    assert figures["接通率"] == 0.75
    assert figures["每完成一次的呼叫次数"] == 2.5
    assert found["未接通原因"][1] == ["无人接听", 2]
    assert found["分时接通率"][1] == ["09:00", 5, 3, 0.6]
    [fever] = found["预警分类"][1:]
    assert fever == ["紧急", "体温38.0度以上", 1, 0, 0, 0, ""]


def test_lists_of_residents_are_made_for_one_day_only(database: Database) -> None:
    with pytest.raises(BadInput, match="one day at a time"):
        report_of(database, Choice(DAY - timedelta(days=1), DAY), lists=True)
