"""What the lines of a log stream tell about invocations."""

import pytest

from doctor.logs.invocations import invocations
from tests.unit.logs.streams import INIT_START, A, B, at, end, one, platform, read, report, start, stream
from tests.unit.logs.told import PLATFORM, PYTHON_IMPORT_ERROR, TEXT


@pytest.mark.parametrize("name", TEXT)
def test_text_lines_tell(name: str) -> None:
    lines, told = TEXT[name]
    found = one(*lines)

    assert found.request_id == A
    assert {field: getattr(found, field) for field in told} == told


@pytest.mark.parametrize("name", PLATFORM)
def test_json_records_tell(name: str) -> None:
    lines, told = PLATFORM[name]
    found = one(*lines)

    assert found.request_id == A
    assert {field: getattr(found, field) for field in told} == told


@pytest.mark.parametrize(
    ("line", "platform_wrote_it"),
    [
        (end(), True),
        (report(), True),
        (INIT_START, True),
        ("INIT_REPORT Init Duration: 1.00 ms\tPhase: init\tStatus: error\n", True),
        ("RESTORE_REPORT Restore Duration: 1.00 ms\n", True),
        ("XRAY TraceId: 1-5e7e\tSegmentId: 01\tSampled: true\n", True),
        (f"2026-11-23T10:00:03.000Z {A} Task timed out after 3.00 seconds\n", True),
        (f"RequestId: {A} Error: Runtime exited with error: exit status 1\n", True),
        (platform("report", requestId=A), True),
        ("STARTING up\n", False),
        ("[ERROR] KeyError: 'x'\n", False),
        (f"[INFO]\t2026-11-23T10:00:00.100Z\t{A}\tTask timed out after all\n", False),
        ('{"message": "\\"type\\":\\"platform.report\\""}', False),
    ],
)
def test_a_line_knows_who_wrote_it(line: str, platform_wrote_it: bool) -> None:
    (_, found, *_) = one((0, start()), (1, line)).lines

    assert found.platform is platform_wrote_it


def test_invocations_of_one_stream_follow_each_other() -> None:
    first, second = read(
        (0, INIT_START), (1, start(A)), (1.1, "one\n"), (1.2, end(A)), (1.2, report(A, "Init Duration: 900.00 ms")),
        (5, start(B)), (5.1, "[ERROR] ValueError: two\n"), (5.2, end(B)), (5.2, report(B)),
    )  # fmt: skip

    assert (first.request_id, first.status, first.init_duration, first.at) == (A, "success", 900.0, at(0))
    assert (second.request_id, second.status, second.init_duration, second.at) == (B, "error", None, at(5))
    assert [line.message for line in first.lines if not line.platform] == ["one"]


def test_interleaved_streams_are_told_apart() -> None:
    events = [
        *stream((0, start(A)), (2, "[ERROR] ValueError: mine\n"), (4, report(A)), name="2026/11/23/[$LATEST]e1"),
        *stream((1, start(B, "2")), (3, "fine\n"), (5, report(B)), name="2026/11/23/[2]e2"),
    ]
    first, second = invocations(sorted(events, key=lambda event: event.at))

    assert (first.request_id, first.error_message, first.log_stream) == (A, "mine", "2026/11/23/[$LATEST]e1")
    assert (second.request_id, second.status, second.version) == (B, "success", "2")


def test_the_order_of_events_does_not_matter() -> None:
    events = stream((0, INIT_START), (1, start(A)), (2, "one\n"), (3, report(A)), (5, start(B)), (6, report(B)))

    assert invocations(reversed(events)) == invocations(events)


def test_lines_of_one_millisecond_keep_their_order() -> None:
    found = one((0, start()), (0, "first\n"), (0, "second\n"), (0, report()))

    assert [line.message for line in found.lines][1:3] == ["first", "second"]


def test_a_new_initialisation_in_the_same_stream_belongs_to_the_next_invocation() -> None:
    first, second = read(
        (0, start(A)), (1, report(A)),
        (2, INIT_START), (2.1, PYTHON_IMPORT_ERROR), (2.2, start(B)), (2.3, report(B, "Status: error")),
    )  # fmt: skip

    assert (first.status, first.error_type) == ("success", "")
    assert (second.status, second.error_type, second.at) == ("error", "Runtime.ImportModuleError", at(2))


def test_an_initialisation_that_nothing_followed_yet_does_not_fail_the_invocation_before() -> None:
    found = one((0, start(A)), (1, report(A)), (2, INIT_START), (2.1, PYTHON_IMPORT_ERROR))

    assert found.status == "success"
    assert len(found.lines) == 2


def test_an_invocation_that_began_before_the_window_is_told_as_far_as_it_was_seen() -> None:
    cut, whole = read(
        (0, "[ERROR] KeyError: 'x'\n"), (0.1, end(A)), (0.1, report(A, "Status: timeout")), (5, start(B, "4")), (6, report(B)),
        name="2026/11/23/[4]e1",
    )  # fmt: skip

    assert (cut.request_id, cut.status, cut.version) == (A, "timeout", "4")
    assert (whole.request_id, whole.status, whole.error_type) == (B, "success", "")


def test_a_report_whose_clock_is_late_still_belongs_to_the_invocation_it_names() -> None:
    first, second = read(
        (0, start(A)), (3, start(B)), (3.1, report(A, "Status: timeout")), (4, report(B, duration="900.00"))
    )

    assert (first.request_id, first.status) == (A, "timeout")
    assert (second.request_id, second.status, second.duration) == (B, "success", 900.0)


def test_a_line_whose_clock_is_early_still_belongs_to_the_invocation_it_names() -> None:
    found = one((0, f"[INFO]\t2026-11-23T10:00:00.000Z\t{A}\thello\n"), (0.1, start(A, "3")), (1, report(A)))

    assert (found.version, found.duration, len(found.lines)) == ("3", 12.34, 3)


def test_a_second_attempt_under_the_same_request_id_is_an_invocation_of_its_own() -> None:
    first, second = read(
        (0, start(A)), (1, "[ERROR] ValueError: no\n"), (1, report(A)), (60, start(A)), (61, report(A))
    )

    assert [first.status, second.status] == ["error", "success"]


def test_lines_without_any_invocation_tell_none() -> None:
    assert read((0, "hello\n"), (1, INIT_START), (2, "\x00\xff\n")) == ()
    assert invocations(()) == ()
