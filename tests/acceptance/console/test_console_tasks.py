"""Each user's whole task in a real browser, from the log-in page to its result, in both languages.

Pictures of the results are left in the folder that CALLBOT_PICTURES names.
"""

import os
import re
from pathlib import Path
from typing import Final

import pytest
from console_browser import Server, at_the_door, log_in, logged_in
from integration.web.web_office import PASSWORD
from peers import needs_programs
from playwright.sync_api import Browser, Page, expect
from sqlmodel import col, select

from callbot.models import Account, Campaign, CampaignState, Flag, FlagState, Resident, Role
from callbot.web.app import Office
from callbot.web.console import TOO_LARGE

pytestmark = needs_programs("chromium")

ROSTER: Final = "姓名,电话,社区,隔离开始日期\n{name},{phone},金海社区,2026-11-20\n"
HUNDRED_MEGABYTES: Final = 100 * 1024 * 1024
CLICKS: Final = """() => {
    // Presses of the mouse: a press on a label is two clicks, its own and its button's. On their
    // way up: the driver stops those that miss an element just exchanged, and presses again.
    window.addEventListener('pointerdown', (event) => {
        if (event.isTrusted) sessionStorage.clicks = Number(sessionStorage.clicks ?? 0) + 1;
    });
}"""
LANGUAGES: Final = pytest.mark.parametrize("language", ["zh-CN", "en-US"])


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("CALLBOT_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@LANGUAGES
def test_an_administrator_adds_a_person_who_sets_a_password_and_comes_in(
    chromium: Browser, server: Server, office: Office, language: str
) -> None:
    page = at_the_door(chromium, server, language)
    page.goto("/login?to=/people")
    log_in(page, "ada")
    page.wait_for_url("**/people")
    name = f"new {language}"
    page.locator("input[name=name]").fill(name)
    page.locator("select[name=role]").select_option("reviewer")
    page.locator("textarea[name=areas]").fill("金海社区")
    picture(page, f"administrator-form-{language}")
    page.locator("form[action^='/people'] button.primary").click()
    link = page.locator(".secret code").inner_text()
    picture(page, f"administrator-link-{language}")
    page.context.close()

    page = at_the_door(chromium, server, language)
    page.goto(link)
    page.locator("input:focus").wait_for()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/login")
    log_in(page, name)
    page.wait_for_url("**/")
    assert "李建国" in page.inner_text("main")
    assert "赵丽" not in page.inner_text("main"), "of another community"
    with office.database.reading() as rows:
        account = rows.exec(select(Account).where(Account.name == name)).one()
        assert (account.role, account.areas) == (Role.REVIEWER, ["金海社区"])
    page.context.close()


@LANGUAGES
def test_an_operator_imports_previews_launches_and_watches(
    chromium: Browser, server: Server, office: Office, language: str
) -> None:
    number = 71 if language == "zh-CN" else 72
    page = at_the_door(chromium, server, language)
    page.goto("/login?to=/import")
    log_in(page, "otto")
    page.wait_for_url("**/import")
    told = ROSTER.format(name=f"新{number}", phone=f"138000000{number}").encode()
    roster = {"name": "roster.csv", "mimeType": "text/csv", "buffer": told}
    for button in ("true", "false"):
        page.locator("input[type=file]").set_input_files([roster])  # type: ignore[list-item]
        page.locator(f"button[name=trial][value={button}]").click()
        page.locator(".notice").wait_for()
        picture(page, f"operator-import-{button}-{language}")
    page.goto("/campaigns/new")
    name = f"每周 {language}"
    page.locator("input[name=name]").fill(name)
    page.locator("form[action^='/campaigns/new'] button.primary").last.click()
    page.wait_for_url(re.compile(r"/campaigns/\d+$"))
    campaign = page.url
    page.goto(f"{campaign}/preview")
    assert f"新{number}" in page.inner_text("main")
    picture(page, f"operator-preview-{language}")
    page.locator("form[action*='/start'] button").click()
    page.wait_for_url(campaign)
    page.locator("form[action*='/pause'] button").wait_for()
    picture(page, f"operator-running-{language}")
    with office.database.reading() as rows:
        made = rows.exec(select(Campaign).where(Campaign.name == name)).one()
        assert made.state is CampaignState.RUNNING
        assert rows.exec(select(Resident).where(col(Resident.id) > 3)).first() is not None
    page.context.close()


@LANGUAGES
def test_a_reviewer_handles_a_flag_in_four_clicks_from_the_log_in_page(
    chromium: Browser, server: Server, office: Office, language: str
) -> None:
    """Log in, open, choose a result, settle."""
    flag = 1 if language == "zh-CN" else 3
    page = at_the_door(chromium, server, language)
    page.add_init_script(f"({CLICKS})()")
    page.goto("/login")
    page.locator("input[name=name]").press_sequentially("alice")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.locator("button.primary").click()
    page.locator(f"a[href='/flags/{flag}']").first.click()
    page.locator("input[name=settlement][value=advised]").check()
    picture(page, f"reviewer-flag-{language}")
    page.locator("button[name=act][value=resolve]").click()
    page.locator(".notice").wait_for()
    assert page.evaluate("Number(sessionStorage.clicks)") == 4
    picture(page, f"reviewer-done-{language}")
    with office.database.reading() as rows:
        settled = rows.get_one(Flag, flag)
        assert (settled.state, settled.claimed_by) == (FlagState.RESOLVED, "alice")
    page.context.close()


@LANGUAGES
def test_a_viewer_reads_a_report(chromium: Browser, server: Server, language: str) -> None:
    page = at_the_door(chromium, server, language)
    page.goto("/login")
    log_in(page, "vera")
    page.wait_for_url("**/")
    page.locator("nav a[href='/reports']").click()
    page.locator(".tiles").wait_for()
    picture(page, f"viewer-report-{language}")
    page.goto("/residents/1")
    assert page.locator("form[method=post]").count() == 2, "language and logging out alone"
    assert "+8613800000001" not in page.content()
    page.context.close()


def test_a_reviewer_settles_a_flag_by_keyboard_alone(
    chromium: Browser, server: Server, office: Office
) -> None:
    page = logged_in(chromium, server, "alice")
    page.goto("/queue")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/flags/*")
    flag = int(page.url.rpartition("/")[2])
    page.keyboard.press("c")
    page.get_by_text("您正在处理这条预警").wait_for()
    page.get_by_label("已电话指导").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/queue?tab=mine")
    with office.database.reading() as rows:
        assert rows.get_one(Flag, flag).state is FlagState.RESOLVED
    page.context.close()


def test_a_question_mark_lists_the_keys_and_g_goes_to_a_page(
    chromium: Browser, server: Server
) -> None:
    page = logged_in(chromium, server, "ada")
    page.goto("/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("选中")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("r")
    page.wait_for_url("**/residents")
    page.context.close()


def test_without_scripts_a_flag_is_settled_all_the_same(chromium: Browser, server: Server) -> None:
    page = at_the_door(chromium, server, scripts=False)
    page.goto("/login?to=/flags/4")
    page.get_by_label("账号").fill("ada")
    page.get_by_label("密码").fill(PASSWORD)
    page.locator("button.primary").click()
    page.get_by_label("核实无恙").check()
    page.get_by_role("button", name="办结").click()
    page.get_by_text("已办结 1 条预警").wait_for()
    page.context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_roster_of_a_hundred_megabytes_is_refused_in_words_and_changes_nothing(
    chromium: Browser, server: Server, office: Office, tmp_path: Path, scripts: bool
) -> None:
    """By the page, which does not send it; where scripts are off by the server, having read it."""
    roster = tmp_path / "roster.csv"
    with roster.open("wb") as file:
        file.truncate(HUNDRED_MEGABYTES)
    before = everybody(office)
    page = logged_in(chromium, server, "otto", scripts=scripts)
    page.goto("/import")
    field = page.locator("input[type=file]")
    field.set_input_files(roster)
    page.locator("button[name=trial][value=false]").click()
    if scripts:
        assert field.evaluate("field => field.validationMessage") == TOO_LARGE
        assert page.url.endswith("/import")
    else:
        page.get_by_text(TOO_LARGE).wait_for()
    assert everybody(office) == before
    page.context.close()


def everybody(office: Office) -> list[int | None]:
    with office.database.reading() as rows:
        return list(rows.exec(select(Resident.id)))


def test_what_is_hidden_is_not_seen(chromium: Browser, server: Server) -> None:
    page = logged_in(chromium, server, "ada")
    page.goto("/scripts/quarantine/try")
    expect(page.locator("[data-part=start]")).to_be_visible()
    expect(page.locator("[data-part=stop]")).to_be_hidden()
    page.context.close()
