"""The command line. Results go to standard output, everything else to standard error."""

import logging
import os
import sys
from importlib import import_module

import typer
from rich.markup import escape

from callbot import collector
from callbot.cli.output import note
from callbot.errors import BadInput, CallbotError
from callbot.log import set_up_logging

COMMANDS = (
    "demo",
    "simulate",
    "understand",
    "roster",
    "resident",
    "household",
    "release",
    "campaign",
    "flags",
    "report",
    "scripts",
    "models",
    "doctor",
    "bench",
    "db",
    "purge",
    "recordings",
    "user",
    "serve",
    "call",
    "worker",
)
"""In the order of the help; each has a module of its name here."""

log = logging.getLogger(__name__)


def main() -> None:
    """Exit status: 0 done, 1 the work failed, 2 wrong usage or bad input."""
    try:
        set_up_logging(os.environ.get("CALLBOT_LOG_LEVEL", "WARNING"))
        build(sys.argv[1:])()
    except BadInput as error:
        note(f"[red]error:[/] {escape(str(error))}")
        sys.exit(2)
    except CallbotError as error:
        note(f"[red]failed:[/] {escape(str(error))}")
        sys.exit(1)
    except OSError as error:
        # The machine, not the program: the disk is full, a file is not ours to read.
        log.debug("the system refused", exc_info=True)
        where = f"{error.filename}: " if error.filename else ""
        note(f"[red]failed:[/] {escape(where)}{error.strerror or escape(str(error))}")
        sys.exit(1)


def build(arguments: list[str]) -> typer.Typer:
    """The application. Only the module of the command asked for is loaded: some take a second."""
    app = typer.Typer(
        name="callbot",
        help="Rings residents under follow-up, speaks with them, and flags what a person must see.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
    )
    app.callback()(lambda: None)
    asked = [name for name in arguments[:1] if name in COMMANDS]
    for name in asked or COMMANDS:
        with collector.paused():
            module = import_module(f"callbot.cli.{name}")
        if hasattr(module, "app"):
            app.add_typer(module.app, name=name)
        else:
            app.command(name)(getattr(module, f"{name}_command"))
    return app
