"""The Runtime API takes and refuses what Lambda's takes and refuses, byte for byte in its own words."""

import json

import pytest

from doctor.sandbox.http import Malformed, Parser, Request
from doctor.sandbox.runtime_api import RuntimeApi, State, counted_type

ROOT = "/2018-06-01/runtime/"
ID = "8f5076c2-6a5b-4b6e-9b0e-3a3c8e2f0a11"


def ask(api: RuntimeApi, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, str]:
    """Status and error type of an answer; status 0: it waits."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = api.handle(Request(method=method, path=path, headers=named, body=bytearray(body)))
    if answer is None:
        return 0, ""
    head, _, text = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(text).get("errorType", "") if text.startswith(b"{") else ""


@pytest.fixture
def running() -> RuntimeApi:
    """A runtime that has an event."""
    api = RuntimeApi(100)
    ask(api, "GET", ROOT + "invocation/next")
    api.begin(ID)
    return api


def test_a_runtime_waits_answers_and_waits_again(running: RuntimeApi) -> None:
    assert ask(running, "POST", f"{ROOT}invocation/{ID}/response", b"1") == (202, "")
    assert running.state is State.ANSWERED
    assert ask(running, "GET", ROOT + "invocation/next") == (0, "")


@pytest.mark.parametrize("kind", ["response", "error"])
def test_only_the_current_event_can_be_answered(running: RuntimeApi, kind: str) -> None:
    assert ask(running, "POST", f"{ROOT}invocation/another/{kind}") == (400, "InvalidRequestID")


def test_an_event_is_answered_once(running: RuntimeApi) -> None:
    ask(running, "POST", f"{ROOT}invocation/{ID}/response", b"1")

    assert ask(running, "POST", f"{ROOT}invocation/{ID}/error") == (403, "InvalidStateTransition")
    assert running.answer is not None
    assert running.answer.body == b"1"


def test_the_next_event_comes_after_the_answer(running: RuntimeApi) -> None:
    assert ask(running, "GET", ROOT + "invocation/next") == (403, "InvalidStateTransition")


def test_an_error_of_initialisation_comes_before_the_first_event(running: RuntimeApi) -> None:
    assert ask(running, "POST", ROOT + "init/error") == (403, "InvalidStateTransition")
    fresh = RuntimeApi(100)
    assert ask(fresh, "POST", ROOT + "init/error", b"{}") == (202, "")
    assert ask(fresh, "POST", ROOT + "init/error", b"{}") == (403, "InvalidStateTransition")


def test_no_answer_before_an_event() -> None:
    assert ask(RuntimeApi(100), "POST", f"{ROOT}invocation/{ID}/response") == (403, "InvalidStateTransition")


def test_an_unknown_response_mode_is_refused(running: RuntimeApi) -> None:
    answer = ask(running, "POST", f"{ROOT}invocation/{ID}/response", lambda_runtime_function_response_mode="x")

    assert answer == (400, "InvalidFunctionResponseMode")


def test_an_unknown_path_is_not_found(running: RuntimeApi) -> None:
    assert ask(running, "GET", ROOT + "restore/next")[0] == 404


@pytest.mark.parametrize(
    ("header", "counted"),
    [
        ("Runtime.Foo", "Runtime.Foo"),
        ("Function.Foo", "Function.Foo"),
        ("Function.foo", "Function.Unknown"),
        ("MyError", "Runtime.Unknown"),
        ("", "Runtime.Unknown"),
    ],
)
def test_only_types_of_the_platforms_form_are_counted_as_they_are(
    running: RuntimeApi, header: str, counted: str
) -> None:
    ask(running, "POST", f"{ROOT}invocation/{ID}/error", b"not even json", lambda_runtime_function_error_type=header)

    assert counted_type(header) == counted
    assert running.fault is not None
    assert (running.fault.error_type, running.fault.body) == (counted, b"not even json")


CHUNKED = b"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;note\r\nde\r\n0\r\nA-Trailer: t\r\n\r\n"


@pytest.mark.parametrize("step", [1, 7, 1000])
def test_requests_are_read_however_they_are_cut(step: int) -> None:
    parser = Parser(keep=100)
    stream = b"GET /next HTTP/1.1\r\nHost: h\r\n\r\n" + CHUNKED + b"POST /y HTTP/1.1\r\nContent-Length: 2\r\n\r\nok"
    read = [request for at in range(0, len(stream), step) for request in parser.feed(stream[at : at + step])]

    assert [(one.method, one.path, bytes(one.body)) for one in read] == [
        ("GET", "/next", b""),
        ("POST", "/x", b"abcde"),
        ("POST", "/y", b"ok"),
    ]
    assert read[1].trailers == {"a-trailer": "t"}


def test_a_header_of_a_megabyte_is_read() -> None:
    (request,) = Parser(keep=1).feed(b"POST /x HTTP/1.1\r\nCause: " + b"x" * 2**20 + b"\r\n\r\n")

    assert len(request.headers["cause"]) == 2**20


def test_a_body_is_kept_up_to_the_limit_and_read_to_its_end() -> None:
    parser = Parser(keep=3)
    first, second = parser.feed(
        b"POST /x HTTP/1.1\r\nContent-Length: 5\r\n\r\nabcdePOST /x HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"
    )

    assert (bytes(first.body), first.truncated) == (b"abc", True)
    assert (bytes(second.body), second.truncated) == (b"abc", False)


@pytest.mark.parametrize("garbage", [b"\x16\x03\x01\r\n\r\n", b"POST /x HTTP/1.1\r\nContent-Length: many\r\n\r\n"])
def test_what_is_not_http_is_refused(garbage: bytes) -> None:
    with pytest.raises(Malformed):
        Parser(keep=1).feed(garbage)
