"""The Telemetry API and the Logs API: a small extension is told what happens, as it asked."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from doctor.sandbox import records
from doctor.sandbox.records import Figures, Telemetry
from doctor.sandbox.subscriptions import LOGS, TELEMETRY, Invalid, Subscription, read, rendered
from tests.unit.sandbox.support import Ran, write
from tests.unit.sandbox.test_extensions import HEAD

pytestmark = pytest.mark.skipif(
    not Path("/usr/bin/python3").exists(), reason="no python3 of the system to write an extension in"
)
HANDLER = """
import time
print("at import")
def handler(event, context):
    print("hello")
    print('{"level": "INFO", "n": 1}')
    if event == "raise": raise ValueError("no")
    time.sleep(0.3)
    return 1
"""
EXTENSION = (
    HEAD
    + """
import socketserver, threading
from http.server import BaseHTTPRequestHandler, HTTPServer
class Listener(BaseHTTPRequestHandler):
    def do_POST(self):
        batch = json.loads(self.rfile.read(int(self.headers['Content-Length'])))
        self.send_response(200); self.end_headers()
        say('batch', batch)
    def log_message(self, *_): pass
class Tcp(socketserver.StreamRequestHandler):
    def handle(self):
        say('batch', [json.loads(line) for line in self.rfile])
server = (socketserver.ThreadingTCPServer if PROTOCOL == 'TCP' else HTTPServer)(
    ('sandbox.localdomain', 8080), Tcp if PROTOCOL == 'TCP' else Listener)
threading.Thread(target=server.serve_forever, daemon=True).start()
_, headers, _ = register()
me = {'Lambda-Extension-Identifier': headers['Lambda-Extension-Identifier']}
def subscribe(body):
    api.request('PUT', PATH, json.dumps(body), me)
    answer = api.getresponse()
    say('subscribed', answer.status, answer.read().decode())
subscribe(WANTED)
while True:
    _, _, event = ask('GET', 'event/next', me)
    if event['eventType'] == 'SHUTDOWN':
        time.sleep(0.1)
        break
    subscribe(WANTED)
"""
)
HTTP = {"protocol": "HTTP", "URI": "http://sandbox.localdomain:8080"}
ALL = ["platform", "function", "extension"]


@pytest.fixture
def told(local: Callable[..., Ran], tmp_path: Path) -> Callable[..., tuple[list[Any], list[Any]]]:
    """Run the handler beside an extension that subscribes: what it was answered, and the batches that it got."""

    def run(wanted: dict[str, Any], event: Any = None, path: str = TELEMETRY, **changes: Any) -> Any:
        text = EXTENSION.replace("WANTED", repr(wanted)).replace("PATH", repr(path))
        text = text.replace("PROTOCOL", repr(wanted.get("destination", {}).get("protocol", "HTTP")))
        layer = write(tmp_path / "layer", {"extensions/listener": text}, "")
        ran = local(HANDLER, event, layers=(layer,), **changes)
        said = [json.loads(line) for line in ran.told if line.startswith('["')]
        return [one[1:] for one in said if one[0] == "subscribed"], [one[1] for one in said if one[0] == "batch"]

    return run


def wanted(*kinds: str, **more: Any) -> dict[str, Any]:
    return {"schemaVersion": "2022-12-13", "types": list(kinds), "destination": HTTP, **more}


def test_a_subscriber_is_told_what_happens_in_order(told: Callable[..., Any]) -> None:
    (first, later), batches = told(wanted("platform", "function", buffering={"timeoutMs": 25, "maxItems": 1000}))
    events = [one for batch in batches for one in batch]
    platform = [one["type"].removeprefix("platform.") for one in events if one["type"].startswith("platform.")]

    assert first == [200, "OK"]
    assert [later[0], json.loads(later[1])["errorType"]] == [403, "Telemetry.SubscriptionClosed"]
    assert platform == [
        "initStart",
        "telemetrySubscription",
        "extension",
        "initRuntimeDone",
        "initReport",
        "start",
        "runtimeDone",
        "report",
    ]
    assert [one["record"] for one in events if one["type"] == "function"] == [
        "at import",
        "hello",
        {"level": "INFO", "n": 1},
    ]
    assert len(batches) > 1  # it does not wait for the end
    by_type = {one["type"]: one["record"] for one in events}
    assert by_type["platform.telemetrySubscription"] == {
        "name": "listener",
        "state": "Subscribed",
        "types": ["platform", "function"],
    }
    assert by_type["platform.extension"] == {"name": "listener", "state": "Ready", "events": ["INVOKE", "SHUTDOWN"]}
    assert by_type["platform.runtimeDone"]["status"] == "success"
    assert by_type["platform.report"]["metrics"]["durationMs"] >= 300


def test_only_what_was_asked_for_is_told_and_what_waits_is_told_at_the_end(told: Callable[..., Any]) -> None:
    _, batches = told(wanted("function", buffering={"timeoutMs": 30_000}))

    assert [[one["type"] for one in batch] for batch in batches] == [["function"] * 3]


def test_a_failure_is_told(told: Callable[..., Any]) -> None:
    _, batches = told(wanted("platform"), "raise")
    done = next(one for batch in batches for one in batch if one["type"] == "platform.runtimeDone")

    assert (done["record"]["status"], done["record"]["errorType"]) == ("error", "Runtime.Unknown")


def test_by_tcp_each_event_is_a_line(told: Callable[..., Any]) -> None:
    _, batches = told(wanted("function") | {"destination": {"protocol": "TCP", "port": 8080}})

    assert [one["record"] for batch in batches for one in batch][:2] == ["at import", "hello"]


def test_the_logs_api_has_its_own_words(told: Callable[..., Any]) -> None:
    asked = {"schemaVersion": "2021-03-18", "types": ["platform", "function"], "destination": HTTP}
    (first, _), batches = told(asked, path=LOGS)
    events = [one for batch in batches for one in batch]

    assert first == [200, "OK"]
    assert [one["type"] for one in events if one["type"] != "function"] == [
        "platform.logsSubscription",
        "platform.extension",
        "platform.start",
        "platform.runtimeDone",
        "platform.end",
        "platform.report",
    ]
    assert [one["record"] for one in events if one["type"] == "function"][-1] == '{"level": "INFO", "n": 1}'


WRONG = [
    ({}, "types: must be"),
    ({"types": ["all"], "destination": HTTP}, "types: must be"),
    ({"types": ALL}, "destination: is missing"),
    ({"types": ALL, "destination": {"protocol": "UDP"}}, "must be HTTP or TCP"),
    ({"types": ALL, "destination": {"protocol": "HTTP", "URI": "http://example.com:80"}}, "sandbox.localdomain"),
    ({"types": ALL, "destination": {"protocol": "HTTP", "URI": "http://sandbox:x"}}, "is no URL"),
    ({"types": ALL, "destination": {"protocol": "TCP"}}, "must be a port"),
    ({"types": ALL, "destination": HTTP, "schemaVersion": "2020-01-01"}, "schemaVersion: must be one of 2022-07-01"),
    ({"types": ALL, "destination": HTTP, "buffering": {"maxItems": 10}}, "maxItems: must be from 1000 to 10000"),
    ({"types": ALL, "destination": HTTP, "buffering": {"maxBytes": 1}}, "maxBytes: must be from 262144 to 1048576"),
    ({"types": ALL, "destination": HTTP, "buffering": {"timeoutMs": 24}}, "timeoutMs: must be from 25 to 30000"),
]


@pytest.mark.parametrize(("body", "words"), WRONG)
def test_a_subscription_that_aws_refuses_is_refused(body: Any, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        read("listener", TELEMETRY, json.dumps(body).encode())


def test_a_wrong_subscription_is_answered(told: Callable[..., Any]) -> None:
    (first, _), batches = told(wanted("all"))

    assert [first[0], json.loads(first[1])["errorType"]] == [400, "ValidationError"]
    assert batches == []


def older(event: Telemetry, schema: str = "2020-08-15") -> list[str]:
    asked = Subscription(extension="e", api=LOGS, schema=schema, kinds=("platform",), protocol="HTTP", port=1)
    return [str(one["type"]) for one in rendered(event, asked)]


def test_the_logs_api_tells_a_process_that_ended_apart() -> None:
    figures = Figures(duration=1.0, memory_size=128, max_memory_used=20)
    report = records.report("r", "failure", "Runtime.ExitError", figures, "Runtime exited with error: exit status 3")

    assert older(report) == ["platform.fault", "platform.end", "platform.report"]
    assert older(records.done("r", "success", "", 1.0, 1)) == []
    assert older(Telemetry(time=datetime.now(UTC), type="platform.initStart", record={})) == []
