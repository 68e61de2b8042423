"""Memory, processor share and stillness of a sandbox's processes: by a control group where there is one, else by looking and signals."""

import contextlib
import os
import signal
import time
from collections.abc import Collection, Mapping

from doctor.sandbox.launcher import memory
from doctor.sandbox.launcher.cgroups import Group
from doctor.sandbox.launcher.cpu import Share
from doctor.sandbox.launcher.processes import Processes

TYPE_CHECKING = False  # typing takes milliseconds to import
if TYPE_CHECKING:
    from typing import Any, Self

_NEAR = 64 << 20
"""Bytes below the limit from which on memory is looked at more often."""
_ROOM = 64 << 20
"""Bytes by which the kernel's limit is set higher once there are files in memory: they may grow between two looks."""
_DYING = 1.0
"""Seconds in which a process that was killed has ended."""
_ALMOST = 0.95
"""Of the limit: a process that the kernel killed with less than this was killed for files in memory."""


class Limiter:
    """Holds the processes of a sandbox to a function's memory and processor share.

    Args:
        processes: Those of the sandbox.
        limit: Bytes that they may hold together; 0: watch, but do not kill.
        interval: Seconds between two looks.
        cpu_share: Of one processor, from 0 to 1, while it is ``throttle``d; 1: all of it.
        group: Where the kernel limits them too; ``None``: nowhere.
    """

    def __init__(
        self, processes: Processes, *, limit: int, interval: float, cpu_share: float, group: Group | None
    ) -> None:
        self._processes = processes
        self._limit = limit
        self._interval = interval
        self._group = group
        self._share = Share(cpu_share, processes.lately)
        self._victims: set[int] = set()
        self._seen = self._counted = self._used = 0
        self._since = 0.0
        self.held = 0
        """Bytes that they hold, as of the last look."""
        self.peak = 0
        """The most that they held."""
        self.in_files = 0
        """Bytes of files in memory for which the kernel killed a process that was within its limit."""
        self.frozen = False

    @classmethod
    def wanted(cls, config: "Mapping[str, Any]", processes: Processes, group: Group | None) -> "Self":
        """The one that a sandbox's configuration asks for."""
        limit, interval, share = config["memory_limit"], config["interval"], config["cpu_share"]
        return cls(processes, limit=limit, interval=interval, cpu_share=share, group=group)

    @property
    def by(self) -> "dict[str, Any]":
        """By what memory and processor share are held, and ``in_files``."""
        group = self._group
        return {
            "memory": "cgroup" if group else "polling",
            "cpu": "cgroup" if group and group.share else "stopping",
            "in_files": self.in_files,
        }

    @property
    def throttling(self) -> bool:
        """Whether the clocks must be looked at now and then."""
        return self._share.active

    def allow(self, limit: int) -> None:
        """Let them hold so many bytes from now on."""
        if self._group is not None:
            with contextlib.suppress(OSError):  # the kernel refuses less than is held: looking does the rest
                self._group.allow(self._group.limit - self._limit + limit)
        self._limit = limit

    def pause(self) -> float:
        """Seconds until the next look at the memory: soon where little is left, for a process fills a megabyte in a millisecond."""
        return self._interval / 5 if 0 < self._limit < max(self.held, self._used) + _NEAR else self._interval

    def take(self) -> None:
        """Have the kernel limit what was started. It takes it milliseconds to move a process, in which that starts already."""
        if self._group is None:
            return
        try:
            self._group.take(self._processes.pids())
        except OSError:
            self._group = None

    def look(self) -> None:
        """Measure, and kill the largest process when the limit is passed."""
        usages = memory.usages(self._processes.lately())
        self.held = sum(usage.resident for usage in usages)
        self.peak = max([self.peak, self.held, *(usage.peak for usage in usages)])
        if not self._limit:
            return
        self.peak = min(self.peak, self._limit)
        victim = memory.over(usages, self._limit)
        if victim is not None:
            self._victims.add(victim.pid)
            self.peak = self._limit
            with contextlib.suppress(ProcessLookupError):
                os.kill(victim.pid, signal.SIGKILL)
        if self._group is not None:
            self._count(self._group.kills())
            self._make_room(self._group, max((usage.shared for usage in usages), default=0))

    def _count(self, kills: int) -> None:
        """Forget, after a while, kills that were none of ours to tell: a handler may outlive what it started."""
        now = time.monotonic()
        if kills != self._counted:
            self._counted, self._since = kills, now
        elif now - self._since > _DYING:
            self._seen = kills

    def _make_room(self, group: Group, mapped: int) -> None:
        """Let files in memory not count: those in ``/tmp`` lie on a disk on Lambda."""
        self._used = group.usage()
        if self._used + _NEAR > group.limit and (files := group.in_files(mapped)):
            group.allow(max(self._limit + files + _ROOM, group.limit))

    def ended(self, pid: int, code: int, peak: int) -> bool:
        """Take a process's end; tell whether it was killed for memory.

        Args:
            pid: Its id.
            code: Negative for a signal.
            peak: Bytes that it held at most.
        """
        self.peak = max(self.peak, min(peak, self._limit or peak))
        if pid in self._victims:
            return True
        group = self._group
        if group is None or code != -signal.SIGKILL or group.kills() <= self._seen:
            return False
        files = group.in_files(0)
        if group.limit - files < self._limit * _ALMOST:
            self.in_files = files
        self.peak = self._limit
        return True

    def killing(self, pids: Collection[int]) -> bool:
        """Whether one of these was killed for memory and has not ended yet."""
        return bool(self._victims & set(pids))

    def begin(self) -> None:
        """Something is started: nothing is held any more."""
        if self.frozen and self._group is not None and self._group.freezes:
            self._group.freeze(False)
        self.frozen = False
        self.loosen()

    def freeze(self, frozen: bool) -> None:
        """Stop all of them, or let them go on."""
        self.frozen = frozen
        self.loosen()
        if self._group is not None and self._group.freezes:
            self._group.freeze(frozen)
        else:
            self._processes.send(signal.SIGSTOP if frozen else signal.SIGCONT)

    def throttle(self) -> None:
        """Hold them to their share of the processor from now on."""
        if self._group is not None and self._group.share:
            self._group.hold(self._share.share)
        else:
            self._share.start()

    def loosen(self) -> None:
        """Hold them to it no more."""
        self._share.stop()
        if self._group is not None and self._group.share:
            self._group.hold(1)

    def keep_to_share(self) -> None:
        """Stop what has used up its share, and let it go on when it has earned some."""
        if not self._share.active or self.frozen:
            return
        stop = self._share.must_stop()
        if stop != self._share.stopped:
            self._share.stopped = stop
            self._processes.send(signal.SIGSTOP if stop else signal.SIGCONT, quickly=True)
