"""What a network saw of its callers, held against the rules of calling and the rows."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlmodel import select

from callbot.campaigns.rules.policy import MIN_GAP_MIN
from callbot.db import Database
from callbot.dialog.events import Outcome
from callbot.models import LIVE_STATES, AnswerRow, Attempt, AttemptState, Resident

SHORTEST_WAIT = timedelta(minutes=5)
"""Before a number is tried again that the network failed to reach."""

LAST_WORD_BEFORE_RING = timedelta(seconds=1)
"""The hours are checked once more before the attempt is on disk and the line's pace is kept."""

OPEN = ((time(8), time(12)), (time(14), time(21)))


@dataclass(frozen=True)
class Dialled:
    attempt: str
    at: datetime
    node: str
    clock_wrong_by_s: float
    phone: str


class Witness:
    """network: the file that campaigns_worker.Network writes."""

    def __init__(self, network: Path, database: Database) -> None:
        lines = [line.split(" ") for line in network.read_text().splitlines()]
        self.dialled = [
            Dialled(attempt, datetime.fromisoformat(at), node, float(wrong), phone)
            for kind, attempt, at, node, wrong, phone in lines
            if kind == "dial"
        ]
        self.answered = {words[1] for words in lines if words[0] == "answer"}
        with database.reading() as session:
            self.attempts = {attempt.id: attempt for attempt in session.exec(select(Attempt))}
            self.residents = {r.phone: r for r in session.exec(select(Resident))}
            self.stored = Counter(session.exec(select(AnswerRow.call_id)).all())

    @cached_property
    def by_phone(self) -> dict[str, list[Dialled]]:
        found: dict[str, list[Dialled]] = defaultdict(list)
        for dial in sorted(self.dialled, key=lambda dial: dial.at):
            found[dial.phone].append(dial)
        return found

    def dialled_twice(self) -> list[Dialled]:
        """The same attempt once more, or a number sooner than the rules allow, or after the end."""
        twice = [
            later
            for dials in self.by_phone.values()
            for earlier, later in pairwise(dials)
            if later.at - earlier.at < self._wait_after(earlier)
        ]
        once_more = Counter(dial.attempt for dial in self.dialled)
        return twice + [dial for dial in self.dialled if once_more[dial.attempt] > 1]

    def _wait_after(self, dial: Dialled) -> timedelta:
        attempt = self.attempts[dial.attempt]
        if attempt.outcome is Outcome.COMPLETED:
            return timedelta(days=1)
        return SHORTEST_WAIT if attempt.rang_at is None else timedelta(minutes=MIN_GAP_MIN)

    def outside_hours(self) -> list[Dialled]:
        return [dial for dial in self.dialled if not self._allowed(dial)]

    def _allowed(self, dial: Dialled) -> bool:
        resident = self.residents[dial.phone]
        moments = (dial.at, dial.at - LAST_WORD_BEFORE_RING)
        return any(_is_open(resident, at) for at in moments)

    def dials_in(self, zone: str) -> int:
        return sum(self.residents[dial.phone].time_zone == zone for dial in self.dialled)

    def by_wrong_clocks(self) -> list[Dialled]:
        return [dial for dial in self.dialled if dial.clock_wrong_by_s]

    def live(self) -> list[str]:
        return [id_ for id_, attempt in self.attempts.items() if attempt.state in LIVE_STATES]

    def never_tried(self) -> set[str]:
        """Numbers of residents whom nobody tried to reach though it is day where they live."""
        tried = {a.resident_id for a in self.attempts.values() if a.state is AttemptState.ENDED}
        planned = {a.resident_id for a in self.attempts.values()}
        return {
            phone
            for phone, resident in self.residents.items()
            if resident.id in planned - tried and not self._asleep(resident)
        }

    def _asleep(self, resident: Resident) -> bool:
        at = self.dialled[-1].at.astimezone(ZoneInfo(resident.time_zone)).time()
        return at < time(8)

    def answers_lost(self) -> set[str]:
        return self.answered - set(self.stored)

    def stored_twice(self) -> list[str]:
        return [call for call, times in self.stored.items() if times > 1]


def _is_open(resident: Resident, moment: datetime) -> bool:
    at = moment.astimezone(ZoneInfo(resident.time_zone)).time()
    wished = (resident.window_start or time.min, resident.window_end or time.max)
    return any(starts <= at < ends for starts, ends in OPEN) and wished[0] <= at < wished[1]
