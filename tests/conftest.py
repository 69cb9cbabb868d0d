"""What every test shares: the repository's prompts, and a pinned moment."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import hypothesis
import pytest
from peers import needs_programs
from postgres import PostgresServer, postgres_server

from callbot import db
from callbot.config import Settings

ROOT = Path(__file__).parent.parent

# Whatever is found can be found again, and a busy machine is no fault. To look further afield:
# `pytest --hypothesis-profile=explore`.
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis.settings.register_profile("explore", max_examples=2000, deadline=None)
hypothesis.settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def prompts_dir() -> Path:
    return ROOT / "prompts"


@pytest.fixture
def morning() -> datetime:
    """Nine o'clock on the sample roster's day."""
    return datetime(2026, 11, 22, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server for the whole run; tests that ask for it `need_programs("initdb")`."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres: PostgresServer) -> str:
    """The name of a database with the product's schema, to be copied by tests."""
    address = postgres.make_database()
    database = db.open_database(Settings(database_url=address))
    db.upgrade(database)
    database.close()
    return address.rpartition("/")[2]


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=needs_programs("initdb", "pg_ctl"))]
)
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Tests that ask for it run once on each kind of database. Empty: SQLite in the data folder."""
    if request.param == "sqlite":
        yield ""
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    address = server.make_database(request.getfixturevalue("postgres_template"))
    yield address
    server.drop_database(address)
