"""Log-ins: rows that can be ended, found by the hash of what the browser holds; throttled."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, delete, select, update

from callbot import vault
from callbot.db import Database
from callbot.errors import CallbotError
from callbot.models import Account, FailedLogIn, LogIn, parse_areas, record
from callbot.web.auth.accounts import token_hash
from callbot.web.auth.passwords import verify
from callbot.web.auth.rights import Visitor

SESSION_COOKIE = "callbot_session"
"""What the browser holds of a log-in: its token."""

IDLE = timedelta(hours=2)
LONGEST = timedelta(hours=12)
"""One working day; whoever comes back the next morning logs in again."""

SEEN_EVERY = timedelta(minutes=1)
"""How exactly idleness is kept: not every page view is a write."""

REMEMBERED = timedelta(minutes=15)
BY_NAME_AND_ADDRESS = 5
BY_NAME = 30
BY_ADDRESS = 50
"""Wrong passwords remembered before the next one has to wait. By name alone the limit is wide, so
that a stranger cannot lock a reviewer out."""


class LogInRefused(CallbotError):
    """Name or password is wrong."""


class LogInThrottled(CallbotError):
    """Too many wrong passwords in the last quarter of an hour."""


def log_in(database: Database, name: str, password: str, address: str, now: datetime) -> str:
    """A new log-in's token. Raises LogInRefused, LogInThrottled."""
    account = check_password(database, name, password, address, now)
    with database.session() as rows:
        record(rows, now, account.name, "logged_in")
        return begin_log_in(rows, account, now)


def check_password(
    database: Database, name: str, password: str, address: str, now: datetime
) -> Account:
    """Whose password it is. address: where it was typed. Raises LogInRefused, LogInThrottled."""
    who, where = vault.look_up_hash(f"name {name}"), vault.look_up_hash(f"address {address}")
    with database.reading() as rows:
        if _throttled(rows, who, where, now):
            raise LogInThrottled("too many wrong passwords; wait a quarter of an hour")
        account = rows.exec(select(Account).where(Account.name == name)).first()
    stored = account.password_hash if account and account.disabled_at is None else ""
    # Outside any transaction: hashing takes its time on purpose.
    right = verify(password, stored)
    with database.session() as rows:
        if not right or account is None:
            rows.execute(delete(FailedLogIn).where(col(FailedLogIn.at) < now - REMEMBERED))
            rows.add(FailedLogIn(name_hash=who, address_hash=where, at=now))
            rows.commit()
            raise LogInRefused("the name or the password is wrong")
        rows.execute(
            delete(FailedLogIn).where(
                col(FailedLogIn.name_hash) == who, col(FailedLogIn.address_hash) == where
            )
        )
    return account


def begin_log_in(rows: Session, account: Account, now: datetime) -> str:
    """For someone whose password was right; returns the new log-in's token."""
    assert account.id is not None
    token = secrets.token_urlsafe(32)
    rows.add(
        LogIn(account_id=account.id, token_hash=token_hash(token), started_at=now, seen_at=now)
    )
    return token


def _throttled(rows: Session, who: str, where: str, now: datetime) -> bool:
    recent = col(FailedLogIn.at) >= now - REMEMBERED
    by_name, by_address = col(FailedLogIn.name_hash) == who, col(FailedLogIn.address_hash) == where
    for conditions, most in (
        ((by_name, by_address), BY_NAME_AND_ADDRESS),
        ((by_name,), BY_NAME),
        ((by_address,), BY_ADDRESS),
    ):
        count = select(func.count()).select_from(FailedLogIn).where(recent, *conditions)
        if rows.exec(count).one() >= most:
            return True
    return False


def find_visitor(
    database: Database, token: str, now: datetime, *, idle: bool = False
) -> Visitor | None:
    """Who holds this token; None when the log-in has ended, idled out or was made up.

    idle: the page asks by itself, nobody is known to sit before it.
    """
    with database.reading() as rows:
        found = rows.exec(
            select(LogIn, Account)
            .join(Account, col(Account.id) == col(LogIn.account_id))
            .where(LogIn.token_hash == token_hash(token))
        ).first()
    if found is None:
        return None
    entry, account = found
    over = now >= min(entry.seen_at + IDLE, entry.started_at + LONGEST)
    if over or entry.ended_at is not None or account.disabled_at is not None:
        return None
    assert entry.id is not None
    if not idle and now - entry.seen_at >= SEEN_EVERY:
        with database.session() as rows:
            rows.get_one(LogIn, entry.id).seen_at = now
    return Visitor(account.name, account.role, parse_areas(account.areas), entry.id)


def end_log_in(database: Database, log_in_id: int, now: datetime) -> None:
    with database.session() as rows:
        entry = rows.get_one(LogIn, log_in_id)
        entry.ended_at = entry.ended_at or now


def open_log_ins(database: Database, name: str, now: datetime) -> Sequence[LogIn]:
    """Those of an account that still hold, the one used last first."""
    with database.reading() as rows:
        return rows.exec(
            select(LogIn)
            .join(Account, col(Account.id) == col(LogIn.account_id))
            .where(
                Account.name == name,
                col(LogIn.ended_at).is_(None),
                col(LogIn.seen_at) > now - IDLE,
                col(LogIn.started_at) > now - LONGEST,
            )
            .order_by(col(LogIn.seen_at).desc(), col(LogIn.id).desc())
        ).all()


def end_other_log_ins(database: Database, visitor: Visitor, now: datetime) -> int:
    """Everywhere but here; returns how many there were."""
    others = [
        entry.id
        for entry in open_log_ins(database, visitor.name, now)
        if entry.id != visitor.log_in_id
    ]
    with database.session() as rows:
        rows.execute(update(LogIn).where(col(LogIn.id).in_(others)).values(ended_at=now))
        detail = {"account": visitor.name, "ended": len(others)}
        record(rows, now, visitor.name, "log_ins_ended", detail=detail)
    return len(others)
