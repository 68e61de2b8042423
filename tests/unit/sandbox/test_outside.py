"""A handler that is held without namespaces: by a filter of its system calls, or by hooks. Run by test_tiers.py, where there is no way out."""

import os
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from doctor.errors import SandboxError
from doctor.model.outcome import Scenario
from doctor.sandbox.gate.views import Views
from doctor.sandbox.launcher import landlock
from doctor.sandbox.limits import Limits
from doctor.sandbox.opening import FORCED
from doctor.sandbox.run import run
from doctor.sandbox.tiers import WORDS
from tests.unit.sandbox.gates import trace, views
from tests.unit.sandbox.support import ARN, Ran, finish, function, write

TIER = os.environ.get(FORCED, "")
pytestmark = pytest.mark.skipif(TIER not in ("seccomp", "hooks"), reason="test_tiers.py runs it on each weaker tier")
seccomp = pytest.mark.skipif(TIER != "seccomp", reason="hooks do not hold this")
hooks = pytest.mark.skipif(TIER != "hooks", reason="only hooks need it")
landlocked = pytest.mark.skipif(not landlock.version(), reason="the kernel has no Landlock")
Through = Callable[..., Ran]


@pytest.fixture
def through(gated: None, tmp_path: Path) -> Through:
    def invoke(body: Any, world: Views | None = None, event: Any = None, **changes: Any) -> Ran:
        subject = function(**changes)
        code = write(tmp_path / "code", body, str(subject.runtime))
        scenario = Scenario(function=ARN, event=msgspec.Raw(msgspec.json.encode(event)))
        return Ran(*finish(run(subject, code, scenario, environment={}, limits=Limits(), views=world or views())))

    return invoke


def handler(*lines: str) -> str:
    return "import os, socket\ndef handler(event, context):\n" + "".join(f"    {line}\n" for line in lines)


def numbered(*lines: str) -> str:
    """The number of the error that the lines end with; 0: with none."""
    inner = "".join(f"        {line}\n" for line in lines)
    return f"import os, socket\ndef handler(event, context):\n    try:\n{inner}    except OSError as e: return e.errno\n    return 0\n"


def test_each_dimension_says_by_what_it_was_enforced(through: Through) -> None:
    ran = through(handler("return 1"))
    enforced = {one.dimension: one.by for one in ran.result.enforced}

    assert enforced["network"] == WORDS[TIER].network  # type: ignore[index]
    assert enforced["policies"] == "doctor.iam"
    assert enforced["files"] == ("Landlock" if landlock.version() else "")
    assert any("no security boundary" in one.note for one in ran.result.enforced)


def test_what_this_machine_listens_on_is_not_reached(through: Through) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        body = numbered(f"socket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 2)")

        assert through(body).payload == 111


def test_what_the_handler_listens_on_is_reached(through: Through) -> None:
    body = handler(
        "s = socket.create_server(('127.0.0.1', 0))",
        "c = socket.create_connection(s.getsockname(), 2)",
        "s.accept()[0].sendall(b'own')",
        "return c.recv(9).decode()",
    )

    assert through(body).payload == "own"


def test_the_answer_comes_from_the_gate_and_the_call_is_recorded(through: Through) -> None:
    body = handler(
        "import boto3", "return boto3.client('sts').get_caller_identity()['ResponseMetadata']['HTTPStatusCode']"
    )
    ran = through(body, timeout=20)

    assert [(one.call, one.verdict) for one in ran.result.calls] == [("sts:GetCallerIdentity", "allowed")]


def test_asyncio_hangs_as_a_blocking_handler_does(through: Through) -> None:
    body = "import asyncio\nasync def go():\n    try: await asyncio.wait_for(asyncio.open_connection('10.0.0.9', 5432), 0.4)\n    except TimeoutError: return 'hung'\n    except asyncio.TimeoutError: return 'hung'\ndef handler(event, context):\n    return asyncio.run(go())\n"
    ran = through(body, views(network=lambda one: trace(one, "unreachable", "timeout", "SG", "sg-1")))

    assert ran.payload == "hung"
    assert [(one.host, one.port, one.way) for one in ran.result.connections] == [("10.0.0.9", 5432, "dropped")]


def test_a_connected_datagram_is_dropped_and_said(through: Through) -> None:
    body = handler(
        "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)", "s.connect(('192.0.2.7', 514))", "n = s.send(b'xy')",
        "import time; time.sleep(0.2)", "return n",
    )  # fmt: skip
    ran = through(body)

    assert ran.payload == 2
    if TIER == "seccomp":
        assert any("192.0.2.7:514 (UDP)" in one for one in ran.result.assumptions)


def test_a_socket_of_this_machine_is_not_there(through: Through) -> None:
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as server:
        server.bind(f"{folder}/bus")
        server.listen()
        ran = through(numbered("s = socket.socket(socket.AF_UNIX)", f"s.connect({folder + '/bus'!r})"))

    assert ran.payload == 2


def test_a_socket_below_tmpdir_is_the_handlers_own(through: Through) -> None:
    body = handler(
        "path = os.environ['TMPDIR'] + '/own'",
        "s = socket.socket(socket.AF_UNIX); s.bind(path); s.listen()",
        "c = socket.socket(socket.AF_UNIX); c.connect(path)",
        "return 'own'",
    )

    assert through(body).payload == "own"


@landlocked
@pytest.mark.parametrize(
    "folder", ["os.environ['LAMBDA_TASK_ROOT']", "'/etc'", "'/var/tmp'", "os.environ['LAMBDA_RUNTIME_DIR']"]
)
def test_only_tmpdir_can_be_written(through: Through, folder: str) -> None:
    assert through(numbered(f"open({folder} + '/x', 'w')")).payload == 13
    assert not Path("/var/tmp/x").exists()  # noqa: S108


@landlocked
def test_the_users_files_cannot_be_read(through: Through, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("x")

    assert through(numbered(f"open({str(secret)!r}).read()")).payload == 13


def test_tmpdir_can_be_written_and_is_gone_afterwards(through: Through) -> None:
    body = handler(
        "import tempfile",
        "f = tempfile.mkstemp()[1]; open(f, 'w').write('x')",
        "os.chmod(os.path.dirname(f), 0o500)",
        "return os.stat(f).st_size",
    )
    before = set(Path(tempfile.gettempdir()).glob("doctor-*"))

    assert through(body).payload == 1
    assert set(Path(tempfile.gettempdir()).glob("doctor-*")) <= before


def test_code_that_names_lambdas_paths_leans_on_an_assumption(through: Through) -> None:
    assert any("names /tmp" in one for one in through(handler("return '/tmp'")).result.assumptions)
    assert not any("names" in one for one in through(handler("return 1")).result.assumptions)


def test_the_users_aws_files_are_not_looked_for(through: Through) -> None:
    body = handler("return [os.path.exists(os.environ[n]) for n in ('AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE')]")

    assert through(body).payload == [False, False]


@seccomp
def test_every_process_may_not_be_signalled_at_once(through: Through) -> None:
    assert through(numbered("os.kill(-1, 0)")).payload == 1


@seccomp
@pytest.mark.parametrize("family", ["socket.AF_PACKET, socket.SOCK_RAW", "socket.AF_INET, socket.SOCK_RAW, 1"])
def test_there_are_no_raw_sockets(through: Through, family: str) -> None:
    assert through(numbered(f"socket.socket({family})")).payload in (1, 97)


@seccomp
def test_a_program_that_the_handler_starts_is_held_too(through: Through) -> None:
    body = handler(
        "import subprocess, sys",
        "probe = 'import socket; s = socket.socket(); s.settimeout(2); print(s.connect_ex((\"10.0.0.9\", 80)))'",
        "return subprocess.run([sys.executable, '-c', probe], capture_output=True, text=True).stdout.strip()",
    )
    ran = through(body, views(network=lambda one: trace(one, "unreachable", "connection_refused", "X", "x")))

    assert ran.payload == "111"


@hooks
def test_no_program_is_started_and_that_is_said(through: Through) -> None:
    ran = through(numbered("import subprocess; subprocess.run(['/bin/true'])"))

    assert ran.payload == 1
    assert any("was not let start" in one for one in ran.result.assumptions)


@hooks
def test_what_goes_past_the_hooks_is_caught_below_them(through: Through) -> None:
    body = numbered("import _socket", "_socket.socket(2, 1).connect(('192.0.2.1', 80))")

    assert through(body).payload == 101


@hooks
@pytest.mark.parametrize("kind", ["2, 3, 1", "17, 3"])
def test_nobody_may_write_packets_of_their_own(through: Through, kind: str) -> None:
    assert through(numbered(f"import socket; socket.socket({kind})")).payload == 1


@hooks
@pytest.mark.parametrize("name", ["connect", "sendto", "system"])
def test_ctypes_gets_nothing_that_goes_around_the_hooks(through: Through, name: str) -> None:
    ran = through(numbered("import ctypes", f"ctypes.CDLL(None).{name}"))

    assert ran.payload == 1
    assert any(f"{name} by ctypes" in one for one in ran.result.assumptions)


@hooks
def test_compiled_code_is_refused(through: Through) -> None:
    with pytest.raises(SandboxError, match=r"has compiled code \(fast.so\), which hooks in an interpreter cannot hold"):
        through({"app.py": handler("return 1"), "fast.so": b"\x7fELF\x02"})


@hooks
def test_a_bootstrap_of_its_own_is_refused(through: Through) -> None:
    with pytest.raises(SandboxError, match="has a bootstrap of its own"):
        through({"bootstrap": "#!/bin/sh\n"}, runtime="provided.al2023")
