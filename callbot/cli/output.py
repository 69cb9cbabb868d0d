"""How commands speak: results as tables or JSON on standard output, notes on standard error."""

import json
import sys
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

_notes = Console(stderr=True, highlight=False, soft_wrap=True)
_results = Console(highlight=False)


def note(message: str) -> None:
    """A word to the person at the terminal; rich markup is allowed."""
    _notes.print(message)


def print_json(result: Any) -> None:
    """One JSON document on standard output, for programs."""
    json.dump(result, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A readable table on standard output; cells are taken as plain text."""
    table = Table(title=title, title_justify="left", header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(str(cell).replace("[", r"\[") for cell in row))
    _results.print(table)


def progress() -> Progress:
    """A progress bar on standard error for long work; use as a context manager."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=_notes,
        transient=False,
    )
