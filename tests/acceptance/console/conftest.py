from collections.abc import Iterator

import pytest
from console_browser import AXE, FLAGS, Server
from integration.web.web_office import NOW, PASSWORD, PEOPLE, PinnedClock, fill
from integration.web.web_routes import add_what_they_are_about
from peers import REQUIRED, find_program
from playwright.sync_api import Browser, sync_playwright

from callbot import db, vault
from callbot.config import Settings
from callbot.models import parse_areas
from callbot.web.app import Office
from callbot.web.auth.accounts import add_account, set_password


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if AXE.is_file() or REQUIRED:
        return
    for item in items:
        if "acceptance/console" in item.nodeid:
            item.add_marker(pytest.mark.skip("axe-core is not installed: make test does it"))


# Of a module, not of the run: its event loop would stay with whatever test is next on this worker.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_program("chromium"), args=list(FLAGS)
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("console"))
    vault.unlock("", settings.data_dir)
    database = db.open_database(settings)
    db.upgrade(database)
    for name, (role, areas) in PEOPLE.items():
        token = add_account(database, name, role, parse_areas(areas), NOW, actor="test")
        set_password(database, token, PASSWORD, NOW)
    fill(database, settings)
    add_what_they_are_about(database)
    yield Office(settings, database, PinnedClock())
    database.close()


@pytest.fixture(scope="module")
def server(office: Office) -> Iterator[Server]:
    running = Server(office)
    running.start()
    yield running
    running.stop()
