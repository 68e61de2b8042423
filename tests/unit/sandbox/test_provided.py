"""A package with its own ``bootstrap`` speaks the Runtime API itself; a wrapper script starts a managed runtime."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from doctor.sandbox.delivery import Caller
from tests.unit.sandbox.support import OWN_PYTHON, Ran, Warm, finish, write

Local = Callable[..., Ran]

RAW = """#!/usr/bin/python3
import http.client, json, os
api = http.client.HTTPConnection(os.environ['AWS_LAMBDA_RUNTIME_API'])
while True:
    api.request('GET', '/2018-06-01/runtime/invocation/next')
    answer = api.getresponse()
    headers = {name.lower(): value for name, value in answer.getheaders()}
    event = json.loads(answer.read())
    body = json.dumps({'event': event, 'headers': headers, 'env': dict(os.environ), 'path': __file__})
    api.request('POST', '/2018-06-01/runtime/invocation/%s/response' % headers['lambda-runtime-aws-request-id'], body)
    api.getresponse().read()
"""
needs_python = pytest.mark.skipif(
    not Path("/usr/bin/python3").exists(), reason="no python3 of the system to write a bootstrap in"
)


@needs_python
def test_a_bootstrap_gets_the_event_and_its_headers(local: Local) -> None:
    ran = local({"bootstrap": RAW}, {"a": 1}, runtime="provided.al2023")

    assert ran.payload["event"] == {"a": 1}
    names = {name for name in ran.payload["headers"] if name.startswith("lambda-runtime-")}
    assert names == {
        f"lambda-runtime-{name}" for name in ("aws-request-id", "deadline-ms", "invoked-function-arn", "trace-id")
    }
    assert re.fullmatch(
        r"Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0",
        ran.payload["headers"]["lambda-runtime-trace-id"],
    )
    (start,) = [line.at.timestamp() for line in ran.result.outcome.log if line.message.startswith("START")]
    assert abs(int(ran.payload["headers"]["lambda-runtime-deadline-ms"]) - (start + 5) * 1000) < 50
    assert "AWS_EXECUTION_ENV" not in ran.payload["env"]


@needs_python
def test_the_packages_bootstrap_goes_before_a_layers(local: Local, tmp_path: Path) -> None:
    layer = write(tmp_path / "layer", {"bootstrap": RAW}, "")

    assert local({"x": ""}, layers=(layer,), runtime="provided.al2").payload["path"] == "/opt/bootstrap"
    assert local({"bootstrap": RAW}, layers=(layer,), runtime="provided.al2").payload["path"] == "/var/task/bootstrap"


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"other": ""}, "no such file or directory"),
        ({"bootstrap": b"\x7fELF nothing"}, "exec format error"),
    ],
)
def test_a_bootstrap_that_cannot_start_is_an_invalid_entrypoint(local: Local, files: Any, words: str) -> None:
    ran = local(files, runtime="provided.al2023")

    assert ran.payload["errorType"] == "Runtime.InvalidEntrypoint"
    assert ran.payload["errorMessage"].endswith(f"Error: fork/exec /var/task/bootstrap: {words}")
    assert [line.split("\t", 1)[1] for line in ran.lines if line.startswith("INIT_REPORT")] == [
        f"Phase: {phase}\tStatus: error\tError Type: Runtime.InvalidEntrypoint" for phase in ("init", "invoke")
    ]


def test_a_wrapper_script_starts_the_runtime(local: Local) -> None:
    files = {
        "app.py": "import os\ndef handler(event, context): return os.environ['WRAPPED']",
        "wrap": '#!/bin/sh\nexport WRAPPED=yes\nexec "$@"\n',
    }

    assert local(files, environment={"AWS_LAMBDA_EXEC_WRAPPER": "/var/task/wrap"}).payload == "yes"


def test_a_wrapper_script_that_is_not_there_is_status_127(local: Local) -> None:
    ran = local("def handler(event, context): return 1", environment={"AWS_LAMBDA_EXEC_WRAPPER": "/opt/nothing"})

    assert ran.payload["errorMessage"].endswith("Runtime exited with error: exit status 127")


def test_a_callers_context_reaches_the_handler(warm: Callable[..., Warm]) -> None:
    code = "def handler(event, context): return [context.client_context.custom, context.identity.cognito_identity_id]"
    caller = Caller(client_context='{"custom": {"a": "b"}}', cognito_identity='{"cognitoIdentityId": "i"}')
    ran, _ = finish(warm(code, runtime=OWN_PYTHON).environment.invoke(b"1", caller))

    assert msgspec.json.decode(ran.ending.payload) == [{"a": "b"}, "i"]
