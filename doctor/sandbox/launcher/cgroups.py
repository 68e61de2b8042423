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
import time
from collections import namedtuple
from collections.abc import Iterable, Iterator, Mapping

TYPE_CHECKING = False  # typing takes milliseconds to import
if TYPE_CHECKING:
    from typing import Any

_PREFIX = "doctor-"
_TRIES, _PAUSE = 100, 0.01
"""How often, and seconds between, a group is looked at whose processes are ending."""
_SMALL = 64 << 20
_FILE = 1 << 16
"""Bytes that are read at once."""
_PERIOD = 20_000
"""Microseconds whose processor share is handed out at once."""
_SYSTEMD = "/run/systemd/system"
_DELEGATED = ("user.delegate", "trusted.delegate")
"""By which systemd marks a group that it leaves to others."""


Version = namedtuple("Version", "limit swap kills usage peak")
"""What a version of control groups calls its files; ``swap``: of memory and swap together (1), or of swap alone (2)."""
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


Place = namedtuple("Place", "path version")
"""A group in which one may be made."""


def places(own: str, mounts: str) -> Iterator[Place]:
    """Where a group whose memory is limited may be made, the nearest first.

    Args:
        own: ``/proc/self/cgroup``.
        mounts: ``/proc/self/mountinfo``.
    """
    memberships = [line.split(":", 2) for line in own.splitlines()]
    mounted = list(_mounted(mounts))
    for _, controllers, group in memberships:
        for root, at, kind, options in mounted:
            if "memory" in controllers.split(",") and kind == "cgroup" and "memory" in options.split(","):
                yield Place(_below(at, root, group), 1)
    for number, controllers, group in memberships:
        for root, at, kind, _ in mounted:
            if (number, controllers, kind) == ("0", "", "cgroup2"):
                above = _upwards(_below(at, root, group))
                yield from (Place(one, 2) for one in above[: above.index(at) + 1] if _hands_out(one))


def _mounted(mounts: str) -> Iterator[tuple[str, str, str, str]]:
    """Of each mount of groups: from which group on, where, of which kind, and its options."""
    for line in mounts.splitlines():
        where, _, what = line.partition(" - ")
        kind, _, options = what.split(" ", 2)
        if kind in ("cgroup", "cgroup2"):
            _, _, _, root, at, *_ = where.split(" ")
            yield root, at, kind, options


def _below(at: str, root: str, group: str) -> str:
    """Where a group is seen, in a mount that shows the groups from ``root`` on."""
    if os.path.commonpath([root, group]) != root:
        return at
    return os.path.normpath(f"{at}/{os.path.relpath(group, root)}")


def _upwards(path: str) -> list[str]:
    """A path and those above it, the nearest first."""
    found = [path]
    while (above := os.path.dirname(found[-1])) != found[-1]:
        found.append(above)
    return found


def _hands_out(path: str) -> bool:
    with contextlib.suppress(OSError):
        return "memory" in _read(f"{path}/cgroup.subtree_control").split()
    return False


def ours(path: str) -> bool:
    """Whether a group is left to us: where systemd runs, root may write to those of others too."""
    if os.getuid() or not os.path.isdir(_SYSTEMD):
        return True
    return any(mark in os.listxattr(one) for one in _upwards(path) if os.path.isdir(one) for mark in _DELEGATED)


def make(limit: int) -> "Group | None":
    """A group whose processes may hold ``limit`` bytes together; ``None``: this user may not make one here."""
    with contextlib.suppress(OSError):
        return first(_near(), limit)
    return None


def _near() -> Iterator[Place]:
    """Where a group of this very process may be made."""
    return places(_read("/proc/self/cgroup"), _read("/proc/self/mountinfo"))


def left_by(launcher: int) -> None:
    """Remove the group of a launcher that was killed, when its processes have ended."""
    try:
        left = [one for place in _near() if os.path.exists(one := f"{place.path}/{_PREFIX}{launcher}")]
    except OSError:
        return
    for _ in range(_TRIES):
        for one in left:
            with contextlib.suppress(OSError):
                os.rmdir(one)
        left = [one for one in left if os.path.exists(one)]
        if not left:
            return
        time.sleep(_PAUSE)


def wanted(config: "Mapping[str, Any]") -> "Group | None":
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


def _sweep(path: str) -> None:
    """Remove the groups of launchers that were killed; one with processes in it stays."""
    for name in os.listdir(path):
        launcher = name.removeprefix(_PREFIX)
        gone = launcher == str(os.getpid()) or not os.path.exists(f"/proc/{launcher}")
        if launcher != name and launcher.isdigit() and gone:
            with contextlib.suppress(OSError):
                os.rmdir(f"{path}/{name}")


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
        self._kept: dict[str, int] = {}
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
        """What a file says that is read again and again: it stays open."""
        if name not in self._kept:
            self._kept[name] = os.open(name, os.O_RDONLY | os.O_CLOEXEC, dir_fd=self._here)
        return os.pread(self._kept[name], _FILE, 0).decode()

    def _counted(self, name: str, what: str) -> int:
        pairs = (line.split() for line in self._read(name).splitlines())
        return next(int(value) for key, value in pairs if key == what)

    def take(self, pids: Iterable[int]) -> None:
        """Have processes belong to it, with what they start from now on; those that are gone stay so.

        Raises:
            OSError: It is not allowed.
        """
        members = {int(line) for line in _read("cgroup.procs", self._here).split()}
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
        """Remove it, once the last of its processes has ended: they have gone, or were killed."""
        for fd in self._kept.values():
            os.close(fd)
        self._kept.clear()
        for _ in range(_TRIES):
            try:
                os.rmdir(self._name, dir_fd=self._above)
            except OSError as error:
                if error.errno != errno.EBUSY:
                    return
            else:
                return
            time.sleep(_PAUSE)


def _read(path: str, at: int | None = None) -> str:
    """What a file of the kernel's says; ``at``: the descriptor of the directory that its path begins in."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC, dir_fd=at)
    try:
        told = b""
        while more := os.read(fd, _FILE):
            told += more
    finally:
        os.close(fd)
    return told.decode(errors="surrogateescape")
