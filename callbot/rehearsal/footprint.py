"""Memory and processor time of this process and its workers."""

from typing import Final

import psutil

RECOGNISERS: Final = ("callbot.speech.whisper_worker", "callbot.speech.vosk_worker")
"""Modules that run as processes of their own."""


class Footprint:
    """Sampled now and then; the largest memory is kept. Memory in MB, shared pages counted once.

    Times in processor seconds, since `begin`.
    """

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._recognisers: dict[int, float] = {}
        self.most_mb = 0.0
        self.begin()

    def begin(self) -> None:
        """From here on times count: what was spent on getting ready does not."""
        self._own_before_s = self._own_s()
        self._look()
        self._recognisers_before = dict(self._recognisers)

    def sample(self) -> None:
        """To be called while the workers are up, and last before they end."""
        total = 0.0
        for process in (self._process, *self._process.children(recursive=True)):
            try:
                total += process.memory_full_info().pss / 2**20
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        self.most_mb = max(self.most_mb, total)
        self._look()

    def own_cpu_s(self) -> float:
        """Of this process alone."""
        return self._own_s() - self._own_before_s

    def recognition_cpu_s(self) -> float:
        """Of the recognisers' processes, up to the last sample."""
        return sum(
            spent_s - self._recognisers_before.get(pid, 0.0)
            for pid, spent_s in self._recognisers.items()
        )

    def _look(self) -> None:
        for process in self._process.children(recursive=True):
            try:
                if any(module in RECOGNISERS for module in process.cmdline()):
                    self._recognisers[process.pid] = _cpu_s(process)
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue

    def _own_s(self) -> float:
        return _cpu_s(self._process)


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
