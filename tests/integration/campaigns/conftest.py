from collections.abc import Iterator
from pathlib import Path

import pytest
from campaigns_scripted import PinnedClock

from callbot import db, vault
from callbot.config import Settings


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return Settings(data_dir=tmp_path, database_url=database_url)


@pytest.fixture
def database(settings: Settings) -> Iterator[db.Database]:
    vault.unlock(settings.encryption_keys, settings.data_dir)
    database = db.open_database(settings)
    db.upgrade(database)
    yield database
    database.close()


@pytest.fixture
def clock() -> PinnedClock:
    return PinnedClock()
