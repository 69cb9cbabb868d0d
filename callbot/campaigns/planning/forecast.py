"""How a day of calls will go: calls, lines needed, when it is done. Pure arithmetic.

People flow through the day minute by minute: who is due and not yet rung waits, as many are rung
as lines and pace allow, who was not reached comes back after the wait for a retry. Fractions of
people are meant: it is the mean of many such days.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from callbot.campaigns.rules.window import Span

MINUTE = timedelta(minutes=1)
HALF_A_PERSON = 0.5
MOST_LINES = 100_000


@dataclass(frozen=True)
class Rates:
    """What one ring is expected to bring.

    reached: share of rings after which the person is done for the day. ring_s, talk_s: seconds
    that a line is held by a ring that does not reach them, and by one that does. rings: how many
    these figures were taken from; 0 when they are assumed.
    """

    reached: float
    ring_s: float
    talk_s: float
    rings: int = 0

    @property
    def held_s(self) -> float:
        """Seconds a line is held by one attempt, on average."""
        return self.reached * self.talk_s + (1 - self.reached) * self.ring_s


ASSUMED = Rates(reached=0.5, ring_s=30.0, talk_s=90.0)
"""Until there are figures: the ring time-out, and the length a call with nothing to report has."""


@dataclass(frozen=True)
class Day:
    """due: how many people are first to be rung when. spans: hours for calls. wait: before a retry.

    rings: at most to one person. calls_per_second: the lines' pace.
    """

    due: Counter[datetime]
    spans: Sequence[Span]
    wait: timedelta
    rings: int
    calls_per_second: float
    rates: Rates

    @property
    def people(self) -> int:
        return self.due.total()


@dataclass(frozen=True)
class Forecast:
    """attempts, reached, unreached: expected numbers. left: not rung to the end when hours close.

    finish_at: when the last is rung; None if some are left.
    """

    people: int
    attempts: float
    reached: float
    unreached: float
    left: float
    finish_at: datetime | None


def forecast(day: Day, lines: int) -> Forecast:
    """With that many calls at once."""
    minutes = _minutes(day.spans)
    arrivals = _arrivals(day.due, minutes)
    waiting = [0.0] * day.rings
    attempts = reached = unreached = 0.0
    last_rung: datetime | None = None
    at_most = min(lines * 60 / day.rates.held_s, day.calls_per_second * 60)
    for index, minute in enumerate(minutes):
        for ring, people in arrivals.pop(index, {}).items():
            waiting[ring] += people
        share = min(1.0, at_most / total) if (total := sum(waiting)) > 0 else 0.0
        for ring in range(day.rings):
            rung = waiting[ring] * share
            waiting[ring] -= rung
            attempts += rung
            reached += rung * day.rates.reached
            missed = rung * (1 - day.rates.reached)
            if ring + 1 == day.rings:
                unreached += missed
            elif missed > 0:
                back = _index_at(minutes, minute + day.wait)
                arrivals[back][ring + 1] += missed
        if total > HALF_A_PERSON:
            last_rung = minute + MINUTE
    left = sum(waiting) + sum(sum(rings.values()) for rings in arrivals.values())
    done = left < HALF_A_PERSON
    return Forecast(day.people, attempts, reached, unreached, left, last_rung if done else None)


def lines_to_finish(day: Day, by: datetime | None = None) -> int | None:
    """The fewest lines with which all are rung to the end within the hours, or by that moment.

    None when no number of lines suffices: retries wait, and the pace is limited.
    """

    def enough(lines: int) -> bool:
        finish_at = forecast(day, lines).finish_at
        return finish_at is not None and (by is None or finish_at <= by)

    if day.people == 0:
        return 0
    if not enough(MOST_LINES):
        return None
    fewest, most = 1, MOST_LINES
    while fewest < most:
        middle = (fewest + most) // 2
        fewest, most = (fewest, middle) if enough(middle) else (middle + 1, most)
    return fewest


Arrivals = defaultdict[int, defaultdict[int, float]]
"""People by the index of the minute, then by the rings they have had."""


def _minutes(spans: Sequence[Span]) -> list[datetime]:
    """Beginnings of the minutes in which phones may ring."""
    return [start + n * MINUTE for start, end in spans for n in range(int((end - start) / MINUTE))]


def _arrivals(due: Counter[datetime], minutes: Sequence[datetime]) -> Arrivals:
    arrivals: Arrivals = defaultdict(lambda: defaultdict(float))
    for moment, people in due.items():
        arrivals[_index_at(minutes, moment)][0] += people
    return arrivals


def _index_at(minutes: Sequence[datetime], moment: datetime) -> int:
    """Of the first minute not before the moment's own; past the end if there is none."""
    return bisect_left(minutes, moment.replace(second=0, microsecond=0))
