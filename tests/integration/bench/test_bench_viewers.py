"""Viewers of the bench see what people see: told of a change, they fetch it."""

from datetime import UTC, datetime
from pathlib import Path

from callbot import db, vault
from callbot.bench.viewers import PAGES, Audience
from callbot.campaigns import campaign
from callbot.campaigns.rules.policy import CampaignFile
from callbot.clock import SystemClock
from callbot.config import Settings
from callbot.web.app import Office

VIEWERS = 4


async def test_every_viewer_opens_a_page_and_fetches_what_changes_on_it(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    vault.unlock("", tmp_path)
    database = db.open_database(settings)
    db.upgrade(database)
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    wish = CampaignFile(name="bench", script="quarantine")
    campaign.start(database, campaign.create(database, wish, now, actor="test"), now, actor="test")
    # Left over by other tests on the same machine there may be nothing.
    audience = Audience(VIEWERS, niceness=0)
    async with audience.watching(Office(settings, database, SystemClock())):
        pass
    database.close()
    assert len(PAGES) < VIEWERS
    assert audience.seen is not None
    assert audience.seen.parts >= VIEWERS
    assert audience.seen.events >= VIEWERS
