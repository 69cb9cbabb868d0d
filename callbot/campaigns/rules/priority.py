"""Whom to ring first among those who are due."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from callbot.campaigns.rules.eligibility import calling_hours, preferred_time
from callbot.campaigns.rules.policy import CallingHours
from callbot.campaigns.rules.window import open_spans
from callbot.models import Priority, Resident, urgency

LAST_OF_THE_DAY = timedelta(hours=24)
"""For a moment on a day without hours: behind all that have some."""


def urgency_at(
    resident: Resident,
    hours: CallingHours,
    due_at: datetime,
    *,
    requested: bool = False,
    flagged: bool = False,
) -> int:
    """The urgency of an attempt that is due then, in the window of its day.

    Who asked for the time comes first; then key persons and those `flagged` since yesterday; then
    whoever has the least time left.
    """
    if requested:
        priority = Priority.REQUESTED
    elif flagged or resident.key_person:
        priority = Priority.KEY
    else:
        priority = Priority.ORDINARY
    return urgency(priority, _closes_at(resident, hours, due_at, requested=requested))


def _closes_at(
    resident: Resident, hours: CallingHours, due_at: datetime, *, requested: bool
) -> datetime:
    """The end of the last span in which the phone may ring on that day."""
    zone = ZoneInfo(resident.time_zone)
    preferred = None if requested else preferred_time(resident)
    own = calling_hours(hours, asked_for=requested)
    spans = open_spans(own, due_at.astimezone(zone).date(), zone, preferred)
    return spans[-1][1] if spans else due_at + LAST_OF_THE_DAY
