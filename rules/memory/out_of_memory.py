"""The function needs more memory than it has, and is killed at its limit.

Lambda kills the process as soon as it asks for more than `MemorySize`: no exception, no traceback, no time to clean up. REPORT says
`Runtime.OutOfMemory` in the newer log style and `signal: killed` in the older one; the peak that it shows may be a megabyte short of the
limit. A process that is killed well below its limit met something else, and one whose memory grew from invocation to invocation leaks:
both are ruled out here.

Covers: oom-killed
Fix: give it more memory. Safe: it brings more CPU too, and costs more for each millisecond.
Proof: the failing invocation is run locally under the old limit, then under the new one.
See: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Function,
    Invocations,
    NotThis,
    Problem,
    Severity,
    Symptom,
    SymptomKind,
    cite,
    cite_log,
    more_memory,
    rule,
    shown,
    times,
)

KILLED = Symptom(kind=SymptomKind.KILLED)


@rule(Severity.HIGH)
def out_of_memory(function: Function, invocations: Invocations) -> Iterator[Problem | NotThis]:
    for one in invocations.showing(SymptomKind.EXITED)[-1:]:
        if "signal: killed" in one.error_message and one.max_memory_used is not None:
            why = f"it was killed at {one.max_memory_used} of {one.memory_size} MB: not for memory"
            yield NotThis(symptom=shown([one])[0], why=why)
    stopped = [
        one for one in invocations.showing(SymptomKind.KILLED) if one.memory_size in (None, function.memory_size)
    ]
    if not stopped:
        return
    leaking = invocations.leaking()
    if leaking:
        yield NotThis(symptom=KILLED, why=f"memory grew over {len(leaking)} invocations of one environment: it leaks")
        return
    last = stopped[-1]
    yield Problem(
        message=f"killed at its limit of {function.memory_size} MB, {times(stopped)}: it needs more than that",
        evidence=(
            cite(function, "memory_size"),
            cite_log(function, "Max Memory Used", f"{last.max_memory_used} MB", last.at),
        ),
        fixes=more_memory(function, function.memory_size),
        explains=(KILLED,),
        expects="out_of_memory",
    )
