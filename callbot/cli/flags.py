"""`callbot flags …`: the review queue in a terminal."""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.markup import escape

from callbot.cli.db import AsJson, ShowPhones, open_office
from callbot.cli.output import note, print_json, print_table
from callbot.dialog.events import Severity
from callbot.models import FlagState, mask_phone
from callbot.review import queue

app = typer.Typer(help="Flags that a person must look at.", no_args_is_help=True)

FlagId = Annotated[int, typer.Argument(help="the flag's number")]
Reviewer = Annotated[str | None, typer.Option("--by", help="the reviewer; default: who types")]


@app.command("list")
def list_(
    state: Annotated[list[FlagState] | None, typer.Option("--state")] = None,
    severity: Annotated[list[Severity] | None, typer.Option("--severity")] = None,
    community: Annotated[list[str] | None, typer.Option("--community")] = None,
    grid: Annotated[list[str] | None, typer.Option("--grid")] = None,
    rule: Annotated[list[str] | None, typer.Option("--rule")] = None,
    show_phones: ShowPhones = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000)] = 200,
    as_json: AsJson = False,
) -> None:
    """Unresolved flags, urgent first; every option may be given more than once."""
    wanted = queue.FlagFilter(
        states=state or queue.UNRESOLVED,
        severities=severity or (),
        communities=community or (),
        grids=grid or (),
        rules=rule or (),
    )
    with open_office() as office:
        flags = queue.list_flags(office.database, wanted, limit=limit)
        if as_json:
            print_json(
                [
                    {**asdict(flag), "phone": flag.phone if show_phones else mask_phone(flag.phone)}
                    for flag in flags
                ]
            )
            return
        print_table(
            f"{len(flags)} flags",
            ("id", "severity", "resident", "where", "reason and words heard", "state"),
            [
                (
                    flag.id,
                    flag.severity.value,
                    _lines(flag.name, flag.phone if show_phones else mask_phone(flag.phone)),
                    _lines(flag.community, flag.grid),
                    _lines(flag.reason, flag.evidence),
                    _lines(flag.state.value, flag.claimed_by),
                )
                for flag in flags
            ],
            whole=("id", "severity", "resident"),
        )


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


@app.command()
def claim(flag_id: FlagId, by: Reviewer = None, as_json: AsJson = False) -> None:
    """Takes a flag, so that nobody else works on it."""
    with open_office() as office:
        reviewer = by or office.actor
        queue.claim(office.database, flag_id, office.now, reviewer=reviewer)
    _done(flag_id, FlagState.CLAIMED, reviewer, as_json=as_json)


@app.command()
def resolve(
    flag_id: FlagId,
    note_: Annotated[str, typer.Option("--note", help="what was done")],
    by: Reviewer = None,
    as_json: AsJson = False,
) -> None:
    """Closes a flag."""
    with open_office() as office:
        reviewer = by or office.actor
        queue.resolve(office.database, flag_id, office.now, reviewer=reviewer, note=note_)
    _done(flag_id, FlagState.RESOLVED, reviewer, as_json=as_json)


@app.command()
def reopen(flag_id: FlagId, by: Reviewer = None, as_json: AsJson = False) -> None:
    """Gives a flag back into the queue."""
    with open_office() as office:
        reviewer = by or office.actor
        queue.reopen(office.database, flag_id, office.now, reviewer=reviewer)
    _done(flag_id, FlagState.OPEN, reviewer, as_json=as_json)


def _done(flag_id: int, state: FlagState, reviewer: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"id": flag_id, "state": state.value, "by": reviewer})
    else:
        note(f"flag {flag_id} is {state.value} ({escape(reviewer)})")
