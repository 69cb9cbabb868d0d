"""How commands name a resident, and how they tell what was changed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import typer
from sqlmodel import Session, select

from callbot import vault
from callbot.campaigns.roster.values import WrongValue
from callbot.campaigns.roster.values import phone as read_phone
from callbot.cli.output import note, print_json
from callbot.errors import BadInput
from callbot.models import PlanChange, Resident

Who = Annotated[str, typer.Argument(help="the resident's number (id), or telephone number")]
Reason = Annotated[str, typer.Option("--reason", help="why; kept with the change")]

LONGEST_ID = 9
"""Digits; what is longer is a telephone number."""


def find_resident(rows: Session, who: str) -> Resident:
    """By id or telephone number. Raises BadInput."""
    if re.fullmatch(rf"\d{{1,{LONGEST_ID}}}", who):
        found = rows.get(Resident, int(who))
    else:
        try:
            phone_hash = vault.look_up_hash(read_phone(who))
        except WrongValue as wrong:
            raise BadInput(f"{who!r}: {wrong.problem}; give an id or a number") from wrong
        found = rows.exec(select(Resident).where(Resident.phone_hash == phone_hash)).first()
    if found is None:
        raise BadInput(f"there is no resident {who}; `callbot resident list` lists them")
    return found


def find_residents(rows: Session, named: Sequence[str]) -> list[Resident]:
    return [find_resident(rows, who) for who in named]


@dataclass(frozen=True)
class Told:
    """One change as commands print it."""

    change: int | None
    resident: int
    what: str
    before: dict[str, object]
    after: dict[str, object]


def told(changes: Sequence[PlanChange | None]) -> list[Told]:
    return [
        Told(change.id, change.resident_id, change.change.value, change.before, change.after)
        for change in changes
        if change is not None
    ]


def tell(changes: Sequence[Told], *, as_json: bool, undone: bool = False) -> None:
    """What was changed, and how to take it back."""
    if as_json:
        print_json([vars(change) for change in changes])
        return
    if not changes:
        note("nothing to change: it is so already")
    for change in changes:
        was, now = (change.after, change.before) if undone else (change.before, change.after)
        fields = ", ".join(
            f"{name.replace('_', ' ')} {_shown(was.get(name))} → {_shown(value)}"
            for name, value in now.items()
            if was.get(name) != value
        )
        note(f"resident {change.resident}: {fields}")
    if changes and not undone:
        note(f"`callbot resident undo {changes[0].change}` takes it back")


def _shown(value: object) -> str:
    return "–" if value in (None, "") else str(value)
