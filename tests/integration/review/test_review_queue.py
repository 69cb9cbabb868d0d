"""Reviewers and their queue: Alice and Bob never work on the same flag."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from callbot import vault
from callbot.db import Database
from callbot.dialog.events import Severity
from callbot.errors import BadInput
from callbot.models import Flag, FlagState, History, Resident
from callbot.review import queue

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


def add_flag(
    database: Database,
    severity: Severity = Severity.HIGH,
    *,
    minutes: int = 0,
    community: str = "金海社区",
    rule: str = "fever",
) -> int:
    with database.session() as session:
        number = len(session.exec(select(Resident.id)).all()) + 1
        phone = f"+86138000000{number:02d}"
        resident = Resident(
            name=f"居民{number}",
            phone=phone,
            phone_hash=vault.look_up_hash(phone),
            community=community,
            exposed_on=date(2026, 11, 20),
            imported_at=NOW,
        )
        session.add(resident)
        session.flush()
        assert resident.id is not None
        flag = Flag(
            resident_id=resident.id,
            rule=rule,
            severity=severity,
            reason="体温37.3度以上",
            evidence="三十八度二",
            raised_at=NOW + timedelta(minutes=minutes),
        )
        session.add(flag)
        session.flush()
        assert flag.id is not None
        return flag.id


def test_urgent_flags_come_first_then_the_oldest(database: Database) -> None:
    normal = add_flag(database, Severity.NORMAL)
    late = add_flag(database, Severity.HIGH, minutes=9)
    early = add_flag(database, Severity.HIGH, minutes=1)
    urgent = add_flag(database, Severity.URGENT, minutes=20)
    assert [flag.id for flag in queue.list_flags(database)] == [urgent, early, late, normal]


def test_the_list_can_be_narrowed(database: Database) -> None:
    add_flag(database, rule="fever")
    other = add_flag(database, rule="went_out", community="望湖社区", minutes=5)
    for wanted in (
        queue.FlagFilter(rules=["went_out"]),
        queue.FlagFilter(communities=["望湖社区"]),
        queue.FlagFilter(raised_from=NOW + timedelta(minutes=1)),
    ):
        assert [flag.id for flag in queue.list_flags(database, wanted)] == [other]
    assert queue.list_flags(database, queue.FlagFilter(severities=[Severity.URGENT])) == []


def test_a_flag_is_claimed_resolved_and_leaves_the_queue(database: Database) -> None:
    flag_id = add_flag(database)
    queue.claim(database, flag_id, NOW, reviewer="alice")
    queue.resolve(database, flag_id, NOW, reviewer="alice", note="已上门测温，36.8度")
    assert queue.list_flags(database) == []
    [flag] = queue.list_flags(database, queue.FlagFilter(states=[FlagState.RESOLVED]))
    assert (flag.claimed_by, flag.resolution) == ("alice", "已上门测温，36.8度")
    with database.reading() as session:
        acts = session.exec(select(History.act, History.actor)).all()
    assert [tuple(act) for act in acts] == [("flag_claimed", "alice"), ("flag_resolved", "alice")]


def test_bob_cannot_claim_resolve_or_give_back_what_alice_holds(database: Database) -> None:
    flag_id = add_flag(database)
    queue.claim(database, flag_id, NOW, reviewer="alice")
    with pytest.raises(queue.FlagConflict, match="held by alice"):
        queue.claim(database, flag_id, NOW, reviewer="bob")
    with pytest.raises(queue.FlagConflict, match="held by alice"):
        queue.resolve(database, flag_id, NOW, reviewer="bob", note="x")
    with pytest.raises(queue.FlagConflict, match="held by alice"):
        queue.reopen(database, flag_id, NOW, reviewer="bob")


def test_of_many_who_claim_at_once_one_gets_the_flag(database: Database) -> None:
    flag_id = add_flag(database)
    results: list[str] = []

    def try_to_claim(reviewer: str) -> None:
        try:
            queue.claim(database, flag_id, NOW, reviewer=reviewer)
            results.append(reviewer)
        except queue.FlagConflict:
            pass

    threads = [threading.Thread(target=try_to_claim, args=(f"r{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 1
    assert queue.list_flags(database)[0].claimed_by == results[0]


def test_a_flag_given_back_or_resolved_too_early_is_open_again(database: Database) -> None:
    flag_id = add_flag(database)
    queue.claim(database, flag_id, NOW, reviewer="alice")
    queue.reopen(database, flag_id, NOW, reviewer="alice")
    queue.claim(database, flag_id, NOW, reviewer="bob")
    queue.resolve(database, flag_id, NOW, reviewer="bob", note="done")
    queue.reopen(database, flag_id, NOW, reviewer="alice")
    [flag] = queue.list_flags(database)
    assert (flag.state, flag.claimed_by) == (FlagState.OPEN, "")


def test_a_resolution_needs_a_note_and_a_flag_that_exists(database: Database) -> None:
    with pytest.raises(BadInput, match="note"):
        queue.resolve(database, add_flag(database), NOW, reviewer="alice", note="  ")
    with pytest.raises(queue.NoSuchFlag, match="no flag 77"):
        queue.claim(database, 77, NOW, reviewer="alice")
