"""PostgreSQL as the follow-up database: its schema, and what to do when it cannot be used."""

import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from peers import needs_programs
from postgres import PostgresServer, postgres_server
from sqlalchemy import text
from sqlmodel import SQLModel, select

from callbot import db
from callbot.config import Settings
from callbot.models import Campaign

pytestmark = needs_programs("initdb", "pg_ctl")


def opened(address: str) -> db.Database:
    return db.open_database(Settings(database_url=address))


def test_the_migrations_make_exactly_the_tables_of_the_models(
    postgres: PostgresServer, postgres_template: str
) -> None:
    database = opened(postgres.url(postgres_template))
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    database.close()


def test_two_upgrades_at_once_make_one_schema(postgres: PostgresServer) -> None:
    databases = [opened(postgres.make_database())] * 2
    failed: list[BaseException] = []

    def upgrade(database: db.Database) -> None:
        try:
            db.upgrade(database)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=upgrade, args=(database,)) for database in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert db.describe(databases[0])["schema"] is not None
    databases[0].close()


def test_an_upgrade_waits_for_another_longer_than_for_a_row(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(db.POSTGRESQL_CONNECT, "options", "-c lock_timeout=100")
    database = opened(postgres.make_database())
    waiting = threading.Thread(target=db.upgrade, args=(database,))
    with database.engine.connect() as other, other.begin():
        other.exec_driver_sql(f"SELECT pg_advisory_xact_lock({db.UPGRADE_LOCK})")
        waiting.start()
        waiting.join(1)
        assert waiting.is_alive()
    waiting.join()
    assert db.describe(database)["schema"] is not None
    database.close()


def test_a_database_without_tables_says_which_command_makes_them(postgres: PostgresServer) -> None:
    empty = opened(postgres.make_database())
    with pytest.raises(db.DatabaseUnavailable, match="callbot db upgrade"), empty.reading() as rows:
        rows.exec(select(Campaign)).all()
    empty.close()


def test_a_shared_database_is_upgraded_by_the_command_for_it_alone(
    postgres: PostgresServer,
) -> None:
    database = opened(postgres.make_database())
    with pytest.raises(db.SchemaTooOld, match=r"no tables yet.*`callbot db upgrade`"):
        db.make_ready(database)
    assert db.describe(database)["schema"] is None

    db.upgrade(database)
    db.make_ready(database)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0004'"))
    with pytest.raises(db.SchemaTooOld, match="has schema 0004, this version works with"):
        db.make_ready(database)
    database.close()


@pytest.mark.parametrize(
    ("wrong", "remedy"),
    [
        ("postgresql://callbot@127.0.0.1:{port}/nowhere", "createdb"),
        ("postgresql://stranger@127.0.0.1:{port}/postgres", "createuser"),
        ("postgresql://callbot@127.0.0.1:1/postgres", "no server answers there"),
        ("postgresql://callbot@nowhere.invalid/postgres", "correct CALLBOT_DATABASE_URL"),
    ],
)
def test_a_wrong_address_says_what_is_wrong_with_it(
    postgres: PostgresServer, wrong: str, remedy: str
) -> None:
    with pytest.raises(db.DatabaseUnavailable, match=remedy):
        opened(wrong.format(port=postgres.port))


def test_a_password_is_never_shown(postgres: PostgresServer) -> None:
    with pytest.raises(db.DatabaseUnavailable) as error:
        opened(f"postgresql://callbot:geheim@127.0.0.1:{postgres.port}/nowhere")
    assert "geheim" not in str(error.value)


def test_a_server_that_went_away_is_named_and_used_again_once_it_is_back() -> None:
    with postgres_server(durable=True) as server:
        database = opened(server.make_database())
        db.upgrade(database)
        server.kill()
        with pytest.raises(db.DatabaseUnavailable, match="postgresql://"), database.session() as s:
            s.exec(select(Campaign)).all()
        server.start()
        with database.session() as session:
            assert session.exec(select(Campaign)).all() == []
        database.close()
