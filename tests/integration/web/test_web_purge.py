"""Purging in the console: one administrator asks, another confirms."""

from datetime import date

from sqlmodel import select
from web_office import NOW, PASSWORD, Console

from callbot.models import Flag, FlagState, Resident, Role, Turn
from callbot.web.auth.accounts import add_account, set_password


def make_due(console: Console) -> None:
    """王秀英 was released long ago, and nothing is open about her."""
    with console.office.database.session() as rows:
        rows.get_one(Resident, 1).exposed_on = date(2026, 9, 1)
        for flag in rows.exec(select(Flag).where(Flag.resident_id == 1)):
            flag.state = FlagState.RESOLVED


def words(console: Console) -> set[str]:
    with console.office.database.reading() as rows:
        return set(rows.exec(select(Turn.text)))


async def test_one_administrator_asks_and_another_confirms(console: Console) -> None:
    make_due(console)
    database = console.office.database
    token = add_account(database, "ben", Role.ADMINISTRATOR, (), NOW, actor="test")
    set_password(database, token, PASSWORD, NOW)
    # Recordings of all tests lie in one folder: this one must stay.
    (console.office.settings.recordings).unlink()
    ada, ben = await console.as_("ada"), await console.as_("ben")
    assert "王秀英" in (await ada.get("/people/purge")).text
    page = (await ada.post("/people/purge", follow_redirects=True)).text
    assert "须由另一位管理员确认" in page
    page = (await ada.post("/people/purge/1/confirm", follow_redirects=True)).text
    assert "申请的人不能自己确认" in page
    assert "三十九度四" in words(console)
    page = (await ben.post("/people/purge/1/confirm", follow_redirects=True)).text
    assert "已删除 1 人" in page
    assert words(console) == {""}
    page = (await ben.post("/people/purge/1/confirm", follow_redirects=True)).text
    assert "已经处理、撤回或过期" in page


async def test_an_order_is_withdrawn_and_nothing_is_gone(console: Console) -> None:
    ada = await console.as_("ada")
    assert "没有申请" in (await ada.post("/people/purge", follow_redirects=True)).text
    make_due(console)
    await ada.post("/people/purge")
    page = (await ada.post("/people/purge/1/withdraw", follow_redirects=True)).text
    assert "什么都没有删除" in page
    assert "申请删除这些内容" in page
    assert "三十九度四" in words(console)
