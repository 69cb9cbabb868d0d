"""The command line. Results go to standard output, everything else to standard error."""

import os
import sys

import typer
from rich.markup import escape

from callbot.cli import (
    campaign,
    db,
    demo,
    doctor,
    flags,
    models,
    report,
    roster,
    scripts,
    simulate,
    understand,
)
from callbot.cli.output import note
from callbot.errors import BadInput, CallbotError
from callbot.log import set_up_logging

app = typer.Typer(
    name="callbot",
    help="Rings residents under follow-up, speaks with them, and flags what a person must see.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command("demo")(demo.demo_command)
app.command("simulate")(simulate.simulate_command)
app.add_typer(roster.app, name="roster")
app.add_typer(campaign.app, name="campaign")
app.add_typer(flags.app, name="flags")
app.command("understand")(understand.understand_command)
app.command("report")(report.report)
app.add_typer(scripts.app, name="scripts")
app.add_typer(models.app, name="models")
app.command("doctor")(doctor.doctor_command)
app.add_typer(db.app, name="db")


def main() -> None:
    """Exit status: 0 done, 1 the work failed, 2 wrong usage or bad input."""
    set_up_logging(os.environ.get("CALLBOT_LOG_LEVEL", "WARNING"))
    try:
        app()
    except BadInput as error:
        note(f"[red]error:[/] {escape(str(error))}")
        sys.exit(2)
    except CallbotError as error:
        note(f"[red]failed:[/] {escape(str(error))}")
        sys.exit(1)
