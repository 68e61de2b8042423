"""Extensions start before the runtime, are told what happens, and take the environment down with them when they fail."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from doctor.sandbox.limits import Limits
from tests.unit.sandbox.support import Ran, write

Local = Callable[..., Ran]
pytestmark = pytest.mark.skipif(
    not Path("/usr/bin/python3").exists(), reason="no python3 of the system to write an extension in"
)
HANDLER = "import time\ndef handler(event, context):\n    if event == 'hang': time.sleep(30)\n    return 1"
HEAD = """#!/usr/bin/python3
import http.client, json, os, sys, time
api = http.client.HTTPConnection(os.environ['AWS_LAMBDA_RUNTIME_API'])
def ask(method, path, headers={}, body=None):
    api.request(method, '/2020-01-01/extension/' + path, body, headers)
    answer = api.getresponse()
    return answer.status, answer.headers, json.loads(answer.read() or 'null')
name = os.path.basename(sys.argv[0])
def register(events=('INVOKE', 'SHUTDOWN'), **more):
    return ask('POST', 'register', {'Lambda-Extension-Name': name, **more}, json.dumps({'events': events}))
def say(*what):
    print(json.dumps(what), flush=True)
"""
LISTENING = (
    HEAD
    + """
status, headers, facts = register(**{'Lambda-Extension-Accept-Feature': 'accountId'})
say('registered', status, facts, sorted(k for k in os.environ if k.startswith(('_', 'LAMBDA_', 'AWS_LAMBDA_LOG'))))
me = {'Lambda-Extension-Identifier': headers['Lambda-Extension-Identifier']}
while True:
    _, _, event = ask('GET', 'event/next', me)
    say(event)
    if event['eventType'] == 'SHUTDOWN':
        break
    time.sleep(PAUSE)
"""
)


@pytest.fixture
def extended(local: Local, tmp_path: Path) -> Callable[..., Ran]:
    def invoke(files: dict[str, str], event: Any = None, **changes: Any) -> Ran:
        layer = write(tmp_path / "layer", {f"extensions/{name}": text for name, text in files.items()}, "")
        return local(HANDLER, event, layers=(layer,), **changes)

    return invoke


def said(ran: Ran) -> list[Any]:
    return [json.loads(line) for line in ran.told if line.startswith("[")]


def test_an_extension_registers_is_invoked_and_is_told_of_the_end(extended: Callable[..., Ran]) -> None:
    ran = extended({"watcher": LISTENING.replace("PAUSE", "0")})
    (registered, (invoke,), (shutdown,)) = said(ran)

    assert ran.payload == 1
    facts = {
        "functionName": "demo",
        "functionVersion": "$LATEST",
        "handler": "app.handler",
        "accountId": "123456789012",
    }
    assert registered == ["registered", 200, facts, []]
    assert invoke.keys() == {"eventType", "deadlineMs", "requestId", "invokedFunctionArn", "tracing"}
    assert (shutdown["eventType"], shutdown["shutdownReason"]) == ("SHUTDOWN", "spindown")


def test_an_invocation_lasts_until_the_slowest_extension_is_ready(extended: Callable[..., Ran]) -> None:
    ran = extended({"slow": LISTENING.replace("PAUSE", "0.4")})

    assert ran.payload == 1
    assert ran.outcome.duration >= 400


def test_after_a_timeout_extensions_are_told_so(extended: Callable[..., Ran]) -> None:
    ran = extended({"watcher": LISTENING.replace("PAUSE", "0")}, "hang", limits=Limits(timeout=0.5))

    assert ran.outcome.__struct_config__.tag == "timed_out"
    assert said(ran)[-1][0]["shutdownReason"] == "timeout"


def test_an_extension_that_does_not_end_is_killed(extended: Callable[..., Ran]) -> None:
    stubborn = (
        HEAD
        + "_, headers, _ = register()\nask('GET', 'event/next', {'Lambda-Extension-Identifier': headers['Lambda-Extension-Identifier']})\ntime.sleep(60)"
    )
    ran = extended(
        {"stubborn": stubborn.replace("('INVOKE', 'SHUTDOWN')", "('SHUTDOWN',)")}, limits=Limits(shutdown=0.2)
    )

    assert ran.payload == 1


@pytest.mark.parametrize(
    ("text", "error_type", "words"),
    [
        ("#!/bin/sh\nexit 7\n", "Extension.Crash", "exit status 7"),
        ("#!/bin/sh\nexit 0\n", "Extension.Crash", "exit code 0"),
        (HEAD + "register(); sys.exit(9)", "Extension.Crash", "exit status 9"),
        (
            HEAD
            + "_, h, _ = register()\nask('POST', 'init/error', {'Lambda-Extension-Identifier': h['Lambda-Extension-Identifier'], 'Lambda-Extension-Function-Error-Type': 'Mine.Bad'}); sys.exit(1)",
            "Extension.InitError",
            "Mine.Bad",
        ),
    ],
)
def test_an_extension_that_fails_at_first_is_fatal(
    extended: Callable[..., Ran], text: str, error_type: str, words: str
) -> None:
    ran = extended({"failing": text})

    assert ran.payload["errorType"] == error_type
    assert ran.payload["errorMessage"].endswith(f" Error: {words}")
    assert [line.split("\t", 1)[1] for line in ran.lines if line.startswith("INIT_REPORT")] == [
        f"Phase: {phase}\tStatus: error\tError Type: {error_type}" for phase in ("init", "invoke")
    ]


def test_an_extension_that_fails_later_is_in_the_report(extended: Callable[..., Ran]) -> None:
    crashing = LISTENING.replace("    time.sleep(PAUSE)", "    sys.exit(3)")
    ran = extended({"crashing": crashing})

    assert ran.report.endswith("\tStatus: error\tError Type: Extension.Crash")


def test_the_eleventh_extension_is_one_too_many(extended: Callable[..., Ran]) -> None:
    counting = (
        HEAD
        + "status, headers, body = register()\nsay(status, body.get('errorType'))\nask('GET', 'event/next', {'Lambda-Extension-Identifier': headers['Lambda-Extension-Identifier'] or ''})"
    )
    ran = extended(
        {f"e{number}": counting for number in range(11)}, limits=Limits(init_timeout=3, timeout=3), memory_size=1024
    )

    assert [403, "Extension.TooManyExtensions"] in said(ran)


@pytest.mark.parametrize(
    ("ask", "answer"),
    [
        ("ask('POST', 'register', {}, '{}')", [403, "Extension.InvalidExtensionName"]),
        (
            "ask('POST', 'register', {'Lambda-Extension-Name': 'other'}, '{\"events\": [\"SHUTDOWN\"]}')",
            [403, "Extension.InvalidEventType"],
        ),
        ("ask('POST', 'register', {'Lambda-Extension-Name': name}, '{')", [403, "InvalidRequestFormat"]),
        ("ask('GET', 'event/next')", [403, "Extension.MissingExtensionIdentifier"]),
        (
            "ask('GET', 'event/next', {'Lambda-Extension-Identifier': 'x'})",
            [403, "Extension.InvalidExtensionIdentifier"],
        ),
        (
            "ask('GET', 'event/next', {'Lambda-Extension-Identifier': '8f5076c2-6a5b-4b6e-9b0e-3a3c8e2f0a11'})",
            [403, "Extension.UnknownExtensionIdentifier"],
        ),
        ("ask('PUT', '../../2022-07-01/telemetry', {}, '{}')", [404, None]),
    ],
)
def test_a_wrong_request_is_refused_in_lambdas_words(extended: Callable[..., Ran], ask: str, answer: list[Any]) -> None:
    asking = (
        HEAD
        + f"try:\n    status, _, body = {ask}\nexcept ValueError: status, body = 404, {{}}\nsay(status, body.get('errorType'))\n"
        + LISTENING[len(HEAD) :].replace("PAUSE", "0")
    )

    assert said(extended({"asking": asking}))[0] == answer
