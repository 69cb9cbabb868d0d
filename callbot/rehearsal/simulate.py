"""The dialogue against residents described in a file, each called once."""

import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path

from callbot import vault
from callbot.campaigns import campaign
from callbot.campaigns.rules.policy import NO_RETRY, CampaignFile
from callbot.config import Settings
from callbot.db import Database, open_database, upgrade
from callbot.dialog.script import load_script
from callbot.models import Resident
from callbot.rehearsal.campaign import CampaignRehearsal, Progress, Stage
from callbot.rehearsal.figures import Figures, figures
from callbot.rehearsal.leaping_clock import LeapingClock
from callbot.rehearsal.outcome import ResidentResult
from callbot.rehearsal.reach import Reached
from callbot.rehearsal.text_calls import talk
from callbot.rehearsal.transport import Transport
from callbot.telephony.simulated.impairments import LineQuality
from callbot.telephony.simulated.residents import SimulatedResident
from callbot.web.office import Office

CLEAN_LINE = LineQuality()

FOLLOW_UP_DAY = 3
"""The day of follow-up that residents from a file are taken to be at."""


@dataclass(frozen=True)
class Wanted:
    """What to play. now: aware; calls are held at 09:00 of that day, by the office's time."""

    residents: Sequence[SimulatedResident]
    script: str
    now: datetime
    pace: float = 1.0
    lines: int = 8
    calls_per_second: float = 2.0
    seed: int = 0
    quality: LineQuality = CLEAN_LINE
    reached: Reached = Reached.SIMULATED


def simulate_in_text(wanted: Wanted, settings: Settings) -> list[ResidentResult]:
    """Without sound, in the order of the residents."""
    script = load_script(settings.prompts_dir, wanted.script)
    start = _morning(wanted.now, settings)
    release = start.date() + timedelta(days=14 - FOLLOW_UP_DAY)
    return [
        talk(
            script,
            resident,
            {
                "office": settings.office_in(resident.locale),
                "office_phone": settings.office_phone,
                "name": resident.name,
                "day": str(FOLLOW_UP_DAY),
                "days_left": str(14 - FOLLOW_UP_DAY),
                "release_date": release.strftime(script.wording(resident.locale).date_format),
            },
            at=start,
            time_zone=settings.timezone,
        )
        for resident in wanted.residents
    ]


async def simulate_in_sound(
    wanted: Wanted, settings: Settings, progress: Progress | None = None
) -> list[ResidentResult]:
    """By the whole engine, on the embedded network, in a database of its own."""
    with tempfile.TemporaryDirectory(prefix="callbot-simulate-") as folder:
        return (await rehearse(wanted, settings, Path(folder), progress)).results


@dataclass(frozen=True)
class Played:
    """What a rehearsal gave. late_frames: of all lines together. transport: of another way
    than the embedded network alone."""

    results: list[ResidentResult]
    figures: Figures
    late_frames: int
    transport: Transport | None = None


Beside = Callable[[Office], AbstractAsyncContextManager[None]]
"""What goes on in the rehearsal's own office, from before the preparations to after the calls."""


def nothing_beside(_office: Office) -> AbstractAsyncContextManager[None]:
    return nullcontext()


async def rehearse(
    wanted: Wanted,
    settings: Settings,
    folder: Path,
    progress: Progress | None = None,
    beside: Beside = nothing_beside,
) -> Played:
    """One attempt with each resident; database and recordings in `folder`."""
    own = settings.model_copy(
        update={
            "database_url": f"sqlite:///{folder}/simulate.sqlite3",
            "recordings_dir": folder / "recordings",
        }
    )
    vault.unlock(own.encryption_keys, folder)
    database = open_database(own)
    try:
        upgrade(database)
        clock = LeapingClock(_morning(wanted.now, settings), pace=wanted.pace)
        _enrol(database, wanted, clock, settings)
        # The console keeps its figures in the data folder: not in that of the real office.
        office = Office(own.model_copy(update={"data_dir": folder}), database, clock)
        async with beside(office):
            rehearsal = CampaignRehearsal(
                Stage(
                    own,
                    database,
                    clock,
                    list(wanted.residents),
                    script=wanted.script,
                    cache_dir=settings.data_dir / "cache",
                    lines=wanted.lines,
                    calls_per_second=wanted.calls_per_second,
                    pace=wanted.pace,
                    seed=wanted.seed,
                    quality=wanted.quality,
                    reached=wanted.reached,
                )
            )
            began_s = time.monotonic()
            await rehearsal.play(progress)
            results = rehearsal.results()
            elapsed_s = time.monotonic() - began_s
            return Played(
                results,
                figures(results, rehearsal, elapsed_s),
                rehearsal.late_frames(),
                rehearsal.transport,
            )
    finally:
        database.close()


def _morning(now: datetime, settings: Settings) -> datetime:
    return datetime.combine(now.astimezone(settings.zone).date(), time_of_day(9), settings.zone)


def _enrol(database: Database, wanted: Wanted, clock: LeapingClock, settings: Settings) -> None:
    now = clock.now()
    exposed_on = now.astimezone(settings.zone).date() - timedelta(days=FOLLOW_UP_DAY)
    with database.session() as rows:
        rows.add_all(
            Resident(
                name=resident.name,
                phone=resident.phone,
                phone_hash=vault.look_up_hash(resident.phone),
                locale=resident.locale,
                time_zone=settings.timezone,
                exposed_on=exposed_on,
                imported_at=now,
            )
            for resident in wanted.residents
        )
    wish = CampaignFile(name="simulate", script=wanted.script, retry=NO_RETRY)
    campaign_id = campaign.create(database, wish, now, actor="simulate")
    campaign.start(database, campaign_id, now, actor="simulate")
