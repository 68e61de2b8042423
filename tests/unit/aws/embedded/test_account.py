"""Starting, finding and ending the embedded account."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import psutil
import pytest

from doctor.aws.embedded import account as account_module
from doctor.aws.embedded import child as child_module
from doctor.aws.embedded.account import Embedded
from doctor.errors import EmbeddedError
from tests.unit.aws.embedded.probe import Account

PARENT = """
from doctor.aws.embedded.account import Embedded
embedded = Embedded.start()
print(embedded._child.pid, flush=True)
{then}
"""


def eventually(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 20
    while not true() and time.monotonic() < deadline:
        time.sleep(0.02)
    return true()


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


@pytest.mark.parametrize("then", ["import time; time.sleep(60)", "import os; os._exit(0)"])
def test_the_server_ends_with_its_parent(then: str) -> None:
    """However the parent ends: killed, or without a word."""
    parent = subprocess.Popen([sys.executable, "-c", PARENT.format(then=then)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    with parent.stdout:
        pid = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()

    assert eventually(lambda: gone(pid))


def test_leaving_the_context_ends_the_server() -> None:
    with Embedded.start() as embedded:
        assert embedded._child
        pid = embedded._child.pid

    assert gone(pid)
    with pytest.raises(EmbeddedError, match="stopped"):
        embedded.control("identify")
    embedded.stop()  # twice does no harm


def test_the_region_and_the_account_can_be_chosen() -> None:
    with Embedded.start(region="eu-west-1", account="210987654321") as embedded:
        identity = Account(embedded).call("sts", "get_caller_identity")

    assert identity["Account"] == "210987654321"
    assert embedded.environment()["AWS_REGION"] == "eu-west-1"


def test_attaching_finds_the_account_that_another_process_serves(account: Account) -> None:
    ours = account.embedded
    with Embedded.attach(ours.endpoint, ours.token) as attached:
        assert (attached.account, attached.region) == (ours.account, ours.region)

    assert ours.control("identify")  # leaving what was only attached to ends nothing


def test_a_wrong_token_is_refused(account: Account) -> None:
    with pytest.raises(EmbeddedError, match="token is wrong"):
        Embedded.attach(account.embedded.endpoint, "wrong")


@pytest.mark.parametrize(
    "endpoint", ["https://lambda.us-east-1.amazonaws.com", "http://10.0.0.1:4566", "127.0.0.1:1", "http://127.0.0.1:x"]
)
def test_only_loopback_can_be_an_embedded_account(endpoint: str) -> None:
    with pytest.raises(EmbeddedError, match="is not an embedded account"):
        Embedded.attach(endpoint, "token")


class _Stranger(BaseHTTPRequestHandler):
    answers = b'{"hello": "world"}'

    def do_POST(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.answers)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def stranger() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Stranger)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("answer", [b'{"hello": "world"}', b"<html>", b"[]"])
def test_a_foreign_server_is_told_apart(stranger: str, answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Stranger, "answers", answer)

    with pytest.raises(EmbeddedError, match="is not an embedded account of doctor"):
        Embedded.attach(stranger, "token")


def test_nobody_there_is_one_plain_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]

    with pytest.raises(EmbeddedError, match=f"no embedded account answers at http://127.0.0.1:{port}"):
        Embedded.attach(f"http://127.0.0.1:{port}", "token")


def test_a_taken_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(EmbeddedError, match=f"cannot listen on 127.0.0.1:{port}"):
            Embedded.start(port=port)


def test_a_missing_package_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account_module, "_REQUIRED", ("moto", "no_such_package"))

    with pytest.raises(EmbeddedError, match=r"no_such_package.*pip install 'lambda-doctor\[demo\]'"):
        Embedded.start()


def test_a_child_that_never_announces_itself_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_module, "_START_TIMEOUT", 0.0)

    with pytest.raises(EmbeddedError, match="the embedded account ended with status"):
        Embedded.start()


def test_the_environment_hides_the_users_own_account(account: Account) -> None:
    environment = account.embedded.environment()

    assert environment["AWS_ENDPOINT_URL"] == account.embedded.endpoint
    assert environment["AWS_CONFIG_FILE"] == environment["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull
    assert environment["AWS_EC2_METADATA_DISABLED"] == "true"


def test_a_profile_of_the_user_plays_no_part(account: Account) -> None:
    """The environment of the account is enough for boto3 in another process, whatever profile it inherits."""
    script = "import boto3; print(boto3.client('sts').get_caller_identity()['Account'])"
    environment = os.environ | account.embedded.environment()
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False, timeout=60
    )

    assert done.stdout.strip() == account.embedded.account
