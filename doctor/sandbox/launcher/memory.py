"""What the processes of a sandbox hold, as ``/proc`` tells it, or where there is none, ps."""

import sys
from collections.abc import Iterable

_KB = 1024
_STATUS = 1 << 14
"""More than the kernel says of a process."""


class Usage:
    """Memory of one process in bytes.

    Args:
        pid: Its id.
        status: What ``/proc/PID/status`` says.
    """

    def __init__(self, pid: int, status: bytes) -> None:

        def value(name: bytes) -> int:
            told = status.partition(b"\n" + name + b":")[2].split(None, 1)
            return int(told[0]) * _KB if told else 0

        self.pid = pid
        self.resident = value(b"VmRSS")
        self.shared = value(b"RssShmem")
        self.private = value(b"RssAnon") + self.shared
        self.peak = value(b"VmHWM")
        # The peak is the kernel's own, so that a short one between two looks is seen too. Pages of files do not count
        # against the limit: the kernel can drop them.
        self.private_peak = self.peak - value(b"RssFile")


def usages(pids: Iterable[int]) -> list[Usage]:
    """Of each that still lives."""
    if sys.platform != "linux":
        return _as_ps_tells(pids)
    found = []
    for pid in pids:
        try:
            with open(f"/proc/{pid}/status", "rb", buffering=0) as file:
                found.append(Usage(pid, file.read(_STATUS)))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def _as_ps_tells(pids: Iterable[int]) -> list[Usage]:
    """The same where there is no ``/proc``: what is resident, which is all private as far as ps knows."""
    import subprocess  # it costs several milliseconds, and Linux does without

    listed = ",".join(str(pid) for pid in pids)
    if not listed:
        return []
    told = subprocess.run(["/bin/ps", "-o", "pid=,rss=", "-p", listed], capture_output=True, check=False).stdout
    fields = b"\nVmRSS: %s\nVmHWM: %s\nRssAnon: %s\n"
    return [Usage(int(pid), fields % (size, size, size)) for pid, size in (line.split() for line in told.splitlines())]


def shared_once(usages: list[Usage]) -> int:
    """Private memory of several processes in bytes, pages that a fork shares counted once."""
    total = 0
    for usage in usages:
        try:
            with open(f"/proc/{usage.pid}/smaps_rollup", "rb") as file:
                lines = file.read().splitlines()
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += sum(int(line.split()[1]) * _KB for line in lines if line.startswith((b"Pss_Anon:", b"Pss_Shmem:")))
    return total


def over(usages: list[Usage], limit: int) -> Usage | None:
    """The process to kill when the limit in bytes is passed: the largest, as the kernel would choose; ``None``: within it."""
    largest = max(usages, key=lambda usage: usage.private_peak, default=None)
    if largest is None or largest.private_peak > limit:
        return largest
    if len(usages) > 1 and sum(usage.private for usage in usages) > limit and shared_once(usages) > limit:
        return max(usages, key=lambda usage: usage.private)
    return None
