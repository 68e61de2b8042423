"""Native code crashed and took the runtime's process with it.

A segmentation fault, an abort or an illegal instruction comes from compiled code: an extension, a shared library, a program that the
handler starts. No exception, no traceback. An illegal instruction comes from a build for a newer processor. `signal: killed` is not
a crash but Lambda's own doing, and Node.js aborts when its heap is full: both are ruled out here.

Covers: rt-signal-crash
Fix: upgrade or rebuild the compiled dependency for the function's runtime and architecture.
Proof: the failing invocation is run locally; the process must end by the same signal.
See: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

import re
from collections.abc import Iterator

from doctor.rules_api import (
    HEAP_FULL,
    Applicability,
    Fix,
    Function,
    Invocation,
    Invocations,
    NotThis,
    Problem,
    Severity,
    SymptomKind,
    cite,
    cite_log,
    rule,
    shown,
    times,
)

SIGNAL = re.compile(r"signal: (?P<name>segmentation fault|aborted|illegal instruction|bus error|trace/breakpoint trap)")
REBUILD = Fix(
    title="rebuild or upgrade the compiled dependency",
    applicability=Applicability.MANUAL,
    note="faulthandler.enable() at the top of a Python module logs where it crashed; install wheels for the runtime and architecture",
)


@rule(Severity.HIGH)
def native_crash(function: Function, invocations: Invocations) -> Iterator[Problem | NotThis]:
    for seen in shown(invocations.showing(SymptomKind.EXITED, HEAP_FULL)):
        yield NotThis(symptom=seen, why="V8 aborted because its heap was full")
    for seen in shown(invocations.showing(SymptomKind.KILLED)):
        yield NotThis(symptom=seen, why="the process was killed at its memory limit, it did not crash")
    found: dict[str, list[Invocation]] = {}
    for one in invocations.showing(SymptomKind.EXITED):
        match = SIGNAL.search(one.error_message)
        if match and shown([one])[0].detail != HEAP_FULL:
            found.setdefault(match["name"], []).append(one)
    for name, met in found.items():
        newer = ", which a build for a newer processor brings" if name == "illegal instruction" else ""
        yield Problem(
            message=f"native code ended the process by {name}{newer}, {times(met)}",
            evidence=(
                cite_log(function, f"signal: {name}", met[-1].error_message, met[-1].at),
                cite(function, "architectures"),
            ),
            fixes=(REBUILD,),
            explains=shown(met),
            expects="exited",
        )
