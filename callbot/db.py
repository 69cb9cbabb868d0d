"""The follow-up database: opening it, bringing its schema up to date, and transactions.

Synchronous; asynchronous callers go through `asyncio.to_thread`. SQLite by default: one file,
write-ahead log, full synchronisation, so that a commit survives a power cut (an attempt marked
`placing` must never be forgotten). Nothing above this module depends on SQLite.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlmodel import Session

from callbot.config import Settings
from callbot.errors import CallbotError, ConfigurationError

BUSY_TIMEOUT_MS = 5000
MIGRATIONS = Path(__file__).parent / "migrations"
_WRITES = "callbot_writes"


class DatabaseUnavailable(CallbotError):
    """The database cannot be opened, read or written now."""


class SchemaTooNew(CallbotError):
    """The database was written by a newer Callbot."""


class Database:
    """One database; safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._writing_engine = engine.execution_options(**{_WRITES: True})
        # SQLite has one writer; waiting here in turn beats polling for the file's lock.
        self._one_writer = threading.Lock() if engine.dialect.name == "sqlite" else nullcontext()

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A transaction that may write: commits at its end, rolls back on an error.

        On SQLite it holds the write lock from its start, so what it reads is still true when it
        writes. Keep it short. Raises DatabaseUnavailable.
        """
        with (
            self._one_writer,
            _explained(self.engine),
            Session(self._writing_engine, expire_on_commit=False) as session,
        ):
            yield session
            session.commit()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads; never waits for a writer. Raises DatabaseUnavailable."""
        with _explained(self.engine), Session(self.engine, expire_on_commit=False) as session:
            yield session

    def close(self) -> None:
        self.engine.dispose()


def open_database(settings: Settings) -> Database:
    """Opens the database the settings name; makes the SQLite file's folder if need be.

    Raises ConfigurationError for an address that is none, DatabaseUnavailable when the folder
    or file cannot be used.
    """
    try:
        url = make_url(settings.database)
    except ArgumentError as error:
        raise ConfigurationError(
            "CALLBOT_DATABASE_URL: not a database address; use sqlite:////path/file.sqlite3 "
            "or postgresql://user@host/name"
        ) from error
    if url.get_backend_name() == "sqlite" and url.database:
        _make_folder(Path(url.database).parent)
    try:
        engine = create_engine(url, pool_pre_ping=url.get_backend_name() != "sqlite")
    except (NoSuchModuleError, ImportError) as error:
        raise ConfigurationError(
            f"CALLBOT_DATABASE_URL: no driver for {url.drivername}; install it or use sqlite"
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    database = Database(engine)
    with _explained(engine), engine.connect():
        return database


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnavailable(
            f"{folder}: cannot make this folder ({error.strerror}); "
            "set CALLBOT_DATA_DIR to one that can be written"
        ) from error


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own transactions begin at the first write, too late for read-then-write.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _explained(engine: Engine) -> Iterator[None]:
    """Turns the driver's complaint into one that says what to do."""
    try:
        yield
    except OperationalError as error:
        raise DatabaseUnavailable(_explanation(engine, str(error.orig))) from error
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.DatabaseError) and "not a database" in str(error.orig):
            raise DatabaseUnavailable(_explanation(engine, str(error.orig))) from error
        raise


def _explanation(engine: Engine, complaint: str) -> str:
    where = engine.url.database or engine.url.render_as_string(hide_password=True)
    remedies = {
        "locked": "another program has held it for 5 s; end that program or try again",
        "unable to open": "cannot be opened; check that the folder exists and can be written",
        "readonly": "cannot be written; give this user write access to the file and its folder",
        "disk is full": "the disk is full; make room, nothing was lost",
        "disk I/O": "the disk failed; check it before going on",
        "no such table": "has no tables yet; run `callbot db upgrade`",
        "no such column": "is of an older version; run `callbot db upgrade`",
        "not a database": "is not a database; move it away or set CALLBOT_DATABASE_URL",
    }
    for sign, remedy in remedies.items():
        if sign in complaint:
            return f"{where}: {remedy}"
    return f"{where}: {complaint}"


# -- schema -------------------------------------------------------------------------------------


def upgrade(database: Database) -> bool:
    """Brings the schema to this version's; True if something was done.

    Raises SchemaTooNew when the database was written by a newer version, DatabaseUnavailable.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    with _explained(database.engine):
        with database.engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
        if current == scripts.get_current_head():
            return False
        if current is not None and current not in _known(scripts):
            raise SchemaTooNew(
                f"{database.engine.url.database}: written by a newer Callbot (schema {current}); "
                "install that version, or restore a copy made before it was upgraded"
            )
        # Alembic reads the revision again inside this transaction: of two upgrades at once,
        # the second waits for the lock and finds nothing to do.
        with database.engine.connect() as connection:
            writing = connection.execution_options(**{_WRITES: True})
            config.attributes["connection"] = writing
            with writing.begin():
                command.upgrade(config, "head")
    return True


def _known(scripts: ScriptDirectory) -> set[str]:
    return {script.revision for script in scripts.walk_revisions()}


def describe(database: Database) -> dict[str, Any]:
    """Where the database is and which schema it has, for `db` and `doctor` commands."""
    with _explained(database.engine), database.engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
    url = database.engine.url.render_as_string(hide_password=True)
    return {"database": url, "schema": revision}
