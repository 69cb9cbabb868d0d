"""A resident's plan in the console: what staff change is done, kept with its reason, and undone."""

import pytest
from sqlmodel import select
from web_office import Console

from callbot.models import FollowUp, PlanChange, Resident, SecondContact

MERGER = {"other": "13800000001", "reason": "同一人", "sure": "true"}


def resident(console: Console, number: int) -> Resident:
    with console.office.database.reading() as rows:
        return rows.get_one(Resident, number)


async def test_a_pause_needs_a_reason_and_is_undone(console: Console) -> None:
    alice = await console.as_("alice")
    wish = {"act": "pause", "day": "2026-11-25"}
    refused = await alice.post("/residents/1/plan", data=wish, follow_redirects=True)
    assert "请写明原因" in refused.text
    assert resident(console, 1).follow_up is FollowUp.ACTIVE
    page = await alice.post(
        "/residents/1/plan", data=wish | {"reason": "住院"}, follow_redirects=True
    )
    assert "2026-11-25 起恢复" in page.text
    assert "住院" in page.text
    await alice.post("/residents/1/changes/1/undo")
    assert resident(console, 1).follow_up is FollowUp.ACTIVE


@pytest.mark.parametrize(
    ("form", "reached"),
    [
        ({"act": "cancel", "reason": "搬走"}, FollowUp.CANCELLED),
        ({"act": "give_up", "reason": "找不到"}, FollowUp.LOST),
    ],
)
async def test_a_follow_up_ends_and_begins_again(
    console: Console, form: dict[str, str], reached: FollowUp
) -> None:
    alice = await console.as_("alice")
    await alice.post("/residents/1/plan", data=form)
    assert resident(console, 1).follow_up is reached
    await alice.post("/residents/1/plan", data={"act": "reopen", "reason": "回来了"})
    assert resident(console, 1).follow_up is FollowUp.ACTIVE


async def test_the_last_day_and_the_hours_are_changed(console: Console) -> None:
    alice = await console.as_("alice")
    await alice.post(
        "/residents/1/plan", data={"act": "override_end", "day": "2026-12-10", "reason": "专家意见"}
    )
    await alice.post(
        "/residents/1/plan",
        data={
            "act": "wishes",
            "window_start": "14:00",
            "window_end": "16:00",
            "twice_daily": "true",
        },
    )
    changed = resident(console, 1)
    assert str(changed.release_date) == "2026-12-10"
    assert f"{changed.window_start:%H}-{changed.window_end:%H}" == "14-16"
    assert changed.twice_daily


async def test_two_who_live_together_are_called_once(console: Console) -> None:
    alice = await console.as_("alice")
    await alice.post("/residents/1/household", data={"act": "join", "other": "李建国"})
    await alice.post("/residents/1/household", data={"act": "together"})
    assert resident(console, 2).asked_with_id == 1
    await alice.post("/residents/2/household", data={"act": "each"})
    assert resident(console, 2).asked_with_id is None


async def test_words_that_find_several_join_nobody(console: Console) -> None:
    alice = await console.as_("alice")
    wish = {"act": "join", "other": "海滨路"}
    page = await alice.post("/residents/1/household", data=wish, follow_redirects=True)
    assert "只能对应一个人" in page.text
    assert not resident(console, 1).household


async def test_nobody_of_another_community_is_joined_or_merged(console: Console) -> None:
    alice = await console.as_("alice")
    await alice.post("/residents/1/household", data={"act": "join", "other": "赵丽"})
    await alice.post("/residents/1/merge", data={**MERGER, "other": "13800000003"})
    assert not resident(console, 3).household
    assert resident(console, 3).merged_into_id is None


async def test_a_second_contact_comes_and_goes_and_comes_back(console: Console) -> None:
    alice = await console.as_("alice")
    await alice.post(
        "/residents/1/contacts",
        data={"relation": "landlord", "name": "钱先生", "phone": "13900000009"},
    )
    page = (await alice.get("/residents/1")).text
    assert "钱先生" in page
    assert "+86139****0009" in page
    assert "13900000009" not in page
    await alice.post("/residents/1/contacts/1/remove")
    await alice.post("/residents/1/contacts/1/restore")
    with console.office.database.reading() as rows:
        assert rows.exec(select(SecondContact)).one().removed_at is None


async def test_a_visit_is_noted(console: Console) -> None:
    alice = await console.as_("alice")
    wish = {"way": "visit", "reached": "true", "note": "一切正常"}
    page = await alice.post("/residents/1/staff-contacts", data=wish, follow_redirects=True)
    assert "上门 · 联系到 一切正常" in page.text


async def test_a_double_is_shown_with_the_person_and_called_no_more(console: Console) -> None:
    alice = await console.as_("alice")
    await alice.post("/residents/2/merge", data=MERGER)
    assert resident(console, 1).follow_up is FollowUp.CANCELLED
    page = (await alice.get("/residents/2")).text
    assert "39.4 ℃" in page, "the double's call"
    assert "已并入另一条" in (await alice.get("/residents/1")).text
    with console.office.database.reading() as rows:
        change = rows.exec(select(PlanChange)).one()
    await alice.post(f"/residents/2/changes/{change.id}/undo")
    assert resident(console, 1).follow_up is FollowUp.ACTIVE
    assert resident(console, 1).merged_into_id is None


async def test_nobody_is_merged_before_somebody_has_seen_whose_entry_it_is(
    console: Console,
) -> None:
    alice = await console.as_("alice")
    asked = await alice.post("/residents/2/merge", data={**MERGER, "sure": ""})
    assert "两条记录的姓名不同" in asked.text
    assert "王秀英" in asked.text
    assert "李建国" in asked.text
    assert resident(console, 1).merged_into_id is None


async def test_a_wish_not_to_be_called_goes_over_to_the_entry_that_is_kept(
    console: Console,
) -> None:
    alice = await console.as_("alice")
    await alice.post("/residents/1/opt-out", data={"out": "true"})
    await alice.post("/residents/2/merge", data=MERGER)
    assert resident(console, 2).opted_out_at is not None
