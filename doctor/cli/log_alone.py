"""``doctor why --log FILE`` without an account: what a pasted log tells, and what it does not."""

import sys
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from doctor.cli.exit import ExitCode
from doctor.errors import UsageError

if TYPE_CHECKING:
    from doctor.logs.pasted import Pasted
    from doctor.model.telemetry import Invocation

MOST = 64 * 1024 * 1024
"""Bytes of a log that are read: about a hundred thousand invocations."""


def run(arguments: Namespace) -> int:
    """Print what explains the failures of a log; without a cause end with 3, for what else there is was not seen."""
    from doctor.cli.why import chosen, of_log, publish
    from doctor.engine import log_alone
    from doctor.engine.report import detail
    from doctor.engine.world import World
    from doctor.shelf import shipped_rules

    pasted, those = invocations_of(arguments.log, datetime.now(UTC))
    rules, now = shipped_rules(), max(one.lines[-1].at for one in those)
    name = arguments.function or pasted.function or log_alone.NAMELESS
    seen = log_alone.snapshot(those, name, now)
    diagnosis = log_alone.diagnose_log(seen, rules)
    page = detail(World(log_alone.shown(seen)), diagnosis, rules, name)
    assert page is not None
    one = chosen(page, arguments, now)
    page = publish(page, one, arguments)
    if one is not None and one.succeeded:
        return ExitCode.OK
    return of_log(page, diagnosis)


def invocations_of(name: str, now: datetime) -> "tuple[Pasted, tuple[Invocation, ...]]":
    """The invocations of a file or of stdin, secrets left out; what could not be read whole is said on stderr.

    Raises:
        UsageError: it cannot be read, or holds no line of a Lambda function.
    """
    from doctor.cli.talk import tell
    from doctor.engine.log_alone import invocations
    from doctor.logs.pasted import LONGEST, read
    from doctor.report.lines.words import count
    from doctor.store.home import redaction_key
    from doctor.store.malformed import other_form

    where = "stdin" if name == "-" else name
    data = _bytes(name)
    if len(data) > MOST:
        tell(f"doctor: {where}: only the first {MOST // 1024 // 1024} MB were read")
    pasted = read(data[:MOST], now)
    those = invocations(pasted, redaction_key())
    if not those:
        what = "no line of a Lambda function's log" if data.strip() else "nothing"
        form = other_form(data)
        if form:
            raise UsageError(f"{where}: no text: {form}")
        raise UsageError(f"{where}: {what} in it; wanted are lines like 'START RequestId: …', an error, 'REPORT …'")
    if pasted.cut:
        tell(f"doctor: {where}: of {count(pasted.cut, 'long line')} only the first {LONGEST // 1024} kB were read")
    if not pasted.timed:
        tell(f"doctor: {where}: its lines have no times: what took how long between them is not known")
    return pasted, those


def _bytes(name: str) -> bytes:
    try:
        if name == "-":
            return sys.stdin.buffer.read(MOST + 1)
        with Path(name).open("rb") as file:
            return file.read(MOST + 1)
    except OSError as error:
        raise UsageError(f"{name}: cannot be read ({error.strerror})") from error
