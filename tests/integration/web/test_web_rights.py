"""Alice, Bob and Charlie on every route: the right role, another community, nobody."""

import re
import sqlite3

import httpx
import pytest
from fastapi import FastAPI
from integration.web.web_route import Reach, Row, Shown
from sqlmodel import select
from starlette.types import Message, Scope
from web_office import HERE, HOST, NOW, Console, PinnedClock
from web_routes import ROWS, add_what_they_are_about

from callbot.models import Audit, Role
from callbot.telephony.twilio.account import TwilioAccount
from callbot.telephony.twilio.carrier import TwilioCarrier
from callbot.web.assets import FILES
from callbot.web.twilio_webhooks import router_of

ELSEWHERE = ("望湖社区",)
RESIDENT_HERE, RESIDENT_ELSEWHERE = "王秀英", "赵丽"


@pytest.fixture
def office(console: Console) -> Console:
    return ready(console)


@pytest.fixture(scope="module")
def quiet_office(quiet_console: Console) -> Console:
    return ready(quiet_console)


def ready(console: Console) -> Console:
    """With something for every route to be about, and a carrier's webhooks."""
    add_what_they_are_about(console.office.database)
    account = TwilioAccount("AC" + "0" * 32, "secret", "+18005550100", HOST)
    console.app.include_router(router_of(TwilioCarrier(account, PinnedClock())))
    return console


async def use(console: Console, browser: httpx.AsyncClient, row: Row) -> httpx.Response:
    if row.shown is Shown.STREAM:
        return await first_of_stream(console, browser, row.address)
    if row.form is None:
        return await browser.get(row.address)
    files = {name: given for name, given in row.form.items() if isinstance(given, tuple)}
    fields = {name: given for name, given in row.form.items() if name not in files}
    return await browser.post(row.address, data=fields, files=files or None)


async def first_of_stream(
    console: Console, browser: httpx.AsyncClient, address: str
) -> httpx.Response:
    """What a stream that never ends begins with; then the browser goes away."""
    sent: list[Message] = []
    raw = browser.build_request("GET", address).headers.raw
    scope: Scope = {
        "type": "http",
        "method": "GET",
        "path": address,
        "query_string": b"",
        "headers": [(name.lower(), value) for name, value in raw],
        "client": ("test", 1),
        "server": ("test", 80),
        "scheme": "http",
        "http_version": "1.1",
        "root_path": "",
    }

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    await console.app(scope, receive, send)
    start, *bodies = sent
    content = b"".join(each.get("body", b"") for each in bodies)
    return httpx.Response(start["status"], headers=start["headers"], content=content)


def stored(console: Console) -> str:
    """All that is in the database, as SQL."""
    with sqlite3.connect(console.office.settings.data_dir / "callbot.sqlite3") as file:
        return "\n".join(file.iterdump())


def routes_of(app: FastAPI) -> set[str]:
    """Method and path of each."""
    paths = app.openapi()["paths"]
    return {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}


def areas_of_alice(row: Row) -> tuple[str, ...]:
    """Her community, unless it concerns the whole office."""
    return () if row.reach is Reach.OFFICE else HERE


WITH_LOG_IN = [row for row in ROWS if row.reach not in (Reach.PUBLIC, Reach.SIGNED)]
OF_SOME_ROLES = [row for row in WITH_LOG_IN if row.roles != frozenset(Role)]
OF_PLACES = [row for row in WITH_LOG_IN if row.reach is not Reach.OPEN]


def named(rows: list[Row]) -> dict[str, object]:
    return {"argvalues": rows, "ids": [row.route for row in rows]}


def test_every_route_has_a_row_and_every_row_a_route(office: Console) -> None:
    routes = routes_of(office.app)
    rows = [row.route for row in ROWS]
    assert sorted(routes - set(rows)) == [], "say in web_routes.py who may use these"
    assert sorted(set(rows) - routes) == [], "these are no more"
    assert len(rows) == len(set(rows))


@pytest.mark.parametrize("row", **named(WITH_LOG_IN))
async def test_alice_who_has_the_role_may(office: Console, row: Row) -> None:
    for role in sorted(row.roles) if row.form is None else [max(row.roles)]:
        alice = office.newcomer(role, areas_of_alice(row))
        if row.before:
            await alice.post(row.before[0], data=row.before[1])
        answer = await use(office, alice, row)
        assert answer.status_code == row.answers, role
        if row.reach is Reach.LIST:
            assert RESIDENT_HERE in answer.text
        if row.is_page:
            assert weight(answer) < 300_000


PRIVATE = [
    row
    for row in WITH_LOG_IN
    if row.shown in (Shown.PAGE, Shown.FILE)
    and re.match(r"GET /(flags|calls|residents|tickets)/{|POST .*/phone$", row.route)
]


@pytest.mark.parametrize("row", **named(PRIVATE))
async def test_who_looks_at_one_residents_data_is_in_the_audit(office: Console, row: Row) -> None:
    alice = office.newcomer(max(row.roles), HERE)
    await use(office, alice, row)
    with office.office.database.reading() as rows:
        [seen] = rows.exec(select(Audit)).all()
    assert (seen.resident_id, seen.at) == (1, NOW)


def weight(page: httpx.Response) -> int:
    """Bytes of a page with all that it loads, when nothing was loaded before."""
    names = re.findall(r'(?:src|href)="/assets/[^/"]+/([^"]+)"', page.text)
    return len(page.content) + sum(FILES[name].stat().st_size for name in set(names))


@pytest.mark.parametrize("row", **named(OF_SOME_ROLES))
async def test_who_has_another_role_is_refused(quiet_office: Console, row: Row) -> None:
    others = [quiet_office.newcomer(role, ()) for role in sorted(frozenset(Role) - row.roles)]
    before = stored(quiet_office)
    for other in others:
        assert (await use(quiet_office, other, row)).status_code == 403
    assert stored(quiet_office) == before


@pytest.mark.parametrize("row", **named(OF_PLACES))
async def test_bob_of_another_community_sees_and_changes_nothing(
    quiet_office: Console, row: Row
) -> None:
    alice = quiet_office.newcomer(max(row.roles), areas_of_alice(row))
    bob = quiet_office.newcomer(max(row.roles), ELSEWHERE)
    if row.before:
        await alice.post(row.before[0], data=row.before[1])
    before = stored(quiet_office)
    answer = await use(quiet_office, bob, row)
    expected = {Reach.ONE: 404, Reach.LIST: 200, Reach.OFFICE: 403, Reach.CHOSEN: 422}
    assert answer.status_code == expected[row.reach]
    assert RESIDENT_HERE not in answer.text
    assert stored(quiet_office) == before


@pytest.mark.parametrize("page", ["/", "/queue", "/residents", "/residents?q=海滨路", "/tickets"])
async def test_lists_and_finds_are_of_bobs_own_community(quiet_office: Console, page: str) -> None:
    bob = quiet_office.newcomer(max(Role), ELSEWHERE)
    text = (await bob.get(page)).text
    assert RESIDENT_HERE not in text
    assert page == "/tickets" or RESIDENT_ELSEWHERE in text


@pytest.mark.parametrize("page", ["", "/progress", "/preview"])
async def test_a_campaign_of_the_whole_office_is_for_those_responsible_for_all_of_it(
    quiet_office: Console, page: str
) -> None:
    whole, part = (quiet_office.newcomer(Role.OPERATOR, areas) for areas in ((), HERE))
    assert (await whole.get(f"/campaigns/1{page}")).status_code == 200
    assert (await part.get(f"/campaigns/1{page}")).status_code == 404


async def test_charlie_without_a_log_in_gets_to_the_log_in_page_alone(
    quiet_office: Console,
) -> None:
    before = stored(quiet_office)
    for row in WITH_LOG_IN:
        answer = await use(quiet_office, quiet_office.browser(), row)
        assert answer.status_code == 303, row.route
        assert answer.headers["location"].split("?")[0] == "/login", row.route
    assert stored(quiet_office) == before


async def test_what_needs_no_log_in_tells_and_changes_nothing(quiet_office: Console) -> None:
    before = stored(quiet_office)
    for row in ROWS:
        if row not in WITH_LOG_IN:
            answer = await use(quiet_office, quiet_office.browser(), row)
            assert answer.status_code == row.answers, row.route
            assert RESIDENT_HERE not in answer.text
    assert stored(quiet_office).count("INSERT INTO") <= before.count("INSERT INTO") + 1, (
        "one bad log-in"
    )


async def test_no_form_is_taken_from_another_site(quiet_office: Console) -> None:
    browsers = {role: quiet_office.newcomer(role, ()) for role in Role}
    before = stored(quiet_office)
    for row in ROWS:
        if row.form is None or row.reach is Reach.SIGNED:
            continue
        browser = browsers[max(row.roles)]
        browser.headers["Origin"] = "https://evil.test"
        assert (await use(quiet_office, browser, row)).status_code == 403, row.route
    assert stored(quiet_office) == before
