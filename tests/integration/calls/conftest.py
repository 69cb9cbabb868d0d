"""A follow-up database with one resident, who is to be called."""

from datetime import date, datetime
from pathlib import Path

import pytest

from callbot import vault
from callbot.config import Settings
from callbot.db import Database, open_database, upgrade
from callbot.models import Attempt, Campaign, Resident


@pytest.fixture
def database(tmp_path: Path, morning: datetime) -> Database:
    vault.unlock("", tmp_path)
    database = open_database(Settings(data_dir=tmp_path))
    upgrade(database)
    with database.session() as rows:
        rows.add(
            Resident(
                id=1,
                name="王秀英",
                phone="+8613800000001",
                phone_hash="x",
                exposed_on=date(2026, 11, 19),
                imported_at=morning,
            )
        )
        rows.add(Campaign(id=1, name="test", script="quarantine", created_at=morning))
        rows.flush()
        rows.add(Attempt(id="a1", campaign_id=1, resident_id=1, number=1, due_at=morning))
    return database
