"""Logs as people have them at hand: every kind of paste tells the same as the log itself."""

import base64
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctor.logs.invocations import invocations
from doctor.logs.pasted import LONGEST, Pasted, read
from doctor.model.telemetry import Invocation

NOW = datetime(2026, 11, 23, 10, 42, tzinfo=UTC)
ID = "0b1c2d3e-0000-4000-8000-000000000000"
STREAM = "2026/11/23/[$LATEST]0b1c2d3e4f"
BEGAN = datetime(2026, 11, 23, 10, 40, 0, 123000, tzinfo=UTC)
LINES = (
    f"START RequestId: {ID} Version: $LATEST",
    "[ERROR] KeyError: 'TABLE'\nTraceback (most recent call last):\n  File \"/var/task/app.py\", line 3, in handler",
    f"END RequestId: {ID}",
    f"REPORT RequestId: {ID}\tDuration: 50.00 ms\tBilled Duration: 50 ms\tMemory Size: 128 MB\tMax Memory Used: 40 MB",
)
TIMES = tuple(BEGAN.replace(second=number) for number in range(4))


def _each(form: str) -> str:
    return "\n".join(
        form.format(
            at=at.isoformat(), zulu=f"{at:%Y-%m-%dT%H:%M:%S}.123Z", plain=f"{at:%Y-%m-%d %H:%M:%S}.123", line=line
        )
        for at, line in zip(TIMES, LINES, strict=True)
    )


def _quoted(line: str) -> str:
    return '"' + line.replace('"', '""') + '"'


EVENTS = [
    {"logStreamName": STREAM, "timestamp": int(at.timestamp() * 1000), "message": f"{line}\n", "eventId": str(number)}
    for number, (at, line) in enumerate(zip(TIMES, LINES, strict=True))
]
ROWS = [
    [
        {"field": "@timestamp", "value": f"{at:%Y-%m-%d %H:%M:%S}.123"},
        {"field": "@message", "value": line},
        {"field": "@logStream", "value": STREAM},
        {"field": "@log", "value": "111122223333:/aws/lambda/orders"},
    ]
    for at, line in zip(TIMES, LINES, strict=True)
]
TIMED = {
    "aws logs tail": _each("{at} " + STREAM + " {line}"),
    "aws logs tail --format short": _each("{zulu} {line}"),
    "sam logs": _each(STREAM + " {at} {line}"),
    "in the terminal's colours": _each("\x1b[32m{at}\x1b[0m \x1b[36m" + STREAM + "\x1b[0m {line}"),
    "the console, a time before each line": _each("{zulu}\t{line}"),
    "the console, a time on a line of its own": _each("▶\n{zulu}\n{line}"),
    "the console, newest first": "\n".join(reversed(_each("{zulu}\t{line}\0").split("\0\n"))).replace("\0", ""),
    "a table of Insights": "| @timestamp | @message |\n|---|---|\n" + _each("| {plain} | {line} |"),
    "from a Windows file": _each("{zulu} {line}").replace("\n", "\r\n"),
    "filter-log-events": json.dumps({"events": EVENTS, "searchedLogStreams": []}),
    "get-query-results": json.dumps({"results": ROWS, "status": "Complete"}),
    "a file of Insights": json.dumps([{one["field"]: one["value"] for one in row} for row in ROWS]),
    "a subscription's batch": json.dumps({"logGroup": "/aws/lambda/orders", "logStream": STREAM, "logEvents": EVENTS}),
    "a table of commas": "@timestamp,@message\n"
    + "\n".join(f"{at:%Y-%m-%d %H:%M:%S}.123,{_quoted(line)}" for at, line in zip(TIMES, LINES, strict=True)),
}
UNTIMED = {
    "plain lines": "\n".join(LINES),
    "a tail in base64": base64.b64encode("\n".join(LINES).encode()).decode(),
    "invoke --log-type Tail": json.dumps({"StatusCode": 200, "LogResult": base64.b64encode("\n".join(LINES).encode()).decode()}),
}  # fmt: skip


def told(text: str | bytes) -> tuple[Invocation, ...]:
    """What doctor's own parser makes of a paste."""
    return invocations(_read(text).events, whole=False)


def _read(text: str | bytes) -> Pasted:
    return read(text if isinstance(text, bytes) else text.encode(), NOW)


@pytest.mark.parametrize("name", [*TIMED, *UNTIMED])
def test_every_kind_of_paste_tells_the_same(name: str) -> None:
    (one,) = told({**TIMED, **UNTIMED}[name])

    assert (one.request_id, one.status, one.error_type, one.error_message) == (ID, "error", "KeyError", "'TABLE'")
    assert (one.duration, one.memory_size, one.max_memory_used) == (50.0, 128, 40)
    assert "app.py" in " ".join(line.message for line in one.own_lines)


@pytest.mark.parametrize("name", TIMED)
def test_times_are_told_where_they_stand(name: str) -> None:
    (one,) = told(TIMED[name])

    assert one.started == BEGAN
    assert one.spoke_until == 1000.0


@pytest.mark.parametrize("name", UNTIMED)
def test_times_are_never_made_up(name: str) -> None:
    (one,) = told(UNTIMED[name])

    assert one.started is None
    assert one.spoke_until is None
    assert not _read(UNTIMED[name]).timed


@pytest.mark.parametrize("name", ["get-query-results", "a subscription's batch"])
def test_the_functions_name_is_found(name: str) -> None:
    assert _read(TIMED[name]).function == "orders"


def test_a_line_that_begins_with_its_own_time_keeps_it() -> None:
    line = f"2026-11-23T10:40:03.000Z {ID} Task timed out after 3.00 seconds"
    (one,) = told("\n".join((LINES[0], line, *LINES[2:])))

    assert one.status == "timeout"


def test_lines_of_several_kinds_may_be_mixed() -> None:
    lines = (LINES[0], f"2026-11-23T10:40:01Z {STREAM} {LINES[1]}", LINES[2], f"2026-11-23T10:40:03Z\t{LINES[3]}")
    (one,) = told("\n".join(lines))

    assert (one.request_id, one.error_type, one.duration, one.started) == (ID, "KeyError", 50.0, None)


def test_records_in_json_bring_their_times() -> None:
    records = (
        {"time": "2026-11-23T10:40:00.000Z", "type": "platform.start", "record": {"requestId": ID, "version": "3"}},
        {"timestamp": "2026-11-23T10:40:02Z", "level": "ERROR", "requestId": ID, "errorType": "KeyError", "errorMessage": "no"},
        {"time": "2026-11-23T10:40:03.000Z", "type": "platform.report",
         "record": {"requestId": ID, "status": "error", "metrics": {"durationMs": 3000, "memorySizeMB": 128}}},
    )  # fmt: skip
    (one,) = told("\n".join(map(json.dumps, records)))

    assert (one.version, one.status, one.error_type, one.spoke_until) == ("3", "error", "KeyError", 2000.0)


def test_a_traceback_alone_is_an_invocation_without_a_name() -> None:
    (one,) = told(LINES[1])

    assert (one.request_id, one.error_type) == ("", "KeyError")


@pytest.mark.parametrize(
    "text", ["", " \n\n", "hello\nworld", "{}", "[1, 2]", '{"events": [1, {"message": 2}]}', "@message,x\n"]
)
def test_what_is_no_log_is_none(text: str) -> None:
    assert told(text) == ()


def test_a_line_of_a_megabyte_is_read_to_a_point_and_that_is_said() -> None:
    pasted = _read("\n".join((LINES[0], "x" * 1_000_000, LINES[3])))

    assert pasted.cut == 1
    assert max(len(event.message) for event in pasted.events) == LONGEST
    assert invocations(pasted.events)[0].duration == 50.0


def test_utf_16_is_what_a_windows_shell_writes() -> None:
    (one,) = told("\n".join(LINES).encode("utf-16"))

    assert one.error_type == "KeyError"


@given(noise=st.lists(st.binary(max_size=60), max_size=8), kind=st.sampled_from(sorted({**TIMED, **UNTIMED})))
def test_whatever_stands_between_the_lines_they_are_read(noise: list[bytes], kind: str) -> None:
    text = {**TIMED, **UNTIMED}[kind].encode()
    if text[:1] in (b"{", b"[", b"@") or b"\n" not in text:  # an export is a whole or nothing
        return
    found = told(b"\n".join((text, *noise, *LINES[3].encode().split(b"\n"))))

    assert [one.error_type for one in found if one.request_id == ID][:1] == ["KeyError"]


@given(data=st.one_of(st.binary(max_size=400), st.text(max_size=400).map(lambda text: text.encode("utf-8", "replace"))))
def test_anything_can_be_pasted(data: bytes) -> None:
    assert all(isinstance(one, Invocation) for one in told(data))


SKEWED = f"""2026-11-23T10:00:05.000Z START RequestId: {ID} Version: $LATEST
2026-11-23T06:00:00.000Z [ERROR] KeyError: 'Records'
2026-11-23T14:00:00.100Z END RequestId: {ID}
2026-11-23T09:00:00.100Z REPORT RequestId: {ID}\tDuration: 50.00 ms\tMemory Size: 128 MB\tMax Memory Used: 60 MB
2031-01-01T00:00:00.000Z START RequestId: 1{ID[1:]} Version: $LATEST
2031-01-01T00:00:03.000Z 1{ID[1:]} Task timed out after 3.00 seconds
2031-01-01T00:00:03.000Z END RequestId: 1{ID[1:]}
2031-01-01T00:00:03.000Z REPORT RequestId: 1{ID[1:]}\tDuration: 3000.00 ms\tMemory Size: 128 MB\tMax Memory Used: 60 MB
"""


def test_clocks_that_disagree_hide_no_failure() -> None:
    """A time-out line begins with a time of its own where the others have one put before them: it stands for itself."""
    told = invocations(read(SKEWED.encode(), NOW).events, whole=False)

    assert {(one.request_id[0], one.status, one.error_type) for one in told} == {
        ("0", "error", "KeyError"),
        ("1", "timeout", ""),
    }
