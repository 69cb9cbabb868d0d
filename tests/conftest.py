"""What every test shares: the repository's prompts, and a pinned moment."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def prompts_dir() -> Path:
    return ROOT / "prompts"


@pytest.fixture
def morning() -> datetime:
    """Nine o'clock on the sample roster's day."""
    return datetime(2026, 11, 22, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
