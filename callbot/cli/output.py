"""How commands speak: results as tables or JSON on standard output, notes on standard error."""

import json
import sys
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

_notes = Console(stderr=True, highlight=False, soft_wrap=True)
_results = Console(highlight=False)


def note(message: str) -> None:
    """A word to the person at the terminal; rich markup is allowed."""
    _notes.print(message)


def show_cursor() -> None:
    """A progress bar that was never taken down has hidden it."""
    _notes.show_cursor()


def print_json(result: Any) -> None:
    """One JSON document on standard output, for programs."""
    json.dump(result, sys.stdout, ensure_ascii=False, indent=2, default=_plain)
    sys.stdout.write("\n")


def _plain(value: object) -> str:
    """Moments and days as in ISO 8601, paths and the like as they are written."""
    return value.isoformat() if isinstance(value, date) else str(value)


def print_table(
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    whole: Collection[str] = ("id", "phone"),
) -> None:
    """A readable table on standard output; cells are taken as plain text.

    whole: columns that are never folded, since half a number is none. A row of headings is
    printed if there is one.
    """
    table = Table(title=title, title_justify="left", header_style="bold", show_header=any(columns))
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in whole)
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    _results.print(table)


def progress() -> Progress:
    """A progress bar on standard error for long work; use as a context manager."""
    return Progress(
        TextColumn("{task.description:>18}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=_notes,
    )


class Stages:
    """One progress bar for each stage of long work; a context manager."""

    def __init__(self) -> None:
        self._bars = progress()
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> "Stages":
        return self

    def __exit__(self, *_: object) -> None:
        if self._tasks:
            self._bars.stop()

    def show(self, stage: str, done: int, of: int) -> None:
        """of: 0 while it is not known how much there is to do."""
        # Not before there is something to show: work that fails at once prints its error alone.
        self._bars.start()
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(stage, total=of or None)
        self._bars.update(self._tasks[stage], completed=done, total=of or None)
