"""Alice, Bob and Charlie on every page and form: the right role, the wrong community, nobody."""

import re

import pytest
from fastapi.routing import APIRoute
from web_office import Console

from callbot.web.console import ROUTERS

PAGES = (
    *("/", "/today", "/queue", "/queue?tab=done", "/queue?tab=mine", "/flags/1", "/flags/3"),
    *("/flags/1/holder", "/queue/new?seen=0", "/calls/call-1", "/calls/call-1/recording.wav"),
    *("/residents", "/residents?q=wxy", "/residents/1", "/campaigns"),
    *("/reports", "/reports?from=2026-11-09&to=2026-11-22", "/reports/figures.xlsx"),
    *("/reports/lists.xlsx", "/reports/release", "/account"),
)
OPERATORS_PAGES = (
    *("/campaigns/1", "/campaigns/1/progress", "/campaigns/1/preview", "/campaigns/new", "/import"),
)
OF_ONE_RESIDENT = tuple(page for page in PAGES if re.search(r"/(flags|calls|residents)/", page))
FORMS: dict[str, dict[str, str]] = {
    "/flags/act": {"act": "claim", "flag": "1"},
    "/calls/call-1/answers/temperature": {"celsius": "36.5"},
    "/residents/1/phone": {},
    "/residents/1/notes": {"text": "已联系"},
    "/residents/1/dates": {"exposed_on": "2026-11-19", "follow_up_days": "14", "reason": "更正"},
    "/residents/1/opt-out": {"out": "true"},
    "/residents/1/plan": {"act": "pause", "reason": "住院"},
    "/residents/1/changes/1/undo": {},
    "/residents/1/household": {"act": "join", "other": "13800000002"},
    "/residents/1/contacts": {"relation": "family", "phone": "13900000001"},
    "/residents/1/contacts/1/remove": {},
    "/residents/1/staff-contacts": {"way": "visit", "reached": "true"},
    "/residents/1/merge": {"other": "13800000002", "reason": "同一人"},
}
OF_WHAT_IS_THERE = {
    "/residents/1/changes/1/undo": "/residents/1/plan",
    "/residents/1/contacts/1/remove": "/residents/1/contacts",
}
"""Forms about something that another form makes."""
OPERATORS_FORMS: dict[str, dict[str, str]] = {
    "/campaigns/new": {"name": "每周", "script": "quarantine"},
    "/campaigns/1/start": {},
}


def routes() -> list[APIRoute]:
    """Every route of the console."""
    return [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]


@pytest.mark.parametrize("page", PAGES)
async def test_alice_sees_the_page(console: Console, page: str) -> None:
    alice = await console.as_("alice")
    assert (await alice.get(page)).status_code == 200


@pytest.mark.parametrize("form", FORMS)
async def test_alice_may_send_the_form(console: Console, form: str) -> None:
    alice = await console.as_("alice")
    if form in OF_WHAT_IS_THERE:
        await alice.post(OF_WHAT_IS_THERE[form], data=FORMS[OF_WHAT_IS_THERE[form]])
    assert (await alice.post(form, data=FORMS[form])).status_code in (200, 303)


@pytest.mark.parametrize("page", OF_ONE_RESIDENT)
async def test_bob_of_another_community_finds_nothing(console: Console, page: str) -> None:
    bob = await console.as_("bob")
    if page == "/flags/3":
        page = "/flags/2"
    response = await bob.get(page)
    assert response.status_code == 404
    assert "王秀英" not in response.text


@pytest.mark.parametrize("form", FORMS)
async def test_bob_of_another_community_changes_nothing(console: Console, form: str) -> None:
    bob = await console.as_("bob")
    assert (await bob.post(form, data=FORMS[form])).status_code == 404


@pytest.mark.parametrize("page", OPERATORS_PAGES)
async def test_campaigns_of_the_whole_office_are_for_its_operators(
    console: Console, page: str
) -> None:
    otto, alice = await console.as_("otto"), await console.as_("alice")
    assert (await otto.get(page)).status_code == 200
    assert (await alice.get(page)).status_code in (403, 404)


@pytest.mark.parametrize("form", OPERATORS_FORMS)
async def test_operators_alone_make_and_start_campaigns(console: Console, form: str) -> None:
    alice, otto = await console.as_("alice"), await console.as_("otto")
    assert (await alice.post(form, data=OPERATORS_FORMS[form])).status_code == 403
    assert (await otto.post(form, data=OPERATORS_FORMS[form])).status_code == 303


async def test_lists_show_bob_only_his_own_community(console: Console) -> None:
    bob = await console.as_("bob")
    for page in ("/", "/queue", "/residents", "/residents?q=海滨路"):
        text = (await bob.get(page)).text
        assert "赵丽" in text
        assert "王秀英" not in text


@pytest.mark.parametrize("form", FORMS)
async def test_a_viewer_may_look_but_not_act(console: Console, form: str) -> None:
    vera = await console.as_("vera")
    assert (await vera.post(form, data=FORMS[form])).status_code == 403
    assert (await vera.get("/flags/1")).status_code == 200
    assert (await vera.get("/calls/call-1/recording.wav")).status_code == 403


def test_every_form_is_among_those_tried_above() -> None:
    forms = {re.sub(r"{\w+}", "X", route.path) for route in routes() if "POST" in route.methods}
    tried = {re.sub(r"/(1|call-1|temperature|remove)(?=/|$)", "/X", form) for form in FORMS}
    tried |= {"/campaigns/new", "/campaigns/X/X", "/campaigns/X/trials"}
    others = {"/login", "/logout", "/language", "/welcome/X", "/import", "/import/tried"}
    others |= {"/reports/release", "/reports/release/undo"}
    others |= {"/account/password", "/account/log-ins/end"}
    others |= {"/residents/X/tickets", "/tickets/X/X"}
    others |= {"/people/purge", "/people/purge/X/withdraw", "/people/purge/X/confirm"}
    others |= {"/people", "/people/X", "/people/X/disable", "/people/X/reset"}
    others |= {form for form in forms if form.startswith("/scripts/")}
    assert forms - tried == others, "these have tests of their own"


async def test_a_page_fits_a_poor_connection(console: Console) -> None:
    alice = await console.as_("alice")
    page = (await alice.get("/queue")).text
    sizes = [len(page)]
    for address in re.findall(r'(?:src|href)="(/assets/[^"]+)"', page):
        sizes.append(len((await alice.get(address)).content))
    assert sum(sizes) < 300_000
