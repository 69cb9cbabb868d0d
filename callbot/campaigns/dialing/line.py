"""The lines: what a carrier account allows at once and per second, and rest when it fails.

A carrier that fails call after call is given a rest: the line is paused, then tried out with one
call at a time; a call that reaches the network ends the trial, another failure doubles the rest.
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
    return line.failures >= FAILURES_BEFORE_REST


def carrier_failed(database: Database, name: str, now: datetime) -> None:
    """Counts a call that the carrier did not bring to the network; pauses the line after several.

    Calls that were under way when it was paused do not make the rest longer.
    """
    with database.session() as session:
        line = session.exec(select(Line).where(Line.name == name).with_for_update()).one()
        if line.paused_until is not None and line.paused_until > now:
            return
        line.failures += 1
        if on_trial(line):
            doubled = 2 ** min(line.failures - FAILURES_BEFORE_REST, 10)
            rest_s = min(LONGEST_REST_S, FIRST_REST_S * doubled)
            line.paused_until = now + timedelta(seconds=rest_s)
            detail = {"line": name, "failures": line.failures, "rest_s": rest_s}
            record(session, now, ACTOR, "line_paused", detail=detail)
            log.warning("the carrier fails call after call; its line is paused")


def carrier_works(session: Session, name: str, now: datetime) -> None:
    """A call has reached the network: failures before it count no more."""
    if not session.exec(select(Line.failures).where(Line.name == name)).one():
        return
    line = session.exec(
        select(Line)
        .where(Line.name == name)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if on_trial(line):
        record(session, now, ACTOR, "line_resumed", detail={"line": name})
    line.failures, line.paused_until = 0, None
