"""What applying and undoing share: waiting until a write has taken effect, and refusing to overwrite somebody else's."""

import time
from typing import Any

from msgspec.structs import replace

from doctor.aws.readback import current
from doctor.aws.session import Aws
from doctor.engine.operations import operation
from doctor.errors import ApplyError
from doctor.model.call import Call
from doctor.model.events import Job, Line
from doctor.model.finding import Settle
from doctor.model.function import Alias, Function

_POLL = 0.5
"""Seconds between two looks."""


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
            answer = answer.get(part) if isinstance(answer, dict) else None
        if answer in settle.wanted:
            return
        if answer in settle.failed:
            raise ApplyError(f"{settle.call.name}: {settle.path} is {answer}")
        if time.monotonic() > deadline:
            raise ApplyError(f"{settle.call.name}: {settle.path} is still {answer} after {settle.timeout} s")
        yield Line(text=f"waiting: {settle.path} is {answer}", role="dim")
        time.sleep(_POLL)


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
