"""`callbot bench dialer`, `planning` and `starts`: what campaigns cost, without sound."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from callbot import db, vault
from callbot.bench.dialer import CLOSES, FIGURES, bench_dialer
from callbot.bench.planning import bench_planning
from callbot.bench.starts import bench_starts
from callbot.campaigns.engines.worker import must_be_shared
from callbot.cli.db import AsJson
from callbot.cli.output import print_json, print_table
from callbot.clock import SystemClock
from callbot.config import Settings
from callbot.db import Database

EmptyDatabase = Annotated[
    str, typer.Option("--database", help="an empty database; a new SQLite file if left out")
]


def dialer(
    residents: Annotated[int, typer.Option(min=1, max=1_000_000)] = 1000,
    lines: Annotated[int, typer.Option(min=1, help="calls at once that the carrier allows")] = 30,
    calls_per_second: Annotated[float, typer.Option("--cps", min=0.01)] = 2.0,
    figures: Annotated[
        Path, typer.Option(help="answer rates by hour and talk times, as in the one shipped")
    ] = FIGURES,
    seed: int = 0,
    until: Annotated[
        int, typer.Option(min=9, max=21, help="hour at which the day is broken off")
    ] = CLOSES,
    database_url: EmptyDatabase = "",
    as_json: AsJson = False,
) -> None:
    """A day of calls without sound, by the real engine in compressed time."""
    with _empty_database(database_url) as (_, database):
        bench = bench_dialer(
            database,
            residents=residents,
            lines=lines,
            calls_per_second=calls_per_second,
            day=SystemClock().now(),
            seed=seed,
            figures=figures,
            until_hour=until,
        )
    _show_figures("A day of calls", asdict(bench), as_json=as_json)


def planning(
    residents: Annotated[int, typer.Option(min=1, max=2_000_000)] = 50_000,
    database_url: EmptyDatabase = "",
    as_json: AsJson = False,
) -> None:
    """What a roster of that size costs: planning the day, choosing who is next, starting calls."""
    with _empty_database(database_url) as (_, database):
        bench = bench_planning(database, residents=residents, day=SystemClock().now())
    _show_figures("A large roster", asdict(bench), as_json=as_json)


def starts(
    database_url: Annotated[str, typer.Option("--database", help="an empty PostgreSQL database")],
    workers: Annotated[int, typer.Option(min=1, max=50)] = 3,
    per_hour: Annotated[int, typer.Option(min=1, help="starts aimed at")] = 100_000,
    seconds: Annotated[float, typer.Option(min=10, help="measured, after a warm-up")] = 120.0,
    as_json: AsJson = False,
) -> None:
    """Calls an hour that several workers start through one line, in real time, without sound."""
    must_be_shared(Settings(database_url=database_url))
    with _empty_database(database_url) as (settings, database):
        bench = bench_starts(
            database, settings, workers=workers, per_hour=per_hour, seconds=seconds
        )
    _show_figures("Starts of calls", asdict(bench), as_json=as_json)


@contextmanager
def _empty_database(url: str) -> Iterator[tuple[Settings, Database]]:
    with tempfile.TemporaryDirectory(prefix="callbot-bench-") as folder:
        settings = Settings(data_dir=Path(folder), database_url=url)
        vault.unlock("", settings.data_dir)
        database = db.open_database(settings)
        try:
            db.upgrade(database)
            yield settings, database
        finally:
            database.close()


def _show_figures(title: str, figures: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(figures)
    else:
        rows = [(name.replace("_", " "), value) for name, value in figures.items()]
        print_table(title, ("figure", "value"), rows)
