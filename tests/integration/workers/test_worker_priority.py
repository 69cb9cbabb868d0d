"""Decoding gives way to the calls' sound, also where cores are shared out by session."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

GIVES_WAY = """
import os
from callbot.workers.priority import give_way
give_way(7)
print(os.getpriority(os.PRIO_PROCESS, 0), open("/proc/self/autogroup").read())
"""


@pytest.mark.skipif(
    not Path("/proc/self/autogroup").exists(), reason="this kernel shares cores by thread alone"
)
def test_a_worker_gives_way_with_its_whole_session() -> None:
    told = subprocess.run(
        [sys.executable, "-c", GIVES_WAY],
        start_new_session=True,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    own, session = re.fullmatch(r"(-?\d+) .* nice (-?\d+)\s*", told).groups()  # type: ignore[union-attr]
    assert int(session) == int(own) >= 7
