"""What applying and undoing share: waiting until a write has taken effect and shows, and AWS's own guard of a write."""

import time
from typing import Any

from msgspec.structs import replace

from doctor.aws.readback import current, differences, values
from doctor.aws.session import Aws
from doctor.engine.operations import operation
from doctor.errors import ApplyError
from doctor.model.call import Call
from doctor.model.events import Job, Line
from doctor.model.finding import Settle, Touched
from doctor.model.function import Alias, Function

POLL = 0.5
"""Seconds between two looks."""
SHOWN_SECONDS = 30
"""For so long a service may show what was there before a write: IAM's reads are eventually consistent."""


def wait(aws: Aws, settle: Settle) -> Job[None]:
    """Wait until a step has taken effect.

    Raises:
        ApplyError: it failed for good, or did not in time.
        AwsError: it cannot be seen.
    """
    deadline = time.monotonic() + settle.timeout
    while True:
        answer: Any = aws.read(settle.call)
        for part in settle.path.split("."):
            answer = _part(answer, part)
        if answer in settle.wanted:
            return
        if answer in settle.failed:
            raise ApplyError(f"{settle.call.name}: {settle.path} is {answer}")
        if time.monotonic() > deadline:
            raise ApplyError(f"{settle.call.name}: {settle.path} is still {answer} after {settle.timeout} s")
        yield Line(text=f"waiting: {settle.path} is {answer}", role="dim")
        time.sleep(POLL)


def shown(aws: Aws, expected: tuple[Touched, ...]) -> Job[None]:
    """Wait until the account shows what was written.

    Raises:
        ApplyError: it shows something else: AWS took it differently, or somebody else was faster.
        AwsError: it cannot be read.
    """
    deadline = time.monotonic() + SHOWN_SECONDS
    while different := differences(expected, values(aws, expected)):
        if time.monotonic() > deadline:
            raise ApplyError(f"not read back as it was sent: {'; '.join(different)}")
        yield Line(text="waiting: what was written does not show yet", role="dim")
        time.sleep(POLL)


def _part(answer: Any, name: str) -> Any:
    """A field of an answer, or an element of a list by its number; ``None``: there is none."""
    if isinstance(answer, list):
        return answer[int(name)] if int(name) < len(answer) else None
    return answer.get(name) if isinstance(answer, dict) else None


def guarded(aws: Aws, call: Call) -> Call:
    """The call with the revision that was just read, where AWS takes one: it refuses when somebody else was faster.

    Raises:
        AwsError: the revision cannot be read.
    """
    known = operation(call)
    if known is None or not known.revision:
        return call
    arn = str(call.parameters["FunctionName"])
    arn = f"{arn}:{call.parameters['Name']}" if "Name" in call.parameters else arn
    resource = current(aws, arn)
    revision = resource.revision_id if isinstance(resource, Function | Alias) else ""
    return replace(call, parameters={**call.parameters, "RevisionId": revision}) if revision else call
