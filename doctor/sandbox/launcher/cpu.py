"""A share of one processor, given by stopping what has used up its budget: no cgroup, no privilege."""

import time
from collections.abc import Callable, Iterable

_PROCESS_CPU_CLOCK = 2
_PERIOD = 0.02
"""Seconds whose budget may be saved up: Lambda's scheduler hands it out in periods of this length."""


def used(pids: Iterable[int]) -> float:
    """Processor seconds that processes have used, those that live."""
    total = 0
    for pid in pids:
        try:
            # The kernel's number for the processor clock of another process, as clock_getcpuclockid(3) makes it.
            total += time.clock_gettime_ns((~pid << 3) | _PROCESS_CPU_CLOCK)
        except OSError:
            continue
    return total / 1e9


class Share:
    """Says when the processes must stand still to keep to ``share`` of one processor.

    Args:
        share: From 0 to 1.
        pids: The processes.
    """

    def __init__(self, share: float, pids: Callable[[], Iterable[int]]) -> None:
        self.share = share
        self._pids = pids
        self.active = False
        self.stopped = False
        self._budget = self._then = self._used = 0.0

    def start(self) -> None:
        """Count from now on; a whole processor needs no counting."""
        self.active = self.share < 1
        if not self.active:
            return
        self._budget, self._then, self._used = 0.0, time.monotonic(), used(self._pids())

    def stop(self) -> None:
        """Count no more."""
        self.active = self.stopped = False

    def must_stop(self) -> bool:
        """Look at the clocks; tell whether the processes must stand still until the next look."""
        now, spent = time.monotonic(), used(self._pids())
        self._budget += (now - self._then) * self.share - max(spent - self._used, 0)
        self._budget = min(self._budget, _PERIOD * self.share)
        self._then, self._used = now, spent
        return self._budget < 0
