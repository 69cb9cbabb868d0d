"""`callbot bench viewers`: what many live viewers of the console cost the calls beside them."""

import asyncio
from typing import Annotated

import typer

from callbot.bench.calls import CallsBench
from callbot.bench.viewers import ViewersBench, bench_viewers
from callbot.cli.db import AsJson
from callbot.cli.output import Stages, print_json, print_table
from callbot.clock import SystemClock
from callbot.config import load_settings


def viewers(
    watching: Annotated[int, typer.Option("--viewers", min=1, max=2000)] = 200,
    calls: Annotated[int, typer.Option("--calls", min=1, max=200)] = 8,
    as_json: AsJson = False,
) -> None:
    """Calls in real time, without and with live viewers of the console; takes four minutes."""
    with Stages() as stages:
        measured = asyncio.run(
            bench_viewers(watching, calls, load_settings(), SystemClock().now(), stages.show)
        )
    if as_json:
        print_json(measured.as_json())
    else:
        _show(measured)


def _show(measured: ViewersBench) -> None:
    seen = measured.seen
    print_table(
        f"{measured.alone.calls} calls at once; {measured.viewers} viewers were told of "
        f"{seen.events} changes, fetched {seen.parts} parts in {seen.part_p50_ms} / "
        f"{seen.part_p95_ms} ms (p50 / p95)",
        ("figure", "alone", "with viewers"),
        [
            (name, without, with_them)
            for (name, without), (_, with_them) in zip(
                _rows(measured.alone), _rows(measured.watched), strict=True
            )
        ],
    )


def _rows(bench: CallsBench) -> list[tuple[str, object]]:
    figures = bench.figures
    return [
        ("completed", f"{figures.outcomes.get('completed', 0)} of {figures.attempts}"),
        ("responses", figures.responses),
        ("response p50", f"{figures.response_p50_ms} ms"),
        ("response p95", f"{figures.response_p95_ms} ms"),
        ("response, longest", f"{figures.response_max_ms} ms"),
        ("first word after pick-up", f"{figures.first_word_max_ms} ms at most"),
        ("frames late", bench.late_frames),
        ("CPU of recognition", f"{bench.recognition_cpu_share:.1%} of a core"),
        ("CPU outside it, console included", f"{bench.own_cpu_share:.1%} of a core"),
    ]
