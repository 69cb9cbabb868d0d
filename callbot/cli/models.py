"""`callbot models …`: which speech models are installed and whole, and how to get them."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from callbot.cli.output import note, print_json, print_table, progress
from callbot.config import load_settings
from callbot.errors import ModelMissing
from callbot.speech.model_install import get_model
from callbot.speech.models import MODELS, ModelState, ModelStatus, known, status

app = typer.Typer(
    help="Speech models: what is installed, and how to get more.", no_args_is_help=True
)

AsJson = Annotated[bool, typer.Option("--json", help="one JSON document on standard output")]
Name = Annotated[str, typer.Argument(help="a model's name, as `models list` prints it")]


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """Every model Callbot knows, by name, and what is installed of them."""
    _print([status(model, load_settings().data_dir) for model in MODELS.values()], as_json)


@app.command()
def check(
    names: Annotated[list[str] | None, typer.Argument(help="default: all installed")] = None,
    as_json: AsJson = False,
) -> None:
    """Reads every byte of the installed models. Exit status 1 when one is missing or corrupt."""
    data_dir = load_settings().data_dir
    checked = [status(known(name), data_dir, full=True) for name in names or MODELS]
    if not names:
        checked = [s for s in checked if s.state is not ModelState.MISSING]
    _print(checked, as_json)
    bad = [s for s in checked if s.state in (ModelState.MISSING, ModelState.CORRUPT)]
    if bad:
        raise ModelMissing("; ".join(f"{s.model.name} is {s.state}: {s.todo}" for s in bad))


@app.command()
def get(
    name: Name,
    archive: Annotated[
        Path | None, typer.Option("--from", help="a zip file fetched by other means")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Downloads a model, or takes it from a zip file, and verifies it."""
    model = known(name)
    with progress() as bar:
        task = bar.add_task(name, total=None)
        installed = get_model(
            model,
            load_settings().data_dir,
            archive=archive,
            progress=lambda done, total: bar.update(task, completed=done, total=total or None),
        )
    if as_json:
        print_json({"name": name, "path": installed.path, "sha256": installed.sha256})
        return
    note(f"{name} is installed in {installed.path}")
    if model.sha256 is None:
        note(f"sha256 of the archive, for your records: {installed.sha256}")


def _print(found: list[ModelStatus], as_json: bool) -> None:
    if as_json:
        print_json([_row(s) for s in found])
        return
    print_table(
        "Speech models",
        ("name", "engine", "locales", "MB", "state"),
        [
            (
                *(s.model.name, s.model.engine, "\n".join(s.model.locales), s.model.megabytes),
                s.state,
            )
            for s in found
        ],
        whole=("name", "locales"),
    )
    for s in found:
        if s.todo or s.detail:
            note(f"{s.model.name}: {escape(s.todo or s.detail)}")


def _row(found: ModelStatus) -> dict[str, Any]:
    return {
        "name": found.model.name,
        "engine": found.model.engine,
        "locales": found.model.locales,
        "megabytes": found.model.megabytes,
        "source": found.model.source,
        "sha256": found.model.sha256,
        "state": found.state,
        "path": found.path,
        "detail": found.detail,
        "todo": found.todo,
    }
