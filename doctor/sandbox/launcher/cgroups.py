"""A control group: the kernel itself limits what the processes in it hold, where this user may make one.

Version 2: in the nearest group above us that hands memory out to those below it, as the slices do that systemd delegates to
a user; version 1: in our own. Whoever makes a group removes it; one that a killed launcher left is removed by the next.
Where systemd runs, root too stays in what systemd leaves to others.
Source: cgroups(7); the kernel's Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst. Version 1 was run;
version 2 was run on a copy of its files only.
"""

import contextlib
import errno
import os
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

_PREFIX = "doctor-"
_TRIES, _PAUSE = 100, 0.01
"""How often, and seconds between, a group is looked at whose processes are ending."""
_SMALL = 64 << 20
_PERIOD = 20_000
"""Microseconds whose processor share is handed out at once."""
_MOUNT = re.compile(r"^\d+ \d+ \S+ (\S+) (\S+) .* - (cgroup2?) \S+ (\S+)$", re.MULTILINE)
_SYSTEMD = Path("/run/systemd/system")
_DELEGATED = ("user.delegate", "trusted.delegate")
"""By which systemd marks a group that it leaves to others."""


class Version(NamedTuple):
    """What a version of control groups calls its files."""

    limit: str
    swap: str
    """Memory and swap together (1), or swap alone (2)."""
    kills: str
    usage: str
    peak: str


FILES = {
    1: Version(
        "memory.limit_in_bytes",
        "memory.memsw.limit_in_bytes",
        "memory.oom_control",
        "memory.usage_in_bytes",
        "memory.max_usage_in_bytes",
    ),
    2: Version("memory.max", "memory.swap.max", "memory.events", "memory.current", "memory.peak"),
}


class Place(NamedTuple):
    """A group in which one may be made."""

    path: Path
    version: int


def places(own: str, mounts: str) -> Iterator[Place]:
    """Where a group whose memory is limited may be made, the nearest first.

    Args:
        own: ``/proc/self/cgroup``.
        mounts: ``/proc/self/mountinfo``.
    """
    memberships = [line.split(":", 2) for line in own.splitlines()]
    mounted = [(root, Path(at), kind, options) for root, at, kind, options in _MOUNT.findall(mounts)]
    for _, controllers, group in memberships:
        for root, at, kind, options in mounted:
            if "memory" in controllers.split(",") and kind == "cgroup" and "memory" in options.split(","):
                yield Place(_below(at, root, group), 1)
    for number, controllers, group in memberships:
        for root, at, kind, _ in mounted:
            if (number, controllers, kind) == ("0", "", "cgroup2"):
                nearest = _below(at, root, group)
                above = [nearest, *nearest.parents]
                yield from (Place(one, 2) for one in above[: above.index(at) + 1] if _hands_out(one))


def _below(at: Path, root: str, group: str) -> Path:
    """Where a group is seen, in a mount that shows the groups from ``root`` on."""
    shown = Path(group)
    return at / shown.relative_to(root) if shown.is_relative_to(root) else at


def _hands_out(path: Path) -> bool:
    with contextlib.suppress(OSError):
        return "memory" in (path / "cgroup.subtree_control").read_text().split()
    return False


def ours(path: Path) -> bool:
    """Whether a group is left to us: where systemd runs, root may write to those of others too."""
    if os.getuid() or not _SYSTEMD.is_dir():
        return True
    return any(mark in os.listxattr(one) for one in (path, *path.parents) if one.is_dir() for mark in _DELEGATED)


def make(limit: int) -> "Group | None":
    """A group whose processes may hold ``limit`` bytes together; ``None``: this user may not make one here."""
    with contextlib.suppress(OSError):
        return first(_near(), limit)
    return None


def _near() -> Iterator[Place]:
    """Where a group of this very process may be made."""
    return places(Path("/proc/self/cgroup").read_text(), Path("/proc/self/mountinfo").read_text())


def left_by(launcher: int) -> None:
    """Remove the group of a launcher that was killed, when its processes have ended."""
    try:
        left = [one for place in _near() if (one := place.path / f"{_PREFIX}{launcher}").exists()]
    except OSError:
        return
    for _ in range(_TRIES):
        for one in left:
            with contextlib.suppress(OSError):
                one.rmdir()
        left = [one for one in left if one.exists()]
        if not left:
            return
        time.sleep(_PAUSE)


def wanted(config: Mapping[str, Any]) -> "Group | None":
    """The group that a sandbox's configuration asks for; ``None``: it asks for none, or there can be none."""
    return make(config["memory_limit"]) if config["group"] and config["memory_limit"] else None


def refusal() -> str:
    """Why this user may not limit a process of its own by a group, found out by trying; empty: it may."""
    group = make(_SMALL)
    if group is None:
        return "no group above this process hands memory out to this user"
    import subprocess  # a launcher does without

    with contextlib.ExitStack() as stack:
        stack.callback(group.remove)
        try:
            waiting = subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
            stack.enter_context(waiting)
            group.take([waiting.pid])
        except OSError as error:
            return f"a process may not be moved to one: {error.strerror}"
    return ""


def first(found: Iterable[Place], limit: int) -> "Group | None":
    """A group in the first place that allows one."""
    for place in found:
        with contextlib.suppress(OSError):
            if ours(place.path):
                _sweep(place.path)
                return Group(place, limit)
    return None


def _sweep(path: Path) -> None:
    """Remove the groups of launchers that were killed; one with processes in it stays."""
    for one in path.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError, ValueError):
            pid = int(one.name.removeprefix(_PREFIX))
            if pid == os.getpid() or not Path("/proc", str(pid)).exists():
                one.rmdir()


class Group:
    """A group of processes. It is known by descriptors: a launcher loses sight of its paths.

    Args:
        place: In which group it is made.
        limit: Bytes.

    Raises:
        OSError: Something of it is not allowed; nothing is left then.
    """

    def __init__(self, place: Place, limit: int) -> None:
        self.version = place.version
        self._files = FILES[place.version]
        self._name = f"{_PREFIX}{os.getpid()}"
        self._above = os.open(place.path, os.O_PATH | os.O_CLOEXEC | os.O_DIRECTORY)
        os.mkdir(self._name, dir_fd=self._above)
        self._here = os.open(self._name, os.O_PATH | os.O_CLOEXEC | os.O_DIRECTORY, dir_fd=self._above)
        with contextlib.ExitStack() as unless_made:
            unless_made.callback(self.remove)
            self.limit = limit
            self._write(self._files.limit, limit)
            with contextlib.suppress(FileNotFoundError):  # a kernel that does not count swap
                self._write(self._files.swap, limit if self.version == 1 else 0)
            self.kills()
            self.share = self._try("cpu.max", f"max {_PERIOD}")
            """Whether it can be held to a share of the processor."""
            self.freezes = self._try("cgroup.freeze", "0")
            """Whether it can be frozen."""
            unless_made.pop_all()

    def _try(self, name: str, value: str) -> bool:
        if self.version == 1:
            return False
        try:
            self._write(name, value)
        except OSError:
            return False
        return True

    def _write(self, name: str, value: int | str) -> None:
        fd = os.open(name, os.O_WRONLY | os.O_CLOEXEC, dir_fd=self._here)
        try:
            os.write(fd, str(value).encode())
        finally:
            os.close(fd)

    def _read(self, name: str) -> str:
        fd = os.open(name, os.O_RDONLY | os.O_CLOEXEC, dir_fd=self._here)
        with os.fdopen(fd, encoding="ascii") as file:
            return file.read()

    def _counted(self, name: str, what: str) -> int:
        pairs = (line.split() for line in self._read(name).splitlines())
        return next(int(value) for key, value in pairs if key == what)

    def take(self, pids: Iterable[int]) -> None:
        """Have processes belong to it, with what they start from now on; those that are gone stay so.

        Raises:
            OSError: It is not allowed.
        """
        members = {int(line) for line in self._read("cgroup.procs").split()}
        for pid in pids:
            if pid not in members:
                try:
                    self._write("cgroup.procs", pid)
                except OSError as error:
                    if error.errno != errno.ESRCH:
                        raise

    def kills(self) -> int:
        """How many of its processes the kernel has killed for memory."""
        return self._counted(self._files.kills, "oom_kill")

    def usage(self) -> int:
        """Bytes that it holds: what its processes hold, what they wrote to files in memory, pages of files that could be dropped."""
        return int(self._read(self._files.usage))

    def peak(self) -> int:
        """The most that it held, in bytes."""
        return int(self._read(self._files.peak))

    def in_files(self, mapped: int) -> int:
        """Bytes of files in memory, as those in ``/tmp`` are here and not on Lambda.

        Args:
            mapped: Bytes of shared memory that its processes map: it is counted among the files.
        """
        return max(self._counted("memory.stat", "shmem") - mapped, 0)

    def allow(self, limit: int) -> None:
        """Change the limit to so many bytes."""
        names = [self._files.limit, *([self._files.swap] if self.version == 1 else [])]
        for name in reversed(names) if limit > self.limit else names:
            with contextlib.suppress(FileNotFoundError):
                self._write(name, limit)
        self.limit = limit

    def hold(self, share: float) -> None:
        """Hold it to a share of one processor, from 0 to 1; 1: not at all."""
        self._write("cpu.max", f"{'max' if share >= 1 else round(share * _PERIOD)} {_PERIOD}")

    def freeze(self, frozen: bool) -> None:
        """Stop all of it, or let it go on."""
        self._write("cgroup.freeze", int(frozen))

    def remove(self) -> None:
        """Remove it; its processes must be gone."""
        with contextlib.suppress(OSError):
            os.rmdir(self._name, dir_fd=self._above)
