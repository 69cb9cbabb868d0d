"""`callbot demo`: the main job on the embedded network."""

import asyncio
import json
import signal
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from callbot.cli.breaking_off import ctrl_c_breaks_off
from callbot.cli.output import Stages, note, print_table
from callbot.clock import SystemClock
from callbot.config import load_settings
from callbot.errors import BadInput
from callbot.models import mask_phone
from callbot.rehearsal.demo import Demo, DemoResult
from callbot.whole_file import write_whole

INTERRUPTED = 1

CLOSING_S = 2
"""Live pages hold their connection open; they are not waited for longer."""


def demo_command(
    residents: Annotated[int | None, typer.Option(min=1, max=2000)] = None,
    roster: Annotated[Path | None, typer.Option(help="your own roster file")] = None,
    seed: Annotated[int, typer.Option(help="of rings, reactions, losses and noise")] = 0,
    json_to: Annotated[Path | None, typer.Option("--json", help="write the report here")] = None,
    serve: Annotated[
        bool, typer.Option("--serve", help="leave the console running with the demo's data")
    ] = False,
    port: Annotated[int, typer.Option(min=1, max=65535, help="of the console")] = 8000,
) -> None:
    """Imports a roster and calls everybody on it, on a phone network of its own."""
    if json_to is not None and not json_to.parent.is_dir():
        raise BadInput(f"--json: the folder {json_to.parent} does not exist; make it first")
    demo = Demo(load_settings(), SystemClock().now(), roster=roster, residents=residents, seed=seed)
    if demo.goes_on:
        note("Going on with the demo that was broken off; whoever was reached is not rung again.")
    with Stages() as stages:
        result = asyncio.run(_play(demo, stages))
    _show(result)
    if json_to is not None:
        report = json.dumps(result.as_json(), ensure_ascii=False, indent=1)
        write_whole(json_to, report.encode())
    if result.interrupted:
        note("Stopped. Everything so far is stored; `callbot demo` goes on from here.")
        raise typer.Exit(INTERRUPTED)
    if serve:
        _serve(demo, port)


def _serve(demo: Demo, port: int) -> None:
    """Until Ctrl-C; reached from this machine only."""
    # What the console is made of takes half a second to load, which a demo without need not wait.
    import uvicorn

    from callbot.rehearsal.console import demo_console
    from callbot.web.app import create_app

    with demo_console(demo.settings) as console:
        note(f"The console: http://127.0.0.1:{port}  (Ctrl-C ends it)")
        note(f"Log in as [bold]{console.name}[/] with the password [bold]{console.password}[/]")
        uvicorn.run(
            create_app(console.office),
            port=port,
            log_level="warning",
            ws="websockets-sansio",
            timeout_graceful_shutdown=CLOSING_S,
        )


async def _play(demo: Demo, stages: Stages) -> DemoResult:
    """Ctrl-C ends calls politely; a second one ends the program."""

    def stop() -> None:
        note("Stopping: calls in progress are ended politely. Ctrl-C again to break off.")
        ctrl_c_breaks_off()
        demo.stop()

    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, stop)
    return await demo.play(stages.show)


def _show(result: DemoResult) -> None:
    rows = sorted(result.results, key=lambda r: not r.flags)
    names = {i.resident.phone: i.resident.name for i in result.inhabitants}
    print_table(
        "Residents, flagged first",
        ("name", "phone", "outcome", "rings", "temperature", "flags"),
        [
            (
                names[r.phone],
                mask_phone(r.phone),
                r.outcome or "not called yet",
                r.attempts,
                _temperature(r.answers.get("temperature")),
                ", ".join(f["reason"] for f in r.flags),
            )
            for r in rows
        ],
    )
    figures, score = result.figures, result.score
    print_table(
        "Figures",
        ("figure", "value", "goal"),
        [
            ("calls at once", figures.most_calls_at_once, "8 or more"),
            ("time for everything", f"{figures.elapsed_s:.0f} s", "360 s"),
            (
                "until the first ring",
                f"{figures.to_first_ring_s:.1f} s",
                "5 s, from the second run",
            ),
            ("memory", f"{figures.memory_mb} MB", "1500 MB"),
            ("response, median", _ms(figures.response_p50_ms), "800 ms"),
            ("response, 95th percentile", _ms(figures.response_p95_ms), "1200 ms"),
            ("first word after pick-up", _ms(figures.first_word_max_ms), "1000 ms"),
            (
                "frames more than 20 ms late",
                f"{figures.late_frames} ({figures.late_frames_share:.2%})",
                "",
            ),
            (
                "final answers right, clean lines",
                f"{score.clean.right} of {score.clean.answers} ({score.clean.right_share:.1%})",
                "95 %",
            ),
            (
                "wrong yet counted clear, clean lines",
                f"{score.clean.wrong_but_clear} ({score.clean.wrong_share:.1%})",
                "2 %",
            ),
            ("abnormal residents flagged", f"{score.flagged} of {score.abnormal}", "all"),
            ("unclear answers without a flag", len(score.unflagged_unclear), "0"),
        ],
    )
    note(f"Database and recordings: {escape(str(result.folder))}")


def _temperature(answer: dict[str, object] | None) -> str:
    if answer is None:
        return ""
    value = answer["value"]
    if answer["status"] != "clear" or not isinstance(value, dict):
        return str(answer["status"])
    return str(value["celsius"] if value["celsius"] is not None else value["reported"])


def _ms(figure: int | None) -> str:
    return "none measured" if figure is None else f"{figure} ms"
