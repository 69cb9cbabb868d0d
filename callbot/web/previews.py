"""Who a campaign would call, reckoned by the time somebody looks.

Of a hundred thousand residents it takes a second. So it is begun when the page of a draft is
opened, from which the preview is one click away; and a reload shows what there is, unless somebody
has changed something since.
"""

import threading
from collections import OrderedDict
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import func
from sqlmodel import col, select

from callbot.campaigns.campaign import CampaignError
from callbot.campaigns.planning.preview import Preview, preview
from callbot.db import DatabaseUnavailable
from callbot.models import Account, History
from callbot.web.office import Office

FRESH_FOR: Final = timedelta(seconds=30)
"""Calls that end meanwhile change who may be called; whoever comes later waits for a new one."""

MOST_KEPT: Final = 8


class Seen(NamedTuple):
    """after: the latest act of a person before it."""

    at: datetime
    after: int
    preview: Preview


class _Kept:
    """lock: whoever comes while it is reckoned waits for the same one."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.seen: Seen | None = None


class Previews:
    """Safe to share between threads."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._lock = threading.Lock()
        self._kept: OrderedDict[int, _Kept] = OrderedDict()

    def expect(self, campaign_id: int) -> None:
        """Begins, and returns at once."""
        threading.Thread(
            target=self._begin, args=(campaign_id,), name="preview", daemon=True
        ).start()

    def get(self, campaign_id: int) -> Seen:
        """Raises CampaignError for an unknown id, DatabaseUnavailable."""
        kept = self._of(campaign_id)
        with kept.lock:
            if kept.seen is None or not self._is_fresh(kept.seen):
                kept.seen = self._see(campaign_id)
            return kept.seen

    def _begin(self, campaign_id: int) -> None:
        with suppress(CampaignError, DatabaseUnavailable):
            self.get(campaign_id)

    def _of(self, campaign_id: int) -> _Kept:
        with self._lock:
            kept = self._kept.setdefault(campaign_id, _Kept())
            self._kept.move_to_end(campaign_id)
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
            return kept

    def _see(self, campaign_id: int) -> Seen:
        now, after = self._office.clock.now(), self._latest_act()
        return Seen(now, after, preview(self._office.database, campaign_id, now))

    def _is_fresh(self, seen: Seen) -> bool:
        age = self._office.clock.now() - seen.at
        return age < FRESH_FOR and seen.after == self._latest_act()

    def _latest_act(self) -> int:
        of_people = col(History.actor).in_(select(Account.name))
        with self._office.database.reading() as rows:
            return rows.exec(select(func.max(History.id)).where(of_people)).one() or 0
