"""What staff change of a follow-up: kept with the reason, obeyed by the planner, undone."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from campaigns_scripted import MORNING
from sqlmodel import Session, select
from test_campaigns_dialer import add_residents, attempts_of, start_campaign

from callbot.campaigns.follow_up import changes, contacts, household
from callbot.campaigns.follow_up.changes import ANY_TIME, Wishes
from callbot.campaigns.planning.planner import plan
from callbot.campaigns.planning.preview import preview
from callbot.campaigns.rules.period import FollowUpError
from callbot.db import Database
from callbot.models import (
    Change,
    History,
    PlanChange,
    Relation,
    Resident,
)

TODAY = date(2026, 11, 22)
EXPOSED = date(2026, 11, 20)
ALICE: dict[str, Any] = {"actor": "alice"}


@pytest.fixture
def database_url() -> str:
    """SQLite alone: nothing here depends on the kind of database."""
    return ""


def people(rows: Session) -> list[Resident]:
    return list(rows.exec(select(Resident).order_by(Resident.id)))  # type: ignore[arg-type]


def test_a_pause_keeps_its_reason_stops_the_planner_and_ends_on_its_day(database: Database) -> None:
    add_residents(database, 1)
    campaign_id = start_campaign(database)
    with database.session() as rows:
        changes.pause(rows, people(rows)[0], TODAY + timedelta(days=1), "住院", MORNING, **ALICE)
    assert plan(database, MORNING).planned == 0
    [row] = preview(database, campaign_id, MORNING).rows()
    assert row.why == "the follow-up is paused; calls begin again on 2026-11-23"
    assert row.said("zh-CN") == "随访已暂停，2026-11-23起恢复来电"
    assert plan(database, MORNING + timedelta(days=1)).planned == 1
    with database.reading() as rows:
        acts = rows.exec(select(History.actor, History.act)).all()
        assert ("alice", "follow_up_paused") in acts
        assert ("planner", "follow_up_resumed") in acts
        assert rows.exec(select(PlanChange.reason)).first() == "住院"


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles"])
def test_a_pause_ends_with_the_residents_own_midnight(database: Database, zone: str) -> None:
    add_residents(database, 1)
    start_campaign(database)
    with database.session() as rows:
        [resident] = people(rows)
        changes.set_wishes(rows, resident, Wishes(time_zone=zone), MORNING, **ALICE)
        day = changes.today_of(resident, MORNING) + timedelta(days=1)
        changes.pause(rows, resident, day, "住院", MORNING, **ALICE)
    hours = range(48)
    first = next(h for h in hours if plan(database, MORNING + timedelta(hours=h)).planned)
    [attempt] = attempts_of(database)
    with database.reading() as rows:
        assert changes.today_of(people(rows)[0], MORNING + timedelta(hours=first)) == day
    assert attempt.due_at >= MORNING


@pytest.mark.parametrize(
    "act",
    [
        lambda rows, who: changes.pause(rows, who, None, " ", MORNING, **ALICE),
        lambda rows, who: changes.override_end(rows, who, TODAY, "", MORNING, **ALICE),
        lambda rows, who: changes.cancel(rows, who, "", MORNING, **ALICE),
        lambda rows, who: changes.expose_again(rows, who, TODAY, "", MORNING, **ALICE),
    ],
)
def test_what_a_person_decides_needs_a_reason(
    database: Database, act: Callable[[Session, Resident], object]
) -> None:
    add_residents(database, 1)
    with pytest.raises(FollowUpError, match="give a reason"), database.session() as rows:
        act(rows, people(rows)[0])
    with database.reading() as rows:
        assert rows.exec(select(PlanChange)).all() == []


def test_after_an_overridden_end_no_call_goes_out(database: Database) -> None:
    add_residents(database, 2)
    start_campaign(database)
    with database.session() as rows:
        first, second = people(rows)
        changes.override_end(rows, first, TODAY - timedelta(days=1), "误报", MORNING, **ALICE)
        changes.override_end(rows, second, TODAY + timedelta(days=20), "密接", MORNING, **ALICE)
    assert plan(database, MORNING).planned == 1
    assert plan(database, MORNING + timedelta(days=20)).planned == 1
    assert {a.resident_id for a in attempts_of(database)} == {2}


def test_an_act_is_undone_for_all_it_was_about_unless_something_changed_since(
    database: Database,
) -> None:
    add_residents(database, 3)
    with database.session() as rows:
        everybody = people(rows)
        household.live_together(rows, everybody, "H1", MORNING, **ALICE)
        changes.expose_again(rows, everybody[0], TODAY, "家人确诊", MORNING, **ALICE)
        first, second = household.extend_household(rows, everybody[0], "家人确诊", MORNING, **ALICE)
    assert (first.change, first.resident_id, second.resident_id) == (Change.EXTENDED, 2, 3)
    with database.session() as rows:
        changes.override_end(rows, people(rows)[2], TODAY, "误报", MORNING, **ALICE)
    with pytest.raises(FollowUpError, match="changed since"), database.session() as rows:
        changes.undo(rows, rows.get_one(PlanChange, first.id), MORNING, **ALICE)
    with database.session() as rows:
        [_, _, third] = people(rows)
        assert third.id is not None
        last = changes.changes_of(rows, third.id)[0]
        changes.undo(rows, last, MORNING, **ALICE)
        changes.undo(rows, rows.get_one(PlanChange, first.id), MORNING, **ALICE)
    with database.reading() as rows:
        ends = [resident.release_date for resident in people(rows)]
    assert ends == [TODAY + timedelta(days=14), *[EXPOSED + timedelta(days=14)] * 2]
    with pytest.raises(FollowUpError, match="undone already by alice"), database.session() as rows:
        changes.undo(rows, rows.get_one(PlanChange, first.id), MORNING, **ALICE)


def test_of_two_pauses_the_first_is_not_undone_under_the_second(database: Database) -> None:
    add_residents(database, 1)
    with database.session() as rows:
        [resident] = people(rows)
        first = changes.pause(rows, resident, None, "住院", MORNING, **ALICE)
        changes.pause(rows, resident, TODAY + timedelta(days=3), "住院", MORNING, **ALICE)
        assert first is not None
        with pytest.raises(FollowUpError, match="paused until of resident 1 was changed since"):
            changes.undo(rows, first, MORNING, **ALICE)


def test_wishes_are_kept_and_hours_past_midnight_refused(database: Database) -> None:
    add_residents(database, 1)
    with database.session() as rows:
        [resident] = people(rows)
        evening = Wishes(window=(time(18), time(20)), twice_daily=True, key_person=True)
        changes.set_wishes(rows, resident, evening, MORNING, **ALICE)
        assert (resident.window_start, resident.twice_daily) == (time(18), True)
        with pytest.raises(FollowUpError, match="do not ring at night"):
            night = Wishes(window=(time(22), time(2)))
            changes.set_wishes(rows, resident, night, MORNING, **ALICE)
        with pytest.raises(FollowUpError, match="unknown time zone"):
            changes.set_wishes(rows, resident, Wishes(time_zone="Mars"), MORNING, **ALICE)
        changes.set_wishes(rows, resident, Wishes(window=ANY_TIME), MORNING, **ALICE)
        assert (resident.window_start, resident.key_person) == (None, True)


def test_who_is_asked_in_the_households_call_is_not_called_until_that_call_ends(
    database: Database,
) -> None:
    add_residents(database, 2)
    start_campaign(database)
    with database.session() as rows:
        mother, child = people(rows)
        household.live_together(rows, (mother, child), "H1", MORNING, **ALICE)
        household.call_together(rows, mother, MORNING, **ALICE)
        with pytest.raises(FollowUpError, match="answers for resident 2"):
            household.leave(rows, mother, MORNING, **ALICE)
    assert plan(database, MORNING).planned == 1
    with database.session() as rows:
        changes.cancel(rows, people(rows)[0], "住院", MORNING, **ALICE)
    assert plan(database, MORNING).planned == 1
    assert [attempt.resident_id for attempt in attempts_of(database)] == [1, 2]


def test_who_speaks_for_a_household_is_followed_up_as_long_as_all_others(
    database: Database,
) -> None:
    add_residents(database, 2)
    with database.session() as rows:
        mother, child = people(rows)
        household.live_together(rows, (mother, child), "H1", MORNING, **ALICE)
        changes.expose_again(rows, child, TODAY, "幼儿园", MORNING, **ALICE)
        with pytest.raises(FollowUpError, match="longer than resident 1"):
            household.call_together(rows, mother, MORNING, **ALICE)
        household.extend_household(rows, child, "孩子密接", MORNING, **ALICE)
        household.call_together(rows, mother, MORNING, **ALICE)
        assert child.asked_with_id == mother.id


# -- second contacts ------------------------------------------------------------------------------


def test_a_second_contact_is_another_number_once_and_can_be_removed_and_restored(
    database: Database,
) -> None:
    add_residents(database, 1)
    with database.session() as rows:
        [resident] = people(rows)

        def add(phone: str) -> Any:
            return contacts.add_second_contact(
                rows, resident, Relation.LANDLORD, "房东", phone, MORNING, **ALICE
            )

        for wrong, words in (("13800000001", "own number"), ("123", "no such number")):
            with pytest.raises(FollowUpError, match=words):
                add(wrong)
        landlord = add("13800000099")
        with pytest.raises(FollowUpError, match="already"):
            add("+8613800000099")
        contacts.remove_second_contact(rows, landlord, MORNING, **ALICE)
        assert contacts.second_contacts(rows, 1) == []
        contacts.restore_second_contact(rows, landlord, MORNING, **ALICE)
        assert [c.phone for c in contacts.second_contacts(rows, 1)] == ["+8613800000099"]
