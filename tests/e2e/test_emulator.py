"""The local Lambda answers as AWS's own emulator does, after what is known to differ for good is set equal.

Set equal: request ids; the directory of the package; frames of the runtime's own files and of importlib, whose paths and
lines are this machine's; the new form of a timeout's message, which the emulator does not have yet. The emulator has no
limit on initialising, no memory limit, and no error types in REPORT lines: nothing of these is compared.
"""

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from doctor.sandbox.delivery import Caller
from doctor.sandbox.limits import Limits
from doctor.sandbox.opening import opened
from doctor.sandbox.prepare import choose, prepare
from tests.e2e.emulator import BINARY, binary, emulator
from tests.unit.sandbox.conftest import gated, isolated  # noqa: F401  fixtures
from tests.unit.sandbox.support import finish, function, write

pytestmark = pytest.mark.skipif(
    binary() is None,
    reason=f"AWS's emulator is absent: {BINARY} names no file (pip download --no-deps aws-sam-cli has it)",
)
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_OWN_FRAME = re.compile(r'File "[^"]*(awslambdaric|importlib)')
HANDLER = "def handler(event, context):\n    {}\n"

CASES: dict[str, tuple[str, str, Any]] = {
    "echo": (HANDLER.format("return event"), "app.handler", {"a": [1, "é", None]}),
    "null": (HANDLER.format("return None"), "app.handler", 1),
    "exception": (HANDLER.format("raise ValueError('boom')"), "app.handler", 1),
    "chained": (HANDLER.format("try: 1/0\n    except Exception as e: raise KeyError('k') from e"), "app.handler", 1),
    "exit 0": (HANDLER.format("import sys; sys.exit(0)"), "app.handler", 1),
    "exit 3": (HANDLER.format("import os; os._exit(3)"), "app.handler", 1),
    "segfault": (HANDLER.format("import ctypes; ctypes.string_at(0)"), "app.handler", 1),
    "abort": (HANDLER.format("import os; os.abort()"), "app.handler", 1),
    "killed": (HANDLER.format("import os; os.kill(os.getpid(), 9)"), "app.handler", 1),
    "import": ("import nothing_like_it\n", "app.handler", 1),
    "missing": ("x = 1\n", "app.handler", 1),
    "malformed": ("x = 1\n", "app", 1),
    "built in": ("x = 1\n", "sys.handler", 1),
    "syntax": ("def handler(:\n", "app.handler", 1),
    "at import": ("raise RuntimeError('at import')\n", "app.handler", 1),
    "marshal": (HANDLER.format("return {1, 2}"), "app.handler", 1),
    "bytes": (HANDLER.format("return b'raw'"), "app.handler", 1),
    "decimal": (HANDLER.format("from decimal import Decimal; return Decimal('1.10')"), "app.handler", 1),
    "nan": (HANDLER.format("return float('nan')"), "app.handler", 1),
    "unicode": (HANDLER.format("return 'é☃'"), "app.handler", 1),
    "just fits": (HANDLER.format("return 'x' * (6291556 - 2)"), "app.handler", 1),
    "too large": (HANDLER.format("return 'x' * (6291556 - 1)"), "app.handler", 1),
    "context": (
        HANDLER.format("return [context.memory_limit_in_mb, context.function_version, context.tenant_id]"),
        "app.handler",
        1,
    ),
}


@pytest.fixture
def both(isolated: None, tmp_path: Path) -> Callable[..., tuple[Any, Any]]:  # noqa: F811
    """What the emulator answers, and what we do."""

    def invoke(code: str, name: str, event: Any, context: str = "") -> tuple[Any, Any]:
        folder = write(tmp_path / "code", code, "python3")
        sent = json.dumps(event).encode()
        headers = {"X-Amz-Client-Context": base64.b64encode(context.encode()).decode()} if context else {}
        with emulator(folder, name) as theirs:
            answer = theirs.invoke(sent, headers)
        subject = function(handler=name)
        setup = prepare(subject, folder, choose(subject), own={}, layers=(), limits=Limits())
        with opened(setup, Limits(), None) as ours:
            ran = finish(ours.invoke(sent, Caller(client_context=context)))[0]
        return equal(answer, folder), equal(ran.ending.payload, folder)

    return invoke


def equal(payload: bytes, folder: Path) -> Any:
    """A payload with what differs for good set equal."""
    text = _ID.sub("ID", payload.decode("utf-8", "replace")).replace(str(folder), "/var/task")
    try:
        said = json.loads(text)
    except ValueError:
        return text
    if isinstance(said, dict) and isinstance(said.get("stackTrace"), list):
        said["stackTrace"] = [one for one in said["stackTrace"] if not _OWN_FRAME.search(one)]
    return said


@pytest.mark.parametrize("case", CASES)
def test_both_answer_alike(both: Callable[..., tuple[Any, Any]], case: str) -> None:
    theirs, ours = both(*CASES[case])

    assert json.dumps(ours, sort_keys=True) == json.dumps(theirs, sort_keys=True)  # so that a NaN equals itself


def test_both_hand_a_client_context_on(both: Callable[..., tuple[Any, Any]]) -> None:
    theirs, ours = both(
        HANDLER.format("return context.client_context.custom"), "app.handler", 1, '{"custom": {"a": "b"}}'
    )

    assert ours == theirs == {"a": "b"}


def test_both_end_a_handler_at_its_timeout(isolated: None, tmp_path: Path) -> None:  # noqa: F811
    """The emulator still says it in the old words, without JSON."""
    folder = write(tmp_path / "code", HANDLER.format("import time; time.sleep(30)"), "python3")
    with emulator(folder, "app.handler", timeout=1) as theirs:
        said = theirs.invoke(b"1").decode()
    subject = function(timeout=1)
    setup = prepare(subject, folder, choose(subject), own={}, layers=(), limits=Limits())
    with opened(setup, Limits(), None) as ours:
        ran = finish(ours.invoke(b"1"))[0]

    assert "Task timed out after 1.00 seconds" in said
    assert "Task timed out after 1.00 seconds" in ran.ending.payload.decode()
