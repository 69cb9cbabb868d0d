"""The console served over a real socket, and people before a real browser."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from integration.web.web_office import PASSWORD
from playwright.sync_api import Browser, Page, expect
from sqlmodel import select

from callbot.models import Account
from callbot.web.app import Office, create_app
from callbot.web.auth.log_ins import SESSION_COOKIE, begin_log_in
from callbot.web.language import COOKIE

AXE = Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
PATIENCE_MS = 180_000
"""On a busy machine a page may take this long."""
expect.set_options(timeout=PATIENCE_MS)


class Server:
    """Can be stopped and started again at the same address."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._port = 0

    def start(self) -> None:
        config = uvicorn.Config(
            create_app(self.office),
            port=self._port,
            log_level="error",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()
        while not self._server.started:
            time.sleep(0.05)
        self._port = self._server.servers[0].sockets[0].getsockname()[1]

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=PATIENCE_MS / 1000)

    @contextmanager
    def away(self) -> Iterator[None]:
        """Nobody listens at the address meanwhile."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}"


def at_the_door(
    chromium: Browser,
    server: Server,
    language: str = "zh-CN",
    *,
    width: int = 1280,
    scripts: bool = True,
) -> Page:
    """A browser of nobody yet. Errors of scripts fail the test that closes it."""
    context = chromium.new_context(
        base_url=server.address,
        viewport={"width": width, "height": 900},
        locale=language,
        java_script_enabled=scripts,
    )
    context.set_default_timeout(PATIENCE_MS)
    context.add_cookies([{"name": COOKIE, "value": language, "url": server.address}])
    return context.new_page()


def logged_in(
    chromium: Browser,
    server: Server,
    name: str,
    language: str = "zh-CN",
    *,
    width: int = 1280,
    scripts: bool = True,
) -> Page:
    """Without typing a password, which takes its time to check."""
    page = at_the_door(chromium, server, language, width=width, scripts=scripts)
    with server.office.database.session() as rows:
        account = rows.exec(select(Account).where(Account.name == name)).one()
        token = begin_log_in(rows, account, server.office.clock.now())
    page.context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": server.address}])
    return page


def log_in(page: Page, name: str) -> None:
    """By keyboard, as everybody does, once the first field waits for it."""
    page.locator("input:focus").wait_for()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
