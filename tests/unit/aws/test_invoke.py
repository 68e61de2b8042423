"""A live invocation is read like every other: from the end of its log, and from the answer where the log is cut off."""

import base64
import io
from typing import Any

import msgspec
import pytest

from doctor.aws.invoke import invoke
from doctor.model.call import Call
from doctor.model.outcome import LiveRun, Scenario, kind_of
from doctor.testing.world import function

F = function("live", timeout=3)
ID = "6f919c81-c085-4dc4-9375-75279b5377b3"
START = f"START RequestId: {ID} Version: 7\n"
END = f"END RequestId: {ID}\n"
REPORT = (
    f"REPORT RequestId: {ID}\tDuration: 12.50 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 41 MB\t"
)
SECRET = "hunter2-canary"


class Account:
    """Answers an invocation as Lambda does."""

    def __init__(self, log: str, payload: bytes = b'{"ok": true}', **more: str) -> None:
        self.asked: list[Call] = []
        self.answer: dict[str, Any] = {
            "StatusCode": 200,
            "ExecutedVersion": "7",
            "LogResult": base64.b64encode(log.encode()).decode(),
            "Payload": io.BytesIO(payload),
            **more,
        }

    def read(self, call: Call) -> dict[str, Any]:
        self.asked.append(call)
        return {"Environment": {"Variables": {"PASSWORD": SECRET}}}

    def patient(self, _: float) -> "Account":
        return self

    def call(self, call: Call) -> dict[str, Any]:
        self.asked.append(call)
        return self.answer


def live(log: str, payload: bytes = b'{"ok": true}', **more: str) -> tuple[LiveRun, list[Call]]:
    account = Account(log, payload, **more)
    scenario = Scenario(function=F.arn, event=msgspec.Raw(b'{"id": 7}'), source="given")
    return invoke(account, F, "live", scenario, b"key"), account.asked  # type: ignore[arg-type]


UNHANDLED = {"FunctionError": "Unhandled"}
CASES = [
    pytest.param(START + "working\n" + END + REPORT, b'{"ok": true}', {}, "succeeded", id="it returned"),
    pytest.param(
        START + END + REPORT + "Status: timeout",
        b'{"errorType": "Sandbox.Timedout", "errorMessage": "Task timed out after 3.00 seconds"}',
        UNHANDLED,
        "timed_out",
        id="it timed out",
    ),
    pytest.param(
        START + END + REPORT,
        b'{"errorType": "ValueError", "errorMessage": "no"}',
        UNHANDLED,
        "handler_failed",
        id="it raised",
    ),
    pytest.param(
        START + END + REPORT + "Status: error\tError Type: Runtime.OutOfMemory",
        b'{"errorType": "Runtime.OutOfMemory"}',
        UNHANDLED,
        "out_of_memory",
        id="it was killed for memory",
    ),
    pytest.param(
        END + REPORT,
        b'{"errorType": "Runtime.ImportModuleError", "errorMessage": "no module"}',
        UNHANDLED,
        "init_failed",
        id="it could not be loaded",
    ),
    pytest.param("", b'{"errorType": "ValueError"}', UNHANDLED, "handler_failed", id="no log came along"),
]


@pytest.mark.parametrize(("log", "payload", "more", "kind"), CASES)
def test_how_an_invocation_ended_is_told_as_a_local_run_tells_it(
    log: str, payload: bytes, more: dict[str, str], kind: str
) -> None:
    ran, _ = live(log, payload, **more)

    assert kind_of(ran.outcome) == kind
    assert (ran.invocation.status == "success") is (kind == "succeeded")


def test_the_figures_come_from_the_report() -> None:
    ran, _ = live(START + "working\n" + END + REPORT)

    assert (ran.outcome.duration, ran.outcome.max_memory_used, ran.invocation.version) == (12.5, 41, "7")
    assert [line.message for line in ran.outcome.log] == [START.strip(), "working", END.strip(), REPORT]


def test_it_is_sent_once_to_the_qualifier_that_was_meant_and_asks_for_the_log() -> None:
    _, asked = live(START + END + REPORT)
    (sent,) = [call for call in asked if call.operation == "Invoke"]

    assert sent.parameters == {
        "FunctionName": F.arn, "Qualifier": "live", "Payload": b'{"id": 7}', "LogType": "Tail",
    }  # fmt: skip


def test_secrets_are_not_told() -> None:
    ran, _ = live(START + f"with {SECRET}\n" + END + REPORT, f'{{"password": "{SECRET}"}}'.encode())

    assert SECRET not in msgspec.json.encode(ran).decode()
