"""Runs migrations on the connection `callbot.db.upgrade` gives, else on the settings' database."""

from alembic import context
from sqlalchemy import Connection
from sqlmodel import SQLModel

import callbot.models  # noqa: F401  (fills the metadata)
from callbot.config import load_settings
from callbot.db import open_database


def run(connection: Connection) -> None:
    # SQLite cannot alter most things in place: batch mode copies the table.
    context.configure(
        connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True
    )
    with context.begin_transaction():
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    database = open_database(load_settings())
    with database.engine.begin() as connection:
        run(connection)
    database.close()
