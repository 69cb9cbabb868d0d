from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from lexicons_read import lexicon_at
from web_office import NOW, PASSWORD, PEOPLE, Console, PinnedClock, fill

from callbot import db, vault
from callbot.config import Settings
from callbot.models import parse_areas
from callbot.script_shelf import ScriptShelf
from callbot.web.app import Office, create_app
from callbot.web.auth.accounts import add_account, set_password
from callbot.web.scripts.workshop import Workshop


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder made once: passwords take their time to hash."""
    folder = tmp_path_factory.mktemp("office")
    settings = Settings(data_dir=folder)
    vault.unlock("", folder)
    database = db.open_database(settings)
    db.upgrade(database)
    for name, (role, areas) in PEOPLE.items():
        token = add_account(database, name, role, parse_areas(areas), NOW, actor="test")
        set_password(database, token, PASSWORD, NOW)
    fill(database, settings)
    database.close()
    return folder


@pytest.fixture(scope="session")
def shelf(prompts_dir: Path) -> ScriptShelf:
    """Read once: a script takes most of a second."""
    return ScriptShelf(prompts_dir, lexicon_at)


@pytest.fixture
def console(filled: Path, shelf: ScriptShelf, tmp_path: Path) -> Iterator[Console]:
    with opened(filled, shelf, tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def quiet_console(
    filled: Path, shelf: ScriptShelf, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Console]:
    """One for all tests of a module in which nothing may change."""
    with opened(filled, shelf, tmp_path_factory.mktemp("quiet")) as made:
        yield made


@contextmanager
def opened(filled: Path, shelf: ScriptShelf, folder: Path) -> Iterator[Console]:
    """The application on a copy of the office."""
    copied = folder / "data"
    copied.mkdir()
    for path in filled.iterdir():
        if path.is_file():
            (copied / path.name).write_bytes(path.read_bytes())
    (copied / "recordings").symlink_to(filled / "recordings")
    settings = Settings(data_dir=copied)
    vault.unlock("", copied)
    database = db.open_database(settings)
    clock = PinnedClock()
    office = Office(settings, database, clock)
    flags = {"very_high_fever": 1, "went_out": 2, "unreachable": 3, "elsewhere": 4}
    app = create_app(office)
    app.state.scripts = shelf
    app.state.workshop = Workshop(settings.prompts_dir, database, shelf)
    yield Console(app, office, clock, 1, 2, "call-1", flags)
    app.state.calls_of_day.close()
    app.state.campaigns.close()
    database.close()
