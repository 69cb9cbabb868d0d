"""`callbot scripts …`: the prompts that the office edits."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from callbot.cli.db import AsJson
from callbot.cli.output import note, print_json, print_table
from callbot.config import load_settings
from callbot.dialog.diagram import mermaid
from callbot.dialog.script import Script, load_script, script_names
from callbot.errors import BadInput

app = typer.Typer(help="Dialogue scripts.", no_args_is_help=True)


@app.command()
def check(
    path: Annotated[
        Path | None, typer.Argument(help="a script's folder; all when left out")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Checks questions, branches, rules, wording and lexicons; the first error by file and line."""
    scripts = _scripts(path)
    rows = [
        (s.name, s.version, len(s.file.questions), len(s.file.rules), list(s.wordings))
        for s in scripts
    ]
    columns = ("script", "version", "questions", "rules", "languages")
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        shown = [(*row, ", ".join(languages)) for *row, languages in rows]
        print_table("Scripts without an error", columns, shown)


@app.command()
def diagram(
    name: Annotated[str, typer.Argument(help="the script's name")], as_json: AsJson = False
) -> None:
    """Prints the dialogue as a Mermaid state diagram."""
    drawn = mermaid(load_script(load_settings().prompts_dir, name).file)
    if as_json:
        print_json({"script": name, "mermaid": drawn})
    else:
        typer.echo(drawn)


def _scripts(path: Path | None) -> list[Script]:
    if path is not None:
        folder = path.parent if path.name == "script.yaml" else path
        if not (folder / "script.yaml").is_file():
            raise BadInput(f"{folder}: no script.yaml there; give the folder of a script")
        return [load_script(folder.resolve().parent, folder.resolve().name)]
    prompts = load_settings().prompts_dir
    names = script_names(prompts)
    if not names:
        raise BadInput(f"{prompts}: no scripts there; set CALLBOT_PROMPTS_DIR")
    scripts = []
    for name in names:
        note(f"checking {escape(name)}")
        scripts.append(load_script(prompts, name))
    return scripts
