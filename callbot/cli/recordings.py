"""`callbot recordings …`: what was sealed, made audible."""

from pathlib import Path
from typing import Annotated

import typer

from callbot import recording_file, vault
from callbot.cli.output import note
from callbot.config import load_settings
from callbot.errors import BadInput
from callbot.whole_file import write_whole

app = typer.Typer(help="Recordings of calls.", no_args_is_help=True)

app.callback()(lambda: None)


@app.command()
def unseal(
    file: Annotated[Path, typer.Argument(help="a file of the recordings folder")],
    out: Annotated[Path, typer.Option("--out", help="the WAV file to write")],
) -> None:
    """Writes a recording as a WAV file, which anybody who has it can hear."""
    settings = load_settings()
    vault.unlock(settings.encryption_keys, settings.data_dir)
    try:
        sound = recording_file.read(file)
    except OSError as error:
        raise BadInput(f"{file}: cannot be read: {error.strerror}") from error
    write_whole(out, sound)
    note("Left is the resident, right the bot. Delete the file when it has been heard.")
