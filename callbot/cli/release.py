"""`callbot release …`: whose period is over, confirmed by staff."""

from typing import Annotated

import typer

from callbot.campaigns.follow_up import release
from callbot.cli.db import AsJson, ShowPhones, open_office
from callbot.cli.output import note, print_json, print_table
from callbot.cli.person import Reason, find_residents, tell, told
from callbot.models import mask_phone

app = typer.Typer(help="Releasing residents whose period is over.", no_args_is_help=True)


@app.command("list")
def list_(show_phones: ShowPhones = False, as_json: AsJson = False) -> None:
    """Whose period is over, and what still stands in the way."""
    with open_office() as office, office.database.reading() as rows:
        shown = [
            {
                "id": found.resident.id,
                "name": found.resident.name,
                "phone": found.resident.phone if show_phones else mask_phone(found.resident.phone),
                "last_day": found.resident.release_date,
                "answered": f"{standing.due_days - len(standing.missing)} of {standing.due_days}",
                "open_flags": standing.open_flags,
                "ready": standing.ready,
                "missing": standing.missing,
                "obstacles": standing.obstacles,
            }
            for found in release.release_list(rows, office.now)
            for standing in (found.standing,)
        ]
    if as_json:
        print_json(shown)
        return
    columns = ("id", "name", "phone", "last_day", "answered", "open_flags", "obstacles")
    print_table(
        f"{len(shown)} whose period is over",
        columns,
        [[row[name] for name in columns] for row in shown],
    )
    ready = sum(bool(row["ready"]) for row in shown)
    note(f"{ready} ready; `callbot release confirm ID …` releases them")


@app.command()
def confirm(
    who: Annotated[list[str], typer.Argument(help="residents, by id or telephone number")],
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Releases residents: all of those named, or none. Over an obstacle only with --reason."""
    with open_office() as office:
        with office.database.session() as rows:
            done = told(
                [
                    release.release(rows, resident, office.now, actor=office.actor, reason=reason)
                    for resident in find_residents(rows, who)
                ]
            )
        tell(done, as_json=as_json)
