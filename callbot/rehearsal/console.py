"""The console over a demo's data: its office, a day that goes on, and a log-in made for it."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from callbot import vault
from callbot.config import Settings
from callbot.db import Database, open_database, upgrade
from callbot.errors import BadInput
from callbot.models import Account, History, Role
from callbot.rehearsal.leaping_clock import LeapingClock
from callbot.web.app import Office
from callbot.web.auth.accounts import add_account, reset_account, set_password

NAME = "demo"


@dataclass(frozen=True)
class DemoConsole:
    """`password` is made anew each time; the one before is worthless then."""

    office: Office
    name: str
    password: str


@contextmanager
def demo_console(settings: Settings) -> Iterator[DemoConsole]:
    """The demo's office; settings: the demo's own. Raises BadInput when no demo was played."""
    database = open_database(settings)
    try:
        vault.unlock(settings.encryption_keys, settings.data_dir / "demo")
        upgrade(database)
        with database.reading() as rows:
            last = rows.exec(select(func.max(col(History.at)))).one()
        if last is None:
            raise BadInput("there is no demo to show; run `callbot demo` first")
        # The demo's day goes on where its last call ended, whatever day it is outside.
        clock = LeapingClock(last + timedelta(seconds=1))
        yield DemoConsole(Office(settings, database, clock), NAME, _log_in(database, clock))
    finally:
        database.close()


def _log_in(database: Database, clock: LeapingClock) -> str:
    """A new password for the demo's administrator, who is made at the first time."""
    with database.reading() as rows:
        known = _account(rows) is not None
    now = clock.now()
    if known:
        token = reset_account(database, NAME, now, actor=NAME)
    else:
        token = add_account(database, NAME, Role.ADMINISTRATOR, (), now, actor=NAME)
    password = secrets.token_urlsafe(12)
    set_password(database, token, password, now)
    return password


def _account(rows: Session) -> Account | None:
    return rows.exec(select(Account).where(Account.name == NAME)).first()
