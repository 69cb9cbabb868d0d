"""A trial call on the embedded network: led like any other, and it leaves no other row."""

import asyncio
import time
from datetime import datetime
from pathlib import Path

from sqlmodel import select

from callbot import vault
from callbot.campaigns import trial_calls
from callbot.cli import calling
from callbot.config import Settings
from callbot.db import Database, open_database, upgrade
from callbot.dialog.events import Outcome
from callbot.models import Attempt, Call, Flag, History, Resident, TrialCall, TrialState
from callbot.rehearsal.leaping_clock import LeapingClock
from callbot.rehearsal.serving import SimulatedPublic
from callbot.telephony.simulated.network import SimulatedCarrier

MORNING = datetime.fromisoformat("2026-11-22T09:00:00+08:00")
NUMBER = "+8613911112222"
PATIENCE_S = 300


def until_ended(database: Database, trial_id: str) -> TrialCall:
    for _ in range(PATIENCE_S * 5):
        with database.reading() as rows:
            trial = rows.get_one(TrialCall, trial_id)
        if trial.state is TrialState.ENDED:
            break
        time.sleep(0.2)
    return trial


async def test_a_trial_is_rung_talked_through_and_written_down(
    short_script: Path, data_dir: Path
) -> None:
    settings = Settings(
        data_dir=data_dir,
        prompts_dir=short_script,
        database_url=f"sqlite:///{short_script.parent / 'callbot.sqlite3'}",
        recordings_dir=short_script.parent / "recordings",
    )
    vault.unlock("", data_dir)
    database = open_database(settings)
    upgrade(database)
    clock = LeapingClock(MORNING)
    [carrier] = calling.open_carriers(settings, clock, ["simulated"])
    assert isinstance(carrier, SimulatedCarrier)
    calling.set_limits(database, settings, [carrier])
    public = SimulatedPublic(settings, database, carrier)
    async with calling.running_node(settings, database, carrier, clock, public.observe) as node:
        node.trials.company = public
        async with node.trials.watching():
            asked = (database, NUMBER, "short", "zh-CN", clock.now(), settings.zone)
            trial_id = trial_calls.ask(*asked, actor="otto")
            trial = await asyncio.to_thread(until_ended, database, trial_id)
    assert trial.outcome is Outcome.COMPLETED
    assert trial.told is not None
    said = [words for who, words in trial.told["lines"] if who == "resident"]
    assert any("36" in words or "三十六" in words for words in said)
    with database.reading() as rows:
        for table in (Attempt, Call, Flag, Resident):
            assert rows.exec(select(table)).all() == []
        acts = rows.exec(select(History.act).order_by(History.id)).all()
    assert acts == ["trial_call_asked", "trial_call_ended"]
    assert not settings.recordings.exists()
    database.close()
