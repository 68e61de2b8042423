"""The filter by what it answers, on both architectures: a small machine for its instructions, no kernel needed."""

import errno
import struct

import pytest

from doctor.sandbox.gate import addresses
from doctor.sandbox.gate.addresses import Meant
from doctor.sandbox.launcher.processes import Tree
from doctor.sandbox.launcher.seccomp import KEPT_FD, NUMBERS, Numbers, program

ALLOW, NOTIFY, KILL = 0x7FFF0000, 0x7FC00000, 0x80000000
READ = 0
BOTH = pytest.mark.parametrize("numbers", NUMBERS.values(), ids=NUMBERS)


def refused(number: int) -> int:
    return 0x00050000 | number


def answer(numbers: Numbers, call: int, *arguments: int, architecture: int | None = None) -> int:
    """What the filter says to a system call."""
    data = struct.pack("=IIQ6Q", call, architecture or numbers.architecture, 0, *(*arguments, *[0] * 6)[:6])
    code, at, loaded = program(numbers), 0, 0
    while True:
        operation, yes, no, value = code[at]
        at += 1
        if operation == 0x20:
            (loaded,) = struct.unpack_from("=I", data, value)
        elif operation == 0x54:
            loaded &= value
        elif operation == 0x06:
            return value
        else:
            at += yes if (loaded == value if operation == 0x15 else loaded >= value) else no


@BOTH
def test_whatever_leaves_is_asked_about(numbers: Numbers) -> None:
    assert answer(numbers, numbers.connect, 5, 1, 16) == NOTIFY
    assert answer(numbers, numbers.sendto, 5, 1, 9, 0, 0x7000, 16) == NOTIFY
    assert answer(numbers, numbers.sendto, 5, 1, 9, 0, 1 << 33, 16) == NOTIFY
    assert answer(numbers, numbers.sendmsg, 5) == NOTIFY
    assert answer(numbers, numbers.sendmmsg, 5) == NOTIFY


@BOTH
def test_what_is_on_a_connection_already_is_not(numbers: Numbers) -> None:
    assert answer(numbers, numbers.sendto, 5, 1, 9) == ALLOW
    assert answer(numbers, 9999) == ALLOW
    assert answer(numbers, numbers.kill, 77, 9) == ALLOW


@BOTH
@pytest.mark.parametrize(
    ("family", "kind", "verdict"),
    [
        (1, 1, ALLOW),
        (16, 3, ALLOW),
        (2, 1 | 0o2000000, ALLOW),
        (10, 2, ALLOW),
        (2, 3, refused(errno.EPERM)),
        (17, 3, refused(errno.EAFNOSUPPORT)),
        (40, 1, refused(errno.EAFNOSUPPORT)),
    ],
)
def test_only_harmless_sockets_are_made(numbers: Numbers, family: int, kind: int, verdict: int) -> None:
    assert answer(numbers, numbers.socket, family, kind) == verdict


@BOTH
def test_ways_around_are_closed(numbers: Numbers) -> None:
    assert answer(numbers, numbers.io_uring_setup) == refused(errno.ENOSYS)
    assert answer(numbers, numbers.kill, 0xFFFFFFFF, 9) == refused(errno.EPERM)
    assert answer(numbers, numbers.connect, architecture=0x40000003) == KILL
    assert answer(numbers, numbers.sendmsg, KEPT_FD) == ALLOW  # no program can have a descriptor as high


def test_the_second_abi_of_x86_64_is_closed() -> None:
    numbers = NUMBERS["x86_64"]

    assert answer(numbers, 0x40000000 | numbers.connect) == refused(errno.ENOSYS)


@pytest.mark.parametrize(
    ("data", "meant"),
    [
        (struct.pack("=H", 2) + b"\x01\xbb\x0a\x00\x00\x07", Meant(4, "10.0.0.7", 443)),
        (struct.pack("=H", 10) + b"\x00\x50" + bytes(4) + bytes(15) + b"\x01", Meant(6, "::1", 80)),
        (struct.pack("=H", 10) + b"\x00\x50" + bytes(4) + bytes(10) + b"\xff\xff\x0a\x00\x00\x07", Meant(4, "10.0.0.7", 80)),
        (struct.pack("=H", 1) + b"/run/bus\0rest", Meant(0, path="/run/bus")),
        (struct.pack("=H", 0) + bytes(14), None),
    ],
)  # fmt: skip
def test_a_socket_address_is_read(data: bytes, meant: Meant | None) -> None:
    assert addresses.read(data) == meant


def test_an_address_of_no_family_that_we_know_is_none() -> None:
    with pytest.raises(struct.error):
        addresses.read(struct.pack("=H", 40) + bytes(14))


def test_a_tree_is_what_descends_from_its_root_and_not_the_root() -> None:
    parents = {1: 0, 10: 1, 11: 10, 12: 11, 13: 1, 14: 13}

    assert sorted(Tree(10, lambda: parents).pids()) == [11, 12]
