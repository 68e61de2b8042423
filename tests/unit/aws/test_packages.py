"""A package is fetched from where the account says, never from elsewhere, and unpacked into its own folder only."""

import io
import stat
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from doctor.aws.packages import fetch, unpack
from doctor.aws.refusals import AwsError
from doctor.errors import SandboxError
from doctor.model.call import Call
from doctor.testing.world import function


def zipped(**files: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/"), text)
    return buffer.getvalue()


PACKAGE = zipped(**{"app.py": "x = 1\n" * 100})


class Host(BaseHTTPRequestHandler):
    """``/package`` is one; ``/elsewhere`` leads to another host; anything else is refused."""

    asked: ClassVar[list[str]] = []
    elsewhere: ClassVar[str] = ""

    def do_GET(self) -> None:
        self.asked.append(f"{self.server.server_port}{self.path}")
        body = PACKAGE if self.path.startswith("/package") else b"<Error>secret words</Error>"
        self.send_response(200 if self.path.startswith("/package") else 302 if self.path == "/elsewhere" else 403)
        self.send_header("Location", self.elsewhere)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def host() -> Iterator[str]:
    Host.asked = []
    with HTTPServer(("127.0.0.1", 0), Host) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


class Told:
    """An account whose GetFunction gives one answer."""

    account, region = "111122223333", "eu-west-1"

    def __init__(self, location: str | None, *, loopback: bool = True) -> None:
        self.loopback = loopback
        self.location = location

    def read(self, call: Call, *_: object) -> dict[str, Any]:
        assert call.operation == "GetFunction"
        code = {} if self.location is None else {"Location": self.location}
        return {"Code": code, "Configuration": {"Environment": {"Variables": {"A": "secret"}}}}


def test_a_package_and_the_environment_in_clear_are_fetched(host: str) -> None:
    code = fetch(Told(f"{host}/package"), function().arn)  # type: ignore[arg-type]

    assert code.package == PACKAGE
    assert code.environment == {"A": "secret"}


@pytest.mark.parametrize(
    "location",
    [
        "https://awslambda-eu-west-1-tasks.s3.eu-west-1.amazonaws.com/package?X-Amz-Signature=s3cr3t",
        "http://192.0.2.1/package?X-Amz-Signature=s3cr3t",
        "http://127.0.0.1.example.com/package?X-Amz-Signature=s3cr3t",
        "http://127.0.0.1@example.com/package?X-Amz-Signature=s3cr3t",
    ],
)
def test_an_account_on_this_machine_never_leads_elsewhere(location: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_: object, **__: object) -> None:
        pytest.fail("something was sent")

    monkeypatch.setattr("urllib3.PoolManager.request", connect)
    with pytest.raises(AwsError, match="an account on this machine must not lead elsewhere") as caught:
        fetch(Told(location), function().arn)  # type: ignore[arg-type]

    assert "s3cr3t" not in str(caught.value)


def test_a_redirect_is_not_followed(host: str) -> None:
    Host.elsewhere = f"{host}/package"
    with pytest.raises(AwsError, match="HTTP 302"):
        fetch(Told(f"{host}/elsewhere"), function().arn)  # type: ignore[arg-type]

    assert len(Host.asked) == 1


@pytest.mark.parametrize(
    ("path", "words"),
    [("/refused?X-Amz-Signature=s3cr3t", "HTTP 403"), ("/elsewhere", "HTTP 302")],
)
def test_a_refusal_names_the_host_and_no_secret(host: str, path: str, words: str) -> None:
    with pytest.raises(AwsError, match=words) as caught:
        fetch(Told(f"{host}{path}"), function().arn)  # type: ignore[arg-type]

    assert "127.0.0.1" in str(caught.value)
    assert "s3cr3t" not in str(caught.value)
    assert "secret words" not in str(caught.value)


def test_a_host_that_does_not_answer_is_a_failure_without_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AwsError) as caught:
        fetch(Told("http://127.0.0.1:9/package?X-Amz-Signature=s3cr3t"), function().arn)  # type: ignore[arg-type]

    assert caught.value.reason == "failed"
    assert "s3cr3t" not in str(caught.value)


@pytest.mark.parametrize("location", [None, ""])
def test_an_image_has_no_package(location: str | None) -> None:
    with pytest.raises(AwsError, match="container image") as caught:
        fetch(Told(location), function().arn)  # type: ignore[arg-type]

    assert caught.value.reason == "unsupported"


# Unpacked


def test_a_package_is_unpacked_with_its_modes(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, mode in (("bin/run", 0o755), ("app.py", 0o644), ("secret", 0o000), ("locked", 0o200)):
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (stat.S_IFREG | mode) << 16
            archive.writestr(entry, name)
    unpack(buffer.getvalue(), tmp_path)

    assert (tmp_path / "bin" / "run").read_text() == "bin/run"
    assert stat.S_IMODE((tmp_path / "bin" / "run").stat().st_mode) == 0o755
    assert stat.S_IMODE((tmp_path / "app.py").stat().st_mode) == 0o644
    assert stat.S_IMODE((tmp_path / "locked").stat().st_mode) & 0o400


@pytest.mark.parametrize("name", ["../outside.py", "/outside.py", "a/../../outside.py"])
def test_nothing_is_unpacked_outside_the_folder(tmp_path: Path, name: str) -> None:
    place = tmp_path / "code"
    place.mkdir()
    with pytest.raises(SandboxError, match="names a file outside its own folder"):
        unpack(zipped(**{name: "x"}), place)

    assert not list(tmp_path.rglob("outside.py"))


CORRUPT = PACKAGE[:45] + bytes(byte ^ 0xFF for byte in PACKAGE[45:60]) + PACKAGE[60:]


@pytest.mark.parametrize(
    "package",
    [b"", b"not a zip", PACKAGE[: len(PACKAGE) // 2], CORRUPT],
    ids=["empty", "text", "cut off", "corrupt"],
)
def test_what_is_no_zip_is_one_line(tmp_path: Path, package: bytes) -> None:
    with pytest.raises(SandboxError, match=r"^the package cannot be unzipped: .*$"):
        unpack(package, tmp_path)


def test_a_package_larger_than_lambda_allows_is_refused_before_it_is_written(tmp_path: Path) -> None:
    """A small zip can say that it is huge."""
    small = bytearray(zipped(a="x" * 10))
    directory = small.index(b"PK\x01\x02")
    small[directory + 24 : directory + 28] = (2**31).to_bytes(4, "little")
    with pytest.raises(SandboxError, match="larger than Lambda allows"):
        unpack(bytes(small), tmp_path)

    assert list(tmp_path.iterdir()) == []
