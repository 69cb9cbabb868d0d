"""Every page and state for everybody: WCAG 2.2 AA by axe, any width, by keyboard, at rest."""

from typing import Final

import pytest
from console_browser import AXE, Server, logged_in
from integration.web.web_office import NOW
from integration.web.web_route import Reach
from integration.web.web_routes import ROWS
from peers import needs_programs
from playwright.sync_api import Browser, Page

from callbot.campaigns.roster.store import import_roster
from callbot.models import Resident, record
from callbot.web.app import Office

pytestmark = needs_programs("chromium")

HOSTILE: Final = '<img src=x onerror="window.harmed=1">'
PAGES: Final = tuple(row.address for row in ROWS if row.is_page and row.reach is not Reach.PUBLIC)
STATES: Final = (
    *("/queue?tab=mine", "/queue?tab=others", "/queue?tab=done", "/flags/3", "/residents?q=nobody"),
    *("/reports?from=2026-11-09&to=2026-11-22", "/reports?from=2026-11-22&to=2026-11-01"),
    *("/scripts/quarantine/edit/lexicon/zh-CN.yaml", "/residents/4", "/flags/999", "/nowhere"),
)
"""Of pages: empty, full, wrong, hostile, not there."""

SENT_WRONG: Final[tuple[tuple[str, dict[str, str]], ...]] = (
    ("/campaigns/new", {"name": "", "script": "quarantine", "first_day": "9", "last_day": "2"}),
    ("/campaigns/2/stop", {}),
    ("/scripts/quarantine/edit/quarantine/zh-CN.yaml", {"whole": "prompts: ["}),
    ("/residents/1/tickets", {"text": "", "due_at": "2020-01-01T00:00"}),
    ("/tickets/1/finish", {"result": ""}),
    ("/people", {"name": "ada", "role": "viewer"}),
    ("/flags/act", {"act": "resolve", "flag": "1"}),
    ("/flags/act", {"act": "claim", "flag": "999"}),
    ("/calls/call-1/answers/temperature", {"celsius": "99"}),
    ("/residents/1/plan", {"act": "pause", "reason": ""}),
    ("/reports/release", {"resident": "1"}),
    ("/account/password", {"old": "wrong", "new": "short"}),
    ("/import/tried", {"tried": "made-up.csv"}),
)
"""Forms that are refused: the page to which they lead says so."""

RULES: Final = """(contrast) => axe.run(document, {
    resultTypes: ['violations'],
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    preload: false,
    rules: {'target-size': {enabled: true}, 'color-contrast': {enabled: contrast}}})"""
SEND: Final = """([to, fields]) => {
    const form = document.createElement('form');
    form.method = 'post';
    form.action = to;
    for (const [name, value] of Object.entries(fields)) {
        const field = document.createElement('textarea');
        field.name = name;
        field.value = value;
        form.append(field);
    }
    document.body.append(form);
    form.submit();
}"""
OPEN_ALL: Final = "document.querySelectorAll('details').forEach((each) => { each.open = true; })"
UNSEEN_FOCUS: Final = """() => [...document.querySelectorAll(
        'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
    .filter((each) => each.checkVisibility() && !each.disabled)
    .filter((each) => {
        each.focus({focusVisible: true});
        const style = getComputedStyle(each), box = each.getBoundingClientRect();
        const drawn = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
        const inside = box.bottom > 0 && box.top < innerHeight;
        const over = document.elementFromPoint(
            Math.min(box.left + box.width / 2, innerWidth - 1),
            Math.max(0, Math.min((Math.max(0, box.top) + Math.min(innerHeight, box.bottom)) / 2)));
        const covered = over?.closest('.bulk') && !each.closest('.bulk');
        return document.activeElement === each && !(drawn && inside && !covered);
    })
    .map((each) => each.outerHTML.slice(0, 120))"""
WIDTHS_PX: Final = (640, 390, 320)
"""200 % zoom of a laptop, a phone, 400 % zoom."""


@pytest.fixture(scope="module", autouse=True)
def visited_by_somebody_hostile(office: Office, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A resident whose every field is HTML, come in with a roster."""
    path = tmp_path_factory.mktemp("roster") / "roster.csv"
    cells = [HOSTILE.replace('"', "'"), "13800000044", *[HOSTILE.replace('"', "'")] * 4]
    head = "姓名,电话,住址,社区,网格,备注,隔离开始日期\n"
    path.write_text(head + ",".join(cells) + ",2026-11-07\n", encoding="utf-8")
    zone = office.settings.zone
    import_roster(office.database, path, NOW, zone, actor=HOSTILE)
    with office.database.session() as rows:
        assert rows.get_one(Resident, 4).community == cells[2]
        record(rows, NOW, HOSTILE, "noted", resident_id=4)


def faults_of(page: Page, where: str, *, contrast: bool = True) -> list[str]:
    """What axe finds on the page as it is, with all that can be opened open.

    contrast: half of the time that axe takes, and the same in every language and width.
    """
    page.evaluate(OPEN_ALL)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    return [
        f"{where}: {violation['id']}: {[node['html'][:120] for node in violation['nodes'][:3]]}"
        for violation in page.evaluate(RULES, contrast)["violations"]
    ]


def look_at(page: Page, where: str, language: str, width: int, *, contrast: bool) -> list[str]:
    """What is wrong with the page as it is."""
    wrong = faults_of(page, where, contrast=contrast)
    wrong += [f"{where}: focus unseen: {each}" for each in page.evaluate(UNSEEN_FOCUS)]
    if page.evaluate("document.documentElement.lang") != language:
        wrong.append(f"{where}: another language")
    for narrow in WIDTHS_PX:
        page.set_viewport_size({"width": narrow, "height": 900})
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            wrong.append(f"{where}: wider than {narrow} px")
    if page.evaluate("window.harmed"):
        wrong.append(f"{where}: a script of a roster ran")
    page.set_viewport_size({"width": width, "height": 900})
    return wrong


@pytest.mark.parametrize(
    ("language", "width", "contrast"), [("zh-CN", 1280, True), ("en-US", 390, False)]
)
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
    page.context.close()
    if wrong or errors:
        pytest.fail("\n".join([*wrong, *errors]))


def test_what_answers_a_form_that_was_sent_wrong_is_accessible(
    chromium: Browser, server: Server
) -> None:
    page = logged_in(chromium, server, "ada")
    wrong: list[str] = []
    for number, (address, fields) in enumerate(SENT_WRONG):
        page.goto("/account")
        with page.expect_navigation():
            page.evaluate(SEND, [address, fields])
        where = f"after {address} ({number})"
        wrong += look_at(page, where, "zh-CN", 1280, contrast=True)
        if page.locator("[role=alert], .notice.bad, .alone h1").count() == 0:
            wrong.append(f"{where}: nothing tells what is wrong, at {page.url}")
    page.context.close()
    if wrong:
        pytest.fail("\n".join(wrong))
