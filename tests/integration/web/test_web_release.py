"""The release list: confirmed in two steps, by people, and undone."""

from datetime import date

import pytest
from sqlmodel import select
from web_office import NOW, Console

from callbot.campaigns.follow_up.contacts import note_staff_contact
from callbot.models import Flag, FlagState, FollowUp, History, PlanChange, Resident
from callbot.models.follow_up import Way

LIST = "/reports/release"
READY, FLAGGED, ELSEWHERE = 2, 1, 3


@pytest.fixture
def over(console: Console) -> Console:
    """Everybody's period is over; only one of Alice's residents has no open flag."""
    with console.office.database.session() as rows:
        for number in (READY, FLAGGED, ELSEWHERE):
            resident = rows.get_one(Resident, number)
            resident.exposed_on = date(2026, 11, 6)
        note_staff_contact(
            rows,
            rows.get_one(Resident, READY),
            Way.CALL,
            NOW,
            reached=True,
            actor="alice",
            day=date(2026, 11, 20),
        )
        for flag in rows.exec(select(Flag).where(Flag.resident_id == READY)):
            flag.state = FlagState.RESOLVED
            flag.resolved_at = NOW
    return console


def follow_up(console: Console, number: int) -> FollowUp:
    with console.office.database.reading() as rows:
        return rows.get_one(Resident, number).follow_up


async def test_a_release_takes_two_steps_and_is_in_the_history(over: Console) -> None:
    alice = await over.as_("alice")
    page = (await alice.get(LIST)).text
    assert f'name="resident" value="{READY}"' in page
    assert f'name="resident" value="{FLAGGED}"' not in page
    confirm = (await alice.get(f"{LIST}/confirm?resident={READY}")).text
    assert "确认解除 1 人的随访" in confirm
    assert follow_up(over, READY) is FollowUp.ACTIVE
    await alice.post(LIST, data={"resident": READY})
    assert follow_up(over, READY) is FollowUp.COMPLETED
    with over.office.database.reading() as rows:
        [act] = rows.exec(select(History).where(History.act == "released")).all()
    assert (act.actor, act.resident_id) == ("alice", READY)


async def test_a_release_is_undone(over: Console) -> None:
    alice = await over.as_("alice")
    await alice.post(LIST, data={"resident": READY})
    with over.office.database.reading() as rows:
        change = rows.exec(select(PlanChange)).one()
    await alice.post(f"{LIST}/undo", data={"change": change.id})
    assert follow_up(over, READY) is FollowUp.ACTIVE
    assert "alice 已撤销" in (await alice.get(LIST)).text
    await alice.post(f"{LIST}/undo", data={"change": change.id})
    assert "没有撤销" in (await alice.get(LIST)).text


async def test_over_an_open_flag_nobody_is_released_without_a_reason(over: Console) -> None:
    alice = await over.as_("alice")
    confirm = (await alice.get(f"{LIST}/confirm?resident={FLAGGED}")).text
    assert "条件不全，必须写明" in confirm
    both = {"resident": [READY, FLAGGED]}
    await alice.post(LIST, data=both)
    assert follow_up(over, READY) is FollowUp.ACTIVE, "all of those named, or none"
    await alice.post(LIST, data={**both, "reason": "已转院"})
    assert follow_up(over, FLAGGED) is FollowUp.COMPLETED
    assert "已转院" in (await alice.get(LIST)).text


async def test_residents_of_other_communities_are_neither_shown_nor_released(
    over: Console,
) -> None:
    alice, bob = await over.as_("alice"), await over.as_("bob")
    for page in (LIST, f"{LIST}?community=望湖社区"):
        assert "赵丽" not in (await alice.get(page)).text
    assert (await alice.get(f"{LIST}/confirm?resident={ELSEWHERE}")).status_code == 404
    refused = await alice.post(LIST, data={"resident": [READY, ELSEWHERE]})
    assert refused.status_code == 404
    assert follow_up(over, READY) is FollowUp.ACTIVE
    await alice.post(LIST, data={"resident": READY})
    with over.office.database.reading() as rows:
        change = rows.exec(select(PlanChange)).one()
    assert (await bob.post(f"{LIST}/undo", data={"change": change.id})).status_code == 404
    assert follow_up(over, READY) is FollowUp.COMPLETED


async def test_a_viewer_sees_the_list_and_confirms_nothing(over: Console) -> None:
    vera = await over.as_("vera")
    assert "李建国" in (await vera.get(LIST)).text
    assert (await vera.get(f"{LIST}/confirm?resident={READY}")).status_code == 403
    assert (await vera.post(LIST, data={"resident": READY})).status_code == 403
    assert (await vera.post(f"{LIST}/undo", data={"change": 1})).status_code == 403


async def test_what_a_colleague_released_meanwhile_is_told(over: Console) -> None:
    alice, anna = await over.as_("alice"), await over.as_("anna")
    await anna.post(LIST, data={"resident": READY})
    await alice.post(LIST, data={"resident": READY})
    assert "没有解除任何人" in (await alice.get(LIST)).text
    with over.office.database.reading() as rows:
        assert rows.exec(select(PlanChange)).one().actor == "anna"


async def test_who_never_answered_is_not_ready(over: Console) -> None:
    bob = await over.as_("bob")
    with over.office.database.session() as rows:
        for flag in rows.exec(select(Flag).where(Flag.resident_id == ELSEWHERE)):
            flag.state = FlagState.RESOLVED
    page = (await bob.get(LIST)).text
    assert "从未回答过" in page
    assert f'name="resident" value="{ELSEWHERE}"' not in page


async def test_nobody_is_released_who_is_still_followed_up(console: Console) -> None:
    alice = await console.as_("alice")
    await alice.post(LIST, data={"resident": READY})
    assert follow_up(console, READY) is FollowUp.ACTIVE
    assert (await alice.get(f"{LIST}/confirm")).headers["location"] == LIST
