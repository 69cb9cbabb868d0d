"""Roster files into the database: as offices send them, and as they should not."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from sqlmodel import func, select

from callbot.campaigns.follow_up import changes
from callbot.campaigns.follow_up.household import asked_with
from callbot.campaigns.roster.export import export_roster, write_problems
from callbot.campaigns.roster.file import RosterFileError
from callbot.campaigns.roster.store import ImportReport, RosterRejected, import_roster
from callbot.db import Database
from callbot.models import (
    FollowUp,
    History,
    NumberProblem,
    Relation,
    Resident,
    SecondContact,
    opt_out_number,
)

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
HEAD = "姓名,电话,返回日期\n"

SAMPLE = Path(__file__).parents[3] / "callbot" / "rehearsal" / "sample-roster.xlsx"


def bring_in(
    database: Database,
    path: Path,
    *,
    skip_bad: bool = False,
    dry_run: bool = False,
    now: datetime = NOW,
) -> ImportReport:
    return import_roster(
        database, path, now, SHANGHAI, actor="alice", skip_bad=skip_bad, dry_run=dry_run
    )


def csv_file(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "roster.csv"
    path.write_bytes(text.encode(encoding))
    return path


def xlsx_file(folder: Path, rows: Sequence[Sequence[object]]) -> Path:
    path = folder / "roster.xlsx"
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as workbook:
        sheet = workbook.add_worksheet("名册")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


def residents(database: Database) -> list[Resident]:
    with database.reading() as session:
        return list(session.exec(select(Resident).order_by(Resident.id)))  # type: ignore[arg-type]


def test_the_sample_roster_is_taken_in_whole(database: Database) -> None:
    report = bring_in(database, SAMPLE)
    stored = residents(database)
    assert (report.added, report.problems) == (24, [])
    assert {r.phone for r in stored} == {f"+86138000000{n:02d}" for n in range(1, 25)}
    assert sorted(r.locale for r in stored).count("zh-CN") == 20
    assert {r.exposed_on for r in stored} <= {date(2026, 11, day) for day in range(10, 22)}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_separated_values_are_read_in_every_usual_encoding(
    database: Database, tmp_path: Path, encoding: str, delimiter: str
) -> None:
    text = (HEAD + "王秀英,13800000001,11月20日\n").replace(",", delimiter)
    bring_in(database, csv_file(tmp_path, text, encoding))
    assert [r.name for r in residents(database)] == ["王秀英"]


def test_titles_blank_rows_merged_cells_totals_and_odd_headings_are_no_obstacle(
    database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "roster.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        workbook.add_worksheet("说明").write(0, 0, "请填写名册")
        hidden = workbook.add_worksheet("旧")
        hidden.write_row(0, 0, ["姓名", "电话", "返回日期"])
        hidden.hide()
        sheet = workbook.add_worksheet("名册")
        sheet.merge_range(0, 0, 0, 5, "居家人员名册（电话姓名）")
        sheet.write_row(
            2, 0, ["小区", "姓 名", "联系电话（必填）", "身份证号", "最后接触日期*", "血型"]
        )
        sheet.merge_range(3, 0, 4, 0, "金海社区")
        sheet.write_row(3, 1, ["王秀英", 13800000001, "370200194001010000", "2026/11/20", "A"])
        sheet.write_row(4, 1, ["李建国", "13800000002", "", 46346, ""])
        sheet.write_row(6, 0, ["小区", "姓 名", "联系电话（必填）", "", "最后接触日期*"])
        sheet.write_row(7, 0, ["望湖社区", "张桂兰", "13800000003", "", "2026-11-21"])
        sheet.write_row(8, 0, ["填表人：某某"])
        sheet.set_column(2, 2, None, None, {"hidden": True})
    report = bring_in(database, path)
    assert [r.community for r in residents(database)] == ["金海社区", "金海社区", "望湖社区"]
    assert report.sheet == "名册"
    assert report.notes == [
        "column 身份证号: not needed for calls, not taken in",
        "column 血型: unknown, not taken in",
        "row 9: no resident in it; left out",
    ]


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


BROKEN_FILES = [
    ("empty.xlsx", b"", "empty"),
    ("blank.csv", b"\n\n  \n", "empty"),
    ("not.xlsx", b"PK\x03\x04 this is no workbook", "damaged"),
    ("not.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 neither", "damaged"),
    ("page.xls", b"<html><table><tr><td>1</td></tr></table>", "web page"),
    ("binary.csv", b"\x80\x81\xff\x00\x01", "neither UTF-8 nor GB18030"),
    ("nul.csv", b"a\x00b,c\n", "neither a workbook nor text"),
    ("wrong.csv", b"a,b,c\n1,2,3\n", "no row of headings found; needed are 姓名 .*手机号"),
    ("half.csv", "姓名,电话\n王秀英,13800000001\n".encode(), "missing: 返回日期 .*最后接触日期"),
    ("head.csv", HEAD.encode(), "no residents below the headings in row 1"),
]


@pytest.mark.parametrize(
    ("name", "content", "problem"), BROKEN_FILES, ids=[name for name, _, _ in BROKEN_FILES]
)
def test_a_file_that_is_no_roster_is_refused_with_what_to_do(
    database: Database, tmp_path: Path, name: str, content: bytes, problem: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(RosterFileError, match=f"(?s){name}: .*{problem}"):
        bring_in(database, path)


def test_a_missing_file_is_named(database: Database, tmp_path: Path) -> None:
    with pytest.raises(RosterFileError, match=r"nowhere\.xlsx: the file does not exist"):
        bring_in(database, tmp_path / "nowhere.xlsx")


def test_a_stray_cell_in_the_last_corner_does_not_take_the_program_down(
    database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "corner.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "电话", "返回日期"])
        sheet.write(1_048_575, 16_383, " ")
    with pytest.raises(RosterFileError, match="stray cell"):
        bring_in(database, path)


def test_ten_thousand_bad_rows_are_all_listed_not_only_the_first(
    database: Database, tmp_path: Path
) -> None:
    rows = [["姓名", "电话", "返回日期"]]
    rows += [[f"居民{n}", f"138{n}", "2026-13-01"] for n in range(10_000)]
    path = xlsx_file(tmp_path, rows)
    with pytest.raises(RosterRejected) as rejected:
        bring_in(database, path)
    report = rejected.value.report
    assert (len(report.problems), report.left_out) == (20_000, 10_000)
    write_problems(tmp_path / "problems.csv", report.problems)
    assert len((tmp_path / "problems.csv").read_text().splitlines()) == 20_001


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


def test_columns_of_the_plan_are_taken_in_and_written_out(
    database: Database, tmp_path: Path
) -> None:
    head = "姓名,电话,返回日期,重点对象,户号,每日次数,时区,联系人,联系人电话,联系人关系\n"
    row = "王秀英,13800000001,2026-11-20,是,3-201,两次,Asia/Urumqi,王强,13800000091,儿子\n"
    plain = "李建国,13800000002,2026-11-20,,3-201,,,,,\n"
    path = csv_file(tmp_path, head + row + plain)
    assert bring_in(database, path).notes == []
    assert bring_in(database, path).unchanged == 2
    first, second = residents(database)
    assert (first.key_person, first.twice_daily, first.time_zone) == (True, True, "Asia/Urumqi")
    assert (second.key_person, second.twice_daily, second.time_zone) == (
        *(False, False),
        "Asia/Shanghai",
    )
    assert first.household == second.household == "3-201"
    with database.reading() as session:
        [contact] = session.exec(select(SecondContact)).all()
    assert (contact.name, contact.phone, contact.relation) == (
        *("王强", "+8613800000091"),
        Relation.FAMILY,
    )
    written = tmp_path / "out.csv"
    export_roster(database, written)
    assert bring_in(database, written).unchanged == 2


@pytest.mark.parametrize(
    ("heading", "value"),
    [("重点人员", "也许"), ("每日次数", "3"), ("时区", "火星"), ("联系人电话", "12345")],
)
def test_a_column_of_the_plan_that_cannot_be_read_names_row_and_heading(
    database: Database, tmp_path: Path, heading: str, value: str
) -> None:
    path = csv_file(
        tmp_path, f"姓名,电话,返回日期,{heading}\n王秀英,13800000001,2026-11-20,{value}\n"
    )
    with pytest.raises(RosterRejected) as rejected:
        bring_in(database, path)
    assert [(p.row, p.column) for p in rejected.value.report.problems] == [(2, heading)]


def test_a_later_exposure_in_a_roster_restarts_the_period_and_can_be_undone(
    database: Database, tmp_path: Path
) -> None:
    bring_in(database, csv_file(tmp_path, HEAD + "王秀英,13800000001,2026-11-10\n"))
    with database.session() as session:
        [resident] = session.exec(select(Resident)).all()
        end = date(2026, 11, 20)
        changes.override_end(session, resident, end, "误报", NOW, actor="alice")
        changes.pause(session, resident, None, "住院", NOW, actor="alice")
    assert (
        bring_in(database, csv_file(tmp_path, HEAD + "王秀英,13800000001,2026-11-21\n")).restarted
        == 1
    )
    [resident] = residents(database)
    assert (resident.follow_up, resident.release_date) == (FollowUp.ACTIVE, date(2026, 12, 5))
    with database.session() as session:
        restart = changes.changes_of(session, resident.id or 0)[0]
        changes.undo(session, restart, NOW, actor="alice")
    [resident] = residents(database)
    assert (resident.follow_up, resident.release_date) == (FollowUp.PAUSED, end)


def test_a_number_that_said_stop_as_a_contact_is_not_called_as_a_resident_either(
    database: Database, tmp_path: Path
) -> None:
    head = "姓名,电话,返回日期,联系人电话\n"
    bring_in(database, csv_file(tmp_path, head + "王秀英,13800000001,2026-11-20,13800000091\n"))
    with database.session() as session:
        [contact] = session.exec(select(SecondContact)).all()
        opt_out_number(session, contact.phone_hash, NOW)
    report = bring_in(database, csv_file(tmp_path, HEAD + "王强,13800000091,2026-11-20\n"))
    assert report.notes == ["row 2: asked, as a second contact, not to be called; not called"]
    assert [resident.opted_out_at for resident in residents(database)] == [None, NOW]


FAMILY = "姓名,电话,返回日期,户号\n"


def test_who_has_no_number_is_asked_about_in_the_call_to_their_household(
    database: Database, tmp_path: Path
) -> None:
    rows = "王秀英,13800000001,2026-11-18,3-201\n王强,13800000002,2026-11-20,3-201\n"
    child, sharing = "王小明,,2026-11-19,3-201\n", "王建国,13800000001,2026-11-19,3-201\n"
    path = csv_file(tmp_path, FAMILY + rows + child + sharing)
    assert bring_in(database, path).added == 4
    assert bring_in(database, path).unchanged == 4
    _mother, son, boy, father = residents(database)
    assert [(r.phone, r.number_problem, r.asked_with_id) for r in (boy, father)] == [
        ("", NumberProblem.NONE, son.id),
        ("", NumberProblem.NONE, son.id),
    ]
    with database.reading() as session:
        assert [r.name for r in asked_with(session, son, NOW)] == ["王小明", "王建国"]
    written = tmp_path / "out.csv"
    export_roster(database, written)
    assert bring_in(database, written).unchanged == 4


def test_who_is_given_a_number_later_is_called_themselves(
    database: Database, tmp_path: Path
) -> None:
    mother = "王秀英,13800000001,2026-11-20,3-201\n"
    bring_in(database, csv_file(tmp_path, FAMILY + mother + "王小明,,2026-11-20,3-201\n"))
    numbered = FAMILY + mother + "王小明,13800000003,2026-11-20,3-201\n"
    report = bring_in(database, csv_file(tmp_path, numbered))
    assert (report.added, report.updated, report.unchanged) == (0, 1, 1)
    _mother, boy = residents(database)
    assert (boy.phone, boy.number_problem, boy.asked_with_id) == ("+8613800000003", None, None)


def test_a_household_without_any_number_is_refused(database: Database, tmp_path: Path) -> None:
    path = csv_file(tmp_path, FAMILY + "王小明,,2026-11-20,3-201\n王小红,,2026-11-20,3-201\n")
    with pytest.raises(RosterRejected) as rejected:
        bring_in(database, path)
    assert [(p.row, p.column, p.problem) for p in rejected.value.report.problems] == [
        (row, "电话", "no number, and nobody of household 3-201 has one") for row in (2, 3)
    ]
    assert residents(database) == []


def test_a_child_followed_up_longer_than_who_is_asked_is_noted(
    database: Database, tmp_path: Path
) -> None:
    path = csv_file(
        tmp_path,
        FAMILY + "王秀英,13800000001,2026-11-18,3-201\n王小明,,2026-11-20,3-201\n",
    )
    assert bring_in(database, path).notes == [
        "row 3: household 3-201: followed up until 2026-12-04, but resident 1, who is asked, "
        "until 2026-12-02; extend that period"
    ]
