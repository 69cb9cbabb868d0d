"""What was said is deleted by two people: one asks, another confirms."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select
from test_review_retention import NOW, RECORDING, TODAY, add_called_resident

from callbot.db import Database
from callbot.models import Flag, FlagState, History, PurgeOrder
from callbot.review.purge_orders import (
    STANDS_FOR,
    NoSuchOrder,
    NothingToPurge,
    OrderStands,
    PurgeList,
    SamePerson,
    ask,
    confirm,
    purge_list,
    standing_order,
    withdraw,
)


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    folder = tmp_path / "recordings"
    (folder / RECORDING).parent.mkdir(parents=True)
    (folder / RECORDING).write_bytes(b"sound")
    return folder


def listed(database: Database) -> PurgeList:
    return purge_list(database, TODAY, 30)


def asked(database: Database) -> int:
    add_called_resident(database)
    order = ask(database, listed(database).due, NOW, actor="ada")
    assert order.id is not None
    return order.id


def test_nothing_goes_until_another_person_confirms(database: Database, recordings: Path) -> None:
    order = asked(database)
    due = listed(database).due
    with pytest.raises(SamePerson, match="ada asked"):
        confirm(database, recordings, order, due, NOW, actor="ada")
    assert (recordings / RECORDING).exists()
    assert confirm(database, recordings, order, due, NOW, actor="ben") == 1
    assert not (recordings / RECORDING).exists()
    with pytest.raises(NoSuchOrder):
        confirm(database, recordings, order, due, NOW, actor="cleo")
    with database.reading() as rows:
        acts = rows.exec(select(History).order_by(col(History.id))).all()
    told = [(act.act, act.actor) for act in acts]
    assert told == [("purge_asked", "ada"), ("purge_confirmed", "ben"), ("words_purged", "ben")]
    assert acts[1].detail == {"order": order, "residents": 1, "asked_by": "ada"}


def test_an_order_stands_alone_for_a_day(database: Database, recordings: Path) -> None:
    order = asked(database)
    due = listed(database).due
    with pytest.raises(OrderStands, match="ada has asked"):
        ask(database, due, NOW, actor="ben")
    later = NOW + STANDS_FOR
    with pytest.raises(NoSuchOrder):
        confirm(database, recordings, order, due, later, actor="ben")
    assert standing_order(database, later) is None
    again = ask(database, due, later, actor="ben")
    assert again.id is not None
    withdraw(database, again.id, later, actor="ada")
    assert standing_order(database, later) is None
    assert (recordings / RECORDING).exists()


def test_who_is_needed_again_since_is_left_out(database: Database, recordings: Path) -> None:
    order = asked(database)
    with database.session() as rows:
        rows.exec(select(Flag)).one().state = FlagState.OPEN
    assert [person.open_flags for person in listed(database).kept] == [1]
    assert confirm(database, recordings, order, listed(database).due, NOW, actor="ben") == 0
    assert (recordings / RECORDING).exists()


def test_there_is_no_order_for_nothing(database: Database) -> None:
    with pytest.raises(NothingToPurge):
        ask(database, (), NOW + timedelta(days=1), actor="ada")
    with database.reading() as rows:
        assert rows.exec(select(PurgeOrder)).all() == []
