"""What a rehearsal's processes took, told from the first of them to the last."""

import subprocess
import sys

from callbot.rehearsal.footprint import Footprint

BIG_MB = 64
HOLDS_SOME = f"held = bytearray({BIG_MB} << 20); print('held', flush=True); input()"


def test_what_a_process_took_that_is_gone_by_the_end_is_counted() -> None:
    footprint = Footprint()
    footprint.sample()
    alone_mb = footprint.most_mb
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS_SOME], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdin and child.stdout
        child.stdout.readline()
        footprint.sample()
        child.stdin.close()
    footprint.begin()
    footprint.sample()
    # Where memory is short, some of ours may have been taken from us meanwhile.
    assert footprint.most_mb >= alone_mb + BIG_MB / 2
