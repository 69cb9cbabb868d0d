"""For administrators: who looked at private data, and who changed what."""

from collections.abc import Sequence
from typing import Any, TypeVar

from fastapi import APIRouter
from sqlalchemy.orm import Mapped
from sqlmodel import col, select
from sqlmodel.sql.expression import Select
from starlette.responses import Response

from callbot.models import Audit, History, Resident
from callbot.web.auth.accounts import list_accounts
from callbot.web.desk import Administering, Desk

router = APIRouter()

Row = TypeVar("Row")

LISTED = 200
"""Rows of a page, newest first. `before`: the number of the last row of the page before."""


@router.get("/people/audit")
def views_page(actor: str = "", before: int = 0, desk: Desk = Administering) -> Response:
    people = _people(desk)
    statement = select(Audit, Resident).join(
        Resident, col(Resident.id) == col(Audit.resident_id), isouter=True
    )
    if actor:
        statement = statement.where(Audit.actor == actor)
    seen, more = _newest(desk, statement, col(Audit.id), before)
    return desk.page("people/audit.html", seen=seen, more=more, actor=actor, actors=people)


@router.get("/people/changes")
def changes_page(actor: str = "", before: int = 0, desk: Desk = Administering) -> Response:
    """Acts of people; what the system does stands in the history of each resident."""
    people = _people(desk)
    statement = (
        select(History, Resident)
        .join(Resident, col(Resident.id) == col(History.resident_id), isouter=True)
        .where(col(History.actor).in_([actor] if actor in people else people))
    )
    acts, more = _newest(desk, statement, col(History.id), before)
    return desk.page("people/changes.html", acts=acts, more=more, actor=actor, actors=people)


def _newest(
    desk: Desk, statement: Select[Row, Resident], number: Mapped[Any], before: int
) -> tuple[Sequence[tuple[Row, Resident]], bool]:
    """The rows of a page, and whether there are older ones."""
    if before:
        statement = statement.where(number < before)
    with desk.database.reading() as rows:
        found = rows.exec(statement.order_by(number.desc()).limit(LISTED + 1)).all()
    return found[:LISTED], len(found) > LISTED


def _people(desk: Desk) -> list[str]:
    return [account.name for account in list_accounts(desk.database)]
