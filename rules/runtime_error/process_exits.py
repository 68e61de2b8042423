"""The code ends its own process, and with it the environment.

`sys.exit`, `os._exit` and `process.exit` belong into programs that are started for one task. In Lambda they end the runtime in the middle
of an invocation: nothing is answered, the next invocation must start anew, and when it happens each time every invocation starts cold.
An exit status of 0 is no success: the runtime ended "without providing a reason". Other ends of a process look alike and are ruled
out here: killed for memory, crashed by native code, a rejected promise in Node.js, a wrapper script that is not there.

Covers: py-sys-exit, rt-exited-without-reason, init-crash-loop
Fix: raise an exception, or return.
Proof: the failing invocation is run locally; the process must end the same way.
See: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

import re
from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Confidence,
    Evidence,
    Fix,
    Function,
    Invocation,
    Invocations,
    NotThis,
    Problem,
    Severity,
    SymptomKind,
    cite_log,
    rule,
    shown,
    symptom,
    times,
    told,
    told_otherwise,
)

STATUS = re.compile(r"exit status (?P<code>\d+)")
NOTHING = "without providing a reason"
NOT_OURS = {
    "126": "a wrapper script or program is there, but may not be executed",
    "127": "a wrapper script or program was not found",
}
SNAP_START = {"64": "SnapStart's hook before the snapshot failed", "65": "SnapStart's hook after the restore failed"}
NODE = {
    "128": "a promise was rejected and nobody waited for it",
    "129": "an exception was thrown where nobody caught it",
}
RAISE = Fix(
    title="raise instead of exiting",
    applicability=Applicability.MANUAL,
    note="replace sys.exit, os._exit or process.exit by an exception or a return; look into libraries made for command lines too",
)


@rule(Severity.HIGH)
def process_exits(function: Function, invocations: Invocations) -> Iterator[Problem | NotThis]:
    met = []
    for one in invocations.showing(SymptomKind.EXITED):
        why = _something_else(function, one)
        seen = symptom(one)
        if why and seen is not None:
            yield NotThis(symptom=seen, why=why)
        elif not why:
            met.append(one)
    if not met:
        return
    last = met[-1]
    calls = function.package.source.exits if function.package else ()
    cold = len(met) > 1 and len(met) >= len(invocations.all) / 2
    status = STATUS.search(last.error_message)
    how = (
        f" with exit status {status['code']}"
        if status
        else " with exit status 0"
        if NOTHING in last.error_message
        else ""
    )
    when = (
        "while its code was loaded" if any(init.status == "error" for init in last.inits) else "during the invocation"
    )
    loop = (
        f": {len(met)} of {len(invocations.all)} invocations left the next one to start cold"
        if cold
        else f", {times(met)}"
    )
    yield Problem(
        message=f"the runtime's process ended{how} {when}{loop}",
        evidence=tuple(_evidence(function, last)),
        fixes=(RAISE,),
        confidence=Confidence.CERTAIN if how else Confidence.LIKELY if calls else Confidence.POSSIBLE,
        explains=shown(met),
        expects="exited",
    )


def _something_else(function: Function, one: Invocation) -> str:
    """Why the end of this process was not its own doing; empty when it was, or when the log does not tell."""
    if "signal: " in one.error_message or (seen := symptom(one)) is None or seen.detail != one.error_message:
        return "a signal ended the process, it did not exit"
    if why := told_otherwise(function, one):
        return why
    status = STATUS.search(one.error_message)
    node = NODE if told(lambda: function.runtime or "", "").startswith("nodejs") else {}
    hooks = SNAP_START if told(lambda: function.snap_start.apply_on, "None") != "None" else {}
    return {**NOT_OURS, **node, **hooks}.get(status["code"], "") if status else ""


def _evidence(function: Function, last: Invocation) -> Iterator[Evidence]:
    yield cite_log(function, "errorType", last.error_message or last.error_type, last.at)
    for call in function.package.source.exits[:3] if function.package else ():
        yield Evidence(
            resource=function.arn,
            field=f"Package.source.exits[{call.path}].call",
            value=call.call,
            source="lambda:GetFunction",
        )
