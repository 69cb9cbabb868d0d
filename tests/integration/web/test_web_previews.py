"""A preview is there when somebody looks, and is not older than what people have done."""

from datetime import timedelta

import pytest
from web_office import Console

from callbot.campaigns.planning import preview as planning
from callbot.web import previews as kept_previews

PREVIEW = "/campaigns/1/preview"


@pytest.fixture
def reckoned(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Of which campaigns a preview was reckoned."""
    seen: list[int] = []

    def counting(database: object, campaign_id: int, now: object) -> object:
        seen.append(campaign_id)
        return planning.preview(database, campaign_id, now)  # type: ignore[arg-type]

    monkeypatch.setattr(kept_previews, "preview", counting)
    return seen


async def test_a_reload_shows_what_there_is_for_a_moment(
    console: Console, reckoned: list[int]
) -> None:
    otto = await console.as_("otto")
    for _ in range(3):
        assert "李建国" in (await otto.get(PREVIEW)).text
    assert reckoned == [1]
    console.clock.at += kept_previews.FRESH_FOR + timedelta(seconds=1)
    await otto.get(PREVIEW)
    assert reckoned == [1, 1]


async def test_who_was_taken_off_the_list_is_not_on_the_preview(
    console: Console, reckoned: list[int]
) -> None:
    otto = await console.as_("otto")
    assert "李建国" in (await otto.get(PREVIEW)).text.partition("不会呼叫")[0]
    await otto.post("/residents/2/opt-out", data={"out": "true"})
    assert "李建国" not in (await otto.get(PREVIEW)).text.partition("不会呼叫")[0]
    assert reckoned == [1, 1]


async def test_it_is_begun_when_the_draft_is_opened_by_who_may_start_it(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[int] = []
    monkeypatch.setattr(console.app.state.previews, "expect", begun.append)
    for name in ("vera", "otto"):
        await (await console.as_(name)).get("/campaigns/1")
    assert begun == [1]
