"""The main job on the embedded network: a roster is imported, its residents are rung and speak.

Everything is kept in a folder of its own. A demo that was broken off is taken up where it
stopped; a finished one is put aside and a new one begun.
"""

import shutil
import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from sqlalchemy import func
from sqlmodel import col, select

from callbot import vault
from callbot.campaigns import campaign
from callbot.campaigns.roster.store import import_roster
from callbot.campaigns.rules.policy import CampaignFile, RetryPolicy
from callbot.config import Settings
from callbot.db import Database, open_database, upgrade
from callbot.models import Campaign, CampaignState, FollowUp, History, Resident, record
from callbot.rehearsal.campaign import CampaignRehearsal, Progress, Stage
from callbot.rehearsal.figures import Figures, figures
from callbot.rehearsal.leaping_clock import LeapingClock
from callbot.rehearsal.outcome import ResidentResult
from callbot.rehearsal.population import Inhabitant, populate
from callbot.rehearsal.score import Score, score
from callbot.whole_file import keep_whole

SAMPLE_ROSTER = Path(__file__).with_name("sample-roster.xlsx")
SAMPLE_DAY = date(2026, 11, 22)
"""The day on which everybody in the sample roster is within their 14 days."""

LINES = 8
TWICE = RetryPolicy(rings_per_day=2)
"""A demo rings nobody a third time, so that it is over in six minutes."""

ACTOR = "demo"


class DemoPlan(BaseModel):
    """What a demo plays, kept beside its database so that it can be gone on with."""

    roster: Path
    residents: int | None
    seed: int
    day: date


@dataclass(frozen=True)
class DemoResult:
    """`folder` holds the database and recordings; `elapsed_s` is of this run."""

    results: list[ResidentResult]
    inhabitants: list[Inhabitant]
    score: Score
    figures: Figures
    interrupted: bool
    folder: Path

    def as_json(self) -> dict[str, Any]:
        archetypes = {i.resident.phone: i.archetype.id for i in self.inhabitants}
        return {
            "interrupted": self.interrupted,
            "figures": self.figures.as_json(),
            "score": self.score.as_json(),
            "residents": [
                {**result.as_json(), "archetype": archetypes.get(result.phone)}
                for result in self.results
            ],
        }


class Demo:
    """One demo in `settings.data_dir/demo`. now: the present moment, for rosters of one's own."""

    def __init__(
        self,
        settings: Settings,
        now: datetime,
        *,
        roster: Path | None,
        residents: int | None,
        seed: int,
    ) -> None:
        self.folder = settings.data_dir / "demo"
        self.settings = settings.model_copy(
            update={
                "database_url": f"sqlite:///{self.folder / 'callbot.sqlite3'}",
                "recordings_dir": self.folder / "recordings",
            }
        )
        self._cache_dir = settings.data_dir / "cache"
        day = SAMPLE_DAY if roster is None else now.astimezone(settings.zone).date()
        wanted = DemoPlan(roster=roster or SAMPLE_ROSTER, residents=residents, seed=seed, day=day)
        unfinished = self._unfinished()
        self.goes_on = unfinished is not None
        self._plan = unfinished or wanted
        self._rehearsal: CampaignRehearsal | None = None
        self._stopped = False

    async def play(self, progress: Progress | None = None) -> DemoResult:
        """Raises BadInput for a roster that cannot be taken, SpeechError when models fail."""
        began_s = time.monotonic()
        database = self._open()
        try:
            clock = LeapingClock(self._begins_at(database))
            if not self.goes_on:
                self._enrol(database, clock.now())
            inhabitants = populate(self._called(database), self._plan.seed)
            self._rehearsal = CampaignRehearsal(
                Stage(
                    self.settings,
                    database,
                    clock,
                    [inhabitant.resident for inhabitant in inhabitants],
                    cache_dir=self._cache_dir,
                    lines=LINES,
                    seed=self._plan.seed,
                )
            )
            if self._stopped:
                self._rehearsal.stop()
            await self._rehearsal.play(progress)
            if not self._stopped:
                self._finish(database, clock.now())
            phones = {inhabitant.resident.phone for inhabitant in inhabitants}
            results = [r for r in self._rehearsal.results() if r.phone in phones]
            return DemoResult(
                results,
                inhabitants,
                score(inhabitants, results),
                figures(results, self._rehearsal, time.monotonic() - began_s),
                self._stopped,
                self.folder,
            )
        finally:
            database.close()

    def stop(self) -> None:
        """No new ring; calls in progress end politely; the next run goes on."""
        self._stopped = True
        if self._rehearsal is not None:
            self._rehearsal.stop()

    # -- the folder ------------------------------------------------------------------------------

    def _unfinished(self) -> DemoPlan | None:
        """The plan of a demo that was broken off."""
        plan = self.folder / "plan.json"
        if not plan.exists():
            return None
        return DemoPlan.model_validate_json(plan.read_text(encoding="utf-8"))

    def _open(self) -> Database:
        if not self.goes_on and self.folder.exists():
            previous = self.folder.with_name("demo.previous")
            shutil.rmtree(previous, ignore_errors=True)
            self.folder.rename(previous)
        vault.unlock(self.settings.encryption_keys, self.folder)
        database = open_database(self.settings)
        upgrade(database)
        return database

    def _finish(self, database: Database, now: datetime) -> None:
        with database.reading() as rows:
            running = rows.exec(
                select(Campaign.id).where(col(Campaign.state) == CampaignState.RUNNING)
            ).all()
        for campaign_id in running:
            assert campaign_id is not None
            campaign.stop(database, campaign_id, now, actor=ACTOR)
        (self.folder / "plan.json").unlink(missing_ok=True)

    # -- people and campaign ---------------------------------------------------------------------

    def _begins_at(self, database: Database) -> datetime:
        """09:00 of the demo's day, or just after the last act of the run that was broken off."""
        zone = self.settings.zone
        begins = datetime.combine(self._plan.day, time_of_day(9), zone)
        with database.reading() as rows:
            last = rows.exec(select(func.max(col(History.at)))).first()
        return begins if last is None else max(begins, last + timedelta(seconds=1))

    def _enrol(self, database: Database, now: datetime) -> None:
        import_roster(database, self._plan.roster, now, self.settings.zone, actor=ACTOR)
        if self._plan.residents is not None:
            self._resize(database, self._plan.residents, now)
        wish = CampaignFile(name="demo", script="quarantine", retry=TWICE)
        campaign_id = campaign.create(database, wish, now, actor=ACTOR)
        campaign.start(database, campaign_id, now, actor=ACTOR)
        plan = self._plan.model_copy(update={"roster": self._plan.roster.resolve()})
        keep_whole(self.folder / "plan.json", plan.model_dump_json().encode())

    def _resize(self, database: Database, wanted: int, now: datetime) -> None:
        """More people than the roster has are made up; fewer are followed up than it has."""
        with database.session() as rows:
            people = rows.exec(select(Resident).order_by(col(Resident.id))).all()
            for person in people[wanted:]:
                person.follow_up = FollowUp.CANCELLED
                record(rows, now, ACTOR, "left_out_of_demo", resident_id=person.id)
            for number in range(len(people) + 1, wanted + 1):
                phone = f"+86139{number:08d}"
                rows.add(
                    Resident(
                        name=f"居民{number}",
                        phone=phone,
                        phone_hash=vault.look_up_hash(phone),
                        exposed_on=self._plan.day - timedelta(days=number % 14),
                        imported_at=now,
                    )
                )

    def _called(self, database: Database) -> list[Resident]:
        with database.reading() as rows:
            return list(
                rows.exec(
                    select(Resident)
                    .where(col(Resident.follow_up) == FollowUp.ACTIVE)
                    .order_by(col(Resident.id))
                )
            )
