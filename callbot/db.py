"""The follow-up database: opening it, bringing its schema up to date, and transactions.

Synchronous; asynchronous callers go through `asyncio.to_thread`. SQLite by default: one file,
write-ahead log, full synchronisation, so that a commit survives a power cut (an attempt marked
`placing` must never be forgotten). PostgreSQL for many machines. Nothing above this module
depends on which of the two it is.
"""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    InvalidatePoolError,
    NoSuchModuleError,
    OperationalError,
)
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection
from sqlmodel import Session

from callbot.config import Settings
from callbot.errors import CallbotError, ConfigurationError

BUSY_TIMEOUT_MS = 5000
MIGRATIONS = Path(__file__).parent / "migrations"
_WRITES = "callbot_writes"
_USED_AT_S = "callbot_used_at_s"

TRUSTED_S = 5.0
"""A pooled connection that was in use so lately is not tried out before it is used again."""

POSTGRESQL_CONNECT: dict[str, Any] = {
    "connect_timeout": 5,
    # A server that vanished is noticed within 15 s, not after the system's two hours.
    "keepalives_idle": 5,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 15_000,
    # Nobody waits for ever for a row's lock, and a process that hangs does not keep one.
    "options": f"-c lock_timeout={BUSY_TIMEOUT_MS} -c idle_in_transaction_session_timeout=30000",
}
UPGRADE_LOCK = 4_236_001
"""PostgreSQL's advisory lock held during an upgrade: of two at once, the second waits."""
UPGRADE_TIMEOUT_MS = 600_000
"""For how long: an upgrade of a large database, on a slow machine, takes longer than any row."""


class DatabaseUnavailable(CallbotError):
    """The database cannot be opened, read or written now."""


class SchemaTooNew(CallbotError):
    """The database was written by a newer Callbot."""


class SchemaTooOld(CallbotError):
    """A shared database is to be upgraded first, by whoever runs it."""


class Database:
    """One database; safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._writing_engine = engine.execution_options(**{_WRITES: True})
        # SQLite has one writer; waiting here in turn beats polling for the file's lock.
        self._one_writer = nullcontext() if self.is_shared else threading.Lock()

    @property
    def is_shared(self) -> bool:
        """A server's, for many machines and many writers at once; else a file of one machine."""
        return self.engine.dialect.name != "sqlite"

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
    try:
        engine = _engine(url)
    except (NoSuchModuleError, ImportError) as error:
        raise ConfigurationError(
            f"CALLBOT_DATABASE_URL: no driver for {url.drivername}; install it or use sqlite"
        ) from error
    database = Database(engine)
    with _explained(engine), engine.connect():
        return database


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
        engine = create_engine(url, pool_use_lifo=True, connect_args=POSTGRESQL_CONNECT)
        _try_idle_connections(engine)
        return engine
    if url.get_backend_name() == "sqlite" and url.database:
        _make_folder(Path(url.database).parent)
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _try_idle_connections(engine: Engine) -> None:
    """A connection that the server has dropped while nobody used it is replaced unseen.

    One that was in use a moment ago is trusted: to ask each time would cost every transaction of a
    call a round trip.
    """
    dialect = engine.dialect

    def note_use(_connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        record.info[_USED_AT_S] = time.monotonic()

    def try_it(
        connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: PoolProxiedConnection
    ) -> None:
        now_s = time.monotonic()
        if now_s - record.info.get(_USED_AT_S, now_s) < TRUSTED_S:
            return
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error

    event.listen(engine, "checkin", note_use)
    event.listen(engine, "checkout", try_it)


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
    except DBAPIError as error:
        # The SQLSTATE is the same in every language that a server complains in.
        complaint = f"{error.orig} [{getattr(error.orig, 'sqlstate', None) or ''}]"
        remedy = next((words for sign, words in REMEDIES.items() if sign in complaint), None)
        if remedy is None and not isinstance(error, OperationalError):
            raise
        where = engine.url.database or ""
        if engine.dialect.name != "sqlite":
            where = engine.url.set(drivername="postgresql").render_as_string(hide_password=True)
        raise DatabaseUnavailable(f"{where}: {remedy or error.orig}") from error


WENT_AWAY = "the server went away or is starting; it is tried again, nothing was lost"

REMEDIES = {
    "database is locked": "another program has held it for 5 s; end that program or try again",
    "unable to open": "cannot be opened; check that the folder exists and can be written",
    "readonly": "cannot be written; give this user write access to the file and its folder",
    "disk is full": "the disk is full; make room and try again",
    "disk I/O": "the disk failed; check it before going on",
    "no such table": "has no tables yet; run `callbot db upgrade`",
    "no such column": "is of an older version; run `callbot db upgrade`",
    "not a database": "is not a database; move it away or set CALLBOT_DATABASE_URL",
    "[42P01]": "has no tables yet; run `callbot db upgrade`",
    "[42703]": "is of an older version; run `callbot db upgrade`",
    "[42501]": "this user may not do that; grant it the tables, or set CALLBOT_DATABASE_URL",
    "[53100]": "the server's disk is full; make room and try again",
    "[55P03]": "a row was held by another program for 5 s; try again",
    "[40P01]": "two programs waited for each other; try again",
    "[57P01]": WENT_AWAY,
    "[57P02]": WENT_AWAY,
    "[57P03]": WENT_AWAY,
    "the database system is": WENT_AWAY,
    "connection is closed": WENT_AWAY,
    "server closed the connection": WENT_AWAY,
    "consuming input failed": WENT_AWAY,
    "sending query failed": WENT_AWAY,
    "authentication failed": "name or password is wrong; correct CALLBOT_DATABASE_URL",
    "no password supplied": "the password is missing; put it into CALLBOT_DATABASE_URL",
    "role": "there is no such user; make it with `createuser`, or correct CALLBOT_DATABASE_URL",
    "does not exist": "there is no such database; make it with `createdb`, then run "
    "`callbot db upgrade`",
    "resolve host": "no machine of this name is known; correct CALLBOT_DATABASE_URL",
    "connection failed": "no server answers there; start it, or correct CALLBOT_DATABASE_URL",
    "connection timeout": "no server answers there; start it, or correct CALLBOT_DATABASE_URL",
}
"""What to do, by a sign in the driver's complaint; the first that fits."""


# -- schema -------------------------------------------------------------------------------------


def make_ready(database: Database) -> None:
    """What a command does to the schema of the database it opens.

    A file has one office and one version of Callbot beside it, and is upgraded. A server's database
    is shared with machines that may still run an older version, so it is upgraded by
    `callbot db upgrade` alone. Raises SchemaTooOld, SchemaTooNew, DatabaseUnavailable.
    """
    if not database.is_shared:
        upgrade(database)
        return
    scripts, current = _schema(database)
    if current == scripts.get_current_head():
        return
    name = database.engine.url.database
    if current is None:
        raise SchemaTooOld(f"{name}: has no tables yet; run `callbot db upgrade` once")
    raise SchemaTooOld(
        f"{name}: has schema {current}, this version works with {scripts.get_current_head()}; "
        "run `callbot db upgrade` once, when no machine is to start the older version any more"
    )


def upgrade(database: Database) -> bool:
    """Brings the schema to this version's; True if something was done.

    Raises SchemaTooNew when the database was written by a newer version, DatabaseUnavailable.
    """
    scripts, current = _schema(database)
    if current == scripts.get_current_head():
        return False
    config = _alembic()
    # Alembic reads the revision again inside this transaction: of two upgrades at once,
    # the second waits for the lock and finds nothing to do.
    with _explained(database.engine), database.engine.connect() as connection:
        writing = connection.execution_options(**{_WRITES: True})
        config.attributes["connection"] = writing
        with writing.begin():
            if database.engine.dialect.name == "postgresql":
                writing.exec_driver_sql(f"SET LOCAL lock_timeout = {UPGRADE_TIMEOUT_MS}")
                writing.exec_driver_sql(f"SELECT pg_advisory_xact_lock({UPGRADE_LOCK})")
                writing.exec_driver_sql(f"SET LOCAL lock_timeout = {BUSY_TIMEOUT_MS}")
            command.upgrade(config, "head")
    return True


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _schema(database: Database) -> tuple[ScriptDirectory, str | None]:
    """The steps this version knows, and the last one the database has taken."""
    scripts = ScriptDirectory.from_config(_alembic())
    with _explained(database.engine), database.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in _known(scripts):
        raise SchemaTooNew(
            f"{database.engine.url.database}: written by a newer Callbot (schema {current}); "
            "install that version, or restore a copy made before it was upgraded"
        )
    return scripts, current


def _known(scripts: ScriptDirectory) -> set[str]:
    return {script.revision for script in scripts.walk_revisions()}


def describe(database: Database) -> dict[str, Any]:
    """Where the database is and which schema it has, for `db` and `doctor` commands."""
    with _explained(database.engine), database.engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
    url = database.engine.url.render_as_string(hide_password=True)
    return {"database": url, "schema": revision}
