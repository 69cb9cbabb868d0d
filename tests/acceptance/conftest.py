"""Whole calls with real sound, real recogniser and real SQLite on the embedded network."""

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from callbot import vault
from callbot.campaigns import campaign
from callbot.campaigns.rules.policy import NO_RETRY, CampaignFile
from callbot.config import Settings
from callbot.db import Database, open_database, upgrade
from callbot.models import Occasion, Resident
from callbot.rehearsal.campaign import Stage
from callbot.rehearsal.leaping_clock import LeapingClock
from callbot.telephony.simulated.residents import SimulatedResident

MORNING = datetime.fromisoformat("2026-11-22T09:00:00+08:00")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest module before the others here: begun among the last, it would keep one process
    busy when the rest have nothing left to do."""
    here = Path(__file__).parent
    items.sort(key=lambda item: (here in item.path.parents, item.path.stem != "test_spoken_calls"))


@pytest.fixture(scope="session")
def data_dir(speech_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key for all calls of this process; models, voices and prompts of the whole run."""
    folder = tmp_path_factory.mktemp("data")
    for spoken in ("cache", "models"):
        (speech_dir / spoken).mkdir(exist_ok=True)
        (folder / spoken).symlink_to(speech_dir / spoken)
    return folder


@pytest.fixture
def short_script(prompts_dir: Path, tmp_path: Path) -> Path:
    """Prompts with a script `short`, for calls in which the way is tested and not the script."""
    prompts = tmp_path / "prompts"
    shutil.copytree(prompts_dir, prompts)
    shutil.copytree(Path(__file__).parent / "short", prompts / "short")
    return prompts


@pytest.fixture(scope="module")
def new_stage(
    data_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Stage]]:
    """Makes a stage with a database of its own, its residents enrolled, its campaign running."""
    opened: list[Database] = []

    def make(residents: list[SimulatedResident], **given: Any) -> Stage:
        folder = tmp_path_factory.mktemp("office")
        settings = Settings(
            data_dir=data_dir,
            database_url=f"sqlite:///{folder / 'callbot.sqlite3'}",
            recordings_dir=given.pop("recordings_dir", folder / "recordings"),
            **given.pop("settings", {}),
        )
        vault.unlock("", data_dir)
        database = open_database(settings)
        opened.append(database)
        upgrade(database)
        clock = LeapingClock(MORNING, pace=given.get("pace", 1.0))
        with database.session() as rows:
            rows.add_all(
                Resident(
                    name=person.name,
                    phone=person.phone,
                    phone_hash=vault.look_up_hash(person.phone),
                    locale=person.locale,
                    exposed_on=MORNING.date().replace(day=19),
                    imported_at=MORNING,
                )
                for person in residents
            )
        script = given.get("script", "quarantine")
        occasion = given.pop("occasion", Occasion.DAILY)
        wish = CampaignFile(name="test", script=script, occasion=occasion, retry=NO_RETRY)
        campaign_id = campaign.create(database, wish, MORNING, actor="test")
        campaign.start(database, campaign_id, MORNING, actor="test")
        return Stage(
            settings,
            database,
            clock,
            residents,
            cache_dir=data_dir / "cache",
            calls_per_second=5.0,
            **given,
        )

    yield make
    for database in opened:
        database.close()
