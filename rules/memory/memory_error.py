"""Python could not get the memory that it asked for, and raised MemoryError.

The operating system refused one large allocation before Lambda's limit killed the process. So there is an exception with a traceback,
and the environment lives on: other than a kill at the limit, which leaves neither.

Covers: oom-python-memoryerror
Fix: give it more memory, or read in pieces what is loaded at once. Safe: more memory changes nothing that works.
Proof: the failing invocation is run locally under the old limit, then under the new one.
See: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
"""

from collections.abc import Iterator

from doctor.rules_api import (
    Applicability,
    Fix,
    Function,
    Invocations,
    NotThis,
    Problem,
    Severity,
    SymptomKind,
    cite,
    cite_log,
    more_memory,
    rule,
    shown,
    times,
)

PIECES = Fix(
    title="load less at once",
    applicability=Applicability.MANUAL,
    note="the traceback names the line that asked for the memory: stream or page what it reads instead of holding it whole",
)


@rule(Severity.HIGH)
def memory_error(function: Function, invocations: Invocations) -> Iterator[Problem | NotThis]:
    met = [one for one in invocations.of_type("MemoryError") if one.memory_size in (None, function.memory_size)]
    if not met:
        for seen in shown(invocations.showing(SymptomKind.KILLED)):
            yield NotThis(symptom=seen, why="no exception was raised: the process was killed from outside")
        return
    last = met[-1]
    yield Problem(
        message=f"an allocation was refused at {function.memory_size} MB of memory, {times(met)}",
        evidence=(cite(function, "memory_size"), cite_log(function, "errorType", last.error_type, last.at)),
        fixes=(*more_memory(function, function.memory_size), PIECES),
        explains=shown(met),
        expects="init_failed" if last.inits else "handler_failed",
    )
