"""Log lines for people."""

import pytest

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
