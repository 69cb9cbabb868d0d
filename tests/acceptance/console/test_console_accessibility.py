"""Every page and state for everybody: WCAG 2.2 AA by axe, any width, by keyboard, at rest."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from acceptance.console.console_faults import look_at
from console_browser import Server, at_the_door, logged_in
from integration.web.web_office import NOW
from integration.web.web_route import Reach
from integration.web.web_routes import FILE, ROSTER, ROWS
from peers import needs_programs
from playwright.sync_api import Browser, Page

from callbot.campaigns.roster.store import import_roster
from callbot.dialog.events import Outcome
from callbot.models import (
    Attempt,
    AttemptState,
    Call,
    Campaign,
    CampaignState,
    Resident,
    Role,
    Ticket,
    TicketState,
    record,
)
from callbot.web.app import Office
from callbot.web.auth.accounts import add_account
from callbot.web.body_limit import MOST_BYTES

pytestmark = needs_programs("chromium")

HOSTILE: Final = '<img src=x onerror="window.harmed=1">'
PAGES: Final = tuple(row.address for row in ROWS if row.is_page and row.reach is not Reach.PUBLIC)
STATES: Final = (
    *("/queue?tab=mine", "/queue?tab=others", "/queue?tab=done", "/flags/3", "/residents?q=nobody"),
    *("/queue?severity=normal", "/tickets?tab=done", "/residents?follow_up=lost"),
    *("/reports?from=2026-11-09&to=2026-11-22", "/reports?from=2026-11-22&to=2026-11-01"),
    *("/scripts/quarantine/edit/lexicon/zh-CN/symptoms.yaml", "/scripts/quarantine?locale=en-US"),
    *("/residents/4", "/flags/999", "/nowhere", "/people/audit?actor=vera"),
)
"""Of pages: empty, full, wrong, hostile, not there."""

Sent = tuple[str, dict[str, str]]
WRONG: Final[tuple[Sent, ...]] = (
    ("/campaigns/new", {"name": "", "script": "quarantine"}),
    ("/campaigns/new", {"name": "x", "script": "quarantine", "first_day": "9", "last_day": "2"}),
    ("/campaigns/2/stop", {}),
    ("/scripts/quarantine/edit/quarantine/zh-CN.yaml", {"whole": "prompts: ["}),
    ("/residents/1/tickets", {"text": "", "due_at": "2020-01-01T00:00"}),
    ("/tickets/1/finish", {"result": ""}),
    ("/people", {"name": "ada", "role": "viewer"}),
    ("/flags/act", {"act": "resolve", "flag": "1", "refused": "/flags/1"}),
    ("/flags/act", {"act": "claim", "flag": "999"}),
    ("/calls/call-1/answers/temperature", {"celsius": "99"}),
    ("/residents/1/plan", {"act": "pause", "reason": ""}),
    ("/residents/1/merge", {"other": "13800000001", "reason": "x"}),
    ("/reports/release", {"resident": "1"}),
    ("/account/password", {"old": "wrong", "new": "short"}),
    ("/import", {"file": "姓名,电话\n,1380000\n"}),
    ("/import", {"file": ROSTER + ",1380000,金海社区,2026-13-40\n"}),
    ("/import/tried", {"tried": "made-up.csv"}),
    ("/import", {"file": "x" * MOST_BYTES}),
)
"""Forms that are refused: the page to which they lead says so."""

RIGHT: Final[tuple[Sent, ...]] = (
    ("/flags/1/phone", {}),
    ("/flags/act", {"act": "claim", "flag": "1", "back": "/flags/1"}),
    ("/flags/act", {"act": "resolve", "flag": "1", "settlement": "advised", "back": "/flags/1"}),
    ("/flags/act", {"act": "reopen", "flag": "1", "back": "/queue"}),
    ("/residents/1/phone", {}),
    ("/residents/2/opt-out", {"out": "true"}),
    ("/residents/1/plan", {"act": "pause", "reason": "x"}),
    ("/residents/1/contacts", {"relation": "family", "phone": "13900000001", "name": "x"}),
    ("/residents/1/household", {"act": "join", "other": "13800000002"}),
    ("/residents/2/merge", {"other": "13800000001", "reason": "x"}),
    ("/calls/call-1/answers/temperature", {"celsius": "36.5"}),
    ("/import", {"file": ROSTER, "trial": "true"}),
    ("/import", {"file": ROSTER}),
    ("/campaigns/1/start", {}),
    ("/campaigns/1/pause", {}),
    ("/campaigns/1/resume", {}),
    ("/tickets/1/finish", {"result": "x"}),
    ("/people/purge", {}),
    ("/campaigns/1/stop", {"sure": "yes"}),
    ("/scripts/quarantine/try", {"act": "begin"}),
    (FILE, {"prompts.goodbye": "再见。"}),
    ("/people", {"name": "new", "role": "viewer"}),
    ("/people/2/disable", {}),
)
"""Forms that are followed: what then is there to see. In this order, each begins where the one
before it ended."""
AFTER_THEM: Final = (
    *("/scripts/quarantine", "/scripts/quarantine/publish", "/residents/1", "/people/2"),
    *("/people/changes", "/queue?tab=mine", "/tickets/1", "/tickets?tab=done", "/people/purge"),
)

SEND: Final = """([to, fields]) => {
    const form = document.createElement('form');
    form.method = 'post';
    form.action = to;
    for (const [name, value] of Object.entries(fields)) {
        const field = document.createElement(name === 'file' ? 'input' : 'textarea');
        field.name = name;
        if (name === 'file') {
            form.enctype = 'multipart/form-data';
            field.type = 'file';
            const chosen = new DataTransfer();
            chosen.items.add(new File([value], 'roster.csv', {type: 'text/csv'}));
            field.files = chosen.files;
        } else field.value = value;
        form.append(field);
    }
    document.body.append(form);
    form.submit();
}"""
TOLD: Final = "[role=alert], .notice.bad, .alone h1"
LANGUAGES: Final = pytest.mark.parametrize(
    ("language", "width", "contrast"), [("zh-CN", 1280, True), ("en-US", 390, False)]
)


@pytest.fixture(scope="module", autouse=True)
def more_residents(office: Office, tmp_path_factory: pytest.TempPathFactory) -> None:
    import_somebody_hostile(office, tmp_path_factory.mktemp("roster") / "roster.csv")
    add_somebody_long_released(office)


def import_somebody_hostile(office: Office, path: Path) -> None:
    """A resident whose every field is HTML, come in with a roster."""
    cells = [HOSTILE.replace('"', "'"), "13800000044", *[HOSTILE.replace('"', "'")] * 4]
    head = "姓名,电话,住址,社区,网格,备注,隔离开始日期\n"
    path.write_text(head + ",".join(cells) + ",2026-11-07\n", encoding="utf-8")
    zone = office.settings.zone
    import_roster(office.database, path, NOW, zone, actor=HOSTILE)
    with office.database.session() as rows:
        assert rows.get_one(Resident, 4).community == cells[2]
        record(rows, NOW, HOSTILE, "noted", resident_id=4)


def add_somebody_long_released(office: Office) -> None:
    """What was said in their call may be deleted."""
    at = NOW - timedelta(days=60)
    phone = "+8613800000009"
    with office.database.session() as rows:
        resident = Resident(name="钱芳", phone=phone, phone_hash="", imported_at=at)
        resident.exposed_on = at.date()
        rows.add(resident)
        rows.flush()
        told = {"resident_id": resident.id, "ended_at": at, "outcome": Outcome.COMPLETED}
        state = AttemptState.ENDED
        rows.add(Attempt(id="old", campaign_id=1, number=1, state=state, due_at=at, **told))
        rows.flush()
        spoken = {"script": "quarantine", "script_version": "0123456789ab", "locale": "zh-CN"}
        rows.add(Call(id="old", attempt_id="old", started_at=at, **spoken, **told))


@LANGUAGES
def test_every_page_is_accessible_in_both_languages(
    chromium: Browser, server: Server, language: str, width: int, contrast: bool
) -> None:
    page = logged_in(chromium, server, "ada", language, width=width)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    wrong: list[str] = []
    for path in (*PAGES, *STATES):
        page.goto(path)
        wrong += look_at(page, path, language, width, contrast=contrast)
    page.goto("/queue")
    page.keyboard.press("?")
    wrong += look_at(page, "the list of keys", language, width, contrast=contrast)
    page.context.close()
    if wrong or errors:
        pytest.fail("\n".join([*wrong, *errors]))


@LANGUAGES
def test_the_way_in_is_accessible(
    chromium: Browser, server: Server, office: Office, language: str, width: int, contrast: bool
) -> None:
    token = add_account(office.database, language, Role.VIEWER, (), NOW, actor="test")
    page = at_the_door(chromium, server, language, width=width)
    wrong: list[str] = []
    for path in ("/login", "/login?to=/queue", "/welcome/made-up", f"/welcome/{token}"):
        page.goto(path)
        wrong += look_at(page, path, language, width, contrast=contrast)
    for address, fields in (
        ("/login", {"name": "ada", "password": "wrong"}),
        (f"/welcome/{token}", {"password": "short"}),
    ):
        page.goto(address)
        send(page, address, fields)
        wrong += look_at(page, f"after {address}", language, width, contrast=contrast)
        if page.locator(TOLD).count() == 0:
            wrong.append(f"after {address}: nothing tells what is wrong")
    page.context.close()
    if wrong:
        pytest.fail("\n".join(wrong))


@LANGUAGES
def test_what_answers_a_form_is_accessible(
    chromium: Browser, server: Server, office: Office, language: str, width: int, contrast: bool
) -> None:
    with office.database.session() as rows:
        rows.get_one(Campaign, 1).state = CampaignState.DRAFT
        rows.get_one(Ticket, 1).state = TicketState.OPEN
    page = logged_in(chromium, server, "ada", language, width=width)
    wrong: list[str] = []
    page.goto("/account")
    for number, (address, fields) in enumerate((*WRONG, *RIGHT)):
        send(page, address, fields)
        where = f"after {address} ({number})"
        wrong += look_at(page, where, language, width, contrast=contrast)
        if number < len(WRONG) and page.locator(TOLD).count() == 0:
            wrong.append(f"{where}: nothing tells what is wrong, at {page.url}")
    for path in AFTER_THEM:
        page.goto(path)
        wrong += look_at(page, f"{path} after all", language, width, contrast=contrast)
    page.context.close()
    if wrong:
        pytest.fail("\n".join(wrong))


@LANGUAGES
def test_what_tells_of_a_fault_is_accessible(
    chromium: Browser, server: Server, office: Office, language: str, width: int, contrast: bool
) -> None:
    page = logged_in(chromium, server, "ada", language, width=width)
    wrong: list[str] = []
    for status, fault in ((500, unreadable_campaign), (503, no_database)):
        with fault(office):
            answer = page.goto("/campaigns/1")
            assert answer is not None
            assert answer.status == status
            wrong += look_at(page, f"status {status}", language, width, contrast=contrast)
    page.context.close()
    if wrong:
        pytest.fail("\n".join(wrong))


@contextmanager
def unreadable_campaign(office: Office) -> Iterator[None]:
    """Its row was changed by hand."""
    with office.database.session() as rows:
        campaign = rows.get_one(Campaign, 1)
        before, campaign.audience = campaign.audience, {"made_up": True}
    yield
    with office.database.session() as rows:
        rows.get_one(Campaign, 1).audience = before


@contextmanager
def no_database(office: Office) -> Iterator[None]:
    """Its file is away."""
    file = office.settings.data_dir / "callbot.sqlite3"
    office.database.close()
    away = file.rename(file.with_suffix(".away"))
    file.mkdir()
    yield
    file.rmdir()
    away.rename(file)


def send(page: Page, address: str, fields: dict[str, str]) -> None:
    with page.expect_navigation():
        page.evaluate(SEND, [address, fields])
