"""Files by Landlock: what a process may write and read, kept by the kernel, without any privilege.

Source: landlock(7), <linux/landlock.h>; Linux 5.13. The numbers of the system calls are the same everywhere.
"""

import ctypes
import os
import stat
import struct
import sys
from collections.abc import Sequence

_libc = ctypes.CDLL(None, use_errno=True)
_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446
_ASK_VERSION = 1
_PATH_BENEATH = 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_MAKING = 0x1FF0
"""Removing and making of files, directories, links, sockets and pipes."""
_REFER, _TRUNCATE, _IOCTL = 0x2000, 0x4000, 0x8000
_FILE_RIGHTS = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL
_SCOPED = 1 | 2
"""No abstract socket and no signal reaches a process outside (since version 6)."""
_REFER_SINCE, _TRUNCATE_SINCE, SCOPED_SINCE = 2, 3, 6
_READING = _EXECUTE | _READ_FILE | _READ_DIR


def version() -> int:
    """Of the kernel's Landlock; 0: it has none."""
    if sys.platform != "linux":
        return 0  # the number is that of another system call
    return max(int(_libc.syscall(ctypes.c_long(_CREATE), None, ctypes.c_size_t(0), ctypes.c_uint32(_ASK_VERSION))), 0)


def _handled(abi: int) -> int:
    rights = _READING | _WRITE_FILE | _MAKING
    return rights | (_REFER if abi >= _REFER_SINCE else 0) | (_TRUNCATE if abi >= _TRUNCATE_SINCE else 0)


def restrict(readable: Sequence[str], writable: Sequence[str]) -> None:
    """Let this process, and all that it starts, read below the one and do anything below the other, and no more.

    Raises:
        OSError: The kernel refused; nothing is restricted then.
    """
    abi = version()
    rights = _handled(abi)
    attributes = struct.pack("=QQQ", rights, 0, _SCOPED)
    size = 24 if abi >= SCOPED_SINCE else 8
    rules = _checked(
        _libc.syscall(ctypes.c_long(_CREATE), ctypes.c_char_p(attributes), ctypes.c_size_t(size), ctypes.c_uint32(0)),
    )
    try:
        for path in readable:
            _allow(rules, path, _READING)
        for path in writable:
            _allow(rules, path, rights)
        _checked(_libc.syscall(ctypes.c_long(_RESTRICT), ctypes.c_int(rules), ctypes.c_uint32(0)))
    finally:
        os.close(rules)


def _allow(rules: int, path: str, rights: int) -> None:
    """Add one path; what does not exist needs no rule."""
    try:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        allowed = rights if stat.S_ISDIR(os.fstat(fd).st_mode) else rights & _FILE_RIGHTS
        described = struct.pack("=Qi", allowed, fd)
        _checked(
            _libc.syscall(
                ctypes.c_long(_ADD_RULE),
                ctypes.c_int(rules),
                ctypes.c_int(_PATH_BENEATH),
                ctypes.c_char_p(described),
                ctypes.c_uint32(0),
            )
        )
    finally:
        os.close(fd)


def _checked(result: int) -> int:
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"landlock: {os.strerror(number)}")
    return int(result)
