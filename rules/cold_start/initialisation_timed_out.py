"""The function does not get ready within the ten seconds that an environment has for it.

Lambda stops an initialisation after 10 s (longer with SnapStart and provisioned concurrency), logs an `INIT_REPORT` with `Status:
timeout`, and starts it once more inside the first invocation, whose own timeout then holds. What takes so long runs at module level:
heavy preparation, or a call to something that does not answer. `Error Type: Runtime.Unknown` beside it says no more than that. An initialisation that ends in an error is another matter.

Covers: init-timeout-10s, rt-unknown
Fix: do less at module level. More memory helps when it computes; when it waits for a connection, see whether it can get out at all.
See: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Invocation,
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

WHOLE_CPU = 1769
"""MB: above it there is more than one vCPU."""
LATER = Fix(
    title="do less at module level",
    applicability=Applicability.MANUAL,
    note="move what computes or connects into the handler, behind a cache, so that it happens on first use",
)


@rule(Severity.HIGH)
def initialisation_timed_out(function: Function, invocations: Invocations) -> Iterator[Problem | NotThis]:
    stopped = [
        one for one in invocations.reporting_inits if _stopped(one) and one.memory_size in (None, function.memory_size)
    ]
    if not stopped:
        crashed = [one for one in invocations.showing(SymptomKind.INIT_FAILED) if one.inits]
        for seen in shown(crashed):
            yield NotThis(symptom=seen, why="the initialisation ended in an error, not at its time limit")
        return
    last = stopped[-1]
    took = max(init.duration or 0.0 for init in last.inits if init.status == "timeout" and init.phase == "init")
    timed_out = any(one.status == "timeout" for one in stopped)
    memory = more_memory(function, function.memory_size) if function.memory_size < WHOLE_CPU else ()
    yield Problem(
        message=f"the initialisation was stopped after {took / 1000:.1f} s, {times(stopped)}: it needs longer than Lambda gives it",
        evidence=(
            cite_log(function, "INIT_REPORT", f"Init Duration: {took:.0f} ms, Phase: init, Status: timeout", last.at),
            cite(function, "memory_size"),
        ),
        fixes=(LATER, *memory),
        explains=(Symptom(kind=SymptomKind.INIT_SLOW),) if timed_out else (),
        expects="timed_out" if timed_out else "",
    )


def _stopped(one: Invocation) -> bool:
    return any(init.status == "timeout" and init.phase == "init" for init in one.inits)
