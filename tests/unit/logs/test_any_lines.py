"""Whatever a function prints, reading its log does not fail, and what was read can be written down."""

import json

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from doctor.logs.invocations import LogEvent, invocations
from doctor.logs.symptoms import observe
from doctor.model.telemetry import Invocation
from tests.unit.logs.streams import INIT_START, A, B, at, end, one, platform, report, start

C = "cccccccc-0000-4000-8000-000000000003"
IDS = st.sampled_from((A, B, C, "undefined", ""))
FIGURES = st.one_of(
    st.sampled_from(("nan", "inf", "-1", "1e400", "", "12.34", "0x10", "9" * 400)),
    st.floats().map(str),
    st.text(max_size=8),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KINDS = st.sampled_from(("start", "report", "runtimeDone", "initReport", "initStart", "fault", ""))
LINES = st.one_of(
    st.text(max_size=60),
    st.binary(max_size=40).map(lambda junk: junk.decode("latin-1")),
    st.builds(end, IDS),
    st.builds(lambda name, more, figure: report(name, more, duration=figure), IDS, st.text(max_size=20), FIGURES),
    st.builds(lambda kind, body: platform(kind, **body), KINDS, st.dictionaries(st.sampled_from(("requestId", "status", "metrics", "errorType", "phase")), JSON)),
    st.builds(json.dumps, JSON),
    st.builds(lambda name, body: json.dumps({"requestId": name, "errorType": body, "errorMessage": body}), IDS, JSON),
    st.builds(lambda name, text: f"RequestId: {name} Error: {text}", IDS, st.text(max_size=20)),
    st.builds(lambda name, text: f"2026-11-23T10:00:00.000Z\t{name}\tERROR\tInvoke Error\t{{{text}", IDS, st.text(max_size=20)),
    st.builds(lambda text: f"[ERROR] {text}", st.text(max_size=20)),
    st.builds(lambda name: f"2026-11-23T10:00:03.000Z {name} Task timed out after 3.00 seconds", IDS),
    st.sampled_from((INIT_START, "INIT_REPORT Init Duration: x ms Phase: init", "Runtime.ExitError", "{", '{"type":"platform.report"')),
)  # fmt: skip
EVENTS = st.lists(
    st.builds(
        LogEvent,
        at=st.integers(-5, 5).map(at),
        stream=st.sampled_from(("", "2026/11/23/[$LATEST]e1", "2026/11/23/[7]e2")),
        message=LINES,
    ),
    max_size=25,
)


@given(events=EVENTS, started=st.permutations([start(A), start(B), platform("start", requestId=C)]))
def test_no_lines_break_the_reading(events: list[LogEvent], started: list[str]) -> None:
    """Each id is started once, in one stream, somewhere among the junk."""
    begun = [
        LogEvent(at=at(number), stream="2026/11/23/[$LATEST]e1", message=line) for number, line in enumerate(started)
    ]
    found = invocations([*events, *begun])
    places = [(one.log_stream, one.request_id) for one in found]

    assert len(places) == len(set(places))
    assert {A, B, C} <= {one.request_id for one in found}
    assert found == tuple(sorted(found, key=lambda one: (one.at, one.request_id)))
    assert msgspec.json.decode(msgspec.json.encode(found), type=tuple[Invocation, ...]) == found
    assert sum(one.count for one in observe("arn", found)) == sum(one.status != "success" for one in found)


MEGABYTE = 1024 * 1024


def test_a_line_of_a_megabyte_is_a_line() -> None:
    for line in ("x" * MEGABYTE, "Z" * MEGABYTE, " " * MEGABYTE, "{" * MEGABYTE, "[ERROR] " + "a." * (MEGABYTE // 2)):
        found = one((0, start()), (1, line), (2, report()))

        assert found.duration == 12.34
        assert found.lines[1].message == line


def test_json_that_is_nested_too_deeply_is_a_line() -> None:
    deep = '{"type":"platform.report","record":' + "[" * 200_000

    assert one((0, start()), (1, deep), (2, report())).status == "success"


def test_half_a_surrogate_pair_is_a_line() -> None:
    assert one((0, start()), (1, '{"platform.": "\ud83d"}'), (2, report())).status == "success"
