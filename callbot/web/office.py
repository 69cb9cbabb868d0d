"""What every page and webhook works with; in a route: `request.app.state.office`."""

from dataclasses import dataclass

from callbot.clock import Clock
from callbot.config import Settings
from callbot.db import Database


@dataclass(frozen=True)
class Office:
    settings: Settings
    database: Database
    clock: Clock
