from collections.abc import Iterator
from pathlib import Path

import pytest

from callbot import db, vault
from callbot.config import Settings


@pytest.fixture
def database(tmp_path: Path) -> Iterator[db.Database]:
    settings = Settings(data_dir=tmp_path)
    vault.unlock(settings.encryption_keys, settings.data_dir)
    database = db.open_database(settings)
    db.upgrade(database)
    yield database
    database.close()
