"""The console in a real browser: a reviewer's whole task, and every page held to WCAG by axe."""

import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import uvicorn
from integration.web.web_office import NOW, PASSWORD, PinnedClock, fill
from peers import REQUIRED, find_program, needs_programs
from playwright.sync_api import Browser, Page, expect, sync_playwright

from callbot import db, vault
from callbot.config import Settings
from callbot.models import Flag, FlagState, History, Resident, Role
from callbot.web.app import Office, create_app
from callbot.web.auth.accounts import add_account, set_password

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
PAGES = (
    *("/", "/queue", "/queue?tab=done", "/flags/1", "/flags/3", "/calls/call-1", "/residents"),
    *("/residents/1", "/campaigns", "/campaigns/new", "/campaigns/1", "/campaigns/1/preview"),
    *("/import", "/flags/999", "/reports", "/reports?from=2026-11-09&to=2026-11-22"),
    *("/reports/release", "/reports/release/confirm?resident=3"),
    *("/tickets", "/tickets?tab=done", "/people/purge"),
    *("/account", "/people", "/people/1", "/people/audit"),
    *("/scripts", "/scripts/quarantine", "/scripts/quarantine/try", "/scripts/quarantine/versions"),
    *("/scripts/quarantine/edit/quarantine/zh-CN.yaml", "/scripts/quarantine/recordings"),
    *("/scripts/quarantine/edit/lexicon/zh-CN.yaml", "/scripts/quarantine/publish"),
)

pytestmark = [
    needs_programs("chromium"),
    pytest.mark.skipif(
        not AXE.is_file() and not REQUIRED, reason="axe-core is not installed: make test does it"
    ),
]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("console"))
    vault.unlock("", settings.data_dir)
    database = db.open_database(settings)
    db.upgrade(database)
    token = add_account(database, "ada", Role.ADMINISTRATOR, (), NOW, actor="test")
    set_password(database, token, PASSWORD, NOW)
    fill(database, settings)
    with database.session() as rows:
        rows.get_one(Resident, 3).exposed_on = date(2026, 11, 6)
    yield Office(settings, database, PinnedClock())
    database.close()


@pytest.fixture(scope="module")
def address(office: Office) -> Iterator[str]:
    config = uvicorn.Config(
        create_app(office), port=0, log_level="error", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=20)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_program("chromium"), args=list(FLAGS)
        )
        yield browser
        browser.close()


def logged_in(chromium: Browser, address: str, *, width: int = 1280) -> Page:
    page = chromium.new_context(
        base_url=address, viewport={"width": width, "height": 900}
    ).new_page()
    page.goto("/login")
    page.keyboard.type("ada")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    return page


def test_every_page_is_accessible_and_fits(chromium: Browser, address: str) -> None:
    """Each is opened once, read by axe, and then narrowed to a phone's width and 400 % zoom."""
    page = logged_in(chromium, address)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    axe = AXE.read_text(encoding="utf-8")
    wrong: list[str] = []
    for path in PAGES:
        page.goto(path)
        page.evaluate(axe)
        report = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        for violation in report["violations"]:
            places = [node["html"][:120] for node in violation["nodes"][:3]]
            wrong.append(f"{path}: {violation['id']}: {places}")
        for width in (390, 320):
            page.set_viewport_size({"width": width, "height": 900})
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                wrong.append(f"{path}: wider than {width} px")
        page.set_viewport_size({"width": 1280, "height": 900})
    assert not wrong
    assert not errors


def test_a_reviewer_settles_a_flag_by_keyboard_alone(
    chromium: Browser, address: str, office: Office
) -> None:
    page = logged_in(chromium, address)
    page.goto("/queue")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/flags/1")
    page.keyboard.press("c")
    page.get_by_text("您正在处理这条预警").wait_for()
    page.get_by_label("已电话指导").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/queue?tab=mine")
    with office.database.reading() as rows:
        assert rows.get_one(Flag, 1).state is FlagState.RESOLVED


def test_a_question_mark_lists_the_keys_and_g_goes_to_a_page(
    chromium: Browser, address: str
) -> None:
    page = logged_in(chromium, address)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("选中")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("r")
    page.wait_for_url("**/residents")


def test_the_first_page_follows_what_others_do(
    chromium: Browser, address: str, office: Office
) -> None:
    page = logged_in(chromium, address)
    waiting = page.locator(".tile .number").first
    before = int(waiting.inner_text())
    with office.database.session() as rows:
        flag = rows.get_one(Flag, 3)
        flag.state = FlagState.RESOLVED
        rows.add(History(at=NOW, actor="anna", act="flag_resolved", resident_id=2))
    expect(waiting).to_have_text(str(before - 1), timeout=20_000)


def test_without_scripts_a_flag_is_settled_all_the_same(chromium: Browser, address: str) -> None:
    context = chromium.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/login?to=/flags/2")
    page.get_by_label("账号").fill("ada")
    page.get_by_label("密码").fill(PASSWORD)
    page.locator("button.primary").click()
    page.get_by_label("核实无恙").check()
    page.get_by_role("button", name="办结").click()
    page.get_by_text("已办结 1 条预警").wait_for()
