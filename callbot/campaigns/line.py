"""The lines: what a carrier account allows at once and per second."""

from callbot.db import Database
from callbot.models import Line


def set_line(
    database: Database,
    name: str,
    *,
    carrier: str,
    capacity: int,
    calls_per_second: float,
    caller_id: str = "",
) -> None:
    """Makes the line or brings it to these figures. caller_id: E.164, shown to residents."""
    with database.session() as session:
        line = session.get(Line, name)
        if line is None:
            line = Line(name=name, carrier=carrier, capacity=capacity, calls_per_second=1.0)
            session.add(line)
        line.carrier, line.caller_id = carrier, caller_id
        line.capacity, line.calls_per_second = capacity, calls_per_second
