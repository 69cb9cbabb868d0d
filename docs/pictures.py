"""`make pictures`: plays the demo, draws what it prints, and takes pictures of its console.

Needs the test tools and Debian's Chromium.
"""

import io
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from playwright.sync_api import Page, sync_playwright
from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

from callbot.config import load_settings
from callbot.rehearsal.console import DemoConsole, demo_console
from callbot.rehearsal.demo import Demo
from callbot.web.app import create_app

HERE = Path(__file__).parent
PORT = 8765
ADDRESS = f"http://127.0.0.1:{PORT}"
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SIZE = {"width": 1280, "height": 860}
COLUMNS = 118
"""Of the terminal in the demo's picture."""

DRAWING = re.sub(
    r"<!--.*?-->\s*|@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL
).replace("font-family: Fira Code, monospace", "font-family: monospace, monospace")
"""Rich's own, without fonts and notes from elsewhere."""


def main() -> None:
    draw_demo()
    take_console()


def draw_demo() -> None:
    """The terminal of somebody who runs it: bars and notes are shown, results are drawn."""
    surroundings = os.environ | {"COLUMNS": str(COLUMNS), "FORCE_COLOR": "1"}
    command = [Path(sys.executable).parent / "callbot", "demo"]
    printed = subprocess.run(
        command, env=surroundings, stdout=subprocess.PIPE, text=True, check=True
    ).stdout
    terminal = Console(record=True, width=COLUMNS, file=io.StringIO())
    drawn = Text.from_ansi(printed)
    # Each cell is placed by itself: fonts disagree on how wide a Chinese character is.
    drawn.highlight_regex("[│┃]", "dim")
    terminal.print(drawn)
    terminal.save_svg(
        str(HERE / "demo.svg"), title="callbot demo", code_format=DRAWING, unique_id="demo"
    )


def take_console() -> None:
    now = datetime.now(UTC)
    demo = Demo(load_settings(), now, roster=None, residents=None, seed=0)
    with (
        demo_console(demo.settings) as console,
        _served(console),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport=SIZE, base_url=ADDRESS)
        _log_in(page, console)
        page.screenshot(path=HERE / "console-today.png")
        page.goto("/queue")
        page.screenshot(path=HERE / "console-queue.png")
        page.locator("main a[href^='/flags/']").first.click()
        page.wait_for_load_state("load")
        page.screenshot(path=HERE / "console-flag.png")
        browser.close()


@contextmanager
def _served(console: DemoConsole) -> Iterator[None]:
    config = uvicorn.Config(
        create_app(console.office), port=PORT, log_level="warning", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise SystemExit(f"port {PORT} cannot be listened at")
        time.sleep(0.05)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


def _log_in(page: Page, console: DemoConsole) -> None:
    page.goto("/login")
    page.fill("input[name=name]", console.name)
    page.fill("input[type=password]", console.password)
    page.locator("main button").first.click()
    page.wait_for_url(f"{ADDRESS}/")


if __name__ == "__main__":
    main()
