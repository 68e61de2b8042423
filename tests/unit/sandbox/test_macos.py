"""What is done otherwise where there is no Linux: each piece by itself; test_tiers.py runs handlers as if this were macOS."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from doctor.errors import SandboxError
from doctor.sandbox.cell import Cell, Walls
from doctor.sandbox.gate import loopback
from doctor.sandbox.gate.certificates import Authority
from doctor.sandbox.launcher import landlock, memory
from doctor.sandbox.launcher.channel import Channel
from doctor.sandbox.launcher.processes import Started
from doctor.sandbox.opening import FORCED, candidates


@pytest.fixture
def macos(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.delenv(FORCED, raising=False)


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process of this test that holds 60 MB and waits, in a group of its own."""
    body = "x = bytearray(60 << 20); print(1, flush=True); import time; time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", body], stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


def test_only_hooks_are_tried(macos: None) -> None:
    assert candidates(None) == ("hooks",)


@pytest.mark.parametrize("tier", ["namespaces", "seccomp"])
def test_a_tier_of_linux_is_refused_by_name(macos: None, tier: str) -> None:
    assert candidates(tier) == (tier,)  # type: ignore[arg-type]
    with pytest.raises(SandboxError, match=f"{tier} are Linux's"):
        Cell(Walls(tier=tier, mounts=(), tmp_size=1, memory_limit=0, interval=1, grace=5))  # type: ignore[arg-type]


def test_numbers_of_linuxs_system_calls_are_not_called(macos: None) -> None:
    assert landlock.version() == 0


def test_ps_tells_what_a_process_holds(macos: None, sleeper: subprocess.Popen[bytes]) -> None:
    (usage,) = memory.usages([sleeper.pid])

    assert usage.pid == sleeper.pid
    assert 60 << 20 < usage.resident < 200 << 20
    assert memory.over([usage], 50 << 20) is usage
    assert memory.over([usage], 200 << 20) is None


def test_of_one_that_is_gone_ps_tells_nothing(macos: None, sleeper: subprocess.Popen[bytes]) -> None:
    sleeper.kill()
    sleeper.wait()

    assert memory.usages([sleeper.pid]) == []
    assert memory.usages([]) == []


def test_what_was_started_is_signalled_by_its_group(sleeper: subprocess.Popen[bytes]) -> None:
    children = {sleeper.pid: "runtime"}
    Started(lambda: children).send(9)  # type: ignore[arg-type]

    assert sleeper.wait(5) == -9
    Started(lambda: children).send(9)  # type: ignore[arg-type]  # that it is gone already is no error


def test_a_hole_is_filled_until_somebody_waits(macos: None) -> None:
    """A backlog of 1 takes two connections on Linux, and as many as it likes on BSD: the third waits here, and is waited for."""
    with contextlib.ExitStack() as files:
        port = loopback._hole(files)
        with socket.socket() as one:
            one.settimeout(0.2)
            with pytest.raises(TimeoutError):
                one.connect(("127.0.0.1", port))


def test_where_nobody_ever_waits_nothing_is_run(macos: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loopback, "_MOST_FILLERS", 2)  # both are taken
    with contextlib.ExitStack() as files, pytest.raises(SandboxError, match="opens on this system"):
        loopback._hole(files)


def test_a_certificate_needs_no_file_of_memory(macos: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "memfd_create")

    assert Authority().context("sqs.eu-west-1.amazonaws.com").cert_store_stats() is not None


def test_messages_keep_their_bounds_and_their_files_over_a_stream() -> None:
    near, far = Channel.pair()
    other = Channel(far)
    reading, writing = os.pipe()
    near.send({"do": "one"})
    near.send({"do": "two", "long": "x" * 100_000}, [writing, reading])
    near.send({"do": "three"}, [reading])
    os.close(reading)
    os.close(writing)
    found = []
    while len(found) < 3:
        found += other.receive() or []

    assert [(message["do"], len(files)) for message, files in found] == [("one", 0), ("two", 2), ("three", 1)]
    os.write(found[1][1][0], b"x")
    assert os.read(found[2][1][0], 1) == b"x"
    for _, files in found:
        for fd in files:
            os.close(fd)
    near.close()
    assert other.receive() is None
    other.send({"do": "nothing"})  # that nobody is left is no error
    other.close()


def test_a_message_that_need_not_arrive_does_not_wait_for_a_reader() -> None:
    near, far = Channel.pair()
    began = time.monotonic()
    for _ in range(20_000):
        near.send({"is": "memory", "held": 1}, must=False)

    assert time.monotonic() - began < 20
    near.close()
    far.close()
