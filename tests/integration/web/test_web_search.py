"""Finding residents: by every way of writing them, at once after a start, and as they are now."""

from datetime import date

import pytest
from sqlmodel import col, delete, select
from web_office import NOW, Console

from callbot import vault
from callbot.models import Resident, SearchBlock, parse_areas, record
from callbot.models.search import RESIDENTS_IN_A_BLOCK
from callbot.web.directory import READ_WHILE_ONE_WAITS, Directory


def enrol(console: Console, count: int) -> None:
    with console.office.database.session() as rows:
        for number in range(count):
            phone = f"+86139{number:08d}"
            rows.add(
                Resident(
                    id=1000 + number,
                    name=f"孙梅{number}",
                    phone=phone,
                    phone_hash=vault.look_up_hash(phone),
                    community="金海社区",
                    exposed_on=date(2026, 11, 18),
                    imported_at=NOW,
                )
            )


@pytest.mark.parametrize("words", ["王秀英", "秀英 海滨路", "wxy", "wangxiuying", "13800000001"])
def test_a_resident_is_found_however_written(console: Console, words: str) -> None:
    found = Directory(console.office.database).search(words, ())
    assert (found.ids, found.complete) == ([1], True)


def test_nobody_is_found_outside_the_areas(console: Console) -> None:
    directory = Directory(console.office.database)
    assert directory.search("海滨路", parse_areas(["望湖社区"])).ids == [3]


def test_a_new_process_opens_the_sealed_blocks_and_reads_nobody(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = console.office.database
    enrol(console, RESIDENTS_IN_A_BLOCK + 10)
    Directory(database).make_ready()
    read: list[int | None] = []
    monkeypatch.setattr("callbot.web.directory._entry", lambda resident: read.append(resident.id))
    after_restart = Directory(database)
    after_restart.make_ready()
    assert len(after_restart.search("孙梅", (), limit=2000).ids) == RESIDENTS_IN_A_BLOCK + 10
    assert not read


def test_names_lie_sealed_in_the_database(console: Console) -> None:
    Directory(console.office.database).make_ready()
    with console.office.database.reading() as rows:
        stored = rows.connection().exec_driver_sql("SELECT entries FROM search_block").scalars()
        assert all("王" not in text and "wang" not in text for text in stored)


def test_changes_while_nothing_ran_are_found_at_the_next_start(console: Console) -> None:
    database = console.office.database
    Directory(database).make_ready()
    with database.session() as rows:
        rows.get_one(Resident, 1).name = "陈静"
        record(rows, NOW, "otto", "resident_updated", resident_id=1)
    after_restart = Directory(database)
    after_restart.make_ready()
    assert after_restart.search("cj", ()).ids == [1]
    assert after_restart.search("wxy", ()).ids == []
    with database.reading() as rows:
        sealed = rows.exec(select(SearchBlock)).one().entries
        assert sealed["1"][2].startswith("陈静")


def test_whoever_is_deleted_is_no_longer_found(console: Console) -> None:
    database = console.office.database
    enrol(console, 3)
    Directory(database).make_ready()
    with database.session() as rows:
        rows.execute(delete(Resident).where(col(Resident.id) == 1001))
    after_restart = Directory(database)
    after_restart.make_ready()
    assert after_restart.search("孙梅", ()).ids == [1000, 1002]


async def test_a_search_never_waits_for_many_who_are_new(console: Console) -> None:
    """It says that it is not complete; a whole number finds its resident even then."""
    enrol(console, READ_WHILE_ONE_WAITS + 1)
    directory = Directory(console.office.database)
    with directory._reading:
        found = directory.search("13900000007", ())
        alice = await console.as_("alice")
        console.app.state.directory = directory
        page = (await alice.get("/residents?q=孙梅")).text
    assert (found.ids, found.complete) == ([1007], False)
    assert "查找正在准备" in page
