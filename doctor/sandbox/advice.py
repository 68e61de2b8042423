"""Why this machine does not do a tier, and what would let it: read from the kernel's own switches."""

from collections.abc import Callable, Iterator
from pathlib import Path

Read = Callable[[str], str]
"""The text of a file of this machine; empty: there is none, or it cannot be read."""
_FILTERED = "2"


def read(path: str) -> str:
    """A file of this machine, as ``Read``."""
    try:
        return Path(path).read_text().strip()
    except OSError:
        return ""


def for_namespaces(read: Read = read) -> str:
    """What to change so that an ordinary user gets namespaces; what the kernel shows to be in the way comes first."""
    return _listed(_in_the_way_of_namespaces(read)) or (
        "allow user namespaces (in Docker: --security-opt seccomp=unconfined; on Ubuntu: sysctl kernel.apparmor_restrict_unprivileged_userns=0)"
    )


def for_seccomp(read: Read = read) -> str:
    """What to change so that doctor may answer a handler's system calls."""
    found = _listed(_in_the_way_of_seccomp(read))
    return found or "it needs Linux 5.9 or newer, on x86_64 or aarch64, built with seccomp filters"


def _in_the_way_of_namespaces(read: Read) -> Iterator[str]:
    if read("/proc/sys/user/max_user_namespaces") == "0":
        yield "user namespaces are set to none: sysctl user.max_user_namespaces=15000"
    if read("/proc/sys/kernel/unprivileged_userns_clone") == "0":
        yield "user namespaces are kept for root: sysctl kernel.unprivileged_userns_clone=1"
    if read("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1":
        yield (
            "AppArmor keeps user namespaces from programs that it does not know, as Ubuntu does since 23.10: "
            "sysctl kernel.apparmor_restrict_unprivileged_userns=0"
        )
    if _filtered(read):
        yield (
            "a filter of system calls is around doctor, as Docker's default one, which forbids user namespaces: "
            "docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined"
        )


def _in_the_way_of_seccomp(read: Read) -> Iterator[str]:
    if read("/proc/sys/kernel/yama/ptrace_scope") in ("2", "3"):
        yield "this machine lets no program look at another, which judging its system calls needs: sysctl kernel.yama.ptrace_scope=1"
    if _filtered(read):
        yield (
            "a filter of system calls is around doctor, which may forbid another one or answers first: "
            "in Docker run it with --security-opt seccomp=unconfined"
        )


def _filtered(read: Read) -> bool:
    """Whether a filter of system calls holds this very process."""
    lines = read("/proc/self/status").splitlines()
    return any(line.split()[1:] == [_FILTERED] for line in lines if line.startswith("Seccomp:"))


def _listed(found: Iterator[str]) -> str:
    return "; ".join(found)
