"""A process whose threads are woken together."""

import subprocess
import sys

SLACK = """
import threading
from pathlib import Path
from callbot.workers.timers import wake_together
wake_together(1.5)
def started_later():
    print(Path(f"/proc/{threading.get_native_id()}/timerslack_ns").read_text())
thread = threading.Thread(target=started_later)
thread.start()
thread.join()
"""


def test_threads_that_are_started_later_may_be_woken_late_too() -> None:
    said = subprocess.run(
        [sys.executable, "-c", SLACK], check=True, capture_output=True, text=True, timeout=60
    )
    assert int(said.stdout) == 1_500_000
