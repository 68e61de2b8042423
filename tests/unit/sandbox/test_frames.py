"""What a handler writes becomes log events: a line, or a framed record, however the bytes arrive."""

import struct
from datetime import UTC, datetime

import pytest

from doctor.sandbox.frames import Frames, Lines


def frame(text: str, micros: int, kind: int = 0xA55A0003) -> bytes:
    body = text.encode()
    return struct.pack(">IIQ", kind, len(body), micros) + body


@pytest.mark.parametrize("step", [1, 5, 1000])
def test_a_frame_is_one_event_with_its_writers_time(step: int) -> None:
    stream = frame("one\ntwo\n", 1_000_000) + b"noise" + frame("é", 2_000_000, 0xA55A0017)
    frames = Frames()
    read = [event for at in range(0, len(stream), step) for event in frames.feed(stream[at : at + step])]

    assert read == [(datetime.fromtimestamp(1, UTC), "one\ntwo"), (datetime.fromtimestamp(2, UTC), "é")]


def test_a_line_is_one_event_and_the_last_needs_no_end() -> None:
    lines = Lines()
    read = [text for data in (b"a\nb", b"c\n\nd") for _, text in lines.feed(data)]

    assert read == ["a", "bc", ""]
    assert [text for _, text in lines.end()] == ["d"]
