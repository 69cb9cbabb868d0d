"""`callbot purge`: recordings and transcripts that are no longer needed are deleted."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from callbot.cli.db import AsJson, Office, open_office
from callbot.cli.output import note, print_json, print_table
from callbot.errors import BadInput
from callbot.review.retention import Expired, expired, purge


def purge_command(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only list what is due")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
    as_json: AsJson = False,
) -> None:
    """Deletes what was said by residents released longer ago than CALLBOT_RETENTION_DAYS."""
    with open_office() as office:
        today = office.now.astimezone(office.settings.zone).date()
        found = expired(office.database, today, office.settings.retention_days)
        due = [person for person in found if not person.open_flags]
        kept = [person for person in found if person.open_flags]
        if not as_json:
            _show(due, kept)
        if due and not dry_run:
            _confirm(len(due), asked=yes)
            _purge(office, due)
        if as_json:
            print_json(
                {
                    "purged": [asdict(person) for person in due] if not dry_run else [],
                    "due": [asdict(person) for person in due] if dry_run else [],
                    "kept": [asdict(person) for person in kept],
                }
            )


def _show(due: Sequence[Expired], kept: Sequence[Expired]) -> None:
    print_table(
        f"Recordings and transcripts of {len(due)} residents are due",
        ("resident", "released", "calls", "recordings", ""),
        [
            (
                person.resident_id,
                person.released_on,
                len(person.call_ids),
                len(person.recordings),
                f"kept: {person.open_flags} open flags" if person.open_flags else "",
            )
            for person in (*due, *kept)
        ],
    )


def _confirm(residents: int, *, asked: bool) -> None:
    if asked:
        return
    try:
        agreed = typer.confirm(
            f"Delete what was said by {residents} residents? This cannot be undone", err=True
        )
    except typer.Abort:
        agreed = False
    if not agreed:
        raise BadInput("nothing was purged; confirm, or give --yes")


def _purge(office: Office, due: Sequence[Expired]) -> None:
    for person in due:
        purge(
            office.database,
            office.settings.recordings,
            person,
            office.now,
            actor=office.actor,
        )
    note(f"purged: {len(due)} residents")
