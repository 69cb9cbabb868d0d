"""Accounts: made, disabled and reset by an administrator; passwords set by their owners."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select, update

from callbot.db import Database
from callbot.errors import BadInput
from callbot.models import Account, Areas, LogIn, Role, record
from callbot.web.auth.passwords import hash_password

LINK_LASTS = timedelta(hours=24)


class AccountError(BadInput):
    """There is no such account, or one of that name already."""


class LastAdministrator(AccountError):
    """Nobody would be left who can manage accounts."""


class AreasOfAdministrator(AccountError):
    """An administrator hands out rights for every area, so is responsible for all of them."""


def token_hash(token: str) -> str:
    """Tokens are random, so a plain hash is enough to make a stolen database worthless."""
    return hashlib.sha256(token.encode()).hexdigest()


def add_account(
    database: Database, name: str, role: Role, areas: Areas, now: datetime, *, actor: str
) -> str:
    """Makes an account without a password; returns the token of its one-time link."""
    name = name.strip()
    if not name or len(name) > 60:
        raise AccountError("an account needs a name of 1 to 60 characters")
    _check_areas(role, areas)
    with database.session() as rows:
        if rows.exec(select(Account).where(Account.name == name)).first() is not None:
            raise AccountError(f"there is an account {name!r} already; `callbot user reset` it")
        account = Account(name=name, role=role, areas=[str(area) for area in areas], created_at=now)
        rows.add(account)
        detail = {"account": name, "role": role.value, "areas": account.areas}
        record(rows, now, actor, "account_added", detail=detail)
        return _new_link(account, now)


def reset_account(database: Database, name: str, now: datetime, *, actor: str) -> str:
    """Forgets the password, ends every log-in; returns the token of a new one-time link."""
    with database.session() as rows:
        account = _get(rows, name)
        account.password_hash = ""
        account.disabled_at = None
        _end_all(rows, account, now)
        record(rows, now, actor, "account_reset", detail={"account": name})
        return _new_link(account, now)


def disable_account(database: Database, name: str, now: datetime, *, actor: str) -> None:
    """Ends every log-in at once; the account stays, for the history's sake."""
    with database.session() as rows:
        account = _get(rows, name)
        _keep_an_administrator(rows, account)
        account.disabled_at = now
        account.link_hash = ""
        _end_all(rows, account, now)
        record(rows, now, actor, "account_disabled", detail={"account": name})


def change_account(
    database: Database, name: str, role: Role, areas: Areas, now: datetime, *, actor: str
) -> None:
    """Another role or other areas; holds from the next page on.

    Raises LastAdministrator, AreasOfAdministrator.
    """
    _check_areas(role, areas)
    with database.session() as rows:
        account = _get(rows, name)
        if role is not Role.ADMINISTRATOR:
            _keep_an_administrator(rows, account)
        before = {"role": account.role.value, "areas": account.areas}
        account.role, account.areas = role, [str(area) for area in areas]
        detail = {"account": name, "before": before, "role": role.value, "areas": account.areas}
        record(rows, now, actor, "account_changed", detail=detail)


def change_password(
    database: Database, name: str, password: str, now: datetime, *, log_in_id: int
) -> None:
    """By its owner, whose present password was checked; ends all log-ins but this one.

    Raises WeakPassword.
    """
    hashed = hash_password(password, name)
    with database.session() as rows:
        account = _get(rows, name)
        account.password_hash = hashed
        _end_all(rows, account, now, but=log_in_id)
        record(rows, now, name, "password_changed", detail={"account": name})


def set_password(database: Database, token: str, password: str, now: datetime) -> str | None:
    """By the one-time link, which is used up; the account's name, or None for a link that is none.

    Raises WeakPassword, and the link stays good.
    """
    with database.session() as rows:
        account = _by_link(rows, token, now)
        if account is None:
            return None
        account.password_hash = hash_password(password, account.name)
        account.link_hash, account.link_expires_at = "", None
        _end_all(rows, account, now)
        record(rows, now, account.name, "password_set", detail={"account": account.name})
        return account.name


def owner_of_link(database: Database, token: str, now: datetime) -> str | None:
    """Whose one-time link it is; None when it is used up, too old or made up."""
    with database.reading() as rows:
        account = _by_link(rows, token, now)
        return account.name if account else None


def list_accounts(database: Database) -> Sequence[Account]:
    with database.reading() as rows:
        return rows.exec(select(Account).order_by(col(Account.name))).all()


def _by_link(rows: Session, token: str, now: datetime) -> Account | None:
    account = rows.exec(select(Account).where(Account.link_hash == token_hash(token))).first()
    if account is None or account.link_expires_at is None or account.link_expires_at <= now:
        return None
    return account if account.disabled_at is None else None


def _get(rows: Session, name: str) -> Account:
    account = rows.exec(select(Account).where(Account.name == name)).first()
    if account is None:
        raise AccountError(f"there is no account {name!r}; see `callbot user list`")
    return account


def _new_link(account: Account, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    account.link_hash, account.link_expires_at = token_hash(token), now + LINK_LASTS
    return token


def _end_all(rows: Session, account: Account, now: datetime, *, but: int | None = None) -> None:
    rows.execute(
        update(LogIn)
        .where(
            col(LogIn.account_id) == account.id,
            col(LogIn.ended_at).is_(None),
            col(LogIn.id).is_distinct_from(but),
        )
        .values(ended_at=now)
    )


def _check_areas(role: Role, areas: Areas) -> None:
    if role is Role.ADMINISTRATOR and areas:
        raise AreasOfAdministrator("an administrator is responsible for the whole office")


def _keep_an_administrator(rows: Session, leaving: Account) -> None:
    """Raises LastAdministrator when, but for this account, none is left."""
    if leaving.role is not Role.ADMINISTRATOR or leaving.disabled_at is not None:
        return
    others = select(Account).where(
        Account.role == Role.ADMINISTRATOR,
        Account.id != leaving.id,
        col(Account.disabled_at).is_(None),
        Account.password_hash != "",
    )
    if rows.exec(others.with_for_update()).first() is None:
        raise LastAdministrator(
            f"{leaving.name} is the only administrator with a password; make another one first"
        )
