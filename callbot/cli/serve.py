"""`callbot serve`: console, webhooks, media sockets; on one machine the scheduler too."""

from typing import Annotated

import typer
import uvicorn

from callbot import vault
from callbot.cli.output import note
from callbot.clock import SystemClock
from callbot.config import load_settings
from callbot.db import open_database, upgrade
from callbot.web.app import Office, create_app


def serve_command(
    host: Annotated[str, typer.Option(help="address to listen at")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
) -> None:
    """Serves until Ctrl-C."""
    settings = load_settings()
    vault.unlock(settings.encryption_keys, settings.data_dir)
    database = open_database(settings)
    upgrade(database)
    app = create_app(Office(settings, database, SystemClock()))
    note(f"http://{host}:{port}")
    try:
        uvicorn.run(app, host=host, port=port, log_level="warning")
    finally:
        database.close()
