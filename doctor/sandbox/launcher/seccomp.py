"""A filter that has the kernel ask before a process connects or sends: seccomp's user notification, without any privilege.

Source: seccomp(2), seccomp_unotify(2); the numbers are those of <linux/seccomp.h>, <linux/audit.h> and the tables of
system calls. Run on x86_64; the numbers for aarch64 are from the same tables and were not run.
"""

import ctypes
import errno
import os
import socket
import struct
from typing import NamedTuple

KEPT_FD = 1100
"""The descriptor over which the filter itself is handed out: higher than any that a process with Lambda's limit can have."""
_libc = ctypes.CDLL(None, use_errno=True)
_SET_MODE_FILTER, _NEW_LISTENER = 1, 8
_LOAD, _AND, _JUMP_EQUAL, _JUMP_AT_LEAST, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x06
_ALLOW, _NOTIFY, _ERRNO, _KILL = 0x7FFF0000, 0x7FC00000, 0x00050000, 0x80000000
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_OTHER_ABI = 0x40000000
"""From here on: x32, a second set of numbers on x86_64."""
_TYPE = 0xF
"""The type of a socket without its flags."""
_EVERYBODY = 0xFFFFFFFF
"""-1, to kill."""
_SOCK_STREAM, _SOCK_DGRAM, _AF_UNIX, _AF_INET, _AF_INET6, _AF_NETLINK = 1, 2, 1, 2, 10, 16


class Numbers(NamedTuple):
    """What an architecture calls the system calls that matter here."""

    architecture: int
    seccomp: int
    connect: int
    sendto: int
    sendmsg: int
    sendmmsg: int
    socket: int
    kill: int
    io_uring_setup: int = 425
    second_abi: bool = False


NUMBERS = {
    "x86_64": Numbers(0xC000003E, 317, 42, 44, 46, 307, 41, 62, second_abi=True),
    "aarch64": Numbers(0xC00000B7, 277, 203, 206, 211, 269, 198, 129),
}

Instruction = tuple[int, int, int, int]


def here() -> Numbers:
    """The numbers of this machine.

    Raises:
        OSError: It is of an architecture that doctor has no numbers for.
    """
    machine = os.uname().machine
    found = NUMBERS.get(machine)
    if found is None:
        raise OSError(errno.ENOSYS, f"doctor knows no system calls of {machine}")
    return found


def program(numbers: Numbers) -> list[Instruction]:
    """The filter: what leaves a process is asked about, ways around that are closed, all else is allowed."""
    rules = [_load(_ARCHITECTURE), _unless_equal(numbers.architecture, [_end(_KILL)]), _load(_NUMBER)]
    if numbers.second_abi:
        rules.append([(_JUMP_AT_LEAST, 0, 1, _OTHER_ABI), _end(_ERRNO | errno.ENOSYS)])
    rules += [
        _if_equal(numbers.connect, [_end(_NOTIFY)]),
        _if_equal(numbers.sendto, _addressed(4)),
        _if_equal(numbers.sendmsg, _but_kept()),
        _if_equal(numbers.sendmmsg, [_end(_NOTIFY)]),
        _if_equal(numbers.socket, _kinds()),
        _if_equal(numbers.kill, _not_everybody()),
        _if_equal(numbers.io_uring_setup, [_end(_ERRNO | errno.ENOSYS)]),
        [_end(_ALLOW)],
    ]
    return [one for rule in rules for one in rule]


def _load(at: int) -> list[Instruction]:
    return [(_LOAD, 0, 0, at)]


def _end(verdict: int) -> Instruction:
    return (_RETURN, 0, 0, verdict)


def _if_equal(value: int, body: list[Instruction]) -> list[Instruction]:
    return [(_JUMP_EQUAL, 0, len(body), value), *body]


def _unless_equal(value: int, body: list[Instruction]) -> list[Instruction]:
    return [(_JUMP_EQUAL, len(body), 0, value), *body]


def _argument(index: int, half: int = 0) -> list[Instruction]:
    """Load half an argument; both architectures keep the lower half first."""
    return _load(_ARGUMENTS + 8 * index + 4 * half)


def _addressed(index: int) -> list[Instruction]:
    """Ask where an argument is no null pointer."""
    return [
        *_argument(index),
        *_unless_equal(0, [_end(_NOTIFY)]),
        *_argument(index, 1),
        *_unless_equal(0, [_end(_NOTIFY)]),
        _end(_ALLOW),
    ]


def _but_kept() -> list[Instruction]:
    """Ask, but for the descriptor over which the filter is handed out before the program is there."""
    return [*_argument(0), *_if_equal(KEPT_FD, [_end(_ALLOW)]), _end(_NOTIFY)]


def _kinds() -> list[Instruction]:
    """TCP, UDP, sockets of this machine, and questions to the kernel; no raw packets."""
    allowed = [*_if_equal(_SOCK_STREAM, [_end(_ALLOW)]), *_if_equal(_SOCK_DGRAM, [_end(_ALLOW)])]
    typed = [*_argument(1), (_AND, 0, 0, _TYPE), *allowed, _end(_ERRNO | errno.EPERM)]
    return [
        *_argument(0),
        *_if_equal(_AF_UNIX, [_end(_ALLOW)]),
        *_if_equal(_AF_NETLINK, [_end(_ALLOW)]),
        *_if_equal(_AF_INET, typed),
        *_if_equal(_AF_INET6, typed),
        _end(_ERRNO | errno.EAFNOSUPPORT),
    ]


def _not_everybody() -> list[Instruction]:
    """A handler that signals everybody signals its sandbox on Lambda; here it would be all of the user's processes."""
    return [*_argument(0), *_if_equal(_EVERYBODY, [_end(_ERRNO | errno.EPERM)]), _end(_ALLOW)]


def install() -> int:
    """Hold this process, and all that it starts, by the filter; return the descriptor on which the kernel asks.

    The process must have given up new privileges.

    Raises:
        OSError: The kernel has no user notification, or something around us forbids it.
    """
    numbers = here()
    instructions = program(numbers)
    packed = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *one) for one in instructions))
    described = struct.pack("@HP", len(instructions), ctypes.addressof(packed))
    listener = _libc.syscall(
        ctypes.c_long(numbers.seccomp),
        ctypes.c_uint(_SET_MODE_FILTER),
        ctypes.c_uint(_NEW_LISTENER),
        ctypes.c_char_p(described),
    )
    if listener == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"seccomp user notification: {errno.errorcode.get(number, number)}")
    return int(listener)


def hand_out(kept: socket.socket) -> None:
    """Hold this process, and send what the kernel asks on over a socket whose descriptor is ``KEPT_FD``."""
    listener = install()
    socket.send_fds(kept, [b"held"], [listener])
