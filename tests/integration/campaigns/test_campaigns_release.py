"""The release list: who is on it, what stands in the way, and that staff confirm."""

from datetime import date, timedelta

import pytest
from campaigns_scripted import MORNING
from sqlmodel import select
from test_campaigns_dialer import add_residents, start_campaign
from test_campaigns_follow_up import ALICE, EXPOSED, TODAY, people

from callbot.campaigns.dialing.attempts import new_attempt
from callbot.campaigns.follow_up import changes, contacts, household, release
from callbot.campaigns.rules.period import FollowUpError
from callbot.db import Database
from callbot.dialog.answers import Kind, Status
from callbot.dialog.events import Outcome, Severity
from callbot.models import AnswerRow, Attempt, AttemptState, Call, Flag, FlagState, FollowUp, Way


def answered(database: Database, resident_id: int, *days: date) -> None:
    with database.session() as rows:
        for day in days:
            at = MORNING + (day - TODAY)
            attempt = new_attempt(resident_id, 1, at)
            attempt.state, attempt.outcome = AttemptState.ENDED, Outcome.COMPLETED
            attempt.placed_at = attempt.rang_at = attempt.ended_at = at
            rows.add(attempt)


def test_who_answered_every_due_day_is_ready_on_the_last_after_its_call(database: Database) -> None:
    add_residents(database, 1)
    start_campaign(database)
    last = EXPOSED + timedelta(days=14)
    on_the_last = MORNING + (last - TODAY)
    due = [TODAY + timedelta(days=n) for n in range(1, 13)]
    answered(database, 1, *due[:-1])
    with database.reading() as rows:
        assert release.release_list(rows, on_the_last) == []
        assert release.release_list(rows, on_the_last + timedelta(days=1))[0].standing.missing == (
            last,
        )
    answered(database, 1, last)
    with database.session() as rows:
        [found] = release.release_list(rows, on_the_last)
        standing = found.standing
        assert (standing.ready, standing.due_days, standing.obstacles) == (True, 12, "")
        release.release(rows, found.resident, on_the_last, **ALICE)
    with database.reading() as rows:
        assert people(rows)[0].follow_up is FollowUp.COMPLETED
        assert release.release_list(rows, on_the_last) == []


def test_a_day_missing_or_a_flag_open_stands_in_the_way_until_staff_say_why(
    database: Database,
) -> None:
    add_residents(database, 1)
    start_campaign(database)
    after = MORNING + timedelta(days=13)
    due = [TODAY + timedelta(days=n) for n in range(1, 13)]
    answered(database, 1, *due[2:])
    with database.session() as rows:
        [resident] = people(rows)
        contacts.note_staff_contact(
            rows, resident, Way.VISIT, after, reached=True, day=due[0], **ALICE
        )
        contacts.note_staff_contact(
            rows, resident, Way.CALL, after, reached=False, day=due[1], **ALICE
        )
        flag = Flag(
            resident_id=1, rule="fever", severity=Severity.HIGH, reason="发热", raised_at=MORNING
        )
        rows.add(flag)
        rows.flush()
        [found] = release.release_list(rows, after)
        assert (found.standing.missing, found.standing.open_flags) == ((due[1],), 1)
        with pytest.raises(FollowUpError, match=r"1 of 12 due days .*2026-11-24.*; 1 flags"):
            release.release(rows, resident, after, **ALICE)
        flag.state = FlagState.RESOLVED
        release.release(rows, resident, after, reason="电话未通，已上门核实", **ALICE)
        assert resident.follow_up is FollowUp.COMPLETED


def test_nobody_is_released_before_the_period_is_over(database: Database) -> None:
    add_residents(database, 1)
    refused = pytest.raises(FollowUpError, match="lasts until 2026-12-04")
    with refused, database.session() as rows:
        release.release(rows, people(rows)[0], MORNING, reason="早", **ALICE)


def test_who_was_asked_about_in_the_households_call_has_answered_that_day(
    database: Database,
) -> None:
    add_residents(database, 2)
    start_campaign(database)
    day = EXPOSED + timedelta(days=14)
    then = MORNING + (day - TODAY)
    with database.session() as rows:
        mother, child = people(rows)
        household.live_together(rows, (mother, child), "H1", MORNING, **ALICE)
        household.call_together(rows, mother, MORNING, **ALICE)
        assert household.asked_with(rows, mother, MORNING) == [child]
        assert household.asked_with(rows, mother, then + timedelta(days=1)) == []
    answered(database, 1, day)
    with database.session() as rows:
        [attempt] = rows.exec(select(Attempt)).all()
        spoken = {"script": "quarantine", "script_version": "1", "locale": "zh-CN"}
        rows.add(
            Call(
                **spoken,
                id="c1",
                attempt_id=attempt.id,
                resident_id=1,
                started_at=then,
                outcome=Outcome.COMPLETED,
            )
        )
        rows.flush()
        asked = {"question": "temperature", "kind": Kind.TEMPERATURE, "status": Status.CLEAR}
        rows.add(AnswerRow(**asked, call_id="c1", resident_id=2, answered_at=then))
    with database.reading() as rows:
        found = {
            each.resident.id: each.standing.missing for each in release.release_list(rows, then)
        }
    assert set(found) == {1, 2}
    assert day not in found[2]


def test_who_never_answered_is_not_ready_though_no_day_was_due(database: Database) -> None:
    add_residents(database, 1)
    with database.session() as rows:
        [resident] = people(rows)
        changes.override_end(rows, resident, TODAY, "误报", MORNING, **ALICE)
        tomorrow = MORNING + timedelta(days=1)
        [found] = release.release_list(rows, tomorrow)
        standing = found.standing
        assert (standing.due_days, standing.ready, standing.obstacles) == (
            0,
            False,
            "never answered",
        )
        contacts.note_staff_contact(
            rows, resident, Way.CALL, tomorrow, reached=True, day=TODAY, **ALICE
        )
        assert release.candidate(rows, resident, tomorrow).standing.ready
