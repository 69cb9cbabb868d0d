"""`callbot purge`: recordings and transcripts no longer needed are deleted, by two people."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer

from callbot.cli.db import AsJson, Office, open_office
from callbot.cli.output import note, print_json, print_table
from callbot.errors import BadInput
from callbot.models import PurgeOrder
from callbot.review import purge_orders
from callbot.review.purge_orders import PurgeList, SamePerson
from callbot.review.retention import Expired


def purge_command(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only list what is due")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
    as_json: AsJson = False,
) -> None:
    """Deletes what was said by residents released longer ago than CALLBOT_RETENTION_DAYS.

    The first person who runs it asks for it; another one, here or in the console, confirms within
    a day, and only then is anything deleted.
    """
    with open_office() as office:
        today = office.now.astimezone(office.settings.zone).date()
        listed = purge_orders.purge_list(office.database, today, office.settings.retention_days)
        order = purge_orders.standing_order(office.database, office.now)
        if not as_json:
            _show(listed, order)
        told: dict[str, Any] = {
            "purged": [],
            "due": [asdict(person) for person in listed.due],
            "kept": [asdict(person) for person in listed.kept],
            "asked_by": order.asked_by if order else None,
        }
        if listed.due and not dry_run:
            purged = _ask(office, listed, yes) if order is None else _do(office, listed, order, yes)
            told["purged"] = [asdict(person) for person in purged]
            told["due"] = [] if purged else told["due"]
            told["asked_by"] = order.asked_by if order else office.actor
        if as_json:
            print_json(told)


def _show(listed: PurgeList, order: PurgeOrder | None) -> None:
    print_table(
        f"Recordings and transcripts of {len(listed.due)} residents are due",
        ("resident", "released", "calls", "recordings", ""),
        [
            (
                person.resident_id,
                person.released_on,
                len(person.call_ids),
                len(person.recordings),
                f"kept: {person.open_flags} open flags or tickets" if person.open_flags else "",
            )
            for person in (*listed.due, *listed.kept)
        ],
    )
    if order is not None:
        note(f"{order.asked_by} asked to purge {len(order.resident_ids)} of them")


def _ask(office: Office, listed: PurgeList, asked: bool) -> Sequence[Expired]:
    _confirm(f"Ask to delete what was said by {len(listed.due)} residents?", asked=asked)
    purge_orders.ask(office.database, listed.due, office.now, actor=office.actor)
    note("asked; another person confirms within a day, by `callbot purge` or in the console")
    return ()


def _do(office: Office, listed: PurgeList, order: PurgeOrder, asked: bool) -> Sequence[Expired]:
    if order.asked_by == office.actor:
        raise SamePerson(f"{office.actor} asked for this purge; another person confirms it")
    assert order.id is not None
    wanted = set(order.resident_ids)
    people = [person for person in listed.due if person.resident_id in wanted]
    told = f"Delete what was said by {len(people)} residents? This cannot be undone"
    _confirm(told, asked=asked)
    recordings = office.settings.recordings
    done = purge_orders.confirm(
        *(office.database, recordings, order.id, people, office.now), actor=office.actor
    )
    note(f"purged: {done} residents")
    return people


def _confirm(question: str, *, asked: bool) -> None:
    if asked:
        return
    try:
        agreed = typer.confirm(question, err=True)
    except typer.Abort:
        agreed = False
    if not agreed:
        raise BadInput("nothing was purged; confirm, or give --yes")
