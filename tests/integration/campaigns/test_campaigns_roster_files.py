"""Roster files as offices send them, and as they should not."""

from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from campaigns_rosters import HEAD, SAMPLE, bring_in, csv_file, residents, xlsx_file

from callbot.campaigns.roster.export import write_problems
from callbot.campaigns.roster.file import RosterFileError
from callbot.campaigns.roster.store import RosterRejected
from callbot.db import Database


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


BROKEN_FILES = [
    ("empty.xlsx", b"", "empty"),
    ("blank.csv", b"\n\n  \n", "empty"),
    ("not.xlsx", b"PK\x03\x04 this is no workbook", "damaged"),
    ("not.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 neither", "damaged"),
    ("page.xls", b"<html><table><tr><td>1</td></tr></table>", "web page"),
    ("binary.csv", b"\x80\x81\xff\x00\x01", "neither a workbook nor text"),
    ("nul.csv", b"a\x00b,c\n", "neither a workbook nor text"),
    ("wrong.csv", b"a,b,c\n1,2,3\n", "no row of headings found; needed are 姓名 .*手机号"),
    ("half.csv", "姓名,电话\n王秀英,13800000001\n".encode(), "missing: 返回日期 .*抵达日期"),
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
