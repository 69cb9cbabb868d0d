"""How many calls an hour several workers start through one line, in real time and without sound."""

import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func
from sqlmodel import select

from callbot.bench import starting
from callbot.bench.dialer import over_rate
from callbot.bench.large_roster import fill
from callbot.campaigns import campaign as campaigns
from callbot.campaigns.dialing.line import HEADROOM, set_line
from callbot.campaigns.planning.planner import plan
from callbot.campaigns.rules.policy import CampaignFile
from callbot.config import Settings
from callbot.db import Database
from callbot.models import LIVE_STATES, Attempt, AttemptState

WARM_UP_S = 20.0
"""Until all workers ring."""

END_S = 300.0


@dataclass(frozen=True)
class StartsBench:
    """starts_per_hour: over the whole time measured, after a warm-up. over_rate: sliding seconds
    with more dials than the carrier allows. ended: attempts that went through to their end."""

    workers: int
    carrier_allows_per_second: int
    starts: int
    starts_per_hour: int
    over_rate: int
    dialled_twice: int
    ended: int
    stuck: int


def bench_starts(
    database: Database, settings: Settings, *, workers: int, per_hour: int, seconds: float
) -> StartsBench:
    """On an empty PostgreSQL database. per_hour: what is aimed at."""
    now = datetime.now(UTC)
    allowed = int(per_hour / 3600 / HEADROOM) + 1
    wanted = int((seconds + WARM_UP_S) * allowed)
    # Two of four residents have wishes for a later time of the day.
    fill(database, wanted * 2, now, time_zone=_zone_where_it_is_nine(now))
    set_line(
        database, starting.LINE, carrier="soundless", capacity=10_000, calls_per_second=allowed
    )
    campaign_id = campaigns.create(
        database, CampaignFile(name="bench", script="quarantine"), now, actor="bench"
    )
    campaigns.start(database, campaign_id, now, actor="bench")
    plan(database, datetime.now(UTC))
    lines = _run(settings, workers, seconds)
    return _figures(database, [line.split() for line in lines], workers, allowed, seconds)


def _zone_where_it_is_nine(now: datetime) -> str:
    east = next(hours for hours in range(-12, 15) if (now.hour + hours) % 24 == 9)
    return f"Etc/GMT{-east:+d}" if east else "Etc/GMT"


def _run(settings: Settings, workers: int, seconds: float) -> list[str]:
    """What the workers printed."""
    printed = [settings.data_dir / f"dials-{number}" for number in range(workers)]
    running = [_start(settings, number, path) for number, path in enumerate(printed)]
    time.sleep(WARM_UP_S + seconds)
    for process in running:
        process.send_signal(signal.SIGTERM)
    for process in running:
        process.wait(timeout=END_S)
    return [line for path in printed for line in path.read_text().splitlines()]


def _start(settings: Settings, number: int, printed: Path) -> subprocess.Popen[bytes]:
    orders = starting.Orders(f"bench-{number}", str(settings.data_dir), settings.database)
    with printed.open("w") as out:
        return subprocess.Popen(
            [sys.executable, "-m", starting.__name__, orders.as_argument()], stdout=out
        )


def _figures(
    database: Database, dials: list[list[str]], workers: int, allowed: int, seconds: float
) -> StartsBench:
    at = sorted(float(moment) for moment, _ in dials)
    measured = [moment for moment in at if moment >= at[-1] - seconds] if at else []
    with database.reading() as session:
        states = dict(
            session.exec(select(Attempt.state, func.count()).group_by(Attempt.state)).all()
        )
    return StartsBench(
        workers=workers,
        carrier_allows_per_second=allowed,
        starts=len(at),
        starts_per_hour=round(len(measured) * 3600 / seconds),
        over_rate=over_rate([datetime.fromtimestamp(moment, UTC) for moment in at], allowed),
        dialled_twice=sum(times > 1 for times in Counter(id_ for _, id_ in dials).values()),
        ended=states.get(AttemptState.ENDED, 0),
        stuck=sum(states.get(state, 0) for state in LIVE_STATES),
    )
