"""What was said is deleted by two people: one asks with the list before them, another confirms.

A log-in of the console and a user of the machine count as two people by their names.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from sqlalchemy import CursorResult, update
from sqlmodel import Session, col, select

from callbot.db import Database
from callbot.errors import BadInput
from callbot.models import PurgeOrder, PurgeState, record
from callbot.review.retention import Expired, expired, purge

STANDS_FOR = timedelta(hours=24)
"""Later the list may be another one: ask again."""


class NothingToPurge(BadInput):
    """Nobody's time has come, or what was said is still needed."""


class OrderStands(BadInput):
    """Somebody has asked already; it is to be confirmed or withdrawn first."""


class NoSuchOrder(BadInput):
    """The order was settled, withdrawn or has run out."""


class SamePerson(BadInput):
    """Whoever asked does not confirm."""


@dataclass(frozen=True)
class PurgeList:
    """due: whose words may go. kept: whose time has come but whose words are still needed."""

    due: Sequence[Expired]
    kept: Sequence[Expired]


def purge_list(database: Database, today: date, keep_days: int) -> PurgeList:
    found = expired(database, today, keep_days)
    return PurgeList(
        [person for person in found if not person.open_flags],
        [person for person in found if person.open_flags],
    )


def standing_order(database: Database, now: datetime) -> PurgeOrder | None:
    """The one that waits to be confirmed."""
    with database.reading() as rows:
        return _standing(rows, now)


def _standing(rows: Session, now: datetime) -> PurgeOrder | None:
    return rows.exec(
        select(PurgeOrder)
        .where(PurgeOrder.state == PurgeState.ASKED, col(PurgeOrder.asked_at) > now - STANDS_FOR)
        .order_by(col(PurgeOrder.id).desc())
    ).first()


def ask(database: Database, due: Sequence[Expired], now: datetime, *, actor: str) -> PurgeOrder:
    """Raises NothingToPurge, OrderStands."""
    if not due:
        raise NothingToPurge("nobody's recordings and transcripts are due")
    with database.session() as rows:
        standing = _standing(rows, now)
        if standing is not None:
            raise OrderStands(
                f"{standing.asked_by} has asked already; confirm that, or withdraw it"
            )
        order = PurgeOrder(
            resident_ids=[person.resident_id for person in due], asked_by=actor, asked_at=now
        )
        rows.add(order)
        rows.flush()
        _note(rows, order, now, actor, "purge_asked")
    return order


def withdraw(database: Database, order_id: int, now: datetime, *, actor: str) -> None:
    """By anyone who may ask. Raises NoSuchOrder."""
    with database.session() as rows:
        order = _settle(rows, order_id, PurgeState.WITHDRAWN, now, actor)
        _note(rows, order, now, actor, "purge_withdrawn")


def confirm(
    database: Database,
    recordings: Path,
    order_id: int,
    due: Sequence[Expired],
    now: datetime,
    *,
    actor: str,
) -> int:
    """Deletes what was said by those of the order who are still due; returns how many.

    Raises SamePerson, NoSuchOrder; RecordingKept where a file cannot be deleted, and then the
    others who were left are to be asked for anew.
    """
    with database.session() as rows:
        order = rows.get(PurgeOrder, order_id)
        if order is not None and order.asked_by == actor:
            raise SamePerson(f"{actor} asked for this purge; another person confirms it")
        order = _settle(rows, order_id, PurgeState.CONFIRMED, now, actor)
        wanted = set(order.resident_ids)
        _note(rows, order, now, actor, "purge_confirmed", asked_by=order.asked_by)
    people = [person for person in due if person.resident_id in wanted]
    for person in people:
        purge(database, recordings, person, now, actor=actor)
    return len(people)


def _settle(rows: Session, order_id: int, to: PurgeState, now: datetime, actor: str) -> PurgeOrder:
    """One conditional UPDATE, so that an order is carried out once."""
    statement = (
        update(PurgeOrder)
        .where(
            col(PurgeOrder.id) == order_id,
            col(PurgeOrder.state) == PurgeState.ASKED,
            col(PurgeOrder.asked_at) > now - STANDS_FOR,
        )
        .values(state=to, settled_by=actor, settled_at=now)
    )
    if cast(CursorResult[Any], rows.execute(statement)).rowcount != 1:
        raise NoSuchOrder("there is no such order any more; look at the list and ask again")
    return rows.get_one(PurgeOrder, order_id)


def _note(
    rows: Session, order: PurgeOrder, now: datetime, actor: str, act: str, **detail: str
) -> None:
    told = {"order": order.id, "residents": len(order.resident_ids), **detail}
    record(rows, now, actor, act, detail=told)
