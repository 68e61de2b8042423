"""Doctor's own runtime client beside AWS's: the same handlers end the same way, to the letter of the payload and the log."""

import re
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from doctor.model.function import LoggingConfig
from doctor.sandbox import interpreters
from tests.unit.sandbox.support import Ran

Local = Callable[..., Ran]
NEW = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\dT[\d:.]+Z")
OWN_FRAME = re.compile(r'\s*File "[^"]*(awslambdaric|_doctor_client)[^"]*", line \d+, in \w+\n.*\n?')


def handler(body: str) -> str:
    return f"def handler(event, context):\n    {body}\n"


def seen(ran: Ran) -> tuple[Any, list[str]]:
    """What a caller and a reader of the log see, but for what is new each time."""
    payload, lines = ran.payload, ran.own
    lines = [NEW.sub("*", line) for line in lines]
    return NEW.sub("*", msgspec.json.encode(payload).decode()), [OWN_FRAME.sub("", line) for line in lines]


CASES: dict[str, tuple[Any, Any, dict[str, Any]]] = {
    "an echo": (handler("return event"), {"a": ["é", 1, None, 1.5, True]}, {}),
    "nothing": (handler("return None"), None, {}),
    "bytes": (handler("return b'raw'"), None, {}),
    "a decimal": (handler("from decimal import Decimal as D; return [D('1.10'), {'x': D('NaN')}]"), None, {}),
    "a named tuple": (handler("import collections as c; return c.namedtuple('P', 'x y')(1, 2)"), None, {}),
    "bytes inside": (handler("return {'x': b'y'}"), None, {}),
    "escaped": (handler("return 'é'"), None, {"runtime": "python3.11"}),
    "not a value": (handler("return {1, 2}"), None, {}),
    "an exception": (handler("raise ValueError('boom')"), None, {}),
    "an exception without words": (handler("raise KeyError()"), None, {}),
    "one exception in another": ("def f():\n    raise OSError(2, 'x')\n" + handler("f()"), None, {}),
    "standard streams": (handler("import sys; print('out'); print('two'); sys.stderr.write('err\\n')"), None, {}),
    "logging": (handler("import logging; logging.warning('a %s', 'b'); logging.info('hidden')"), None, {}),
    "a logged exception": (
        "import logging\n" + handler("\n    try: 1 / 0\n    except ZeroDivisionError: logging.exception('so')"), None, {},
    ),
    "JSON logs": (
        handler("import logging; logging.getLogger('x').error({'k': 1}, extra={'more': 'm'}); logging.info('i')"),
        None,
        {"logging_config": LoggingConfig(log_format="JSON", application_log_level="INFO")},
    ),
    "an exception in JSON logs": (
        handler("raise ValueError('boom')"), None, {"logging_config": LoggingConfig(log_format="JSON")},
    ),
    "the context": (
        handler("return [context.function_name, context.memory_limit_in_mb, context.client_context, repr(context.identity), "
                "context.tenant_id, context.w3c(), context.invoked_function_arn, context.log_group_name]"), None, {},
    ),
    "its log": (handler("context.log('written')"), None, {}),
    "the trace": (handler("import os; return '_X_AMZN_TRACE_ID' in os.environ, '_LAMBDA_TELEMETRY_LOG_FD' in os.environ"), None, {}),
    "no such module": ("import missing_thing\n" + handler("pass"), None, {}),
    "no such file": ({"other.py": ""}, None, {}),
    "no such handler": ("x = 1", None, {}),
    "no handler's name": (handler("pass"), None, {"handler": "app"}),
    "a module of the interpreter": (handler("pass"), None, {"handler": "sys.handler"}),
    "a syntax error": ("def handler(:\n", None, {}),
    "raised at import": ("raise RuntimeError('no')\n", None, {}),
    "raised at import, with an accent": ("raise RuntimeError('né')\n", None, {}),
    "a path": ({"pkg/mod.py": handler("return __name__")}, None, {"handler": "pkg/mod.handler"}),
    "it ends": (handler("import os; os._exit(3)"), None, {}),
    "it exits": (handler("import sys; sys.exit(0)"), None, {}),
}  # fmt: skip


@pytest.mark.parametrize(("body", "event", "changes"), CASES.values(), ids=CASES)
def test_a_handler_ends_as_under_awss_own(
    local: Local, monkeypatch: pytest.MonkeyPatch, body: Any, event: Any, changes: dict[str, Any]
) -> None:
    theirs = local(body, event, **changes)
    monkeypatch.setattr(interpreters, "_CLIENT", ("no_such_client",))
    monkeypatch.setattr(interpreters, "_BUILT", False)
    ours = local(body, event, **changes)

    assert seen(ours) == seen(theirs)
    assert ours.outcome.__struct_config__.tag == theirs.outcome.__struct_config__.tag
    assert any("doctor's own runtime client stood in" in one for one in ours.result.presumptions)
    assert not any("doctor's own runtime client" in one for one in theirs.result.presumptions)


def test_an_answer_that_is_too_large_ends_the_process_as_theirs_does(
    local: Local, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interpreters, "_CLIENT", ("no_such_client",))
    monkeypatch.setattr(interpreters, "_BUILT", False)

    assert local(handler("return 'x' * 6_300_000")).payload["errorType"] == "Function.ResponseSizeTooLarge"
