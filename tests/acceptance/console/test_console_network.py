"""Nothing is lost to a poor network or a page that lives: typed words, presses, the focus."""

import pytest
from console_browser import Server, log_in, logged_in
from integration.web.web_office import NOW
from peers import needs_programs
from playwright.sync_api import Browser, JSHandle, Page, expect
from sqlmodel import select

from callbot.models import Flag, FlagState, History, LogIn
from callbot.models.people import StaffNote
from callbot.web.app import Office

pytestmark = needs_programs("chromium")

NOTE = "form[action^='/residents/1/notes']"
FIRST_LINK = "document.querySelector('ul.first a')"


def typing(page: Page, text: str) -> None:
    page.goto("/residents/1")
    page.locator(f"{NOTE} textarea").press_sequentially(text)


def send(page: Page) -> None:
    page.locator(f"{NOTE} button:not(.quiet)").click(no_wait_after=True)


def typed(page: Page) -> str:
    return page.locator(f"{NOTE} textarea").input_value()


def notes(office: Office) -> list[str]:
    with office.database.reading() as rows:
        return [note.text for note in rows.exec(select(StaffNote))]


@pytest.fixture(autouse=True)
def no_notes(office: Office) -> None:
    with office.database.session() as rows:
        for note in rows.exec(select(StaffNote)):
            rows.delete(note)


def test_without_a_network_a_form_stays_where_it_is(
    chromium: Browser, server: Server, office: Office
) -> None:
    page = logged_in(chromium, server, "alice")
    typing(page, "住院中")
    page.context.set_offline(True)
    send(page)
    page.locator(".offline").wait_for()
    assert typed(page) == "住院中"
    page.context.set_offline(False)
    expect(page.locator(".offline")).to_have_count(0)
    send(page)
    page.locator(".notice[role=status]").wait_for()
    assert notes(office) == ["住院中"]
    page.goto("/residents/1")
    assert typed(page) == "", "what has arrived is not offered again"
    page.context.close()


def test_a_form_that_the_server_never_got_is_there_again(
    chromium: Browser, server: Server, office: Office
) -> None:
    page = logged_in(chromium, server, "alice")
    typing(page, "已转院")
    with server.away(), page.expect_event("requestfailed"):
        send(page)
    page.goto(f"{server.address}/residents/1")
    assert typed(page) == "已转院"
    page.locator("form .notice button").wait_for()
    send(page)
    page.wait_for_function("!document.querySelector('form .notice')")
    expect(page.locator("main > .notice")).to_be_visible()
    assert notes(office) == ["已转院"]
    page.context.close()


def test_a_log_in_that_ran_out_while_typing_leads_back_to_the_form(
    chromium: Browser, server: Server, office: Office
) -> None:
    page = logged_in(chromium, server, "alice")
    typing(page, "明天再问")
    with office.database.session() as rows:
        for entry in rows.exec(select(LogIn)):
            entry.ended_at = NOW
    send(page)
    page.wait_for_url("**/login?to=%2Fresidents%2F1")
    log_in(page, "alice")
    page.wait_for_url("**/residents/1")
    assert typed(page) == "明天再问"
    send(page)
    expect(page.locator("main > .notice")).to_be_visible()
    assert notes(office) == ["明天再问"]
    page.context.close()


def test_what_one_typed_is_not_shown_to_the_next_in_the_same_window(
    chromium: Browser, server: Server
) -> None:
    page = logged_in(chromium, server, "alice")
    typing(page, "只给我看")
    page.locator("form[action^='/logout'] button").click()
    page.wait_for_url("**/login")
    assert page.evaluate("sessionStorage.length") == 0
    page.context.close()


def test_a_double_click_does_one_thing(chromium: Browser, server: Server, office: Office) -> None:
    page = logged_in(chromium, server, "alice")
    typing(page, "双击")
    page.locator(f"{NOTE} button:not(.quiet)").dblclick(no_wait_after=True)
    expect(page.locator("main > .notice")).to_be_visible()
    assert notes(office) == ["双击"]
    page.context.close()


def test_a_live_page_takes_up_again_after_the_server_was_away(
    chromium: Browser, server: Server, office: Office
) -> None:
    page = logged_in(chromium, server, "ada")
    page.goto("/")
    waiting = page.locator(".tile .number").first
    before = int(waiting.inner_text())
    with server.away():
        expect(page.locator("#stale")).to_be_visible()
        with office.database.session() as rows:
            flag = rows.get_one(Flag, 3)
            flag.state = FlagState.RESOLVED
            rows.add(History(at=NOW, actor="anna", act="flag_resolved", resident_id=2))
    expect(waiting).to_have_text(str(before - 1))
    expect(page.locator("#stale")).to_be_hidden()
    page.context.close()


def something_happens(office: Office) -> None:
    with office.database.session() as rows:
        rows.add(History(at=NOW, actor="anna", act="resident_seen", resident_id=2))


def press_while_something_happens(page: Page, office: Office, on: str) -> JSHandle:
    """The first link as it was when the mouse went down; what is new has arrived, and waits."""
    page.locator(on).first.hover()
    page.mouse.down()
    link = page.evaluate_handle(FIRST_LINK)
    with page.expect_response("**/today") as asked:
        something_happens(office)
    asked.value.finished()
    page.evaluate("() => new Promise(requestAnimationFrame)")
    assert link.evaluate("link => link.isConnected")
    return link


def test_what_is_pressed_or_focused_is_not_exchanged_under_the_hand(
    chromium: Browser, server: Server, office: Office
) -> None:
    """A press that began on one element and ended on another would be none."""
    page = logged_in(chromium, server, "alice")
    page.goto("/")
    link = page.locator("ul.first a").first
    address = link.get_attribute("href")
    made = page.evaluate_handle(FIRST_LINK)
    link.focus()
    with page.expect_response("**/today"):
        something_happens(office)
    page.wait_for_function("old => !old.isConnected", arg=made)
    assert page.evaluate("document.activeElement.getAttribute('href')") == address

    press_while_something_happens(page, office, "ul.first a")
    page.mouse.up()
    page.wait_for_url(f"**{address}")

    page.goto("/")
    kept = press_while_something_happens(page, office, "h1")
    page.mouse.up()
    page.wait_for_function("old => !old.isConnected", arg=kept)
    page.context.close()


def test_two_reviewers_at_once_and_one_of_them_has_the_flag(
    chromium: Browser, server: Server, office: Office
) -> None:
    alice, anna = (logged_in(chromium, server, name) for name in ("alice", "anna"))
    for page in (alice, anna):
        page.goto("/flags/2")
        page.locator("button[value=claim]").wait_for()
    for page in (alice, anna):
        page.locator("button[value=claim]").click(no_wait_after=True)
    for page in (alice, anna):
        page.locator("main > .notice").wait_for()
    told = [page.locator("main > .notice").get_attribute("class") for page in (alice, anna)]
    assert sorted("bad" in str(each) for each in told) == [False, True]
    with office.database.reading() as rows:
        holder = rows.get_one(Flag, 2).claimed_by
        acts = rows.exec(select(History).where(History.act == "flag_claimed")).all()
    assert [act.actor for act in acts] == [holder]
    for page in (alice, anna):
        page.context.close()
