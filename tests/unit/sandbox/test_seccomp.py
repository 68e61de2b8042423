"""The filter by what it answers, on both architectures: a small machine for its instructions, no kernel needed."""

import errno
import os
import struct
from types import SimpleNamespace

import pytest

from doctor.sandbox.gate import addresses
from doctor.sandbox.gate.addresses import Meant
from doctor.sandbox.launcher.processes import Tree
from doctor.sandbox.launcher.seccomp import KEPT_FD, NUMBERS, Numbers, here, program

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


CALLS = {
    # What Linux calls them on x86_64 and on aarch64, and what becomes of them. Source: the kernel's own tables, asm/unistd_64.h of
    # the one and asm-generic/unistd.h, which the other has.
    "read": (0, 63, ALLOW),
    "write": (1, 64, ALLOW),
    "mmap": (9, 222, ALLOW),
    "rt_sigreturn": (15, 139, ALLOW),
    "connect": (42, 203, NOTIFY),
    "accept": (43, 202, ALLOW),
    "sendto": (44, 206, ALLOW),  # without an address
    "recvfrom": (45, 207, ALLOW),
    "sendmsg": (46, 211, NOTIFY),
    "recvmsg": (47, 212, ALLOW),
    "bind": (49, 200, ALLOW),
    "listen": (50, 201, ALLOW),
    "getsockname": (51, 204, ALLOW),
    "setsockopt": (54, 208, ALLOW),
    "clone": (56, 220, ALLOW),
    "execve": (59, 221, ALLOW),
    "exit_group": (231, 94, ALLOW),
    "openat": (257, 56, ALLOW),
    "accept4": (288, 242, ALLOW),
    "sendmmsg": (307, 269, NOTIFY),
    "seccomp": (317, 277, ALLOW),
    "io_uring_setup": (425, 425, refused(errno.ENOSYS)),
    "io_uring_enter": (426, 426, ALLOW),  # of a ring that nobody has
    "clone3": (435, 435, ALLOW),
    "landlock_create_ruleset": (444, 444, ALLOW),
}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("machine", NUMBERS)
def test_each_system_call_is_known_by_its_number_of_this_machine(machine: str, name: str) -> None:
    x86_64, aarch64, verdict = CALLS[name]

    assert answer(NUMBERS[machine], x86_64 if machine == "x86_64" else aarch64) == verdict


@pytest.mark.parametrize("machine", NUMBERS)
def test_the_numbers_are_those_of_the_kernels_tables(machine: str) -> None:
    numbers = NUMBERS[machine]
    for name in ("seccomp", "connect", "sendto", "sendmsg", "sendmmsg", "io_uring_setup"):
        assert getattr(numbers, name) == CALLS[name][0 if machine == "x86_64" else 1]
    # EM_X86_64 and EM_AARCH64, 64 bits, little-endian
    assert numbers.architecture == {"x86_64": 62, "aarch64": 183}[machine] | 0x80000000 | 0x40000000


@BOTH
@pytest.mark.parametrize("other", [0x40000003, 0x40000028, 0xC000003E, 0xC00000B7, 0xC00000F3])
def test_a_call_of_another_architecture_ends_the_process(numbers: Numbers, other: int) -> None:
    """i386, 32-bit ARM, and each the other: their numbers mean other calls."""
    if other != numbers.architecture:
        assert answer(numbers, numbers.connect, 5, 1, 16, architecture=other) == KILL


@BOTH
def test_the_filter_is_short_enough_and_every_jump_stays_in_it(numbers: Numbers) -> None:
    code = program(numbers)

    assert len(code) < 4096
    for at, (operation, yes, no, _) in enumerate(code):
        if operation in (0x15, 0x35):
            assert max(yes, no) < 256
            assert at + 1 + max(yes, no) < len(code)
    assert code[-1][0] == 0x06


@pytest.mark.parametrize(
    ("machine", "known"), [("x86_64", True), ("aarch64", True), ("riscv64", False), ("i686", False)]
)
def test_a_machine_without_numbers_has_no_such_tier(monkeypatch: pytest.MonkeyPatch, machine: str, known: bool) -> None:
    monkeypatch.setattr(os, "uname", lambda: SimpleNamespace(machine=machine))
    if known:
        assert here() is NUMBERS[machine]
    else:
        with pytest.raises(OSError, match=f"knows no system calls of {machine}"):
            here()


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
