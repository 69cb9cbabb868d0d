import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from campaigns_scripted import PinnedClock

from callbot import db, vault
from callbot.config import Settings


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return Settings(data_dir=tmp_path, database_url=database_url)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the product's schema, to be copied by tests."""
    folder = tmp_path_factory.mktemp("template")
    database = db.open_database(Settings(data_dir=folder))
    db.upgrade(database)
    database.close()
    return folder / "callbot.sqlite3"


@pytest.fixture
def database(settings: Settings, sqlite_template: Path) -> Iterator[db.Database]:
    vault.unlock(settings.encryption_keys, settings.data_dir)
    if not settings.database_url:
        shutil.copy(sqlite_template, settings.data_dir)
    database = db.open_database(settings)
    db.upgrade(database)
    yield database
    database.close()


@pytest.fixture
def clock() -> PinnedClock:
    return PinnedClock()
