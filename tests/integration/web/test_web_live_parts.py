"""Live parts shared by many: each sees what is theirs, and nobody what is another's."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping
from typing import Any

import pytest
from integration.web.web_route import Shown
from jinja2 import FunctionLoader, UndefinedError
from web_office import HERE, NOW, Console
from web_routes import ROWS, add_what_they_are_about

from callbot.models import Flag, History, Role, Turn
from callbot.web import live
from callbot.web.desk import Desk
from callbot.web.language import COOKIE, LANGUAGES
from callbot.web.pages import today
from callbot.web.rendering import TEMPLATES, environment
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
    console.app.state.parts = SharedParts(lambda: number, lambda: 0.0)
    anna, alice = await console.as_("anna"), await console.as_("alice")
    before = (await anna.get(PART)).text
    with console.office.database.session() as rows:
        rows.get_one(Flag, console.flags["unreachable"]).reason = "家属来电"
    assert (await alice.get(PART)).text == before
    number = 2
    assert "家属来电" in (await alice.get(PART)).text


class EachMade(SharedParts):
    """Shares nothing, and remembers what was made for those between whom it would be shared."""

    def __init__(self) -> None:
        super().__init__(lambda: None)
        self.made: defaultdict[Hashable, set[str]] = defaultdict(set)

    def get(self, seen_by: Hashable, make: Callable[[], str]) -> str:
        made = make()
        self.made[seen_by].add(made)
        return made


async def shown_to_everybody(console: Console) -> Mapping[Hashable, set[str]]:
    """Every part, to each role, for the whole office and for one community, in each language."""
    parts = console.app.state.parts = EachMade()
    for areas in ((), HERE):
        for role in Role:
            browser = console.newcomer(role, areas)
            for row in ROWS:
                if row.shown is Shown.PART and role in row.roles:
                    for language in LANGUAGES:
                        browser.cookies.set(COOKIE, language)
                        assert (await browser.get(row.address)).status_code == 200
    return parts.made


def begin_with(monkeypatch: pytest.MonkeyPatch, template: str, words: str) -> None:
    """As if somebody had written this into the template."""

    def source(name: str) -> str:
        return (words if name == template else "") + (TEMPLATES / name).read_text("utf-8")

    monkeypatch.setattr(environment(), "loader", FunctionLoader(source))
    monkeypatch.setattr(environment(), "cache", None)


@pytest.fixture
def whole(console: Console) -> Console:
    """With something for every part to be about."""
    add_what_they_are_about(console.office.database)
    return console


async def test_a_shared_part_hangs_on_nothing_but_what_it_is_shared_by(whole: Console) -> None:
    made = await shown_to_everybody(whole)
    assert len(made) == 3 * 2 * len(LANGUAGES), "three parts, for the office and a community"
    assert all(len(different) == 1 for different in made.values())


@pytest.mark.parametrize(
    ("template", "address"),
    [
        ("today/_figures.html", "/today"),
        ("queue/_new.html", "/queue/new?seen=0"),
        ("campaigns/_progress.html", "/campaigns/2/progress"),
    ],
)
async def test_the_template_of_a_shared_part_knows_no_visitor(
    whole: Console, monkeypatch: pytest.MonkeyPatch, template: str, address: str
) -> None:
    begin_with(monkeypatch, template, "{{ desk.visitor.role }}")
    with pytest.raises(UndefinedError):
        await whole.newcomer(Role.OPERATOR).get(address)


async def test_a_part_that_is_told_the_role_another_way_would_be_noticed(
    whole: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_all = today._of_all

    def and_the_role(desk: Desk) -> dict[str, Any]:
        return {**of_all(desk), "role": desk.visitor.role}

    monkeypatch.setattr(today, "_of_all", and_the_role)
    begin_with(monkeypatch, "today/_figures.html", "{{ role }}")
    made = await shown_to_everybody(whole)
    assert any(len(different) > 1 for different in made.values())


async def test_pages_are_told_of_acts_and_of_what_is_said_in_calls(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "LOOK_EVERY_S", 0.01)
    database = console.office.database
    pulse = live.Pulse(database)
    said = {"speaker": "resident", "text": "好的", "start_ms": 15000, "end_ms": 15500}
    news: tuple[History | Turn, ...] = (
        History(at=NOW, actor="test", act="noted", resident_id=1),
        Turn(call_id="call-1", position=4, **said),
    )
    with pulse.page():
        number = await pulse.after(-1)
        for each in news:
            with database.session() as rows:
                rows.add(each)
            number, before = await pulse.after(number), number
            assert number == before + 1
