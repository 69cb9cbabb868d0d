"""Calls in a row leave nothing open, by whichever way they go; ten thousand are for the bench."""

from pathlib import Path

import pytest

from callbot.bench.carrier import KEPT_CONNECTIONS, bench_carrier
from callbot.config import Settings
from callbot.rehearsal.reach import Reached

CALLS = 60


@pytest.mark.parametrize("way", list(Reached))
async def test_calls_in_a_row_leave_nothing_open(way: Reached, tmp_path: Path) -> None:
    measured = await bench_carrier(way, CALLS, 12, Settings(), tmp_path)
    before, after = measured.idle, measured.after
    assert measured.ended == {"hung_up_here": CALLS}
    assert after.calls == 0
    assert after.tasks <= before.tasks
    assert (after.far_end_memory_mb > 0) == (way is not Reached.SIMULATED)
    kept = KEPT_CONNECTIONS.get(way, 0)
    assert after.sockets - before.sockets <= kept
    assert after.descriptors - before.descriptors <= kept
