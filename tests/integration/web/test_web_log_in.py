"""Logging in: passwords, log-ins that end, strangers kept out."""

import re
from datetime import timedelta

import pytest
from web_office import NOW, PASSWORD, Console

from callbot.models import Role
from callbot.web.auth.accounts import (
    AccountError,
    add_account,
    disable_account,
    reset_account,
)
from callbot.web.auth.log_ins import SESSION_COOKIE
from callbot.web.desk import own_path
from callbot.web.headers import HEADERS


async def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(console: Console) -> None:
    browser = console.browser()
    answers = [
        await browser.post("/login", data={"name": name, "password": "wrong password"})
        for name in ("alice", "nobody")
    ]
    assert [answer.status_code for answer in answers] == [401, 401]
    texts = {re.sub(r"alice|nobody|once=[\w-]+", "", answer.text) for answer in answers}
    assert len(texts) == 1
    assert SESSION_COOKIE not in browser.cookies


async def test_after_five_wrong_passwords_even_the_right_one_has_to_wait(console: Console) -> None:
    browser = console.browser()
    for _ in range(5):
        await browser.post("/login", data={"name": "alice", "password": "wrong password"})
    right = {"name": "alice", "password": PASSWORD}
    assert (await browser.post("/login", data=right)).status_code == 429
    console.clock.at += timedelta(minutes=16)
    assert (await browser.post("/login", data=right)).status_code == 303


async def test_a_planted_session_is_never_taken_up(console: Console) -> None:
    browser = console.browser()
    browser.cookies.set(SESSION_COOKIE, "planted")
    assert (await browser.get("/queue")).status_code == 303
    await browser.post("/login", data={"name": "alice", "password": PASSWORD})
    assert "planted" not in [cookie.value for cookie in browser.cookies.jar if cookie.domain]


async def test_a_stolen_session_is_worthless_after_logging_out(console: Console) -> None:
    alice = await console.as_("alice")
    thief = console.browser()
    thief.cookies.set(SESSION_COOKIE, alice.cookies[SESSION_COOKIE])
    assert (await thief.get("/queue")).status_code == 200
    await alice.post("/logout")
    assert (await thief.get("/queue")).headers["location"] == "/login?to=%2Fqueue"


@pytest.mark.parametrize(
    ("hours", "visits", "status"), [(2.5, 1, 303), (11, 11, 200), (12.5, 13, 303)]
)
async def test_a_log_in_ends_when_idle_and_after_a_working_day(
    console: Console, hours: float, visits: int, status: int
) -> None:
    alice = await console.as_("alice")
    for visit in range(1, visits + 1):
        console.clock.at = NOW + timedelta(hours=hours * visit / visits)
        response = await alice.get("/queue")
    assert response.status_code == status


async def test_a_page_that_renews_itself_does_not_keep_the_log_in_alive(console: Console) -> None:
    alice = await console.as_("alice")
    for minutes in (50, 100, 150):
        console.clock.at = NOW + timedelta(minutes=minutes)
        response = await alice.get("/today", headers={"HX-Request": "true"})
    assert response.status_code == 401
    assert response.headers["hx-redirect"] == "/login"


@pytest.mark.parametrize("end", [disable_account, reset_account])
async def test_a_disabled_or_reset_account_is_out_at_once(console: Console, end: object) -> None:
    alice = await console.as_("alice")
    assert callable(end)
    end(console.office.database, "alice", NOW, actor="ada")
    assert (await alice.get("/queue")).status_code == 303
    again = await console.browser().post("/login", data={"name": "alice", "password": PASSWORD})
    assert again.status_code == 401


async def test_a_one_time_link_sets_a_password_once(console: Console) -> None:
    token = add_account(console.office.database, "nina", Role.VIEWER, (), NOW, actor="ada")
    browser = console.browser()
    assert "nina" in (await browser.get(f"/welcome/{token}")).text
    weak = await browser.post(f"/welcome/{token}", data={"password": "nina nina nina"})
    assert weak.status_code == 422
    good = await browser.post(f"/welcome/{token}", data={"password": PASSWORD})
    assert good.status_code == 303
    again = await browser.post(f"/welcome/{token}", data={"password": "another long one"})
    assert again.status_code == 404
    assert (await console.as_("nina")).cookies[SESSION_COOKIE]


async def test_a_one_time_link_is_good_for_a_day(console: Console) -> None:
    token = add_account(console.office.database, "nina", Role.VIEWER, (), NOW, actor="ada")
    console.clock.at += timedelta(hours=25)
    assert (await console.browser().get(f"/welcome/{token}")).status_code == 404


def test_an_account_is_made_once(console: Console) -> None:
    with pytest.raises(AccountError, match="already"):
        add_account(console.office.database, "alice", Role.VIEWER, (), NOW, actor="ada")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.test"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_a_form_from_another_site_is_refused(
    console: Console, headers: dict[str, str]
) -> None:
    alice = await console.as_("alice")
    response = await alice.post("/flags/act", data={"act": "claim", "flag": "1"}, headers=headers)
    assert response.status_code == 403
    assert "没有执行" in response.text


async def test_every_answer_carries_the_security_headers(console: Console) -> None:
    alice = await console.as_("alice")
    for page in ("/login", "/queue", "/nowhere", "/healthz", "/flags/999"):
        response = await alice.get(page)
        assert HEADERS.items() <= dict(response.headers).items() or all(
            response.headers[name] == value for name, value in HEADERS.items()
        )
        assert response.headers["cache-control"] == "no-store"
    policy = response.headers["content-security-policy"]
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("asked", "got"),
    [
        ("/queue?tab=mine", "/queue?tab=mine"),
        ("https://evil.test/", "/"),
        ("//evil.test/", "/"),
        ("/\\evil.test", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_after_logging_in_one_stays_on_this_site(asked: str, got: str) -> None:
    assert own_path(asked) == got
