"""Members of a household who have no number of their own: one of the household is asked about them.

A roster names them by an empty number, or by that of another row of the same household.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from callbot.campaigns.follow_up.changes import apply, new_act
from callbot.campaigns.roster.headings import Column
from callbot.campaigns.roster.reading import Problem, RosterRow
from callbot.models import Change, FollowUp, Resident

HOUSEHOLDS_AT_ONCE = 500


def without_a_telephone(rows: Session, roster: Sequence[RosterRow]) -> list[Problem]:
    """Rows without a number in whose household nobody has one, in the file or the database."""
    lone = [row for row in roster if not row.phone]
    in_file = {row.household for row in roster if row.phone}
    wanted = {row.household for row in lone if row.household} - in_file
    reached = in_file | {each.household for each in _members(rows, wanted, _HAS_NUMBER)}
    return [
        Problem(
            row.row,
            Column.PHONE.value,
            "",
            f"no number, and nobody of household {row.household} has one",
            "enter a number for one of the household",
        )
        for row in lone
        if row.household not in reached
    ]


def ask_together(
    rows: Session, roster: Sequence[RosterRow], now: datetime, *, actor: str
) -> list[str]:
    """Has each of them asked about in the call to one of their household; returns notes.

    Rung is whose follow-up lasts longest, so that somebody asks about the others to their end.
    """
    lone = {row.household or "": row for row in roster if not row.phone}
    notes: list[str] = []
    households: dict[str, list[Resident]] = {}
    for member in _members(rows, lone, col(Resident.follow_up) == FollowUp.ACTIVE):
        households.setdefault(member.household, []).append(member)
    for household, members in households.items():
        where = f"row {lone[household].row}: household {household}"
        speaker = max(filter(_can_be_rung, members), key=lambda r: r.release_date, default=None)
        if speaker is None:
            notes.append(f"{where}: nobody of it may be rung; nobody asks about who has no number")
            continue
        act_id = new_act()
        for member in members:
            if member.phone:
                continue
            if member.release_date > speaker.release_date:
                notes.append(
                    f"{where}: followed up until {member.release_date}, but resident {speaker.id}, "
                    f"who is asked, until {speaker.release_date}; extend that period"
                )
            change = {"asked_with_id": speaker.id}
            apply(
                rows, member, Change.HOUSEHOLD_CHANGED, change, "", now, actor=actor, act_id=act_id
            )
    return notes


_HAS_NUMBER = col(Resident.phone) != ""


def _members(
    rows: Session, households: Iterable[str], which: ColumnElement[bool]
) -> list[Resident]:
    names = sorted(households)
    found: list[Resident] = []
    for start in range(0, len(names), HOUSEHOLDS_AT_ONCE):
        some = names[start : start + HOUSEHOLDS_AT_ONCE]
        statement = select(Resident).where(col(Resident.household).in_(some), which)
        found += rows.exec(statement.order_by(col(Resident.id)))
    return found


def _can_be_rung(resident: Resident) -> bool:
    return (
        resident.number_problem is None
        and resident.opted_out_at is None
        and resident.asked_with_id is None
    )
