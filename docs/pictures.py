"""`python docs/pictures.py data/demo`: takes the README's pictures of the console from a demo.

Needs the test tools and Debian's Chromium. The demo's database gets an account named `pictures`.
"""

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
PORT = 8765
ADDRESS = f"http://127.0.0.1:{PORT}"
PASSWORD = "a demo kept for the README"
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
CALLBOT = [sys.executable, "-m", "callbot"]


def main(folder: Path) -> None:
    environment = {**os.environ, "CALLBOT_DATA_DIR": str(folder)}
    server = subprocess.Popen([*CALLBOT, "serve", "--port", str(PORT)], env=environment)
    try:
        _wait_until_up()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            page = browser.new_page(viewport={"width": 1280, "height": 860})
            _log_in(page, _link(environment))
            page.goto(f"{ADDRESS}/queue")
            page.screenshot(path=HERE / "console-queue.png")
            page.locator("main a[href^='/flags/']").first.click()
            page.wait_for_load_state("networkidle")
            page.screenshot(path=HERE / "console-flag.png")
            browser.close()
    finally:
        server.terminate()
        server.wait()


def _wait_until_up() -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{ADDRESS}/healthz")
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the console did not start")


def _link(environment: dict[str, str]) -> str:
    """A one-time link, by which the account sets its password."""
    account = ["add", "pictures", "--role", "administrator"]
    command = [*CALLBOT, "user", *account, "--json"]
    made = subprocess.run(command, env=environment, capture_output=True, text=True)
    if made.returncode:
        command = [*CALLBOT, "user", "reset", "pictures", "--json"]
        made = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    path = json.loads(made.stdout)["link"].partition("/welcome/")[2]
    return f"{ADDRESS}/welcome/{path}"


def _log_in(page: Page, link: str) -> None:
    page.goto(link)
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    page.locator("main button").first.click()
    page.wait_for_url("**/login")
    page.fill("input[name=name]", "pictures")
    page.fill("input[type=password]", PASSWORD)
    page.locator("main button").first.click()
    page.wait_for_url(f"{ADDRESS}/")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
