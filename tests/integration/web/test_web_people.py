"""Accounts in the console: one's own, and everybody's for an administrator; all of it audited."""

import re

import httpx
import pytest
from sqlmodel import select
from web_office import PASSWORD, Console

from callbot.models import Account, History, Role

ANOTHER = "four dry words more"


def account(console: Console, name: str) -> Account:
    with console.office.database.reading() as rows:
        return rows.exec(select(Account).where(Account.name == name)).one()


def acts(console: Console, actor: str) -> list[str]:
    with console.office.database.reading() as rows:
        return [h.act for h in rows.exec(select(History).where(History.actor == actor))]


async def logs_in(console: Console, name: str, password: str) -> bool:
    answer = await console.browser().post("/login", data={"name": name, "password": password})
    return answer.status_code == 303


def one_time_link(answer: httpx.Response) -> str:
    found = re.search(r"/welcome/[\w-]+", answer.text)
    assert found is not None
    return found[0]


async def test_a_password_is_changed_by_who_knows_it_and_ends_other_log_ins(
    console: Console,
) -> None:
    alice, elsewhere = await console.as_("alice"), await console.as_("alice")
    form = {"current": PASSWORD, "password": ANOTHER}
    assert (await alice.post("/account/password", data=form)).status_code == 303
    assert (await alice.get("/account")).status_code == 200
    assert (await elsewhere.get("/account")).status_code == 303
    assert await logs_in(console, "alice", ANOTHER)
    assert "password_changed" in acts(console, "alice")


@pytest.mark.parametrize(
    ("current", "password", "status"),
    [("wrong password", ANOTHER, 403), (PASSWORD, "short", 422), (PASSWORD, "alice alice al", 422)],
)
async def test_a_page_left_open_or_a_weak_password_changes_nothing(
    console: Console, current: str, password: str, status: int
) -> None:
    alice = await console.as_("alice")
    before = account(console, "alice").password_hash
    form = {"current": current, "password": password}
    assert (await alice.post("/account/password", data=form)).status_code == status
    assert account(console, "alice").password_hash == before


async def test_guessing_the_present_password_is_throttled(console: Console) -> None:
    alice = await console.as_("alice")
    form = {"current": "wrong password", "password": ANOTHER}
    answers = [(await alice.post("/account/password", data=form)).status_code for _ in range(6)]
    assert answers == [403] * 5 + [429]


async def test_other_log_ins_are_ended_and_nobody_elses(console: Console) -> None:
    here, elsewhere, anna = [await console.as_(name) for name in ("alice", "alice", "anna")]
    assert "结束其他地方的登录" in (await here.get("/account")).text
    await here.post("/account/log-ins/end")
    assert (await elsewhere.get("/queue")).status_code == 303
    assert (await here.get("/queue")).status_code == 200
    assert (await anna.get("/queue")).status_code == 200


async def test_an_administrator_makes_an_account_whose_owner_sets_the_password(
    console: Console,
) -> None:
    ada = await console.as_("ada")
    form = {"name": "小李", "role": "reviewer", "areas": "金海社区/第一网格\n望湖社区"}
    link = one_time_link(await ada.post("/people", data=form))
    assert link not in (await ada.get("/people")).text
    made = account(console, "小李")
    assert (made.role, made.areas) == (Role.REVIEWER, ["望湖社区", "金海社区/第一网格"])
    assert (await console.browser().get(link)).status_code == 200
    assert "account_added" in acts(console, "ada")


@pytest.mark.parametrize(
    ("name", "areas", "told"),
    [
        ("alice", "", "已经有了"),
        (" ", "", "名称是空的"),
        ("小李", "金海社区/第九网格", "没有这个区域：金海社区/第九网格"),
        ("小李", "金海", "没有这个区域：金海"),
    ],
)
async def test_an_account_that_cannot_be_made_is_explained_and_stays_in_the_form(
    console: Console, name: str, areas: str, told: str
) -> None:
    ada = await console.as_("ada")
    answer = await ada.post("/people", data={"name": name, "role": "viewer", "areas": areas})
    assert answer.status_code == 422
    assert told in answer.text
    assert f">{areas}</textarea>" in answer.text


async def test_rights_change_at_once_and_are_kept_with_what_they_were(console: Console) -> None:
    ada, alice = await console.as_("ada"), await console.as_("alice")
    path = f"/people/{account(console, 'alice').id}"
    await ada.post(path, data={"role": "viewer", "areas": "望湖社区"})
    assert (await alice.get("/flags/1")).status_code == 404
    assert (await alice.post("/residents/3/notes", data={"text": "x"})).status_code == 403
    with console.office.database.reading() as rows:
        [change] = rows.exec(select(History).where(History.act == "account_changed")).all()
    assert change.detail["before"] == {"role": "reviewer", "areas": ["金海社区"]}


async def test_a_disabled_account_is_out_and_comes_back_by_a_new_link(console: Console) -> None:
    ada, alice = await console.as_("ada"), await console.as_("alice")
    path = f"/people/{account(console, 'alice').id}"
    await ada.post(f"{path}/disable")
    assert (await alice.get("/queue")).status_code == 303
    assert account(console, "alice").disabled_at is not None
    link = one_time_link(await ada.post(f"{path}/reset"))
    assert (await console.browser().get(link)).status_code == 200
    assert account(console, "alice").disabled_at is None


async def test_the_last_administrator_can_neither_leave_nor_be_removed(console: Console) -> None:
    ada = await console.as_("ada")
    path = f"/people/{account(console, 'ada').id}"
    assert (await ada.post(f"{path}/disable")).status_code == 409
    assert (await ada.post(path, data={"role": "viewer", "areas": ""})).status_code == 409
    assert account(console, "ada").role is Role.ADMINISTRATOR
    assert (await ada.get("/people")).status_code == 200


@pytest.mark.parametrize("name", ["alice", "otto", "vera"])
async def test_only_administrators_see_or_change_accounts(console: Console, name: str) -> None:
    visitor = await console.as_(name)
    path = f"/people/{account(console, name).id}"
    for page in ("/people", path, "/people/audit", "/people/changes"):
        assert (await visitor.get(page)).status_code == 403
    form = {"name": "x", "role": "administrator"}
    for target in ("/people", path, f"{path}/reset", f"{path}/disable"):
        assert (await visitor.post(target, data=form)).status_code == 403
    assert account(console, name).role is not Role.ADMINISTRATOR


async def test_the_audit_tells_who_looked_at_whom(console: Console) -> None:
    ada, alice = await console.as_("ada"), await console.as_("alice")
    await alice.get("/residents/1")
    await alice.post("/residents/1/phone")
    page = (await ada.get("/people/audit?actor=alice")).text
    assert page.count("王秀英") == 2
    assert "电话号码" in page
    assert "王秀英" not in (await ada.get("/people/audit?actor=bob")).text
    assert (await ada.get("/people/99")).status_code == 404


async def test_the_audit_tells_who_changed_what_and_leaves_out_the_system(
    console: Console,
) -> None:
    ada, alice = await console.as_("ada"), await console.as_("alice")
    await alice.post("/flags/act", data={"act": "resolve", "flag": "1", "settlement": "advised"})
    await ada.post(f"/people/{account(console, 'vera').id}/disable")
    everybody = (await ada.get("/people/changes")).text
    assert "停用了账号" in everybody
    assert "vera" in everybody
    of_alice = (await ada.get("/people/changes?actor=alice")).text
    assert "已电话指导" in of_alice
    assert "王秀英" in of_alice
    assert "停用了账号" not in of_alice
    assert "从名单导入" not in everybody


async def test_who_hands_out_rights_is_responsible_for_the_whole_office(console: Console) -> None:
    ada = await console.as_("ada")
    form = {"name": "小李", "role": "administrator", "areas": "金海社区"}
    assert "管理员负责全部区域" in (await ada.post("/people", data=form)).text
    path = f"/people/{account(console, 'alice').id}"
    assert (await ada.post(path, data=form)).status_code == 422
    assert account(console, "alice").role is Role.REVIEWER
