"""Columns of the follow-up's plan, and what a later roster changes of it."""

from datetime import date
from pathlib import Path

import pytest
from campaigns_rosters import HEAD, NOW, bring_in, csv_file, residents
from sqlmodel import select

from callbot.campaigns.follow_up import changes
from callbot.campaigns.roster.export import export_roster
from callbot.campaigns.roster.store import RosterRejected
from callbot.db import Database
from callbot.models import (
    FollowUp,
    Relation,
    Resident,
    SecondContact,
    opt_out_number,
)


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
