"""`callbot db …`, and how every command opens the office's data."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import typer
from cryptography.fernet import Fernet

from callbot import db, vault
from callbot.cli.output import note, print_json
from callbot.clock import SystemClock
from callbot.config import Settings, load_settings
from callbot.db import Database
from callbot.models import check_key

app = typer.Typer(help="The follow-up database.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Locale = Annotated[str, typer.Option("--locale", help="of the reasons: en-US or zh-CN")]
ShowPhones = Annotated[bool, typer.Option("--show-phones", help="Do not mask phone numbers.")]


@dataclass(frozen=True)
class Office:
    """What a command works on. `actor` is who types, for the history."""

    settings: Settings
    database: Database
    now: datetime
    actor: str

    def local(self, moment: datetime | None) -> str:
        """A moment as the office's clock shows it."""
        return f"{moment.astimezone(self.settings.zone):%Y-%m-%d %H:%M}" if moment else ""


@contextmanager
def open_office() -> Iterator[Office]:
    """Settings, keys and the database, made ready (see db.make_ready)."""
    settings = load_settings()
    database = db.open_database(settings)
    try:
        vault.unlock(settings.encryption_keys, settings.data_dir)
        db.make_ready(database)
        with database.reading() as session:
            check_key(session)
        yield Office(settings, database, SystemClock().now(), getpass.getuser())
    finally:
        database.close()


@app.command()
def upgrade(as_json: AsJson = False) -> None:
    """Brings the database to this version's schema."""
    settings = load_settings()
    database = db.open_database(settings)
    try:
        done = db.upgrade(database)
        state = db.describe(database)
    finally:
        database.close()
    if as_json:
        print_json({**state, "upgraded": done})
    else:
        what = "upgraded" if done else "up to date"
        note(f"{state['database']}: {what} (schema {state['schema']})")


@app.command("new-key")
def new_key(as_json: AsJson = False) -> None:
    """Prints a new key for CALLBOT_ENCRYPTION_KEYS; put it before the old ones, keep those."""
    key = Fernet.generate_key().decode()
    if as_json:
        print_json({"key": key})
    else:
        typer.echo(key)
