"""What every test shares: the repository's prompts, a pinned moment, models and voices."""

import fcntl
import gc
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
from callbot.speech.whisper_files import install_whisper_base

ROOT = Path(__file__).parent.parent

# Whatever is found can be found again, and a busy machine is no fault. To look further afield:
# `pytest --hypothesis-profile=explore`.
_UNTIMED = hypothesis.settings(
    deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile("repeatable", _UNTIMED, derandomize=True)
hypothesis.settings.register_profile("explore", _UNTIMED, max_examples=2000)
hypothesis.settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def prompts_dir() -> Path:
    return ROOT / "prompts"


@pytest.fixture(scope="module", autouse=True)
def what_a_node_spared_is_freed() -> Iterator[None]:
    """A node keeps Python's collector from what is loaded by then, as it is there for good in a
    process of its own; in this one the next node loads it again."""
    yield
    if gc.get_freeze_count():
        gc.unfreeze()
        gc.collect()


@pytest.fixture(scope="session")
def speech_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with Whisper, and with whatever voices and prompts were spoken before.

    All processes of a run share it: files there appear whole, under names that tell what is in
    them. The model is joined by the first of them, the others wait.
    """
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if own.name.startswith("popen-") else own) / "speech"
    folder.mkdir(exist_ok=True)
    with (folder / "joining.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        install_whisper_base(folder / "models" / "whisper-base")
    return folder


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
