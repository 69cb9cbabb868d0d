"""`callbot user …`: who may use the console."""

from typing import Annotated

import typer
from rich.markup import escape

from callbot.cli.db import AsJson, Office, open_office
from callbot.cli.output import note, print_json, print_table
from callbot.models import Role, parse_areas
from callbot.web.auth import accounts

app = typer.Typer(help="Who may use the console.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="the name to log in with")]


@app.command()
def add(
    name: Name,
    role: Annotated[Role, typer.Option("--role")],
    area: Annotated[
        list[str] | None,
        typer.Option("--area", help="COMMUNITY or COMMUNITY/GRID; none: the whole office"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Makes an account and prints the one-time link by which its owner sets a password."""
    areas = parse_areas(area or ())
    with open_office() as office:
        token = accounts.add_account(
            office.database, name, role, areas, office.now, actor=office.actor
        )
        _show_link(office, name, token, as_json=as_json)


@app.command()
def reset(name: Name, as_json: AsJson = False) -> None:
    """Forgets the password, ends every log-in, and prints a new one-time link."""
    with open_office() as office:
        token = accounts.reset_account(office.database, name, office.now, actor=office.actor)
        _show_link(office, name, token, as_json=as_json)


@app.command()
def disable(name: Name, as_json: AsJson = False) -> None:
    """Ends every log-in of an account; it can log in no more."""
    with open_office() as office:
        accounts.disable_account(office.database, name, office.now, actor=office.actor)
    if as_json:
        print_json({"name": name, "disabled": True})
    else:
        note(f"{escape(name)} can log in no more")


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """Every account."""
    with open_office() as office:
        listed = [
            {
                "name": account.name,
                "role": account.role.value,
                "areas": account.areas,
                "disabled_at": account.disabled_at,
            }
            for account in accounts.list_accounts(office.database)
        ]
        if as_json:
            print_json(listed)
            return
        print_table(
            f"{len(listed)} accounts",
            ("name", "role", "areas", "disabled"),
            [
                (
                    account.name,
                    account.role.value,
                    "\n".join(account.areas),
                    office.local(account.disabled_at),
                )
                for account in accounts.list_accounts(office.database)
            ],
            whole=("name",),
        )


def _show_link(office: Office, name: str, token: str, *, as_json: bool) -> None:
    base = office.settings.public_url.rstrip("/") or "http://127.0.0.1:8000"
    link = f"{base}/welcome/{token}"
    if as_json:
        print_json({"name": name, "link": link})
    else:
        note(f"{escape(name)} sets a password at this link, once, within 24 hours:")
        typer.echo(link)
