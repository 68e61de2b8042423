"""What a handler writes becomes log events: a line, or a framed record, however the bytes arrive."""

import struct
from datetime import UTC, datetime

import pytest

from doctor.sandbox.frames import Frames, Lines, Stacks


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


def look(*frames: str, thread: str = "") -> bytes:
    """What ``faulthandler`` writes, innermost first; another thread comes before the main one."""
    other = f"Thread 0x00007f (most recent call first):\n{thread}\n" if thread else ""
    lines = "".join(f'  File "{one}\n' for one in frames)
    return f"Timeout (0:00:01)!\n{other}Thread 0x00007e (most recent call first):\n{lines}".encode()


TASK = "/home/someone/root/var/task"
CLIENT = ('/runtime/awslambdaric/bootstrap.py", line 188 in handle', '/runtime/bootstrap.py", line 50 in <module>')


@pytest.mark.parametrize(
    ("handler", "frames", "told"),
    [
        (
            "app.handler",
            ('/usr/lib/socket.py", line 833 in create_connection', f'{TASK}/app.py", line 31 in get_secret'),
            "in create_connection, from get_secret app.py:31",
        ),
        ("app.handler", (f'{TASK}/app.py", line 7 in crunch',), "in crunch app.py:7"),
        (
            "src/app.handler",
            (f'{TASK}/requests/api.py", line 59 in get', f'{TASK}/src/app.py", line 12 in handler'),
            "in get, from handler src/app.py:12",
        ),
        ("app.handler", ('/usr/lib/threading.py", line 320 in wait',), "in wait threading.py:320"),
        (
            "app.handler",
            (f'{TASK}/heavy.py", line 9 in <module>', f'{TASK}/app.py", line 1 in <module>'),
            "in <module>, from <module> app.py:1",
        ),
    ],
)
@pytest.mark.parametrize("step", [1, 7, 10_000])
def test_a_look_is_one_line_that_names_the_handlers_own_code(
    handler: str, frames: tuple[str, ...], told: str, step: int
) -> None:
    stream = look(*frames, *CLIENT, thread='  File "/usr/lib/selectors.py", line 468 in select')
    stacks = Stacks(handler)
    read = [text for at in range(0, len(stream), step) for _, text in stacks.feed(stream[at : at + step])]

    assert read[-1] == told


def test_a_stack_too_deep_to_be_told_whole_is_told_as_far_as_it_is() -> None:
    deep = look(f'{TASK}/app.py", line 7 in crunch') + b"  ...\n"

    assert [text for _, text in Stacks("app.handler").feed(deep)] == ["in crunch app.py:7"]
