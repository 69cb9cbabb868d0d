"""Memory and processor time of this process and its workers."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from enum import StrEnum

import psutil


class Part(StrEnum):
    """What runs in processes of its own, by what stands in their command lines."""

    WHISPER = "callbot.speech.whisper_worker"
    VOSK = "callbot.speech.vosk_worker"
    SIP = "callbot.telephony.sip.worker"
    FAR_END = "callbot.rehearsal.distant.worker"
    """The residents' side of a wire: nothing of ours."""


class Footprint:
    """Sampled now and then; the largest memory is kept. Memory in MB, shared pages counted once,
    the far end's left out.

    Times in processor seconds, from `begin` to the last sample.
    """

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._spent: dict[int, tuple[Part, float]] = {}
        self.most_mb = 0.0
        self.begin()

    def begin(self) -> None:
        """From here on times count: what was spent on getting ready does not."""
        self._own_before_s = _cpu_s(self._process)
        self._look()
        self._before = dict(self._spent)

    def sample(self) -> None:
        """To be called while the workers are up, and last before they end."""
        children = self._look()
        self.most_mb = max(
            self.most_mb, sum(_mb(p) for p in (self._process, *ours_among(children)))
        )

    def own_cpu_s(self) -> float:
        """Of this process alone, and as of now."""
        return _cpu_s(self._process) - self._own_before_s

    def cpu_s(self, *parts: Part) -> float:
        """Of the processes of these parts together."""
        return sum(
            spent_s - self._before.get(pid, (part, 0.0))[1]
            for pid, (part, spent_s) in self._spent.items()
            if part in parts
        )

    def _look(self) -> list[psutil.Process]:
        children = self._process.children(recursive=True)
        for process in children:
            part = _part(process)
            if part is not None:
                with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                    self._spent[process.pid] = part, _cpu_s(process)
        return children


def ours_among(children: Iterable[psutil.Process]) -> Iterator[psutil.Process]:
    """All but the far end and what it started. children: parents before their children."""
    theirs: set[int] = set()
    for process in children:
        with suppress(psutil.NoSuchProcess):
            if _part(process) is Part.FAR_END or process.ppid() in theirs:
                theirs.add(process.pid)
            else:
                yield process


def _mb(process: psutil.Process) -> float:
    try:
        return float(process.memory_full_info().pss / 2**20)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0.0


def _part(process: psutil.Process) -> Part | None:
    try:
        return next((part for part in Part if part in process.cmdline()), None)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return None


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
