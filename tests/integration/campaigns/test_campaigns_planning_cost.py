"""What the planner, which runs every minute, costs late in a day of calls."""

from datetime import timedelta

import pytest
from campaigns_office import add_residents, start_campaign
from campaigns_scripted import MORNING
from sqlalchemy import event, update
from sqlalchemy.engine.interfaces import DBAPIConnection

from callbot.campaigns.planning.planner import plan
from callbot.db import Database
from callbot.dialog.events import Outcome
from callbot.models import Attempt, AttemptState
from callbot.models.campaigns import NOT_ENDED

RESIDENTS = 800
STEPS_AT_ONCE = 100


@pytest.fixture
def database_url() -> str:
    return ""


def test_sqlite_looks_at_each_call_of_today_once_and_not_for_each_resident(
    database: Database,
) -> None:
    """It keeps no statistics, and left to itself would find a resident's calls by the day."""
    add_residents(database, RESIDENTS)
    start_campaign(database)
    plan(database, MORNING)
    _end_calls_of(database, RESIDENTS // 2)
    half = _steps_of_planning(database)
    _end_calls_of(database, RESIDENTS)
    assert _steps_of_planning(database) < 2.5 * half


def _end_calls_of(database: Database, up_to: int) -> None:
    ended = {"state": AttemptState.ENDED, "outcome": Outcome.COMPLETED}
    moments = dict.fromkeys(("rang_at", "ended_at"), MORNING)
    with database.session() as session:
        called = Attempt.resident_id <= up_to  # type: ignore[operator]
        session.execute(update(Attempt).where(NOT_ENDED, called).values(**ended, **moments))


def _steps_of_planning(database: Database) -> int:
    """Hundreds of steps of SQLite's virtual machine."""
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    def watch(connection: DBAPIConnection, *_: object) -> None:
        connection.set_progress_handler(count, STEPS_AT_ONCE)

    event.listen(database.engine, "checkout", watch)
    plan(database, MORNING + timedelta(hours=8))
    event.remove(database.engine, "checkout", watch)
    return steps
