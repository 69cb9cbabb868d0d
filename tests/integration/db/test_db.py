"""The follow-up database: schema, transactions, private columns, and what to do when it fails."""

import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from cryptography.fernet import Fernet
from sqlmodel import SQLModel, select

from callbot import db, vault
from callbot.config import Settings
from callbot.errors import ConfigurationError
from callbot.models import Campaign, History, Resident, record

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def database(settings: Settings) -> Iterator[db.Database]:
    vault.unlock("", settings.data_dir)
    database = db.open_database(settings)
    db.upgrade(database)
    yield database
    database.close()


def resident() -> Resident:
    return Resident(
        name="王秀英",
        phone="+8613800000001",
        phone_hash=vault.look_up_hash("+8613800000001"),
        exposed_on=date(2026, 11, 20),
        imported_at=NOW,
    )


def test_the_migrations_make_exactly_the_tables_of_the_models(database: db.Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_a_second_upgrade_has_nothing_to_do(database: db.Database) -> None:
    assert db.upgrade(database) is False


def test_an_office_with_calls_behind_it_is_upgraded_and_keeps_its_rows(settings: Settings) -> None:
    """From 0004: rows that refer to a resident forbid that its table be copied and dropped."""
    database = db.open_database(settings)
    config = Config()
    config.set_main_option("script_location", str(db.MIGRATIONS))
    with database.engine.connect() as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
    at, private = "2026-11-22 01:00:00.000000", ""
    rows: dict[str, dict[str, object]] = {
        "campaign": {
            "id": 1,
            "name": "每日",
            "script": "quarantine",
            "state": "running",
            "audience": "{}",
            "policy": "{}",
            "created_at": at,
            "hang_up": False,
        },
        "resident": {
            "id": 1,
            "name": private,
            "phone": private,
            "phone_hash": "1",
            "address": private,
            "community": "",
            "grid": "",
            "locale": "zh-CN",
            "time_zone": "Asia/Shanghai",
            "exposed_on": "2026-11-20",
            "follow_up_days": 14,
            "came_from": "",
            "note": private,
            "transport": "",
            "follow_up": "active",
            "key_person": False,
            "imported_at": at,
        },
        "attempt": {
            "id": "a",
            "campaign_id": 1,
            "resident_id": 1,
            "urgency": 0,
            "number": 1,
            "state": "ended",
            "due_at": at,
            "requested": False,
            "line": "",
            "reserved_by": "",
            "detail": "",
        },
        "history": {"at": at, "actor": "test", "act": "called", "resident_id": 1, "detail": "{}"},
    }
    with database.engine.begin() as connection:
        for table, row in rows.items():
            names = ", ".join(row)
            marks = ", ".join("?" * len(row))
            connection.exec_driver_sql(
                f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(row.values())
            )
    db.make_ready(database)
    with database.engine.connect() as connection:
        for table in rows:
            count = connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
            assert count == 1, table
    database.close()


def test_a_database_of_a_newer_version_is_refused(database: db.Database) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(db.SchemaTooNew, match=r"schema 9999.*install that version"):
        db.upgrade(database)


def test_two_upgrades_at_once_make_one_schema(settings: Settings) -> None:
    databases = [db.open_database(settings) for _ in range(2)]
    threads = [threading.Thread(target=db.upgrade, args=(database,)) for database in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first, second = (db.describe(database)["schema"] for database in databases)
    assert first == second is not None
    for database in databases:
        database.close()


def test_what_fails_in_a_transaction_leaves_no_trace(database: db.Database) -> None:
    with pytest.raises(RuntimeError), database.session() as session:
        session.add(resident())
        session.flush()
        raise RuntimeError
    with database.reading() as session:
        assert session.exec(select(Resident)).all() == []


def test_readers_see_the_last_commit_while_a_writer_is_at_work(database: db.Database) -> None:
    with database.session() as writing:
        writing.add(resident())
        writing.flush()
        with database.reading() as reading:
            assert reading.exec(select(Resident)).all() == []


def test_names_numbers_and_notes_are_unreadable_in_the_file(
    database: db.Database, settings: Settings
) -> None:
    with database.session() as session:
        session.add(resident())
    database.close()
    content = b"".join(path.read_bytes() for path in settings.data_dir.glob("callbot.sqlite3*"))
    assert "王秀英".encode() not in content
    assert b"13800000001" not in content


def test_with_another_key_the_database_says_which_setting_to_mend(database: db.Database) -> None:
    with database.session() as session:
        session.add(resident())
    vault.unlock(Fernet.generate_key().decode(), Path("unused"))
    with (
        pytest.raises(ConfigurationError, match="CALLBOT_ENCRYPTION_KEYS"),
        database.reading() as session,
    ):
        session.exec(select(Resident)).all()


def test_a_moment_without_a_time_zone_is_refused(database: db.Database) -> None:
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(Exception, match="without a time zone"), database.session() as session:
        record(session, naive, "test", "test")


def test_states_are_stored_as_the_words_that_conditions_use(database: db.Database) -> None:
    with database.session() as session:
        session.add(Campaign(name="每日", script="quarantine", created_at=NOW))
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT state FROM campaign").scalar() == "draft"


@pytest.mark.usefixtures("database")
def test_a_locked_database_is_reported_as_such(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "BUSY_TIMEOUT_MS", 50)
    other = db.open_database(settings)
    holder = sqlite3.connect(settings.data_dir / "callbot.sqlite3", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(db.DatabaseUnavailable, match="another program"), other.session() as session:
        session.add(History(at=NOW, actor="test", act="test"))
    holder.execute("ROLLBACK")
    holder.close()
    other.close()


def test_a_file_that_is_no_database_is_named(settings: Settings) -> None:
    settings.data_dir.mkdir()
    (settings.data_dir / "callbot.sqlite3").write_text("this is a letter, not a database\n" * 40)
    with pytest.raises(db.DatabaseUnavailable, match=r"callbot\.sqlite3: is not a database"):
        db.open_database(settings)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(db.DatabaseUnavailable, match="CALLBOT_DATA_DIR"):
        db.open_database(Settings(data_dir=tmp_path / "file" / "data"))


@pytest.mark.parametrize("address", ["nonsense", "carrierpigeon://coop/db"])
def test_an_address_that_is_none_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(ConfigurationError, match="CALLBOT_DATABASE_URL"):
        db.open_database(Settings(data_dir=tmp_path, database_url=address))


def test_a_database_without_tables_says_which_command_makes_them(settings: Settings) -> None:
    empty = db.open_database(settings)
    with pytest.raises(db.DatabaseUnavailable, match="callbot db upgrade"), empty.reading() as rows:
        rows.exec(select(Campaign)).all()
    empty.close()
