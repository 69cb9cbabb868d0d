"""Households in a roster: who shares a number, and who has none."""

from pathlib import Path

import pytest
from campaigns_rosters import NOW, bring_in, csv_file, residents

from callbot.campaigns.follow_up.household import asked_with
from callbot.campaigns.roster.export import export_roster
from callbot.campaigns.roster.store import RosterRejected
from callbot.db import Database
from callbot.models import (
    NumberProblem,
)

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
