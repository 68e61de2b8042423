"""A handler sees Lambda's machine, not this one, and reaches nothing outside."""

import platform
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from doctor.errors import SandboxError
from doctor.sandbox import cell
from doctor.sandbox.launcher import cgroups
from doctor.sandbox.launchers import Launchers
from doctor.sandbox.limits import Limits
from doctor.sandbox.opening import FORCED
from tests.unit.sandbox.support import Ran, write

Local = Callable[..., Ran]


def handler(body: str) -> str:
    return f"def handler(event, context):\n    {body}\n"


@pytest.mark.parametrize("host", ["10.1.2.3", "192.0.2.1", "169.254.169.254", "8.8.8.8"])
def test_no_connection_leaves(local: Local, host: str) -> None:
    body = f"import socket\n    s = socket.socket(); s.settimeout(3)\n    try: s.connect(({host!r}, 80))\n    except OSError as e: return e.errno"
    ran = local(handler(body))

    assert ran.payload == 101
    assert any("tried to reach the network" in one for one in ran.result.assumptions)


def test_nothing_of_this_machines_loopback_is_reached(local: Local) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        body = f"import socket\n    try: socket.create_connection(('127.0.0.1', {port}), 3)\n    except OSError as e: return e.errno"

        assert local(handler(body)).payload == 111


def test_no_name_resolves_and_that_is_noticed(local: Local) -> None:
    body = "import socket\n    try: socket.getaddrinfo('sqs.eu-west-1.amazonaws.com', 443)\n    except socket.gaierror as e: return e.errno"
    ran = local(handler(body))

    assert ran.payload == socket.EAI_AGAIN
    assert any("tried to reach the network" in one for one in ran.result.assumptions)


def test_a_quiet_handler_is_not_said_to_have_tried(local: Local) -> None:
    assert not any("tried to reach" in one for one in local(handler("return 1")).result.assumptions)


def test_every_dimension_says_by_what_it_was_enforced(local: Local) -> None:
    enforced = {one.dimension: one.by for one in local(handler("return 1")).result.enforced}

    assert enforced == {
        "timeout": "wall clock",
        "memory": "polling" if cgroups.refusal() else "cgroup",
        "cpu": "stopping",
        "files": "mount namespace",
        "network": "",
        "policies": "",
        "runtime": "interpreter",
        "tier": "namespaces",
    }


def test_a_machine_that_refuses_namespaces_gets_no_run(local: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never with the network open: the kernel's refusal is doctor's."""
    refusing = "from doctor.sandbox.launcher import forker, kernel\ndef no(flags): raise OSError(1, 'unshare: Operation not permitted')\nkernel.unshare = no\n"
    program = "import sys; sys.path.append(sys.argv[1])\n" + refusing + "forker.serve(int(sys.argv[2]))"
    monkeypatch.setattr(cell, "launchers", Launchers(program))
    with pytest.raises(
        SandboxError, match=r"does not let doctor isolate the handler .*Operation not permitted.*user namespaces"
    ):
        local(handler("return 1"), limits=Limits(tier="namespaces"))


@pytest.mark.parametrize(
    "refused", ["filesystem.build = lambda *_: no('mount tmpfs')", "kernel.bring_up = lambda *_: no('lo')"]
)
def test_a_machine_that_refuses_the_files_or_the_network_gets_no_run(
    local: Local, monkeypatch: pytest.MonkeyPatch, refused: str
) -> None:
    """Two processes set them up side by side: the word of either is told, and both end."""
    refusing = f"from doctor.sandbox.launcher import filesystem, forker, kernel\ndef no(what): raise OSError(1, what + ': refused')\n{refused}\n"
    program = "import sys; sys.path.append(sys.argv[1])\n" + refusing + "forker.serve(int(sys.argv[2]))"
    monkeypatch.setattr(cell, "launchers", Launchers(program))
    with pytest.raises(SandboxError, match=r"does not let doctor isolate the handler .*(mount tmpfs|lo): refused"):
        local(handler("return 1"), limits=Limits(tier="namespaces"))


def test_a_machine_that_refuses_everything_gets_no_run(local: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FORCED, raising=False)
    refusing = "import sys; sys.exit(1)  #"
    monkeypatch.setattr(cell, "launchers", Launchers(refusing))
    with pytest.raises(SandboxError, match=r"does not let doctor isolate the handler .*it ended at once"):
        local(handler("return 1"))


def test_a_machine_without_namespaces_runs_it_held_by_the_next_tier_and_says_so(
    local: Local, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(FORCED, raising=False)
    refusing = "from doctor.sandbox.launcher import forker, kernel\ndef no(flags): raise OSError(1, 'unshare: no')\nkernel.unshare = no\n"
    monkeypatch.setattr(
        cell,
        "launchers",
        Launchers("import sys; sys.path.append(sys.argv[1])\n" + refusing + "forker.serve(int(sys.argv[2]))"),
    )
    ran = local(handler("return 1"))

    assert ran.payload == 1
    assert [one.by for one in ran.result.enforced if one.dimension == "files"] == ["Landlock"]


@pytest.mark.parametrize("path", ["/var/task/x", "/etc/x", "/usr/x", "/opt/x", "/x", "/var/lang/x", "/dev/x"])
def test_only_tmp_can_be_written(local: Local, path: str) -> None:
    body = f"try: open({path!r}, 'w')\n    except OSError as e: return e.errno"

    assert local(handler(body)).payload == 30


def test_the_users_own_files_are_not_there(local: Local, tmp_path: Path) -> None:
    body = "import os; return [os.path.exists(p) for p in event] + [sorted(os.listdir('/tmp'))]"
    home, secret = str(Path.home()), tmp_path / "secret"
    secret.write_text("x")

    assert local(handler(body), [home, str(secret), "/sys/fs"]).payload == [False, False, False, []]


def test_the_handlers_processes_have_a_table_of_their_own(local: Local) -> None:
    body = "import os; return [p for p in os.listdir('/proc') if p.isdigit()]"

    assert local(handler(body)).payload == ["1", "2"]


def test_no_capability_is_left(local: Local) -> None:
    body = "return [l.split()[1] for l in open('/proc/self/status') if l.startswith(('CapEff', 'CapPrm'))]"

    assert local(handler(body)).payload == ["0" * 16] * 2


def test_the_environment_is_lambdas(local: Local) -> None:
    own = {
        "TABLE": "a=b",
        "PATH": "/mine",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "AKIAREAL",
        "_X": "1",
        "_HANDLER": "other.handler",
    }
    found = local(handler("import os; return dict(os.environ)"), environment=own, memory_size=300).payload

    assert (found["TABLE"], found["PATH"], found["AWS_REGION"]) == ("a=b", "/mine", "eu-west-1")
    assert found["AWS_ACCESS_KEY_ID"] != "AKIAREAL"
    assert (found["_HANDLER"], found["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]) == ("app.handler", "300")
    assert not {"_X", "HOME", "HOSTNAME", "USER", "VIRTUAL_ENV", "_LAMBDA_TELEMETRY_LOG_FD"} & found.keys()
    assert found["AWS_EXECUTION_ENV"].startswith("AWS_Lambda_python3.")


def test_layers_are_merged_and_the_package_wins(local: Local, tmp_path: Path) -> None:
    first = write(
        tmp_path / "one",
        {"python/both.py": "x = 1", "python/first.py": "x = 1", "bin/tool": "#!/bin/sh\necho tool"},
        "",
    )
    second = write(
        tmp_path / "two", {"python/both.py": "x = 2", "python/task.py": "x = 2", "python/pkg/__init__.py": "x = 2"}, ""
    )
    body = "import both, first, task, pkg, subprocess; return [both.x, first.x, task.x, pkg.x, subprocess.getoutput('tool')]"
    ran = local({"app.py": handler(body), "task.py": "x = 0"}, layers=(first, second))

    assert ran.payload == [2, 1, 0, 2, "tool"]


def test_the_sdk_is_the_runtimes_and_that_is_said(local: Local) -> None:
    ran = local(handler("import boto3; return boto3.__file__"))

    assert ran.payload == "/var/runtime/boto3/__init__.py"
    assert any(one.startswith("boto3 ") for one in ran.result.presumptions)


def test_a_package_with_its_own_sdk_uses_that(local: Local) -> None:
    ran = local({"app.py": handler("import boto3; return boto3.x"), "boto3/__init__.py": "x = 'own'"})

    assert ran.payload == "own"
    assert not any(one.startswith("boto3 ") for one in ran.result.presumptions)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"package_type": "Image"}, "container image"),
        ({"runtime": "java21"}, "cannot run java21 locally"),
    ],
)
def test_what_cannot_run_here_is_said_in_one_line(local: Local, changes: dict[str, str], words: str) -> None:
    with pytest.raises(SandboxError, match=words) as caught:
        local(handler("return 1"), **changes)

    assert "\n" not in str(caught.value)


def test_another_architecture_is_said_and_matters_only_to_compiled_code(local: Local) -> None:
    other = "x86_64" if platform.machine() in ("aarch64", "arm64") else "arm64"
    ran = local(handler("return 1"), architectures=(other,))

    assert any(f"the function is of {other} and this machine of" in one for one in ran.result.presumptions)
    assert not ran.result.assumptions


def test_no_file_of_doctors_is_inherited(local: Local) -> None:
    """Input, output, errors and the log channel; a shell reads its script from 10."""
    ran = local({"bootstrap": "#!/bin/sh\nls /proc/$$/fd\n"}, runtime="provided.al2023")

    assert set(ran.own) <= {"0", "1", "2", "3", "10"}


@pytest.mark.parametrize("process", [1, "self"])
def test_the_users_environment_does_not_go_into_the_sandbox(
    local: Local, monkeypatch: pytest.MonkeyPatch, process: object
) -> None:
    monkeypatch.setenv("OF_THE_USER", "secret-of-the-user")
    body = f"try: return open('/proc/{process}/environ').read()\n    except PermissionError: return ''"

    assert "secret-of-the-user" not in local(handler(body)).payload


def test_the_machine_has_another_name(local: Local) -> None:
    assert local(handler("import socket; return socket.gethostname()")).payload != socket.gethostname()
