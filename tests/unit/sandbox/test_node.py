"""A Node.js handler ends here as it ends on Lambda."""

import shutil
from collections.abc import Callable
from typing import Any

import pytest

from doctor.sandbox.limits import Limits
from tests.unit.sandbox.support import Ran

Local = Callable[..., Ran]
pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="no Node.js on this machine")


@pytest.fixture
def node(local: Local) -> Local:
    return lambda files, event=None, **changes: local(files, event, **{"runtime": "nodejs20.x", **changes})


def cjs(body: str) -> dict[str, str]:
    return {"app.js": f"exports.handler = {body}"}


@pytest.mark.parametrize(
    ("files", "payload"),
    [
        ("export const handler = async (event) => event.a", 1),
        (cjs("async (event) => event.a"), 1),
        ({"app.js": "export const handler = async (event) => event.a", "package.json": '{"type": "module"}'}, 1),
        ({"app.cjs": "exports.handler = async (event) => event.a"}, 1),
        (cjs("(event, context, callback) => { setTimeout(() => callback(null, 'late'), 20) }"), "late"),
        (cjs("(event, context, callback) => { callback(null, 1); setTimeout(() => {}, 50) }"), 1),
        (
            cjs(
                "(event, context, callback) => { context.callbackWaitsForEmptyEventLoop = false; setInterval(() => {}, 50); callback(null, 2) }"
            ),
            2,
        ),
        (cjs("() => 'not a promise'"), None),
        (cjs("() => new Promise(() => {})"), None),
        (cjs("async (event, context) => context.memoryLimitInMB"), "256"),
        (cjs("async (event, context) => context.getRemainingTimeInMillis() > 4000"), True),
        (cjs("async () => undefined"), None),
    ],
)
def test_a_handler_of_any_style_answers(node: Local, files: Any, payload: Any) -> None:
    ran = node(files, {"a": 1})

    assert ran.outcome.__struct_config__.tag == "succeeded"
    assert ran.payload == payload


def test_the_console_writes_one_event_per_call(node: Local) -> None:
    (line,) = node(cjs("async () => { console.warn('a\\nb', {c: 1}) }")).own

    _, request_id, level, text = line.split("\t")
    assert (len(request_id), level, text) == (36, "WARN", "a\nb { c: 1 }")


@pytest.mark.parametrize(
    ("body", "error_type", "message"),
    [
        ("async () => { throw new TypeError('bad') }", "TypeError", "bad"),
        ("async () => { throw 'text' }", "string", "text"),
        ("(event, context, callback) => { callback(new RangeError('far')) }", "RangeError", "far"),
        ("async () => { const a = {}; a.a = a; return a }", "Error", "Unable to stringify response body"),
    ],
)
def test_an_error_is_the_handlers_own(node: Local, body: str, error_type: str, message: str) -> None:
    ran = node(cjs(body))

    assert ran.outcome.__struct_config__.tag == "handler_failed"
    assert list(ran.payload) == ["errorType", "errorMessage", "trace"]
    assert (ran.payload["errorType"], ran.payload["errorMessage"]) == (error_type, message)
    assert "\tERROR\tInvoke Error \t{" in ran.own[-1]
    assert "Status:" not in ran.report


@pytest.mark.parametrize(
    ("body", "error_type"),
    [
        (
            "async () => { Promise.reject(new Error('x')); await new Promise((r) => setTimeout(r, 500)) }",
            "Runtime.UnhandledPromiseRejection",
        ),
        (
            "async () => { setTimeout(() => { throw new Error('x') }, 1); await new Promise((r) => setTimeout(r, 500)) }",
            "Error",
        ),
    ],
)
def test_what_nothing_catches_is_answered_and_ends_the_process(node: Local, body: str, error_type: str) -> None:
    ran = node(cjs(body))

    assert ran.payload["errorType"] == error_type
    assert ran.report.endswith("\tStatus: error\tError Type: Runtime.ExitError")


@pytest.mark.parametrize(
    ("files", "error_type", "message"),
    [
        (
            cjs("require('nothing-like-it')"),
            "Runtime.ImportModuleError",
            "Error: Cannot find module 'nothing-like-it'\nRequire stack:\n- /var/task/app.js\n- /var/runtime/index.mjs",
        ),
        (
            {"other.js": ""},
            "Runtime.ImportModuleError",
            "Error: Cannot find module 'app'\nRequire stack:\n- /var/runtime/index.mjs",
        ),
        ("export const other = 1", "Runtime.HandlerNotFound", "app.handler is undefined or not exported"),
        (cjs("async () => ("), "Runtime.UserCodeSyntaxError", "SyntaxError: Unexpected end of input"),
        ("throw new RangeError('top')", "RangeError", "top"),
    ],
)
def test_code_that_cannot_be_loaded_is_said_so(node: Local, files: Any, error_type: str, message: str) -> None:
    ran = node(files)

    assert ran.outcome.__struct_config__.tag == "init_failed"
    assert (ran.outcome.error_type, ran.outcome.error_message) == (error_type, message)
    assert ["\tundefined\tERROR\tUncaught Exception \t{" in line for line in ran.own] == [True, True]


def test_a_streamed_answer_has_its_prelude(node: Local) -> None:
    body = "awslambda.streamifyResponse(async (event, stream) => { const s = awslambda.HttpResponseStream.from(stream, {statusCode: 201}); s.write('a'); s.write('b'); s.end() })"

    assert node(cjs(body)).payload == '{"statusCode":201}' + "\0" * 8 + "ab"


def test_an_error_after_the_first_byte_leaves_a_broken_answer(node: Local) -> None:
    body = "awslambda.streamifyResponse(async (event, stream) => { stream.write('half'); await new Promise((r) => setTimeout(r, 20)); throw new TypeError('mid') })"
    ran = node(cjs(body))

    assert ran.outcome.__struct_config__.tag == "handler_failed"
    assert (ran.payload, ran.outcome.error_type) == ("half", "TypeError")


@pytest.mark.parametrize("body", ["a.push(Buffer.alloc(1 << 20, 1))", "a.push({ x: Math.random() })"])
def test_neither_buffers_nor_objects_outgrow_the_memory(node: Local, body: str) -> None:
    ran = node(cjs(f"async () => {{ const a = []; for (;;) {body} }}"), memory_size=128, limits=Limits(cpu="none"))

    killed = ran.outcome.__struct_config__.tag == "out_of_memory"
    assert killed or ran.outcome.reason == "signal: aborted"
