"""The process from which launchers are forked: it may end at any time, and ends with doctor."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator

import psutil
import pytest

from doctor.errors import SandboxError
from doctor.sandbox import cell
from doctor.sandbox.launchers import Launchers, ended
from tests.unit.sandbox.support import Ran, Warm

Local = Callable[..., Ran]
ECHO = "def handler(event, context):\n    return event"
_PATIENCE = 10


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> Iterator[Launchers]:
    """A process of this test alone."""
    made = Launchers()
    monkeypatch.setattr(cell, "launchers", made)
    yield made
    made.close()


def forker(of: Launchers) -> psutil.Process:
    """The process that forks."""
    control, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with control, far:
        return psutil.Process(psutil.Process(of.fork(far, _PATIENCE)).ppid())


def test_two_launchers_come_from_one_process(own: Launchers) -> None:
    assert forker(own) == forker(own)


def test_a_run_goes_on_when_it_ends_and_the_next_has_a_new_one(own: Launchers, warm: Callable[..., Warm]) -> None:
    running = warm(ECHO)
    first = forker(own)
    first.kill()
    psutil.wait_procs([first], _PATIENCE)

    assert running.answer(1) == 1
    assert warm(ECHO).answer(2) == 2
    assert forker(own) != first


def test_a_launcher_ends_when_nobody_holds_its_socket(own: Launchers) -> None:
    control, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with far:
        launcher = own.fork(far, _PATIENCE)
    with control:
        assert psutil.pid_exists(launcher)
        assert not ended(control, 0)
        control.shutdown(socket.SHUT_WR)
        assert ended(control, _PATIENCE)


def test_it_holds_nothing_of_the_users_environment(own: Launchers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of the user")

    assert set(forker(own).environ()) <= {"LD_LIBRARY_PATH", "LC_CTYPE"}


def test_it_ends_with_doctor_however_that_ends() -> None:
    program = "from doctor.sandbox.launchers import launchers; launchers.start(); print(launchers._process.pid, flush=True); input()"
    doctor = subprocess.Popen(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with doctor:
        assert doctor.stdout is not None
        forking = psutil.Process(int(doctor.stdout.readline()))
        doctor.send_signal(signal.SIGKILL)

    assert psutil.wait_procs([forking], _PATIENCE)[1] == []


def test_one_that_does_not_answer_is_no_sandbox() -> None:
    hung = Launchers("import time; time.sleep(60)")
    control, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with control, far, pytest.raises(SandboxError, match=r"did not start within 0\.2 s"):
        hung.fork(far, 0.2)
