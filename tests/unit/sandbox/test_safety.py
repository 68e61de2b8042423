"""What a handler cannot do by accident, on each tier; what a tier does not hold, its result says."""

import os
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from doctor.model.outcome import Scenario
from doctor.sandbox.gate.views import Views
from doctor.sandbox.opening import FORCED
from doctor.sandbox.run import run
from tests.unit.sandbox.gates import views
from tests.unit.sandbox.support import ARN, Ran, finish, function, write

Through = Callable[..., Ran]
REAL = {
    "AWS_ACCESS_KEY_ID": "AKIAOFTHEUSER",
    "AWS_SECRET_ACCESS_KEY": "of-the-user",
    "AWS_SESSION_TOKEN": "of-the-user",
}


@pytest.fixture
def through(gated: None, tmp_path: Path) -> Through:
    def invoke(body: str, world: Views | None = None, event: Any = None, **changes: Any) -> Ran:
        subject = function(**changes)
        code = write(tmp_path / "code", body, str(subject.runtime))
        scenario = Scenario(function=ARN, event=msgspec.Raw(msgspec.json.encode(event)))
        return Ran(*finish(run(subject, code, scenario, environment={}, views=world)))

    return invoke


def handler(*lines: str) -> str:
    return "import os, socket\ndef handler(event, context):\n" + "".join(f"    {line}\n" for line in lines)


def files_held(ran: Ran) -> bool:
    return any(one.by for one in ran.result.enforced if one.dimension == "files")


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A user who is signed in to AWS in every way that an SDK looks for."""
    aws = tmp_path / "home" / ".aws"
    aws.mkdir(parents=True)
    (aws / "credentials").write_text(
        "[default]\naws_access_key_id = AKIAOFTHEUSER\naws_secret_access_key = of-the-user\n"
    )
    (aws / "config").write_text("[default]\ncredential_process = /bin/echo of-the-user\nregion = us-east-1\n")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("AWS_PROFILE", "default")
    for name, value in REAL.items():
        monkeypatch.setenv(name, value)
    return tmp_path / "home"


def test_the_users_credentials_are_not_the_handlers(through: Through, home: Path) -> None:
    body = handler(
        "import boto3",
        "own = boto3.Session().get_credentials().get_frozen_credentials()",
        "rest = [value for name, value in os.environ.items()]",
        "return [own.access_key, own.secret_key, boto3.Session().region_name, rest]",
    )
    key, secret, region, rest = through(body, views(), timeout=20).payload

    assert key == "ASIALOCALRUNOFDOCTOR"
    assert region == "eu-west-1"
    assert not any("of-the-user" in one or "AKIAOFTHEUSER" in one for one in (secret, *rest))


def test_without_its_own_an_sdk_finds_no_others(through: Through, home: Path) -> None:
    """Not in the user's files, and not at the address where a machine on AWS would have them."""
    body = handler(
        "for name in [one for one in os.environ if one.startswith('AWS_') and ('KEY' in one or 'TOKEN' in one)]: del os.environ[name]",
        "os.environ['AWS_METADATA_SERVICE_TIMEOUT'] = '1'",
        "import boto3",
        "found = boto3.Session().get_credentials()",
        "return found and found.access_key",
    )

    assert through(body, views(answer=None), timeout=20).payload is None


REACHING = handler(
    "ends = []",
    "for family, address in ((2, ('192.0.2.1', 80)), (2, ('169.254.169.254', 80)), (10, ('2001:db8::1', 80))):",
    "    s = socket.socket(family); s.settimeout(2)",
    "    try: s.connect(address); ends.append('opened')",
    "    except OSError as e: ends.append(e.errno)",
    "try: socket.getaddrinfo('example.com', 443); ends.append('resolved')",
    "except OSError: ends.append('unknown')",
    "return ends",
)


def test_without_a_network_nothing_is_reached(through: Through) -> None:
    ran = through(REACHING)

    assert ran.payload == [101, 101, 101, "unknown"]
    assert [one.by for one in ran.result.enforced if one.dimension == "network"] == [""]


def test_with_one_everything_ends_at_the_gate(through: Through) -> None:
    ran = through(REACHING, views())

    assert ran.payload[0] == "opened"  # by the gate, that has nobody answer
    assert {one.host for one in ran.result.connections} >= {"192.0.2.1", "169.254.169.254"}


@pytest.mark.parametrize("world", [None, views()], ids=["no network", "a network"])
@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_what_this_machine_listens_on_hears_nothing(through: Through, world: Views | None, host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server(("::1" if ":" in host else "127.0.0.1", 0), family=family) as server:
        server.settimeout(0.2)
        body = handler(
            f"try: socket.create_connection(({host!r}, {server.getsockname()[1]}), 2).sendall(b'x')",
            "except OSError: return 'no'",
        )

        assert through(body, world).payload == "no"
        with pytest.raises(TimeoutError):
            server.accept()


def test_nothing_is_written_outside_its_own_directory(through: Through, home: Path, tmp_path: Path) -> None:
    outside = Path(tempfile.mkdtemp(dir=tmp_path))
    targets = [str(outside), str(home), str(home / ".aws"), str(Path.cwd()), "/var/tmp", "/etc"]  # noqa: S108
    body = handler(
        "ends = []",
        "for folder in event + [os.environ['LAMBDA_TASK_ROOT']]:",
        "    try: open(folder + '/written-by-a-handler', 'w').write('x'); ends.append(folder)",
        "    except OSError: pass",
        "return ends",
    )
    ran = through(body, event=targets)
    there = [one for one in targets if (Path(one) / "written-by-a-handler").exists()]
    for one in there:
        (Path(one) / "written-by-a-handler").unlink()

    if files_held(ran):
        assert ran.payload == []
        assert there == []
    else:  # hooks do not hold files where the kernel has no Landlock, and that is what the result says
        assert any("as open as it is to the user" in one.note for one in ran.result.enforced)
    assert not (tmp_path / "code" / "written-by-a-handler").exists()


def test_nothing_of_the_user_is_read(through: Through, home: Path) -> None:
    body = handler(
        "found = []",
        "for path in event:",
        "    try: found.append(open(path).read())",
        "    except OSError: pass",
        "return found",
    )
    ran = through(body, event=[str(home / ".aws" / "credentials"), str(home / ".aws" / "config")])

    assert ran.payload == [] or not files_held(ran)


def test_a_process_of_this_machine_is_not_signalled(through: Through) -> None:
    """By accident: by its number. Without namespaces it is Landlock that holds it, since its version 6."""
    body = handler(f"try: os.kill({os.getpid()}, 0)", "except OSError as e: return e.errno", "return 'signalled'")
    ran = through(body)
    said = any("signals reach" in one.note for one in ran.result.enforced)

    assert ran.payload == ("signalled" if said else 1 if os.environ.get(FORCED) in ("seccomp", "hooks") else 3)
