"""The few system calls that Python does not have, by ctypes."""

import ctypes
import fcntl
import os
import signal
import socket
import struct

NEW_NAMESPACES = 0x10000000 | 0x20000 | 0x40000000 | 0x20000000 | 0x8000000 | 0x4000000
"""CLONE_NEWUSER, NEWNS, NEWNET, NEWPID, NEWIPC and NEWUTS."""
MS_NOSUID, MS_NODEV, MS_NOEXEC = 0x2, 0x4, 0x8
_MS_BIND_RECURSIVE = 0x1000 | 0x4000
_MS_PRIVATE_RECURSIVE = 0x40000 | 0x4000
_MNT_DETACH = 2
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_NO_NEW_PRIVS = 38
_SA_NOCLDSTOP = 1
_SIOCSIFFLAGS = 0x8914
_IFF_UP_RUNNING = 0x1 | 0x40
_SYS_MOUNT_SETATTR = 442
"""The same number on every architecture."""
_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000
_MOUNT_ATTR_RDONLY_NOSUID = 0x1 | 0x2

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def unshare(flags: int) -> None:
    """Leave the namespaces that ``flags`` name for new ones."""
    _check(_libc.unshare(flags), "unshare")


def die_with_parent(signal_number: int) -> None:
    """Have the kernel send ``signal_number`` to this process when its parent ends."""
    _check(_libc.prctl(_PR_SET_PDEATHSIG, signal_number, 0, 0, 0), "prctl")


def adopt_orphans() -> None:
    """Become the parent of every process below this one that loses its own."""
    _check(_libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "prctl")


class _Action(ctypes.Structure):
    """``struct sigaction`` of Linux's C libraries where pointers have 64 bits."""

    _fields_ = (
        ("handler", ctypes.c_void_p),
        ("mask", ctypes.c_ulong * 16),
        ("flags", ctypes.c_int),
        ("restorer", ctypes.c_void_p),
    )


def tell_only_of_ends() -> None:
    """Have the kernel say nothing when a child is stopped or goes on; when one ends it wakes this process as before."""
    action = _Action()
    _check(_libc.sigaction(int(signal.SIGCHLD), None, ctypes.byref(action)), "sigaction")
    action.flags |= _SA_NOCLDSTOP
    _check(_libc.sigaction(int(signal.SIGCHLD), ctypes.byref(action), None), "sigaction")


def no_new_privileges() -> None:
    """Let no program that this process becomes or starts have more rights than it."""
    _check(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")


def mount(source: str, target: str, kind: str, flags: int = 0, options: str = "") -> None:
    """Mount a new file system of ``kind``."""
    done = _libc.mount(source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), options.encode())
    _check(done, f"mount {kind} at {target}")


def bind(source: str, target: str) -> None:
    """Show ``source``, with what is mounted below it, at ``target``."""
    done = _libc.mount(source.encode(), target.encode(), None, ctypes.c_ulong(_MS_BIND_RECURSIVE), None)
    _check(done, f"bind {source} at {target}")


def make_private() -> None:
    """Keep every later mount from reaching the namespace we came from."""
    _check(_libc.mount(None, b"/", None, ctypes.c_ulong(_MS_PRIVATE_RECURSIVE), None), "make mounts private")


def make_read_only(path: str) -> None:
    """Make every mount at and below ``path`` read-only and deaf to set-user-id (Linux 5.12)."""
    attributes = struct.pack("QQQQ", _MOUNT_ATTR_RDONLY_NOSUID, 0, 0, 0)
    done = _libc.syscall(
        ctypes.c_long(_SYS_MOUNT_SETATTR),
        ctypes.c_int(_AT_FDCWD),
        ctypes.c_char_p(path.encode()),
        ctypes.c_uint(_AT_RECURSIVE),
        ctypes.c_char_p(attributes),
        ctypes.c_size_t(len(attributes)),
    )
    _check(done, f"make {path} read-only")


def enter_root(path: str) -> None:
    """Make ``path`` the root and forget the old one."""
    os.chdir(path)
    _check(_libc.pivot_root(b".", b"."), "pivot_root")
    _check(_libc.umount2(b".", _MNT_DETACH), "umount the old root")
    os.chdir("/")


def bring_up(interface: str, flags: int = 0) -> None:
    """Bring up an interface of this network namespace."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh", interface.encode(), _IFF_UP_RUNNING | flags) + bytes(22)
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, request)
