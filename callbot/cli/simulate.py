"""`callbot simulate`: the dialogue against residents described in a file."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer

from callbot.cli.output import Stages, note
from callbot.clock import SystemClock
from callbot.config import load_settings
from callbot.errors import BadInput, CallbotError
from callbot.rehearsal.outcome import ResidentResult
from callbot.rehearsal.simulate import Wanted, simulate_in_sound, simulate_in_text
from callbot.telephony.simulated.residents import load_residents
from callbot.whole_file import write_whole

FASTEST = 4.0


def simulate_command(
    residents: Annotated[Path, typer.Option(help="YAML file of simulated residents")],
    out: Annotated[Path, typer.Option(help="JSON lines, one for each resident")],
    script: Annotated[str, typer.Option(help="which script to play")] = "quarantine",
    text: Annotated[bool, typer.Option("--text", help="without sound")] = False,
    asr: Annotated[
        str, typer.Option(help="recogniser for every locale: whisper, vosk:/path/of/model")
    ] = "",
    speed: Annotated[float, typer.Option(help="1 is real time", min=0.25, max=FASTEST)] = 1.0,
    lines: Annotated[int, typer.Option(help="calls at once", min=1, max=200)] = 8,
    seed: Annotated[int, typer.Option(help="of rings, reactions, losses and noise")] = 0,
) -> None:
    """Calls each resident of a file once, on the embedded network, and writes what came of it."""
    settings = load_settings()
    people = load_residents(residents)
    if not out.parent.is_dir():
        raise BadInput(f"--out: the folder {out.parent} does not exist; make it first")
    if asr:
        locales = {resident.locale for resident in people}
        settings = settings.model_copy(update={"asr": dict.fromkeys(locales, asr)})
    wanted = Wanted(people, script, SystemClock().now(), pace=speed, lines=lines, seed=seed)
    if text:
        results = simulate_in_text(wanted, settings)
    else:
        with Stages() as stages:
            results = asyncio.run(simulate_in_sound(wanted, settings, stages.show))
    _write(results, out)
    note(f"{len(results)} residents, results in {out}")


def _write(results: list[ResidentResult], out: Path) -> None:
    """To standard output if the file cannot be written: minutes of calls are not thrown away."""
    lines = [json.dumps(result.as_json(), ensure_ascii=False) for result in results]
    try:
        write_whole(out, "".join(f"{line}\n" for line in lines).encode())
    except CallbotError:
        for line in lines:
            print(line)
        raise
