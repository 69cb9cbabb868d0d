"""A form that is sent twice is acted on once; one that was not followed can be sent again."""

import asyncio
import re

import httpx
import pytest
from sqlmodel import select
from web_office import Console

from callbot.models.people import StaffNote
from callbot.web.once import ARRIVED_COOKIE
from callbot.web.rendering import TEMPLATES

PAGE = "/residents/1"


def notes(console: Console) -> list[str]:
    with console.office.database.reading() as rows:
        return [note.text for note in rows.exec(select(StaffNote))]


async def form_of_notes(browser: httpx.AsyncClient) -> str:
    """Where the form on the resident's page is sent to."""
    found = re.search(r'action="(/residents/1/notes[^"]*)"', (await browser.get(PAGE)).text)
    assert found is not None
    return found[1]


async def test_a_double_click_writes_one_note(console: Console) -> None:
    alice = await console.as_("alice")
    form = await form_of_notes(alice)
    answers = await asyncio.gather(*(alice.post(form, data={"text": "已联系"}) for _ in range(3)))
    assert [answer.status_code for answer in answers] == [303] * 3
    assert {answer.headers["location"] for answer in answers} == {PAGE}
    assert notes(console) == ["已联系"]


async def test_the_page_opened_again_has_a_form_of_its_own(console: Console) -> None:
    alice = await console.as_("alice")
    for _ in range(2):
        await alice.post(await form_of_notes(alice), data={"text": "已联系"})
    assert notes(console) == ["已联系"] * 2


async def test_a_form_that_was_refused_can_be_sent_again(console: Console) -> None:
    alice = await console.as_("alice")
    form = await form_of_notes(alice)
    refused = await alice.post(form, data={"text": " "})
    assert ARRIVED_COOKIE not in refused.cookies
    taken = await alice.post(form, data={"text": "已联系"})
    assert taken.cookies[ARRIVED_COOKIE] in form
    assert notes(console) == ["已联系"]


async def test_nobody_gets_the_answer_to_anothers_form(console: Console) -> None:
    alice, bob = await console.as_("alice"), await console.as_("bob")
    form = await form_of_notes(alice)
    await alice.post(form, data={"text": "已联系"})
    assert (await bob.post(form, data={"text": "x"})).status_code == 404
    assert (await console.browser().post(form)).headers["location"].startswith("/login")


async def test_a_form_sent_after_the_log_in_ran_out_leads_back_to_its_page(
    console: Console,
) -> None:
    alice = await console.as_("alice")
    form = await form_of_notes(alice)
    await alice.post("/logout")
    answer = await alice.post(
        form, data={"text": "已联系"}, headers={"Referer": f"http://x{PAGE}?a=1"}
    )
    assert answer.headers["location"] == "/login?to=%2Fresidents%2F1%3Fa%3D1"
    assert ARRIVED_COOKIE not in answer.cookies
    assert notes(console) == []


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_every_form_says_where_it_is_sent_to(path: object) -> None:
    """Or else it gets no number."""
    source = TEMPLATES.joinpath(str(path)).read_text(encoding="utf-8")
    for form in re.findall(r"<form\b[^>]*>", source):
        assert re.search('method="(get|dialog)"', form) or re.match(
            r'<form method="post" action="[^"]', form
        ), form
