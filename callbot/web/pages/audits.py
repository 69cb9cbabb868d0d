"""For administrators: who looked at private data, and who changed what."""

from fastapi import APIRouter
from sqlmodel import col, select
from starlette.responses import Response

from callbot.models import Audit, History, Resident
from callbot.web.auth.accounts import list_accounts
from callbot.web.desk import Administering, Desk

router = APIRouter()

LISTED = 200
"""Rows of a page, newest first. `before`: the number of the last row of the page before."""


@router.get("/people/audit")
def views_page(actor: str = "", before: int = 0, desk: Desk = Administering) -> Response:
    statement = select(Audit, Resident).join(
        Resident, col(Resident.id) == col(Audit.resident_id), isouter=True
    )
    if actor:
        statement = statement.where(Audit.actor == actor)
    if before:
        statement = statement.where(col(Audit.id) < before)
    with desk.database.reading() as rows:
        found = rows.exec(statement.order_by(col(Audit.id).desc()).limit(LISTED + 1)).all()
    return desk.page(
        "people/audit.html",
        seen=found[:LISTED],
        more=len(found) > LISTED,
        actor=actor,
        actors=_people(desk),
    )


@router.get("/people/changes")
def changes_page(actor: str = "", before: int = 0, desk: Desk = Administering) -> Response:
    """Acts of people; what the system does stands in the history of each resident."""
    people = _people(desk)
    statement = (
        select(History, Resident)
        .join(Resident, col(Resident.id) == col(History.resident_id), isouter=True)
        .where(col(History.actor).in_([actor] if actor in people else people))
    )
    if before:
        statement = statement.where(col(History.id) < before)
    with desk.database.reading() as rows:
        found = rows.exec(statement.order_by(col(History.id).desc()).limit(LISTED + 1)).all()
    return desk.page(
        "people/changes.html",
        acts=found[:LISTED],
        more=len(found) > LISTED,
        actor=actor,
        actors=people,
    )


def _people(desk: Desk) -> list[str]:
    return [account.name for account in list_accounts(desk.database)]
