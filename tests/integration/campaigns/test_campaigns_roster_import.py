"""What an import does to the residents who are there: all of it, or nothing."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from campaigns_rosters import HEAD, NOW, SHANGHAI, bring_in, csv_file, residents
from python_calamine import CalamineWorkbook
from sqlmodel import func, select

from callbot.campaigns.roster.export import export_roster
from callbot.campaigns.roster.store import ImportReport, RosterRejected, import_roster
from callbot.db import Database
from callbot.models import (
    FollowUp,
    History,
    Resident,
)


def test_one_bad_row_keeps_the_whole_file_out(database: Database, tmp_path: Path) -> None:
    text = HEAD + "王秀英,13800000001,11月20日\n李建国,1380000,2026-02-30\n"
    with pytest.raises(RosterRejected) as rejected:
        bring_in(database, csv_file(tmp_path, text))
    assert residents(database) == []
    problems = rejected.value.report.problems
    assert [(p.row, p.column, p.value) for p in problems] == [
        (3, "电话", "***0000"),
        (3, "返回日期", "2026-02-30"),
    ]


def test_bad_rows_are_left_out_only_on_request_and_are_listed(
    database: Database, tmp_path: Path
) -> None:
    text = HEAD + "王秀英,13800000001,11月20日\n李建国,1380000,11月20日\n"
    report = bring_in(database, csv_file(tmp_path, text), skip_bad=True)
    assert (report.added, report.left_out) == (1, 1)
    assert [r.name for r in residents(database)] == ["王秀英"]


def test_a_number_given_twice_names_the_other_row(database: Database, tmp_path: Path) -> None:
    text = HEAD + "王秀英,13800000001,11月20日\n李建国,+86 138 0000 0001,11月20日\n"
    with pytest.raises(RosterRejected) as rejected:
        bring_in(database, csv_file(tmp_path, text))
    [problem] = rejected.value.report.problems
    assert (problem.row, problem.problem) == (3, "the same number as in row 2")


def test_a_dry_run_tells_what_would_happen_and_changes_nothing(
    database: Database, tmp_path: Path
) -> None:
    report = bring_in(
        database, csv_file(tmp_path, HEAD + "王秀英,13800000001,11月20日\n"), dry_run=True
    )
    assert report.added == 1
    assert residents(database) == []


def test_a_known_number_updates_that_resident_and_never_makes_a_second(
    database: Database, tmp_path: Path
) -> None:
    head = "姓名,电话,返回日期,社区\n"
    bring_in(database, csv_file(tmp_path, head + "王秀英,13800000001,11月20日,金海社区\n"))
    same = bring_in(database, csv_file(tmp_path, head + "王秀英,13800000001,11月20日,\n"))
    assert (same.updated, same.unchanged) == (0, 1)
    moved = bring_in(database, csv_file(tmp_path, head + "王秀英,13800000001,11月20日,望湖\n"))
    assert (moved.added, moved.updated) == (0, 1)
    [resident] = residents(database)
    assert resident.community == "望湖"
    with database.reading() as session:
        acts = session.exec(select(History.act).where(History.resident_id == 1)).all()
    assert acts == ["resident_imported", "resident_updated"]


def test_a_later_exposure_restarts_the_period_and_an_earlier_one_does_not_shorten_it(
    database: Database, tmp_path: Path
) -> None:
    def exposed(day: str, now: datetime) -> ImportReport:
        return bring_in(database, csv_file(tmp_path, HEAD + f"王秀英,13800000001,{day}\n"), now=now)

    exposed("2026-11-20", NOW)
    with database.session() as session:
        session.exec(select(Resident)).one().follow_up = FollowUp.COMPLETED
    later = NOW + timedelta(days=20)
    assert exposed("2026-12-10", later).restarted == 1
    assert exposed("2026-12-01", later).notes == [
        "row 2: already followed up from 2026-12-10, a later day; kept"
    ]
    [resident] = residents(database)
    assert (resident.exposed_on, resident.follow_up) == (date(2026, 12, 10), FollowUp.ACTIVE)


def test_an_import_never_takes_back_a_wish_not_to_be_called(
    database: Database, tmp_path: Path
) -> None:
    path = csv_file(tmp_path, HEAD + "王秀英,13800000001,11月20日\n")
    bring_in(database, path)
    with database.session() as session:
        session.exec(select(Resident)).one().opted_out_at = NOW
    report = bring_in(database, path)
    assert report.notes == ["row 2: asked not to be called; still not called"]
    assert residents(database)[0].opted_out_at == NOW


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_exported_can_be_imported_and_runs_no_formula(
    database: Database, tmp_path: Path, kind: str
) -> None:
    evil = '=HYPERLINK("http://evil.example","x")王'
    text = (
        "住址,姓名,电话,返回日期,备注\n"
        + f'"{evil.replace(chr(34), chr(34) * 2)}",王秀英,13800000001,11月20日,@x\n'
    )
    bring_in(database, csv_file(tmp_path, text))
    out = tmp_path / f"out.{kind}"
    assert export_roster(database, out) == 1
    assert bring_in(database, out).unchanged == 1
    if kind == "csv":
        assert "\"'=HYPERLINK" in out.read_text(encoding="utf-8-sig")
    else:
        rows = CalamineWorkbook.from_path(out).get_sheet_by_index(0).to_python()
        assert dict(zip(rows[0], rows[1], strict=True))["住址"] == evil


def test_a_large_roster_is_stored_whole(database: Database, tmp_path: Path) -> None:
    lines = [f"居民{n},139{n:08d},11月20日" for n in range(2000)]
    path, told = csv_file(tmp_path, HEAD + "\n".join(lines)), []
    report = import_roster(
        database, path, NOW, SHANGHAI, actor="alice", progress=lambda *stage: told.append(stage)
    )
    assert report.added == 2000
    assert ("rows read", 2000, 2000) in told
    assert told[-1] == ("residents", 2000, 2000)
    assert bring_in(database, path).unchanged == 2000
    with database.reading() as session:
        count = session.exec(
            select(func.count()).select_from(History).where(History.act == "resident_imported")
        ).one()
    assert count == 2000
