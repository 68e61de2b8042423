"""Screen and worker speak one JSON object a line, whatever is in it."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctor.model.events import Line, Progress
from doctor.wire import Command, Message, command, encode, message

TEXT = st.text()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@given(job=TEXT, arguments=st.dictionaries(TEXT, JSON, max_size=4))
def test_a_command_is_one_line_and_comes_through(job: str, arguments: dict[str, object]) -> None:
    sent = Command(job=job, verb="load", arguments=arguments)
    line = encode(sent)

    assert command(line) == sent
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1


@given(job=TEXT, body=JSON, indent=st.sampled_from((0, 2)))
def test_a_message_is_one_line_and_comes_through(job: str, body: object, indent: int) -> None:
    raw = msgspec.json.format(msgspec.json.encode(body), indent=indent)
    line = encode(Message(job=job, seq=0, kind="done", body=msgspec.Raw(raw)))
    received = message(line)

    assert (received.job, received.kind, msgspec.json.decode(received.body)) == (job, "done", body)
    assert line.count(b"\n") == 1


@pytest.mark.parametrize("event", [Progress(what="listing", done=1, total=3), Line(text="two\nlines", role="dim")])
def test_an_event_comes_through(event: Progress | Line) -> None:
    line = encode(Message(job="1", seq=0, kind="progress", body=msgspec.Raw(msgspec.json.encode(event))))

    assert msgspec.json.decode(message(line).body, type=type(event)) == event


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"hello\n",
        b"[]\n",
        b"{}\n",
        b"\xff\xfe\n",
        b'{"job": "1"}\n',
        b'{"job": "1", "verb": "format"}\n',
        b'{"job": 1, "verb": "load"}\n',
        b'{"job": "1", "verb": "load", "arguments": []}\n',
        b'{"job": "1", "verb": "load"',
        b'{"job": "1", "seq": 0, "kind": "done", "body": 1}\n',
    ],
)
def test_anything_else_is_no_command(line: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        command(line)


@pytest.mark.parametrize(
    "line",
    [b"", b"{}", b"\xff", b'{"job": "1", "seq": 0, "kind": "explode", "body": 1}', b'{"job": "1", "verb": "load"}'],
)
def test_anything_else_is_no_message(line: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        message(line)
