"""A Python handler ends here as it ends on Lambda: same payload, same log, same figures."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from doctor.model.outcome import InitFailed
from doctor.sandbox.limits import Limits
from tests.unit.sandbox.support import OWN_PYTHON, Ran, has

Local = Callable[..., Ran]


def handler(body: str) -> str:
    return f"def handler(event, context):\n    {body}\n"


def test_an_answer_comes_back_and_the_platform_writes_its_lines_in_order(local: Local) -> None:
    ran = local(handler("print('hello'); return event"), {"a": ["é", 1]})

    assert ran.result.outcome.__struct_config__.tag == "succeeded"
    assert ran.payload == {"a": ["é", 1]}
    kinds = [line.split(" ")[0] for line in ran.lines]
    assert kinds == ["INIT_START", "START", "hello", "END", "REPORT"]
    ids = {match[1] for line in ran.lines if (match := re.search(r"RequestId: (\S+)", line))}
    assert len(ids) == 1


def test_the_report_line_has_lambdas_form(local: Local) -> None:
    ran = local(handler("return 1"), memory_size=128)

    form = r"REPORT RequestId: [0-9a-f-]{36}\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: \d+\.\d\d ms\t"
    assert re.fullmatch(form, ran.report)


@pytest.mark.parametrize(
    ("body", "payload"),
    [
        ("return None", None),
        ("return b'raw'", "raw"),
        ("from decimal import Decimal; return Decimal('1.10')", 1.1),
        ("return context.memory_limit_in_mb", "256"),
        ("return context.invoked_function_arn.split(':')[-1]", "demo"),
        ("return 4900 < context.get_remaining_time_in_millis() <= 5000", True),
        ("import os; return [os.getcwd(), os.getuid(), 'HOME' in os.environ]", ["/var/task", 993, False]),
        ("import resource; return resource.getrlimit(resource.RLIMIT_NOFILE)", [1024, 1024]),
        ("return exit.__class__.__name__", "Quitter"),
    ],
)
def test_a_handler_finds_what_lambda_gives_it(local: Local, body: str, payload: Any) -> None:
    assert local(handler(body)).payload == payload


def test_an_exception_is_the_handlers_own(local: Local) -> None:
    ran = local(handler("raise ValueError('boom')"))

    assert ran.outcome.__struct_config__.tag == "handler_failed"
    assert list(ran.payload) == ["errorMessage", "errorType", "requestId", "stackTrace"]
    assert ran.payload["stackTrace"] == [
        "  File \"/var/task/app.py\", line 2, in handler\n    raise ValueError('boom')\n"
    ]
    assert "Status:" not in ran.report


def test_a_traceback_is_one_log_event_indented_by_no_break_spaces(local: Local) -> None:
    (record,) = local(handler("raise ValueError('boom')")).own

    assert record.startswith("[ERROR] ValueError: boom\nTraceback (most recent call last):\n\xa0\xa0File")


@pytest.mark.parametrize(
    ("body", "reason", "message"),
    [
        (
            "import sys; sys.exit(0)",
            "Runtime exited without providing a reason",
            "Runtime exited without providing a reason",
        ),
        ("import os; os._exit(3)", "exit status 3", "Runtime exited with error: exit status 3"),
        (
            "import ctypes; ctypes.string_at(0)",
            "signal: segmentation fault",
            "Runtime exited with error: signal: segmentation fault",
        ),
        ("import os; os.abort()", "signal: aborted", "Runtime exited with error: signal: aborted"),
        ("import os; os.kill(os.getpid(), 9)", "signal: killed", "Runtime exited with error: signal: killed"),
    ],
)
def test_a_process_that_ends_is_no_answer(local: Local, body: str, reason: str, message: str) -> None:
    ran = local(handler(body))

    assert ran.outcome.__struct_config__.tag == "exited"
    assert ran.outcome.reason == reason
    assert ran.payload["errorType"] == "Runtime.ExitError"
    assert re.fullmatch(rf"RequestId: \S{{36}} Error: {message}", ran.payload["errorMessage"])
    assert ran.report.endswith("\tStatus: error\tError Type: Runtime.ExitError")


@pytest.mark.parametrize(
    ("files", "name", "error_type", "message"),
    [
        (
            "import nothing_like_it",
            "app.handler",
            "Runtime.ImportModuleError",
            "Unable to import module 'app': No module named 'nothing_like_it'",
        ),
        (
            "import msgspec",
            "app.handler",
            "Runtime.ImportModuleError",
            "Unable to import module 'app': No module named 'msgspec'",
        ),
        ("x = 1", "app.handler", "Runtime.HandlerNotFound", "Handler 'handler' missing on module 'app'"),
        (
            "x = 1",
            "app",
            "Runtime.MalformedHandlerName",
            "Bad handler 'app': not enough values to unpack (expected 2, got 1)",
        ),
        ("x = 1", "sys.handler", "Runtime.BuiltInModuleConflict", "Cannot use built-in module sys as a handler module"),
        (
            "def handler(:",
            "app.handler",
            "Runtime.UserCodeSyntaxError",
            "Syntax error in module 'app': invalid syntax (app.py, line 1)",
        ),
        ("raise RuntimeError('at import')", "app.handler", "RuntimeError", "at import"),
    ],
)
def test_code_that_cannot_be_loaded_is_loaded_twice_and_said_so(
    local: Local, files: str, name: str, error_type: str, message: str
) -> None:
    ran = local(files, handler=name)

    assert ran.outcome.__struct_config__.tag == "init_failed"
    assert (ran.outcome.error_type, ran.outcome.error_message) == (error_type, message)
    assert ran.payload["requestId"] == ""
    reports = [re.sub(r"[\d.]+ ms", "N ms", line) for line in ran.lines if line.startswith("INIT_REPORT")]
    counted = error_type if error_type.startswith("Runtime.") else "Runtime.Unknown"
    assert reports == [
        f"INIT_REPORT Init Duration: N ms\tPhase: {phase}\tStatus: error\tError Type: {counted}"
        for phase in ("init", "invoke")
    ]
    assert sum(line.startswith("[ERROR]") for line in ran.own) == 2
    assert "Init Duration" not in ran.report


def test_a_syntax_error_shows_its_place(local: Local) -> None:
    assert local("def handler(:\n    pass").payload["stackTrace"] == [
        '  File "/var/task/app.py" Line 1\n    def handler(:\n'
    ]


def test_an_exception_at_import_shows_importlib_first(local: Local) -> None:
    first, *_, last = local("raise RuntimeError('at import')").payload["stackTrace"]

    assert first.startswith(f'  File "/var/lang/lib/{OWN_PYTHON}/importlib/__init__.py"')
    assert last.startswith('  File "/var/task/app.py", line 1, in <module>')


@pytest.mark.parametrize("name", ["pkg/mod.handler", "pkg.mod.handler"])
def test_a_handler_in_a_folder_is_found(local: Local, name: str) -> None:
    assert local({"pkg/__init__.py": "", "pkg/mod.py": handler("return 1")}, handler=name).payload == 1


def test_an_answer_that_is_no_json_is_an_error(local: Local) -> None:
    ran = local(handler("return {1, 2}"))

    assert ran.payload["errorType"] == "Runtime.MarshalError"
    assert ran.payload["errorMessage"] == "Unable to marshal response: Object of type set is not JSON serializable"


def test_ending_while_loading_is_an_exit_once_per_phase(local: Local) -> None:
    ran = local("import sys\nprint('loaded')\nsys.exit(0)")

    assert ran.outcome.__struct_config__.tag == "exited"
    assert ran.payload["errorMessage"].endswith("Error: Runtime exited without providing a reason")
    assert ran.own == ["loaded", "loaded"]


def test_an_answer_may_be_as_large_as_the_limit_and_no_larger(local: Local) -> None:
    limits = Limits(payload=1000)
    body = handler("return 'x' * event")

    assert local(body, 998, limits=limits).payload == "x" * 998
    ran = local(body, 999, limits=limits)
    assert ran.payload == {
        "errorMessage": "Response payload size exceeded maximum allowed payload size (1000 bytes).",
        "errorType": "Function.ResponseSizeTooLarge",
    }
    assert any(
        "LAMBDA_RUNTIME Failed to post handler success response. Http response code: 413." in line for line in ran.own
    )


def test_the_real_limit_of_an_answer_is_6_mib_and_100_bytes(local: Local) -> None:
    body = handler("return 'x' * event")

    assert len(local(body, 6291554).payload) == 6291554
    assert local(body, 6291555).outcome.__struct_config__.tag == "handler_failed"


@pytest.mark.parametrize("runtime", [f"python3.{minor}" for minor in range(9, 14)])
def test_every_python_found_runs_the_same_client(local: Local, runtime: str) -> None:
    """Awslambdaric's compiled transport fits one interpreter only; ours must not be told apart."""
    if not has(runtime):
        pytest.skip(f"no {runtime} on this machine")
    ran = local(handler("import sys; print(sys.version_info[1]); raise KeyError(['é 日本'])"), runtime=runtime)

    assert ran.own[0] == runtime.removeprefix("python3.")
    assert ran.payload["errorMessage"] == "['é 日本']"
    assert ran.payload["stackTrace"][0].startswith('  File "/var/task/app.py", line 2, in handler\n')
    assert [one.by for one in ran.result.enforced if one.dimension == "runtime"] == ["interpreter"]


def test_what_is_raised_at_import_keeps_its_accents(local: Local) -> None:
    """AWS's client posts it as Latin-1, which is no UTF-8."""
    outcome = local("raise RuntimeError('né')\n").outcome

    assert isinstance(outcome, InitFailed)
    assert (outcome.error_type, outcome.error_message) == ("RuntimeError", "né")


SAME = {
    "import os; os._exit(3)": ("exited", "Runtime.ExitError"),
    "import sys; sys.exit(0)": ("exited", "Runtime.ExitError"),
    "import os; os.abort()": ("exited", "Runtime.ExitError"),
    "return {1}": ("handler_failed", "Runtime.MarshalError"),
    "raise ValueError('boom')": ("handler_failed", "ValueError"),
    "return event": ("succeeded", ""),
}


@pytest.mark.parametrize("runtime", [f"python3.{minor}" for minor in range(9, 14)])
def test_the_same_handlers_end_in_the_same_way_in_every_python_found(local: Local, runtime: str) -> None:
    if not has(runtime):
        pytest.skip(f"no {runtime} on this machine")
    ended = {}
    for body in SAME:
        outcome = local(handler(body), {"a": 1}, runtime=runtime).outcome
        ended[body] = (outcome.__struct_config__.tag, getattr(outcome, "error_type", ""))
    missing = local("import no_such_module", runtime=runtime).outcome

    assert ended == SAME
    assert missing.error_type == "Runtime.ImportModuleError"


def test_another_version_is_said_to_be_approximate(local: Local) -> None:
    ran = local(handler("return 1"), runtime="python3.99")

    (runtime,) = [one for one in ran.result.enforced if one.dimension == "runtime"]
    assert runtime.by == ""
    assert re.fullmatch(r"approximate: python3\.\d+ instead of python3\.99", runtime.note)


def test_unicode_is_escaped_before_python_3_12_and_not_after(local: Local) -> None:
    body = handler("import json; from awslambdaric.lambda_runtime_marshaller import to_json; return to_json('é')")

    assert local(body, runtime="python3.11").payload == '"\\u00e9"'
    assert local(body, runtime="python3.12").payload == '"é"'


def test_not_a_number_is_written_as_lambda_writes_it(local: Local) -> None:
    """``NaN``, which is no JSON, but which Python reads."""
    assert local(handler("from decimal import Decimal; return [Decimal('NaN')]")).payload == [
        pytest.approx(float("nan"), nan_ok=True)
    ]
