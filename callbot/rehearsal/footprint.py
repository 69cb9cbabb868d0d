"""Memory and processor time of this process and its workers."""

import psutil


class Footprint:
    """Sampled now and then; the largest memory is kept. Memory in MB, shared pages counted once."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._cpu_at_start_s = self._cpu_s()
        self.most_mb = 0.0

    def sample(self) -> None:
        total = 0.0
        for process in (self._process, *self._process.children(recursive=True)):
            try:
                total += process.memory_full_info().pss / 2**20
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        self.most_mb = max(self.most_mb, total)

    def own_cpu_s(self) -> float:
        """Processor seconds of this process alone, workers not counted, since the start."""
        return self._cpu_s() - self._cpu_at_start_s

    def _cpu_s(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system)
