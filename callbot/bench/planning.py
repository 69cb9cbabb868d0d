"""What a roster's size costs: planning it, choosing who is next, and starting calls."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as time_of_day
from functools import partial
from statistics import quantiles
from typing import TypeVar

from sqlalchemy import text, update

from callbot.bench.dialer import ZONE
from callbot.bench.large_roster import fill
from callbot.campaigns import campaign as campaigns
from callbot.campaigns.dialing import attempts, choosing, ending, reservation
from callbot.campaigns.dialing.line import set_line
from callbot.campaigns.planning.planner import plan
from callbot.campaigns.rules.policy import CampaignFile
from callbot.db import Database
from callbot.dialog.events import Outcome
from callbot.models import Attempt, AttemptState
from callbot.models.campaigns import NOT_ENDED

LINE = NODE = "bench"
CHOSEN_AT_ONCE = 100
CHOICES = 200
STARTS = 300

T = TypeVar("T")


@dataclass(frozen=True)
class PlanningBench:
    """Real time. plan_s: all that is due; again_s: the next run, which finds nothing to do;
    all_called_s: one late in the day, when everybody has been called to the end.

    choose_ms: the next 100 that are due. start_ms: from the reservation through fence, ring and
    answer to the end of one call, without waiting.
    """

    residents: int
    planned: int
    fill_s: float
    plan_s: float
    again_s: float
    choose_ms_p50: float
    choose_ms_p95: float
    start_ms_p50: float
    start_ms_p95: float
    all_called_s: float


def bench_planning(database: Database, *, residents: int, day: datetime) -> PlanningBench:
    """On an empty database, at nine o'clock of the day."""
    now = datetime.combine(day.astimezone(ZONE).date(), time_of_day(9), ZONE)
    fill_s, filled = _timed(lambda: fill(database, residents, now))
    set_line(database, LINE, carrier=LINE, capacity=1000, calls_per_second=1000.0)
    wanted = CampaignFile(name="bench", script="quarantine")
    campaigns.start(
        database, campaigns.create(database, wanted, now, actor="bench"), now, actor="bench"
    )
    plan_s, planned = _timed(lambda: plan(database, now).planned)
    again_s, _ = _timed(lambda: plan(database, now))
    _settle_down(database)
    choices = quantiles(_choices_ms(database, now), n=20)
    starts = quantiles(_starts_ms(database, now), n=20)
    _call_everybody(database, now)
    _settle_down(database)
    all_called_s, _ = _timed(lambda: plan(database, now + timedelta(hours=8)))
    return PlanningBench(
        residents=filled,
        planned=planned,
        fill_s=round(fill_s, 1),
        plan_s=round(plan_s, 2),
        again_s=round(again_s, 2),
        choose_ms_p50=round(choices[9], 2),
        choose_ms_p95=round(choices[18], 2),
        start_ms_p50=round(starts[9], 2),
        start_ms_p95=round(starts[18], 2),
        all_called_s=round(all_called_s, 2),
    )


def _call_everybody(database: Database, now: datetime) -> None:
    """The rows as a day of calls leaves them."""
    ended = {"state": AttemptState.ENDED, "outcome": Outcome.COMPLETED}
    moments = dict.fromkeys(("placed_at", "rang_at", "answered_at", "ended_at"), now)
    with database.session() as session:
        session.execute(update(Attempt).where(NOT_ENDED).values(**ended, **moments))


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    began_s = time.perf_counter()
    done = work()
    return time.perf_counter() - began_s, done


def _settle_down(database: Database) -> None:
    """As a server has done by itself after some minutes: statistics, and old versions cleared."""
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        vacuum = "VACUUM ANALYZE" if connection.dialect.name == "postgresql" else "ANALYZE"
        connection.execute(text(vacuum))


def _choices_ms(database: Database, now: datetime) -> Iterator[float]:
    for _ in range(CHOICES):
        with database.session() as session:
            took_s, _ = _timed(lambda: choosing.choose(session, now, CHOSEN_AT_ONCE))
            session.rollback()
        yield took_s * 1000


def _starts_ms(database: Database, now: datetime) -> Iterator[float]:
    for number in range(STARTS):
        took_s, started = _timed(partial(_start_one, database, now + timedelta(seconds=number)))
        if not started:
            return
        yield took_s * 1000


def _start_one(database: Database, now: datetime) -> bool:
    """False when nothing is due any more."""
    for brief in reservation.reserve(database, now, node=NODE, line=LINE, slots=1):
        id_ = brief.attempt_id
        return (
            reservation.begin_placing(database, id_, lambda: now, node=NODE)
            and attempts.mark_ringing(database, id_, now, node=NODE)
            and attempts.mark_answered(database, id_, now, node=NODE, line=LINE)
            and ending.end_attempt(database, id_, Outcome.COMPLETED, now, node=NODE)
        )
    return False
