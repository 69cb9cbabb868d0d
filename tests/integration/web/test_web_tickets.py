"""Tickets: from a call or by hand, with an owner and a due time, seen to and counted by area."""

from datetime import timedelta

import httpx
from sqlmodel import col, select
from web_office import NOW, Console

from callbot.dialog.events import TicketKind
from callbot.models import History, Ticket, TicketState


def ticket(console: Console, ticket_id: int = 1) -> Ticket:
    with console.office.database.reading() as rows:
        return rows.get_one(Ticket, ticket_id)


async def opened(browser: httpx.AsyncClient, resident: int = 1, **more: str) -> str:
    wish = {"kind": "request", "text": "需要降压药", "owner": "anna", **more}
    made = await browser.post(f"/residents/{resident}/tickets", data=wish, follow_redirects=True)
    return made.text


async def test_a_ticket_goes_from_opened_over_its_owner_to_done(console: Console) -> None:
    alice, anna = await console.as_("alice"), await console.as_("anna")
    assert "需要降压药" in await opened(alice, flag="1")
    made = ticket(console)
    assert (made.owner, made.flag_id, made.due_at) == ("anna", 1, NOW + timedelta(days=1))
    assert "需要降压药" in (await anna.get("/tickets?tab=mine")).text
    change = {"owner": "alice", "due_at": "2026-11-22T18:00"}
    await anna.post("/tickets/1/change", data=change)
    assert (ticket(console).owner, ticket(console).due_at) == ("alice", NOW + timedelta(hours=8))
    await alice.post("/tickets/1/finish", data={"result": "药已送到"})
    assert ticket(console).state is TicketState.DONE
    again = await anna.post("/tickets/1/finish", data={"result": "x"}, follow_redirects=True)
    assert "工单已被别人改变" in again.text
    assert "药已送到" in (await alice.get("/tickets?tab=done")).text
    assert '需要降压药</a> <span class="soft">已办' in (await alice.get("/residents/1")).text
    await alice.post("/tickets/1/reopen")
    assert ticket(console).state is TicketState.OPEN
    with console.office.database.reading() as rows:
        acts = rows.exec(
            select(History.act)
            .where(col(History.act).startswith("ticket_"))
            .order_by(col(History.id))
        ).all()
    assert acts == ["ticket_opened", "ticket_changed", "ticket_done", "ticket_reopened"]


async def test_what_is_overdue_is_counted_where_it_is(console: Console) -> None:
    otto = await console.as_("otto")
    await opened(otto, 1)
    await opened(otto, 3, kind="complaint", text="夜里来电", due_at="2026-11-22T12:00")
    console.clock.at = NOW + timedelta(hours=3)
    page = (await (await console.as_("otto")).get("/tickets")).text
    assert page.index("夜里来电") < page.index("需要降压药"), "what is due first comes first"
    assert "已过期限 11-22 12:00" in page
    row = '望湖社区</th><td class="n">0</td><td class="n">1</td><td class="n hot">1</td>'
    assert row in page


async def test_a_ticket_without_a_text_or_in_the_past_is_not_opened(console: Console) -> None:
    alice = await console.as_("alice")
    assert "没有建立工单" in await opened(alice, text=" ")
    assert "没有建立工单" in await opened(alice, due_at="2026-11-21T10:00")
    await opened(alice, owner="bob")
    assert ticket(console).owner == "", "he is responsible elsewhere"
    assert (
        "没有改动"
        in (await alice.post("/tickets/1/finish", data={"result": " "}, follow_redirects=True)).text
    )


async def test_bob_and_vera_change_no_ticket_of_another_area(console: Console) -> None:
    alice, bob, vera = [await console.as_(name) for name in ("alice", "bob", "vera")]
    await opened(alice)
    assert (await bob.get("/tickets/1")).status_code == 404
    assert "需要降压药" not in (await bob.get("/tickets")).text
    assert (await bob.post("/tickets/1/finish", data={"result": "x"})).status_code == 404
    assert (await bob.post("/residents/1/tickets", data={"kind": "request"})).status_code == 404
    assert (await vera.get("/tickets/1")).status_code == 200
    assert (await vera.post("/tickets/1/finish", data={"result": "x"})).status_code == 403
    assert (
        await alice.post("/residents/1/tickets", data={"kind": "request", "flag": "4"})
    ).is_error
    assert ticket(console).kind is TicketKind.REQUEST
