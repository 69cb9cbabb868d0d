"""`callbot resident contact …` and `contacted`: second contacts; staff's own calls and visits."""

from datetime import datetime
from typing import Annotated

import typer

from callbot.campaigns.follow_up import contacts
from callbot.cli.db import AsJson, open_office
from callbot.cli.output import note, print_json
from callbot.cli.person import Who, find_resident
from callbot.errors import BadInput
from callbot.models import Relation, SecondContact, Way

app = typer.Typer(
    help="Second contacts, called when a resident is not reached.", no_args_is_help=True
)

ContactId = Annotated[int, typer.Argument(help="as `resident show` lists it")]


@app.command()
def add(
    who: Who,
    phone: Annotated[str, typer.Option("--phone")],
    relation: Annotated[Relation, typer.Option("--relation")] = Relation.FAMILY,
    name: Annotated[str, typer.Option("--name")] = "",
    as_json: AsJson = False,
) -> None:
    """Someone to call when the resident is not reached, behind those who are there."""
    with open_office() as office, office.database.session() as rows:
        resident = find_resident(rows, who)
        contact = contacts.add_second_contact(
            rows, resident, relation, name, phone, office.now, actor=office.actor
        )
        made = {"contact": contact.id, "resident": resident.id, "position": contact.position}
    if as_json:
        print_json(made)
    else:
        note(f"second contact {made['contact']} of resident {made['resident']} added")


@app.command()
def remove(contact_id: ContactId) -> None:
    """Not called any more; `restore` takes it back."""
    with open_office() as office, office.database.session() as rows:
        found = rows.get(SecondContact, contact_id)
        if found is None or found.removed_at is not None:
            raise BadInput(f"there is no second contact {contact_id}; see `callbot resident show`")
        contacts.remove_second_contact(rows, found, office.now, actor=office.actor)
    note(f"second contact {contact_id} removed; `callbot resident contact restore` takes it back")


@app.command()
def restore(contact_id: ContactId) -> None:
    """Takes a removal back."""
    with open_office() as office, office.database.session() as rows:
        found = rows.get(SecondContact, contact_id)
        if found is None:
            raise BadInput(f"there was no second contact {contact_id}")
        contacts.restore_second_contact(rows, found, office.now, actor=office.actor)
    note(f"second contact {contact_id} is there again")


def contacted(
    who: Who,
    way: Annotated[Way, typer.Option("--by", help="how")] = Way.CALL,
    reached: Annotated[bool, typer.Option("--reached/--not-reached")] = True,
    day: Annotated[
        datetime | None,
        typer.Option("--day", formats=["%Y-%m-%d"], help="which day it answers; default: today"),
    ] = None,
    words: Annotated[str, typer.Option("--note", help="what was found")] = "",
    as_json: AsJson = False,
) -> None:
    """Notes that staff called or visited; who was reached has answered for that day."""
    with open_office() as office, office.database.session() as rows:
        resident = find_resident(rows, who)
        made = contacts.note_staff_contact(
            rows,
            resident,
            way,
            office.now,
            reached=reached,
            actor=office.actor,
            note=words,
            day=day.date() if day else None,
        )
        shown = {"resident": resident.id, "day": made.day, "way": made.way, "reached": made.reached}
    if as_json:
        print_json(shown)
    else:
        told = "reached" if reached else "not reached"
        note(f"resident {shown['resident']}, {shown['day']}: {told} by {shown['way']}")
