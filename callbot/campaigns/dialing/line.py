"""The lines: what a carrier account allows at once and per second, and rest when it fails.

A carrier that fails call after call is given a rest, and so is one from whose answered calls no
sound comes: residents would be rung for nothing. The line is paused, then tried out with one call
at a time; a call that reaches the network, or in which somebody was heard, ends the trial, another
failure doubles the rest.
"""

import logging
from datetime import datetime, timedelta

from sqlmodel import Session, select

from callbot.db import Database
from callbot.models import Line, record

HEADROOM = 0.9
"""Of a real carrier's limits. See models.campaigns.Line."""

FAILURES_BEFORE_REST = 5
FIRST_REST_S = 30.0
LONGEST_REST_S = 600.0

ACTOR = "dialer"

log = logging.getLogger(__name__)


def set_line(
    database: Database,
    name: str,
    *,
    carrier: str,
    capacity: int,
    calls_per_second: float,
    caller_id: str = "",
    headroom: float = HEADROOM,
) -> None:
    """Makes the line or brings it to these figures. caller_id: E.164, shown to residents.

    capacity, calls_per_second: the carrier's limits. headroom: the share of them to use.
    """
    with database.session() as session:
        line = session.get(Line, name)
        if line is None:
            line = Line(name=name, carrier=carrier, capacity=capacity, calls_per_second=1.0)
            session.add(line)
        line.carrier, line.caller_id = carrier, caller_id
        line.capacity, line.calls_per_second = capacity, calls_per_second
        line.headroom = headroom


def on_trial(line: Line) -> bool:
    """Whether the line has failed so often that it takes one call at a time."""
    return _troubles(line) >= FAILURES_BEFORE_REST


def carrier_failed(database: Database, name: str, now: datetime) -> None:
    """Counts a call that the carrier did not bring to the network; pauses the line after several.

    Calls that were under way when it was paused do not make the rest longer.
    """
    with database.session() as session:
        line = _locked(session, name)
        if not _rests(line, now):
            line.failures += 1
            _rest(session, line, now)


def call_unheard(database: Database, name: str, now: datetime) -> None:
    """As `carrier_failed`, for a call that was picked up and from which no sound came."""
    with database.session() as session:
        line = _locked(session, name)
        if not _rests(line, now):
            line.unheard += 1
            _rest(session, line, now)


def carrier_works(session: Session, name: str, now: datetime) -> None:
    """A call has reached the network: failures before it count no more."""
    if session.exec(select(Line.failures).where(Line.name == name)).one():
        line = _locked(session, name)
        _take_up(session, line, now, failures=0, unheard=line.unheard)


def call_heard(session: Session, name: str, now: datetime) -> None:
    """Somebody was understood: sound comes over this line. Phones that merely rang do not show it,
    nor do calls that ended early."""
    if session.exec(select(Line.unheard).where(Line.name == name)).one():
        line = _locked(session, name)
        _take_up(session, line, now, failures=line.failures, unheard=0)


def _locked(session: Session, name: str) -> Line:
    return session.exec(
        select(Line)
        .where(Line.name == name)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _troubles(line: Line) -> int:
    return max(line.failures, line.unheard)


def _rests(line: Line, now: datetime) -> bool:
    return line.paused_until is not None and line.paused_until > now


def _rest(session: Session, line: Line, now: datetime) -> None:
    """If it is time: the longer, the more often it was tried in vain."""
    if not on_trial(line):
        return
    doubled = 2 ** min(_troubles(line) - FAILURES_BEFORE_REST, 10)
    rest_s = min(LONGEST_REST_S, FIRST_REST_S * doubled)
    line.paused_until = now + timedelta(seconds=rest_s)
    detail = {"line": line.name, **_counts(line), "rest_s": rest_s}
    record(session, now, ACTOR, "line_paused", detail=detail)
    log.warning("the carrier fails call after call; its line is paused", extra=_counts(line))


def _take_up(session: Session, line: Line, now: datetime, *, failures: int, unheard: int) -> None:
    rested = on_trial(line)
    line.failures, line.unheard = failures, unheard
    if on_trial(line):
        return
    line.paused_until = None
    if rested:
        record(session, now, ACTOR, "line_resumed", detail={"line": line.name})


def _counts(line: Line) -> dict[str, int]:
    return {"failures": line.failures, "unheard": line.unheard}
