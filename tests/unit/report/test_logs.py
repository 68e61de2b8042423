"""Log lines for people."""

import pytest
from msgspec.structs import replace

from doctor.model.call import Call, Gap
from doctor.model.finding import Severity, Skip
from doctor.report.lines import UNICODE, logs, plain
from tests.tui import samples

ID = "8cc618c4-4091-418b-9e83-80bd1ab955e4"


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        (f"[INFO]\t2026-11-23T10:39:48.104Z\t{ID}\tpage 1", "[INFO]\tpage 1"),
        (f"2026-11-23T10:39:51.000Z {ID} Task timed out after 3.00 seconds", "Task timed out after 3.00 seconds"),
        (f"START RequestId: {ID} Version: 3", "START Version: 3"),
        (
            "2026-11-23T10:39:51.000Z a line of the handler's own",
            "2026-11-23T10:39:51.000Z a line of the handler's own",
        ),
    ],
)
def test_a_brief_line_leaves_out_what_stands_beside_it(message: str, shown: str) -> None:
    assert logs.brief(message, ID) == shown


def test_whole_lines_leave_nothing_out() -> None:
    text = plain(logs.page(samples.SLOW, 200, UNICODE, wrap=True))

    assert "REPORT RequestId: 6f1b2c3d-0000 Duration: 3000.00 ms Max Memory Used: 99 MB" in text


def test_a_pause_is_told() -> None:
    assert "2.969 s without output" in plain(logs.page(samples.SLOW, 78, UNICODE))


def test_a_log_that_was_denied_is_told_as_not_read() -> None:
    gap = Gap(reason="denied", call=Call(service="logs", operation="FilterLogEvents"), resource="/aws/lambda/f")
    skip = Skip(rules=("out-of-memory",), severity=Severity.HIGH, subject=samples.HEALTHY.row.arn, gap=gap)
    shown = plain(logs.page(replace(samples.HEALTHY, invocations=(), skips=(skip,)), 118, UNICODE))

    assert "Its log was not read: logs:FilterLogEvents" in shown
    assert "none happened" not in shown
