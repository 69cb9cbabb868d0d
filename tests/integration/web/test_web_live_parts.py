"""Live parts shared by many: each sees what is theirs, and nobody what is another's."""

from web_office import Console

from callbot.models import Flag
from callbot.web.language import COOKIE
from callbot.web.shared_parts import SharedParts

PART = "/today"


async def test_a_part_shows_the_viewers_areas_language_and_own_flags(console: Console) -> None:
    console.app.state.parts = SharedParts(lambda: 1)
    alice, anna, bob = [await console.as_(name) for name in ("alice", "anna", "bob")]
    await alice.post("/flags/act", data={"act": "claim", "flag": console.flags["unreachable"]})
    hers, annas, bobs = [(await each.get(PART)).text for each in (alice, anna, bob)]
    assert "我在处理" in hers
    assert "我在处理" not in annas
    assert "王秀英" in annas
    assert "王秀英" not in bobs
    assert "赵丽" in bobs
    anna.cookies.set(COOKIE, "en-US")
    assert "Waiting for a person" in (await anna.get(PART)).text


async def test_it_is_made_once_for_who_sees_the_same_and_anew_after_a_change(
    console: Console,
) -> None:
    number = 1
    console.app.state.parts = SharedParts(lambda: number)
    anna, alice = await console.as_("anna"), await console.as_("alice")
    before = (await anna.get(PART)).text
    with console.office.database.session() as rows:
        rows.get_one(Flag, console.flags["unreachable"]).reason = "家属来电"
    assert (await alice.get(PART)).text == before
    number = 2
    assert "家属来电" in (await alice.get(PART)).text
