"""`callbot bench carrier`: calls in a row, and whether they leave anything open."""

import asyncio
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from callbot.bench.carrier import CarrierBench, bench_carrier
from callbot.cli.db import AsJson
from callbot.cli.output import Stages, print_json, print_table
from callbot.config import load_settings
from callbot.rehearsal.reach import Reached


def carrier(
    way: Annotated[
        Reached, typer.Option("--carrier", help="sip, twilio: over their wire, on loopback")
    ] = Reached.SIMULATED,
    calls: Annotated[int, typer.Option("--calls", min=1, max=1_000_000)] = 1000,
    at_once: Annotated[int, typer.Option("--at-once", min=1, max=50)] = 20,
    as_json: AsJson = False,
) -> None:
    """Calls in a row, answered and hung up again: descriptors, sockets, memory before and after."""
    with tempfile.TemporaryDirectory(prefix="callbot-bench-") as folder, Stages() as stages:
        measured = asyncio.run(
            bench_carrier(way, calls, at_once, load_settings(), Path(folder), stages.show)
        )
    if as_json:
        print_json(measured.as_json())
    else:
        _show(measured)


def _show(measured: CarrierBench) -> None:
    ended = ", ".join(f"{count} {reason}" for reason, count in measured.ended.items())
    idle, warm, after = map(asdict, (measured.idle, measured.warm, measured.after))
    print_table(
        f"{measured.calls} calls in {measured.seconds:.0f} s, {measured.at_once} at once: {ended}",
        ("open", "before", "after the first", "after the last"),
        [(name.replace("_", " "), idle[name], warm[name], after[name]) for name in idle],
    )
    for why, count in measured.why.items():
        typer.echo(f"{count} {why}")
