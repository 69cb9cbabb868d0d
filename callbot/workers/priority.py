"""Which processes go first when there is more work than cores."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

BEHIND_THE_SOUND: Final = 3
"""A decoding may wait for the process that keeps the calls' frames in time, never the reverse: half
its share of the cores, where both want more than there is. With less, whatever else the machine
does would come before an answer."""


def give_way(niceness: int, pid: int = 0) -> None:
    """The process lets others go first: 0 is as any other, 19 the last. pid: 0 is this one.

    Linux shares the cores out by session first, where its autogroups are on, and looks at niceness
    only among threads of one session. Each worker has a session of its own, so that the session's
    niceness is what counts; a kernel without autogroups has no such file.
    """
    niceness = max(niceness, os.getpriority(os.PRIO_PROCESS, pid))
    os.setpriority(os.PRIO_PROCESS, pid, niceness)
    with suppress(OSError):
        Path(f"/proc/{pid or os.getpid()}/autogroup").write_text(str(niceness), encoding="ascii")
